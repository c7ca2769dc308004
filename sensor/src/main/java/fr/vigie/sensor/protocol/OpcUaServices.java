package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The services of OPC UA as acts, readings and claims (OPC 10000-4, edition 1.04, chapter 5): what a request asks for, and what its answer gave back. A
 * request and its answer have the same key; the n-th of several nodes has one of its own.
 */
final class OpcUaServices {
  private static final String STANDARD = "OPC 10000-4 1.04";
  private static final Cite SESSION = new Cite(STANDARD, "5.6.2");
  private static final Cite ACTIVATE = new Cite(STANDARD, "5.6.3");
  private static final Cite READ = new Cite(STANDARD, "5.10.2");
  private static final Cite WRITE = new Cite(STANDARD, "5.10.4");
  private static final Cite CALL = new Cite(STANDARD, "5.11.2");
  private static final Cite OTHER = new Cite(STANDARD, "5");

  private static final int MOST_NODES = 64;

  /** Kinds of news, beside those of {@link OpcUa}. */
  private static final int NEWS_REQUEST = 3;
  private static final int NEWS_NODE = 5;

  private static final Observer.PointMaker POINT = OpcUaServices::point;

  private OpcUaServices() {}

  /** Part 6 annex A.3: identifiers of the default binary encoding of the services; an answer's is three higher. */
  static @Nullable String service(int id) {
    return switch (id) {
      case 397 -> "ServiceFault";
      case 422 -> "FindServersRequest";
      case 425 -> "FindServersResponse";
      case 428 -> "GetEndpointsRequest";
      case 431 -> "GetEndpointsResponse";
      case 437 -> "RegisterServerRequest";
      case 440 -> "RegisterServerResponse";
      case 446 -> "OpenSecureChannelRequest";
      case 449 -> "OpenSecureChannelResponse";
      case 452 -> "CloseSecureChannelRequest";
      case 455 -> "CloseSecureChannelResponse";
      case 461 -> "CreateSessionRequest";
      case 464 -> "CreateSessionResponse";
      case 467 -> "ActivateSessionRequest";
      case 470 -> "ActivateSessionResponse";
      case 473 -> "CloseSessionRequest";
      case 476 -> "CloseSessionResponse";
      case 479 -> "CancelRequest";
      case 482 -> "CancelResponse";
      case 488 -> "AddNodesRequest";
      case 491 -> "AddNodesResponse";
      case 494 -> "AddReferencesRequest";
      case 497 -> "AddReferencesResponse";
      case 500 -> "DeleteNodesRequest";
      case 503 -> "DeleteNodesResponse";
      case 506 -> "DeleteReferencesRequest";
      case 509 -> "DeleteReferencesResponse";
      case 527 -> "BrowseRequest";
      case 530 -> "BrowseResponse";
      case 533 -> "BrowseNextRequest";
      case 536 -> "BrowseNextResponse";
      case 554 -> "TranslateBrowsePathsToNodeIdsRequest";
      case 557 -> "TranslateBrowsePathsToNodeIdsResponse";
      case 560 -> "RegisterNodesRequest";
      case 563 -> "RegisterNodesResponse";
      case 566 -> "UnregisterNodesRequest";
      case 569 -> "UnregisterNodesResponse";
      case 615 -> "QueryFirstRequest";
      case 618 -> "QueryFirstResponse";
      case 621 -> "QueryNextRequest";
      case 624 -> "QueryNextResponse";
      case 631 -> "ReadRequest";
      case 634 -> "ReadResponse";
      case 664 -> "HistoryReadRequest";
      case 667 -> "HistoryReadResponse";
      case 673 -> "WriteRequest";
      case 676 -> "WriteResponse";
      case 700 -> "HistoryUpdateRequest";
      case 703 -> "HistoryUpdateResponse";
      case 712 -> "CallRequest";
      case 715 -> "CallResponse";
      case 751 -> "CreateMonitoredItemsRequest";
      case 754 -> "CreateMonitoredItemsResponse";
      case 763 -> "ModifyMonitoredItemsRequest";
      case 766 -> "ModifyMonitoredItemsResponse";
      case 769 -> "SetMonitoringModeRequest";
      case 772 -> "SetMonitoringModeResponse";
      case 775 -> "SetTriggeringRequest";
      case 778 -> "SetTriggeringResponse";
      case 781 -> "DeleteMonitoredItemsRequest";
      case 784 -> "DeleteMonitoredItemsResponse";
      case 787 -> "CreateSubscriptionRequest";
      case 790 -> "CreateSubscriptionResponse";
      case 793 -> "ModifySubscriptionRequest";
      case 796 -> "ModifySubscriptionResponse";
      case 799 -> "SetPublishingModeRequest";
      case 802 -> "SetPublishingModeResponse";
      case 826 -> "PublishRequest";
      case 829 -> "PublishResponse";
      case 832 -> "RepublishRequest";
      case 835 -> "RepublishResponse";
      case 841 -> "TransferSubscriptionsRequest";
      case 844 -> "TransferSubscriptionsResponse";
      case 847 -> "DeleteSubscriptionsRequest";
      case 850 -> "DeleteSubscriptionsResponse";
      default -> null;
    };
  }

  /** Part 4 §7.28: {@code | token NodeId | time i64 | handle u32 | diagnostics u32 | audit | timeout u32 | ExtensionObject |}. */
  private static void requestHeader(Cursor m) {
    OpcUaTypes.node(m);
    m.skip(16);
    OpcUaTypes.skipString(m);
    m.skip(4);
    OpcUaTypes.extension(m);
  }

  static void request(Cursor m, Exchange x, Observer o, int id, String service, long key) {
    requestHeader(m);
    if (!m.ok()) {
      return;
    }
    switch (id) {
      case 461 -> createSession(m, x, o, service, key);
      case 467 -> activateSession(m, x, o, service, key);
      case 631 -> read(m, x, o, service, key);
      case 673 -> write(m, x, o, service, key);
      case 712 -> call(m, x, o, service, key);
      case 422, 428 -> simple(x, o, Verb.DISCOVER, service, key);
      case 488, 494 -> act(x, o, Verb.CREATE, OTHER, service, key, null, null);
      case 500, 506 -> act(x, o, Verb.DELETE, OTHER, service, key, null, null);
      case 700 -> act(x, o, Verb.WRITE, OTHER, service, key, null, null);
      case 527, 554, 664 -> simple(x, o, Verb.READ, service, key);
      case 751, 787 -> simple(x, o, Verb.SUBSCRIBE, service, key);
      default -> {
        // keeps the contact's list of operations, no act
      }
    }
    m.skip(m.remaining());
  }

  private static void act(Exchange x, Observer o, Verb verb, Cite cite, String service, long key, @Nullable Point point, @Nullable Value value) {
    o.request(key, Acts.pending(x, "opcua", cite, verb, service, point, value, ""));
  }

  /** A request whose repetition is no news. */
  private static void simple(Exchange x, Observer o, Verb verb, String service, long key) {
    if (x.news(x.source(), NEWS_REQUEST, service.length() * 31L + verb.ordinal() + service.charAt(0) * 7919L + x.target().hashCode() * 65_537L,
        OpcUa.AGAIN_SECONDS)) {
      act(x, o, verb, OTHER, service, key, null, null);
    }
  }

  /** Part 4 §7.1 ApplicationDescription: URI, product URI, name, type, …. */
  private static void application(Cursor m, Exchange x, Observer o) {
    int at = m.position();
    OpcUaTypes.skipString(m);
    OpcUaTypes.skipString(m);
    int end = m.position();
    OpcUaTypes.localized(m);
    m.skip(4);
    OpcUaTypes.skipString(m);
    OpcUaTypes.skipString(m);
    int urls = (int) m.u32le();
    for (int i = 0; i < urls && i < MOST_NODES && m.ok(); i++) {
      OpcUaTypes.skipString(m);
    }
    if (!m.ok()) {
      return;
    }
    int after = m.position();
    m.seek(at);
    boolean news = x.news(x.source(), OpcUa.NEWS_APPLICATION, m.digest(end - at), Exchange.FOREVER);
    if (news) {
      String uri = OpcUaTypes.value(m);
      String product = OpcUaTypes.value(m);
      int mask = m.u8();
      if ((mask & 1) != 0) {
        OpcUaTypes.skipString(m);
      }
      String name = (mask & 2) != 0 ? OpcUaTypes.value(m) : "";
      if (!uri.isEmpty()) {
        o.claim(x, x.source(), Trait.BANNER, "opcua-application=" + uri, SESSION);
      }
      if (!product.isEmpty()) {
        o.claim(x, x.source(), Trait.SOFTWARE, product, SESSION);
      }
      if (!name.isEmpty()) {
        o.claim(x, x.source(), Trait.NAME, name, SESSION);
      }
    }
    m.seek(after);
  }

  /** Part 4 §5.6.2. */
  private static void createSession(Cursor m, Exchange x, Observer o, String service, long key) {
    application(m, x, o);
    OpcUaTypes.skipString(m);
    OpcUaTypes.skipString(m);
    OpcUaTypes.skipString(m);
    if (m.ok() && x.news(x.source(), OpcUa.NEWS_CONNECT, x.target().hashCode() ^ 461L, OpcUa.AGAIN_SECONDS)) {
      act(x, o, Verb.CONNECT, SESSION, service, key, null, null);
    }
  }

  /** Part 4 §5.6.3: signature, certificates, locales, then the identity: 321 nobody, 324 user and password, 327 certificate, 940 issued token. */
  private static void activateSession(Cursor m, Exchange x, Observer o, String service, long key) {
    OpcUaTypes.skipString(m);
    OpcUaTypes.skipString(m);
    int certificates = (int) m.u32le();
    for (int i = 0; i < certificates && i < MOST_NODES && m.ok(); i++) {
      OpcUaTypes.skipString(m);
      OpcUaTypes.skipString(m);
    }
    int locales = (int) m.u32le();
    for (int i = 0; i < locales && i < MOST_NODES && m.ok(); i++) {
      OpcUaTypes.skipString(m);
    }
    int identity = OpcUaTypes.node(m);
    String who = switch (identity) {
      case 321 -> "anonymous";
      case 324 -> "user name";
      case 327 -> "certificate";
      case 940 -> "issued token";
      default -> "other";
    };
    int secret = -1;
    int secretAt = -1;
    if (m.u8() != 0) {
      int octets = (int) m.u32le();
      long outer = m.enter(Math.max(0, octets));
      if (identity == 940) {
        o.secret(m.position(), Math.max(0, octets));
      }
      if (identity == 324) {
        OpcUaTypes.skipString(m);
        int user = Math.max(0, (int) m.u32le());
        o.secret(m.position(), user);
        m.skip(user);
        int password = Math.max(0, (int) m.u32le());
        o.secret(m.position(), password);
        secretAt = m.position();
        m.skip(password);
        secret = password;
      }
      m.leave(outer);
    }
    o.transcript().field("identity", who);
    if (m.ok() && x.news(x.source(), OpcUa.NEWS_CONNECT, (x.target().hashCode() * 31L + identity) * 31 ^ 467L, OpcUa.AGAIN_SECONDS)) {
      Value value = secret < 0 ? null : o.sealed(Seals.Kind.PASSWORD, m, secretAt, secret);
      o.request(key, Acts.pending(x, "opcua", ACTIVATE, Verb.AUTHENTICATE, service, null, value, who));
    }
  }

  private static Point point(long node, long attribute) {
    return new Point.Named("node", OpcUaTypes.space(node >>> 32) + "i=" + (node & 0xFFFFFFFFL) + (attribute == OpcUaTypes.VALUE ? "" : "@" + attribute));
  }

  /** Part 4 §5.10.2: {@code | max age f64 | timestamps u32 | { NodeId | attribute u32 | range | encoding } |}. */
  private static void read(Cursor m, Exchange x, Observer o, String service, long key) {
    m.skip(12);
    int nodes = (int) m.u32le();
    boolean told = false;
    for (int i = 0; i < nodes && m.ok(); i++) {
      int at = m.position();
      long node = OpcUaTypes.nodeKey(m);
      int attribute = (int) m.u32le();
      OpcUaTypes.skipString(m);
      m.skip(2);
      OpcUaTypes.skipString(m);
      if (!m.ok()) {
        return;
      }
      if (i < MOST_NODES) {
        x.remember(key + i * 0x51ED270BL, node, attribute);
      }
      if (x.news(x.source(), NEWS_NODE, (node * 31 + attribute) * 31 + x.target().hashCode(), OpcUa.AGAIN_SECONDS) && !told) {
        told = true;
        act(x, o, Verb.READ, READ, service, key, OpcUaTypes.named(m, at, attribute), null);
      }
    }
  }

  /** Part 4 §5.10.4: {@code | { NodeId | attribute u32 | range | DataValue } |}. */
  private static void write(Cursor m, Exchange x, Observer o, String service, long key) {
    int nodes = (int) m.u32le();
    for (int i = 0; i < nodes && m.ok(); i++) {
      int at = m.position();
      OpcUaTypes.nodeKey(m);
      int attribute = (int) m.u32le();
      OpcUaTypes.skipString(m);
      int valueAt = m.position();
      double number = OpcUaTypes.dataValue(m, 0);
      if (!m.ok()) {
        return;
      }
      int octets = m.position() - valueAt;
      Point point = OpcUaTypes.named(m, at, attribute);
      Value value;
      if (Double.isNaN(number)) {
        int back = m.position();
        m.seek(valueAt);
        value = OpcUaTypes.written(m, octets);
        m.seek(back);
      } else {
        value = new Value.Num(number);
      }
      act(x, o, Verb.WRITE, WRITE, service, key + i * 0x51ED270BL, point, value);
    }
  }

  /** Part 4 §5.11.2: {@code | { object NodeId | method NodeId | inputs } |}. */
  private static void call(Cursor m, Exchange x, Observer o, String service, long key) {
    int methods = (int) m.u32le();
    for (int i = 0; i < methods && m.ok(); i++) {
      OpcUaTypes.nodeKey(m);
      int at = m.position();
      OpcUaTypes.nodeKey(m);
      int inputs = (int) m.u32le();
      for (int k = 0; k < inputs && m.ok(); k++) {
        OpcUaTypes.variant(m, 0);
      }
      if (m.ok()) {
        Point method = OpcUaTypes.named(m, at, OpcUaTypes.VALUE);
        act(x, o, Verb.COMMAND, CALL, service, key + i * 0x51ED270BL, method, null);
      }
    }
  }

  /** Part 4 §7.29: {@code | time i64 | handle u32 | result u32 | diagnostics | strings | ExtensionObject |}. */
  static void response(Cursor m, Exchange x, Observer o, int id, long key) {
    m.skip(12);
    long result = m.u32le();
    OpcUaTypes.diagnostics(m, 0);
    int strings = (int) m.u32le();
    for (int i = 0; i < strings && m.ok(); i++) {
      OpcUaTypes.skipString(m);
    }
    OpcUaTypes.extension(m);
    if (!m.ok()) {
      return;
    }
    if (result >>> 30 != 0) {
      o.outcome(key, OpcUaTypes.status(result));
    } else {
      switch (id) {
        case 634 -> readings(m, x, o, key);
        case 676 -> results(m, o, key, false);
        case 715 -> results(m, o, key, true);
        case 464 -> session(m, x, o, key);
        case 431 -> endpoints(m, x, o, key);
        default -> o.outcome(key, Outcome.OK);
      }
    }
    m.skip(m.remaining());
  }

  private static void readings(Cursor m, Exchange x, Observer o, long key) {
    int results = (int) m.u32le();
    o.outcome(key, Outcome.OK);
    for (int i = 0; i < results && m.ok(); i++) {
      double number = OpcUaTypes.dataValue(m, 0);
      if (m.ok() && i < MOST_NODES && x.recall(key + i * 0x51ED270BL) && x.recalledB() == OpcUaTypes.VALUE && x.recalledA() >= 0 && !Double.isNaN(number)) {
        o.reading(x, x.source(), x.recalledA(), OpcUaTypes.VALUE, POINT, number, null, true, false);
      }
    }
  }

  /** A status for each written node or called method; a method's is followed by the arguments' and the outputs. */
  private static void results(Cursor m, Observer o, long key, boolean methods) {
    int results = (int) m.u32le();
    for (int i = 0; i < results && m.ok(); i++) {
      long code = m.u32le();
      if (m.ok()) {
        o.outcome(key + i * 0x51ED270BL, OpcUaTypes.status(code));
      }
      if (methods) {
        m.skip(Math.max(0, (int) m.u32le()) * 4);
        int diagnostics = (int) m.u32le();
        for (int k = 0; k < diagnostics && m.ok(); k++) {
          OpcUaTypes.diagnostics(m, 0);
        }
        int outputs = (int) m.u32le();
        for (int k = 0; k < outputs && m.ok(); k++) {
          OpcUaTypes.variant(m, 0);
        }
      }
    }
  }

  /** Part 4 §5.6.2: {@code | session NodeId | token NodeId | timeout f64 | nonce | certificate | endpoints … |}: the server describes itself. */
  private static void session(Cursor m, Exchange x, Observer o, long key) {
    OpcUaTypes.node(m);
    OpcUaTypes.node(m);
    m.skip(8);
    OpcUaTypes.skipString(m);
    OpcUaTypes.skipString(m);
    endpoints(m, x, o, key);
  }

  /** Part 4 §7.10: each endpoint describes its server: {@code | URL | ApplicationDescription | … |}; the first is read. */
  private static void endpoints(Cursor m, Exchange x, Observer o, long key) {
    int endpoints = (int) m.u32le();
    o.outcome(key, Outcome.OK);
    if (m.ok() && endpoints > 0) {
      OpcUaTypes.skipString(m);
      application(m, x, o);
    }
  }
}
