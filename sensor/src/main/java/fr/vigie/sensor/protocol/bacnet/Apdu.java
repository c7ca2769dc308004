package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The application layer's header (ASHRAE 135-2020 clause 20.1): eight kinds of PDU, which service they are about, and how a request ended.
 *
 * <pre>
 * 0 confirmed request    | 0 SEG MOR SA | max segs, max APDU | invoke | [sequence | window] | service | parameters |
 * 1 unconfirmed request  | 1 | service | parameters |
 * 2 simple ack           | 2 | invoke | service |
 * 3 complex ack          | 3 SEG MOR | invoke | [sequence | window] | service | parameters |
 * 4 segment ack          | 4 NAK SRV | invoke | sequence | window |
 * 5 error                | 5 | invoke | service | error |
 * 6 reject, 7 abort      | 6 or 7 SRV | invoke | reason |
 * </pre>
 */
final class Apdu {
  private static final int SEGMENTED = 0x08;
  private static final int WRITE_PROPERTY_MULTIPLE = 16;

  private static final int MORE_FOLLOWS = 0x04;
  private static final int SEGMENTED_RESPONSE = 0x02;
  private static final int NEGATIVE = 0x02;
  private static final int SERVER = 0x01;

  /** 21: ReadPropertyMultiple among the confirmed services, and its answer. */
  private static final int READ_PROPERTY_MULTIPLE = 14;

  private static final Cite TYPES = Message.cite("20.1.1");

  /** 20.1.2.4 and 20.1.2.5: what the codes stand for; 0 is unspecified, 65 more than 64. */
  private static final int[] MAX_SEGMENTS = {0, 2, 4, 8, 16, 32, 64, 65};

  private static final int[] MAX_APDU = {50, 128, 206, 480, 1024, 1476};

  private final Message m;
  private final Tags tags;
  private final Segments segments = new Segments();
  private final DiscoveryServices discovery;
  private final ObjectServices objects;
  private final WriteServices writes;
  private final AlarmServices alarms;
  private final DeviceServices devices;

  Apdu(Message message) {
    m = message;
    tags = message.tags;
    discovery = new DiscoveryServices(message);
    objects = new ObjectServices(message);
    writes = new WriteServices(message);
    alarms = new AlarmServices(message);
    devices = new DeviceServices(message);
  }

  long segmentedLost() {
    return segments.lost();
  }

  void read(Cursor c) {
    int first = c.u8();
    if (!c.ok()) {
      return;
    }
    if (m.transcript.on()) {
      m.transcript.field("pduType", Codes.pduType(first >> 4));
    }
    switch (first >> 4) {
      case 0 -> confirmedRequest(c, first);
      case 1 -> unconfirmedRequest(c);
      case 2 -> simpleAck(c);
      case 3 -> complexAck(c, first);
      case 4 -> segmentAck(c, first);
      case 5 -> error(c);
      case 6 -> reject(c);
      case 7 -> abort(c, first);
      default -> m.observer.flaw(m.exchange, TYPES, "reserved-pdu-type", c.position() - 1, c.wireLength());
    }
  }

  private void confirmedRequest(Cursor c, int first) {
    Transcript t = m.transcript;
    boolean segmented = (first & SEGMENTED) != 0;
    int sizes = c.u8();
    t.field("segmentedMessage", segmented);
    t.field("moreFollows", (first & MORE_FOLLOWS) != 0);
    t.field("segmentedResponseAccepted", (first & SEGMENTED_RESPONSE) != 0);
    t.field("maxSegmentsAccepted", MAX_SEGMENTS[sizes >> 4 & 7]);
    t.field("maxApduLengthAccepted", (sizes & 15) < MAX_APDU.length ? MAX_APDU[sizes & 15] : 0);
    int invoke = invoke(c);
    int sequence = segmented ? sequence(c) : 0;
    int service = service(c, true);
    if (!c.ok()) {
      return;
    }
    m.confirmed = true;
    long key = m.requestKey(invoke);
    m.await(key);
    if (parameters(c, service, segmented, key, sequence, first)) {
      walk(service, Walk.CONFIRMED);
    }
  }

  private void unconfirmedRequest(Cursor c) {
    int service = service(c, false);
    if (c.ok()) {
      walk(service, Walk.UNCONFIRMED);
    }
  }

  private void simpleAck(Cursor c) {
    int invoke = invoke(c);
    service(c, true);
    if (m.done()) {
      m.ended(m.replyKey(invoke), Outcome.OK);
    }
  }

  private void complexAck(Cursor c, int first) {
    boolean segmented = (first & SEGMENTED) != 0;
    m.transcript.field("segmentedMessage", segmented);
    m.transcript.field("moreFollows", (first & MORE_FOLLOWS) != 0);
    int invoke = invoke(c);
    int sequence = segmented ? sequence(c) : 0;
    int service = service(c, true);
    if (!c.ok()) {
      return;
    }
    long key = m.replyKey(invoke);
    if (parameters(c, service, segmented, ~key, sequence, first)) {
      walk(service, Walk.ACK);
    }
    if (m.sound() && (!segmented || (first & MORE_FOLLOWS) == 0)) {
      m.ended(key, Outcome.OK);
    }
  }

  private void segmentAck(Cursor c, int first) {
    m.transcript.operation("segmentAck");
    m.transcript.field("negativeAck", (first & NEGATIVE) != 0);
    m.transcript.field("server", (first & SERVER) != 0);
    invoke(c);
    m.transcript.field("sequenceNumber", c.u8());
    m.transcript.field("actualWindowSize", c.u8());
    m.done();
  }

  /** 20.1.7; the errors of lists, files of initial values and multiple writes stand within tag 0 and say more behind it (clause 21). */
  private void error(Cursor c) {
    int invoke = invoke(c);
    int service = service(c, true);
    boolean wrapped = tags.opening(0);
    int category = errorPart("errorClass", Codes.ERROR_CLASS);
    int code = errorPart("errorCode", Codes.ERROR_CODE);
    if (!wrapped) {
      if (m.done()) {
        m.ended(m.replyKey(invoke), m.outcome(Message.ERROR, category, code));
      }
      return;
    }
    tags.must(tags.closing(0));
    if (service == WRITE_PROPERTY_MULTIPLE) {
      failedWrite(invoke, category, code);
      return;
    }
    parameters("errorParameters", "error", service);
    if (m.sound()) {
      m.ended(m.replyKey(invoke), m.outcome(Message.ERROR, category, code));
    }
  }

  /** 15.10.1.3.2: the first write attempt that failed; those before it were done. */
  private void failedWrite(int invoke, int category, int code) {
    tags.must(tags.opening(1));
    tags.must(tags.context(0));
    long object = tags.object("objectIdentifier");
    tags.must(tags.context(1));
    int property = tags.property("propertyIdentifier");
    int index = tags.context(2) ? tags.unsigned31("propertyArrayIndex") : -1;
    tags.must(tags.closing(1));
    if (m.done()) {
      m.endedAt(m.replyKey(invoke), object, Message.reference(property, index), m.outcome(Message.ERROR, category, code));
    }
  }

  /** Parameters nobody needs one by one, told by the names that clause 21 gives them. */
  private void parameters(String name, String kind, int service) {
    tags.parameters(name, m.transcript.on() ? Grammar.service(kind, service) : null);
  }

  private int errorPart(String name, Codes.Labels labels) {
    tags.must(tags.application(Tags.ENUMERATED));
    return tags.enumerated(name, labels);
  }

  private void reject(Cursor c) {
    m.transcript.operation("reject");
    int invoke = invoke(c);
    int reason = c.u8();
    if (m.transcript.on()) {
      m.transcript.field("rejectReason", Codes.REJECT_REASON.of(reason));
    }
    if (m.done()) {
      m.ended(m.replyKey(invoke), m.outcome(Message.REJECT, 0, reason));
    }
  }

  /** 20.1.9: the server aborts the other's request, the client its own. */
  private void abort(Cursor c, int first) {
    m.transcript.operation("abort");
    boolean server = (first & SERVER) != 0;
    m.transcript.field("server", server);
    int invoke = invoke(c);
    int reason = c.u8();
    if (m.transcript.on()) {
      m.transcript.field("abortReason", Codes.ABORT_REASON.of(reason));
    }
    if (m.done()) {
      m.ended(server ? m.replyKey(invoke) : m.requestKey(invoke), m.outcome(Message.ABORT, 0, reason));
    }
  }

  private int invoke(Cursor c) {
    int invoke = c.u8();
    m.transcript.field("invokeID", invoke);
    return invoke;
  }

  private int sequence(Cursor c) {
    int sequence = c.u8();
    m.transcript.field("sequenceNumber", sequence);
    m.transcript.field("proposedWindowSize", c.u8());
    return sequence;
  }

  private int service(Cursor c, boolean confirmed) {
    int service = c.u8();
    if (c.ok()) {
      m.operation(confirmed ? Codes.confirmed(service) : Codes.unconfirmed(service));
      m.transcript.field("serviceChoice", service);
    }
    return service;
  }

  /** Sets the tags on the service's parameters; false while segments are missing. */
  private boolean parameters(Cursor c, int service, boolean segmented, long key, int sequence, int first) {
    if (!segmented) {
      return true;
    }
    // DeviceCommunicationControl, ReinitializeDevice, VT-Data, Authenticate, RequestKey, AuthRequest: where in the whole the password is, no segment says
    if (service == 17 || service == 20 || service >= 23 && service <= 25 || service == 34) {
      m.secret(c.remaining());
    }
    m.transcript.octets("segment", c, c.remaining());
    @Nullable Cursor whole = segments.add(key, sequence, (first & MORE_FOLLOWS) != 0, m.exchange.at(), c);
    if (whole == null) {
      return false;
    }
    tags.set(whole, m.transcript);
    return true;
  }

  /** What the parameters belong to. */
  private enum Walk {
    CONFIRMED,
    UNCONFIRMED,
    ACK
  }

  /** Walks the parameters; those of a list, once known to be sound, a second time to report. */
  private void walk(int service, Walk kind) {
    int at = tags.cursor().position();
    boolean list = dispatch(service, kind);
    if (list && m.done() && !noted(service, kind)) {
      tags.cursor().seek(at);
      tags.silent();
      m.reporting = true;
      dispatch(service, kind);
      m.reporting = false;
    }
  }

  /** Whether the list was reported from what the first walk noted. */
  private boolean noted(int service, Walk kind) {
    return service == READ_PROPERTY_MULTIPLE
        && (kind == Walk.ACK && objects.readPropertyMultipleAckNoted() || kind == Walk.CONFIRMED && objects.readPropertyMultipleNoted());
  }

  private boolean dispatch(int service, Walk kind) {
    return switch (kind) {
      case CONFIRMED -> confirmed(service);
      case UNCONFIRMED -> unconfirmed(service);
      case ACK -> ack(service);
    };
  }

  /** True for a list, which is to be walked again when sound. */
  private boolean confirmed(int service) {
    switch (service) {
      case 0 -> alarms.acknowledgeAlarm();
      case 1 -> {
        return alarms.covNotification();
      }
      case 2 -> alarms.eventNotification();
      case 5 -> alarms.subscribeCov(false);
      case 6 -> devices.atomicReadFile();
      case 7 -> devices.atomicWriteFile();
      case 8, 9 -> writes.listElement(service == 8);
      case 10 -> writes.createObject();
      case 11 -> writes.deleteObject();
      case 12 -> objects.readProperty();
      case 14 -> {
        return objects.readPropertyMultiple();
      }
      case 15 -> writes.writeProperty();
      case 16 -> {
        return writes.writePropertyMultiple();
      }
      case 17 -> devices.deviceCommunicationControl();
      case 18 -> devices.privateTransfer();
      case 19 -> devices.textMessage();
      case 20 -> devices.reinitializeDevice();
      case 21, 22, 23 -> devices.virtualTerminal(service);
      case 24, 25, 34 -> devices.authenticate();
      case 26 -> objects.readRange();
      case 27 -> alarms.lifeSafetyOperation();
      case 28 -> alarms.subscribeCov(true);
      case 30 -> {
        return alarms.subscribeCovPropertyMultiple();
      }
      case 31 -> {
        return alarms.covNotificationMultiple();
      }
      default -> other("request", service);
    }
    return false;
  }

  private boolean unconfirmed(int service) {
    switch (service) {
      case 0 -> discovery.iAm();
      case 1 -> discovery.iHave();
      case 2 -> {
        return alarms.covNotification();
      }
      case 3 -> alarms.eventNotification();
      case 4 -> devices.privateTransfer();
      case 5 -> devices.textMessage();
      case 6, 9 -> devices.timeSynchronization(service == 9);
      case 7 -> discovery.whoHas();
      case 8 -> discovery.whoIs();
      case 10 -> {
        return writes.writeGroup();
      }
      case 11 -> {
        return alarms.covNotificationMultiple();
      }
      case 13 -> discovery.whoAmI();
      case 14 -> discovery.youAre();
      default -> other("unconfirmed", service);
    }
    return false;
  }

  private boolean ack(int service) {
    switch (service) {
      case 12 -> objects.readPropertyAck();
      case 14 -> {
        return objects.readPropertyMultipleAck();
      }
      case 26 -> objects.readRangeAck();
      case 6 -> devices.atomicReadFileAck();
      case 24, 25, 34 -> devices.secretAck();
      default -> other("ack", service);
    }
    return false;
  }

  /** A service without a room of its own: named, its parameters told. */
  private void other(String kind, int service) {
    parameters("parameter", kind, service);
    m.done();
  }
}
