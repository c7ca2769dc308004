package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The messages of MMS (ISO 9506-2:2003, ASN.1 module MMS-General-Module-1) and what IEC 61850-8-1:2011 means by their names.
 *
 * <pre>
 * A0 confirmed request { invokeID, service }   A1 confirmed response   A2 confirmed error   A3 unconfirmed   A4 reject
 * 85 86 A7 cancel   A8 A9 AA initiate   8B 8C AD conclude
 * name: 80 vmd | A1 { domain, item } | 82 association                                             ObjectName
 * </pre>
 *
 * An item of IEC 61850 is {@code XCBR1$CO$Pos$Oper}: logical node, functional constraint, data (8-1 §7.3).
 */
final class MmsService {
  private static final String STANDARD = "ISO 9506-2:2003";
  static final Cite MESSAGE = new Cite(STANDARD, "MMSpdu");
  private static final Cite SERVICE = new Cite(STANDARD, "ConfirmedServiceRequest");
  private static final Cite INITIATE = new Cite(STANDARD, "Initiate-RequestPDU");
  private static final Cite IDENTIFY = new Cite(STANDARD, "Identify-Response");
  private static final Cite WRITE_CITE = new Cite(STANDARD, "Write-Request");
  private static final Cite CONTROL = new Cite("IEC 61850-8-1:2011", "20");

  private static final int STATUS = 0;
  private static final int IDENTITY = 2;
  private static final int READ = 4;
  private static final int WRITE = 5;

  private static final String[] SERVICES = {"status", "getNameList", "identify", "rename", "read", "write", "getVariableAccessAttributes", "defineNamedVariable",
      "defineScatteredAccess", "getScatteredAccessAttributes", "deleteVariableAccess", "defineNamedVariableList", "getNamedVariableListAttributes",
      "deleteNamedVariableList", "defineNamedType", "getNamedTypeAttributes", "deleteNamedType", "input", "output", "takeControl", "relinquishControl",
      "defineSemaphore", "deleteSemaphore", "reportSemaphoreStatus", "reportPoolSemaphoreStatus", "reportSemaphoreEntryStatus", "initiateDownloadSequence",
      "downloadSegment", "terminateDownloadSequence", "initiateUploadSequence", "uploadSegment", "terminateUploadSequence", "requestDomainDownload",
      "requestDomainUpload", "loadDomainContent", "storeDomainContent", "deleteDomain", "getDomainAttributes", "createProgramInvocation",
      "deleteProgramInvocation", "start", "stop", "resume", "reset", "kill", "getProgramInvocationAttributes", "obtainFile", "defineEventCondition",
      "deleteEventCondition", "getEventConditionAttributes", "reportEventConditionStatus", "alterEventConditionMonitoring", "triggerEvent", "defineEventAction",
      "deleteEventAction", "getEventActionAttributes", "reportEventActionStatus", "defineEventEnrollment", "deleteEventEnrollment", "alterEventEnrollment",
      "reportEventEnrollmentStatus", "getEventEnrollmentAttributes", "acknowledgeEventNotification", "getAlarmSummary", "getAlarmEnrollmentSummary",
      "readJournal", "writeJournal", "initializeJournal", "reportJournalStatus", "createJournal", "deleteJournal", "getCapabilityList", "fileOpen", "fileRead",
      "fileClose", "fileRename", "fileDelete", "fileDirectory"};

  /** DataAccessError. */
  private static final String[] ACCESS = {"object invalidated", "hardware fault", "temporarily unavailable", "object access denied", "object undefined",
      "invalid address", "type unsupported", "type inconsistent", "object attribute inconsistent", "object access unsupported", "object non-existent",
      "object value invalid"};
  private static final Outcome[] DENIED = new Outcome[ACCESS.length];

  /** ServiceError, errorClass. */
  private static final String[] ERRORS = {"vmd state", "application reference", "definition", "resource", "service", "service preempt", "time resolution",
      "access", "initiate", "conclude", "cancel", "file", "others"};
  private static final Outcome[] FAILED = new Outcome[ERRORS.length];
  private static final Outcome REJECTED = Outcome.error("rejected");
  private static final Outcome UNKNOWN = Outcome.error("unknown");

  static {
    for (int i = 0; i < ACCESS.length; i++) {
      DENIED[i] = Outcome.error(ACCESS[i]);
    }
    for (int i = 0; i < ERRORS.length; i++) {
      FAILED[i] = Outcome.error(ERRORS[i]);
    }
  }

  private static final int NEWS_READ = 1;
  private static final int NEWS_IDENTITY = 2;
  private static final int AGAIN_SECONDS = 600;
  private static final int MOST_WRITES = 64;

  /** Tags with more than one octet, context class: the number above this. */
  private static final int HIGH = 0x100;

  private boolean secured;
  /** The name read last, and where it is: digest, and text only when it is wanted. */
  private long digest;
  private @Nullable String named;
  private int names;

  /** Whether the association that carries the next message has a password. */
  void secured(boolean password) {
    secured = password;
  }

  private static int tag(Cursor m) {
    int first = m.u8();
    if ((first & 31) != 31) {
      return first;
    }
    int number = m.u8();
    if (number >= 0x80) {
      number = (number & 0x7F) << 7 | m.u8() & 0x7F;
    }
    return HIGH + number;
  }

  private static int number(int tag) {
    return tag >= HIGH ? tag - HIGH : tag & 31;
  }

  private static String service(int number) {
    return number < SERVICES.length ? SERVICES[number] : "unknown service";
  }

  private static void operation(Observer o, String name) {
    o.transcript().operation(name);
    o.operation(name);
  }

  void read(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int at = m.position();
    int tag = tag(m);
    int octets = Ber.length(m);
    if (!m.ok()) {
      return;
    }
    t.field("mms", number(tag));
    long outer = m.enter(octets);
    Cursor body = t.on() ? new Cursor().rest(m) : m;
    switch (tag) {
      case 0xA0 -> request(m, x, o);
      case 0xA1 -> response(m, x, o);
      case 0xA2 -> error(m, x, o);
      case 0xA3 -> unconfirmed(m, o);
      case 0xA4 -> {
        operation(o, "reject");
        if (m.peek(0) == 0x80) {
          m.skip(1);
          o.outcome(key(x, Ber.integer(m, Ber.length(m))), REJECTED);
        }
      }
      case 0x85, 0x86, 0xA7 -> operation(o, "cancel");
      case 0xA8 -> initiate(m, x, o);
      case 0xA9 -> {
        operation(o, "initiate response");
        if (sound(m, m.remaining())) {
          o.outcome(x.flow(), Outcome.OK);
        }
      }
      case 0xAA -> {
        operation(o, "initiate error");
        o.outcome(x.flow(), FAILED[8]);
      }
      case 0x8B, 0x8C, 0xAD -> operation(o, tag == 0x8B ? "conclude" : tag == 0x8C ? "conclude response" : "conclude error");
      default -> o.flaw(x, MESSAGE, "tag", at, 1);
    }
    if (body != m) {
      MmsGrammar.tell(body, t, number(tag));
    }
    m.leave(outer);
  }

  private static long key(Exchange x, long invoke) {
    return x.flow() * 0x9E3779B97F4A7C15L ^ invoke << 16;
  }

  private void initiate(Cursor m, Exchange x, Observer o) {
    operation(o, "initiate");
    if (sound(m, m.remaining())) {
      o.request(x.flow(), Acts.pending(x, "mms", INITIATE, Verb.CONNECT, "initiate", null, null, secured ? "with a password" : ""));
    }
  }

  // ---- requests

  private void request(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long invoke = Ber.integer(m);
    if (m.peek(0) == 0xA0 && m.peek(1) > 0 && m.peek(2) == Ber.SEQUENCE) {
      // listOfModifier
      m.skip(1);
      m.skip(Ber.length(m));
    }
    int tag = tag(m);
    int number = number(tag);
    int octets = Ber.length(m);
    if (!m.ok()) {
      return;
    }
    t.field("confirmedServiceRequest", number);
    operation(o, service(number));
    long key = key(x, invoke);
    long outer = m.enter(octets);
    named = null;
    names = 0;
    digest = 0;
    switch (number) {
      case READ -> read(m, x, o, key);
      case WRITE -> write(m, x, o, key);
      default -> other(m, x, o, number, octets, key);
    }
    m.leave(outer);
  }

  private @Nullable Point point() {
    String text = named;
    return text == null ? null : new Point.Named("mms", text);
  }

  /** ObjectName and anything that contains one: the first name is kept as text where {@code wanted}, every one goes into the digest. */
  private void names(Cursor m, boolean wanted, int depth) {
    while (m.ok() && m.remaining() > 0) {
      int tag = tag(m);
      int octets = Ber.length(m);
      long outer = m.enter(octets);
      if (tag == 0xA1 && m.peek(0) == 0x1A && m.peek(m.peek(1) + 2) == 0x1A) {
        domainSpecific(m, wanted);
      } else if (tag == 0x80 || tag == 0x82 || tag == 0x81 || tag == 0x1A || tag == 0x19) {
        if (octets > 1) {
          name(m, tag == 0x82 ? "@" : "", wanted);
        }
      } else if (tag >= 0xA0 && tag < HIGH || tag == Ber.SEQUENCE) {
        if (depth < 8) {
          names(m, wanted, depth + 1);
        }
      }
      m.leave(outer);
    }
  }

  private void domainSpecific(Cursor m, boolean wanted) {
    m.skip(1);
    int domain = Ber.length(m);
    digest = digest * 31 + m.digest(domain);
    int at = m.position();
    m.skip(domain);
    int itemTag = m.u8();
    int item = Ber.length(m);
    if (!m.ok() || itemTag != 0x1A) {
      m.fail();
      return;
    }
    digest = digest * 31 + m.digest(item);
    names++;
    if (wanted && named == null) {
      String itemText = m.text(item, StandardCharsets.ISO_8859_1);
      m.seek(at);
      String domainText = m.text(domain, StandardCharsets.ISO_8859_1);
      named = domainText + "/" + itemText;
      m.seek(at + domain);
      m.skip(1);
      m.skip(Ber.length(m));
    } else {
      m.skip(item);
    }
  }

  private void name(Cursor m, String prefix, boolean wanted) {
    int octets = m.remaining();
    digest = digest * 31 + m.digest(octets);
    names++;
    if (wanted && named == null) {
      named = prefix + m.text(octets, StandardCharsets.ISO_8859_1);
    } else {
      m.skip(octets);
    }
  }

  /** Read-Request: a list of variables A0, or the name of a list A1. The first name is made text only when it is told. */
  private void read(Cursor m, Exchange x, Observer o, long key) {
    int start = m.position();
    names(m, false, 0);
    if (!m.ok() || !x.news(x.source(), NEWS_READ, digest * 31 + x.target().hashCode(), AGAIN_SECONDS)) {
      return;
    }
    int count = names;
    if (named == null) {
      m.seek(start);
      names(m, true, 0);
    }
    o.request(key, Acts.pending(x, "mms", SERVICE, Verb.READ, "read", point(), null, count > 1 ? count + " variables" : ""));
  }

  /** Write-Request: {@code variableAccessSpecification, listOfData [0]}. Acts only when all of it can be read. */
  private void write(Cursor m, Exchange x, Observer o, long key) {
    int start = m.position();
    int tag = m.u8();
    int octets = Ber.length(m);
    m.skip(octets);
    int dataTag = m.u8();
    int dataOctets = Ber.length(m);
    if (!m.ok() || dataTag != 0xA0 || dataOctets != m.remaining()) {
      m.fail();
      return;
    }
    int data = m.position();
    if (tag == 0xA1) {
      m.seek(start);
      m.skip(1);
      long outer = m.enter(Ber.length(m));
      names(m, true, 0);
      m.leave(outer);
      m.seek(data);
      while (m.ok() && m.remaining() > 0) {
        value(m, 0);
      }
      if (m.ok()) {
        o.request(key, Acts.pending(x, "mms", WRITE_CITE, Verb.WRITE, "write", point(), null, "list of variables"));
        x.remember(key, 1, 0);
      }
      return;
    }
    if (!sound(m, dataOctets)) {
      m.fail();
      return;
    }
    // variables and values go hand in hand
    m.seek(start);
    m.skip(1);
    Ber.length(m);
    int variable = m.position();
    int end = variable + octets;
    int value = data;
    int count = 0;
    while (m.ok() && variable < end && count < MOST_WRITES) {
      m.seek(variable);
      named = null;
      long outer = Ber.enter(m, Ber.SEQUENCE);
      names(m, true, 0);
      m.leave(outer);
      variable = m.position();
      m.seek(value);
      Value written = value(m, 0);
      value = m.position();
      if (m.ok()) {
        written(x, o, key ^ count, written);
      }
      count++;
    }
    if (m.ok()) {
      x.remember(key, count, 0);
    }
  }

  /** Whether so many octets are whole elements: then the values can be believed. The cursor stays or fails. */
  private static boolean sound(Cursor m, int octets) {
    int start = m.position();
    long outer = m.enter(octets);
    while (m.ok() && m.remaining() > 0) {
      m.skip(1);
      m.skip(Ber.length(m));
    }
    m.leave(outer);
    m.seek(start);
    return m.ok();
  }

  /** IEC 61850-8-1 §7.3: the functional constraint between the first two dollars says what is written. */
  private void written(Exchange x, Observer o, long key, @Nullable Value value) {
    String text = named == null ? "" : named;
    int dollar = text.indexOf('$');
    String constraint = dollar > 0 && dollar + 3 <= text.length() ? text.substring(dollar + 1, dollar + 3) : "";
    Verb verb = switch (constraint) {
      case "CO" -> Verb.COMMAND;
      case "RP", "BR", "GO", "GS", "MS", "US", "LG", "CF", "DC" -> Verb.CONFIGURE;
      default -> Verb.WRITE;
    };
    String detail = verb != Verb.COMMAND ? "" : text.endsWith("$SBOw") || text.endsWith("$SBO") ? "select" : text.endsWith("$Oper") ? "operate"
        : text.endsWith("$Cancel") ? "cancel" : "";
    o.request(key, Acts.pending(x, "mms", verb == Verb.COMMAND ? CONTROL : WRITE_CITE, verb, "write", point(), value, detail));
  }

  /** Data: the first plain value in it, which stands for a structure's. */
  private static @Nullable Value value(Cursor m, int depth) {
    int tag = m.u8();
    int octets = Ber.length(m);
    if (!m.ok()) {
      return null;
    }
    int next = m.position() + octets;
    Value value = null;
    if (tag == 0xA1 || tag == 0xA2) {
      long outer = m.enter(octets);
      while (m.ok() && m.remaining() > 0 && depth < 8) {
        Value one = value(m, depth + 1);
        value = value == null ? one : value;
      }
      m.leave(outer);
    } else {
      value = plain(m, tag, octets);
    }
    m.seek(next);
    return value;
  }

  private static @Nullable Value plain(Cursor m, int tag, int octets) {
    return switch (tag) {
      case 0x83 -> new Value.Bool(octets == 1 && m.u8() != 0);
      case 0x85 -> octets >= 1 && octets <= 8 ? new Value.Num(m.signed(octets)) : null;
      case 0x86 -> octets >= 1 && octets <= 8 ? new Value.Num(m.unsigned(octets)) : null;
      case 0x87 -> {
        // FloatingPoint: width of the exponent, then IEEE 754
        m.skip(1);
        yield octets == 5 ? new Value.Num(m.f32()) : octets == 9 ? new Value.Num(m.f64()) : null;
      }
      case 0x8A, 0x90 -> new Value.Text(m.text(octets, StandardCharsets.UTF_8));
      default -> new Value.Octets(m.bytes(Math.min(octets, 64)), octets);
    };
  }

  /** Services that are neither read nor write: what they do, and to what. */
  private void other(Cursor m, Exchange x, Observer o, int number, int octets, long key) {
    Verb verb = verb(number);
    boolean told = verb != null && verb != Verb.READ;
    if (octets > 0 && number != STATUS && number != IDENTITY) {
      names(m, told, 0);
    }
    if (!m.ok() || verb == null) {
      return;
    }
    if (told || x.news(x.source(), NEWS_READ, (long) x.target().hashCode() << 8 ^ number, AGAIN_SECONDS)) {
      o.request(key, Acts.pending(x, "mms", SERVICE, verb, service(number), told ? point() : null, null, ""));
    }
  }

  private static @Nullable Verb verb(int number) {
    return switch (number) {
      case 1, 6, 12, 37, 45, 63, 64, 77 -> Verb.READ;
      case IDENTITY -> Verb.DISCOVER;
      case 3, 75 -> Verb.WRITE;
      case 7, 8, 11, 14, 21, 38, 47, 53, 57, 69 -> Verb.CREATE;
      case 10, 13, 16, 22, 36, 39, 48, 54, 58, 70, 76 -> Verb.DELETE;
      case 19, 20, 40, 41, 42, 43, 44, 52 -> Verb.COMMAND;
      case 26, 32, 34, 46 -> Verb.DOWNLOAD;
      case 29, 33, 35, 72 -> Verb.UPLOAD;
      case 51, 59, 67 -> Verb.CONFIGURE;
      case 62 -> Verb.ACKNOWLEDGE;
      default -> null;
    };
  }

  // ---- answers

  private void response(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    long invoke = Ber.integer(m);
    int tag = tag(m);
    int number = number(tag);
    int octets = Ber.length(m);
    if (!m.ok()) {
      return;
    }
    t.field("confirmedServiceResponse", number);
    operation(o, service(number));
    long key = key(x, invoke);
    long outer = m.enter(octets);
    switch (number) {
      case IDENTITY -> identity(m, x, o);
      case WRITE -> {
        written(m, x, o, key);
        m.leave(outer);
        return;
      }
      default -> {
        // that it was answered is all
      }
    }
    m.leave(outer);
    if (m.ok()) {
      o.outcome(key, Outcome.OK);
    }
  }

  /** Identify-Response: maker, model, revision. */
  private static void identity(Cursor m, Exchange x, Observer o) {
    while (m.ok() && m.remaining() > 0) {
      int tag = m.u8();
      int octets = Ber.length(m);
      int next = m.position() + octets;
      Trait trait = tag == 0x80 ? Trait.VENDOR : tag == 0x81 ? Trait.MODEL : tag == 0x82 ? Trait.FIRMWARE : null;
      if (trait != null && octets > 0 && x.news(x.source(), NEWS_IDENTITY, m.digest(octets) + tag, Exchange.FOREVER)) {
        String text = m.text(octets, StandardCharsets.ISO_8859_1);
        if (m.ok() && !text.isBlank()) {
          o.claim(x, x.source(), trait, text.strip(), IDENTIFY);
        }
      }
      m.seek(next);
    }
  }

  /** Write-Response: for each variable 80 failure or 81 success. */
  private static void written(Cursor m, Exchange x, Observer o, long key) {
    boolean asked = x.recall(key);
    long count = asked ? x.recalledA() : 0;
    for (int i = 0; m.ok() && m.remaining() > 0; i++) {
      int tag = m.u8();
      int octets = Ber.length(m);
      long failure = tag == 0x80 && octets <= 4 ? Ber.integer(m, octets) : -1;
      if (failure < 0) {
        m.skip(octets);
      }
      if (m.ok() && i < count) {
        o.outcome(key ^ i, failure < 0 ? Outcome.OK : failure < DENIED.length ? DENIED[(int) failure] : UNKNOWN);
      }
    }
  }

  /** Confirmed-ErrorPDU: {@code invokeID [0], modifierPosition [1] OPTIONAL, serviceError [2] { errorClass [0] { [n] code } }}. */
  private static void error(Cursor m, Exchange x, Observer o) {
    operation(o, "error");
    long invoke = -1;
    int errorClass = -1;
    while (m.ok() && m.remaining() > 0) {
      int tag = m.u8();
      int octets = Ber.length(m);
      int next = m.position() + octets;
      if ((tag == 0x80 || tag == Ber.INTEGER) && invoke < 0) {
        invoke = Ber.integer(m, octets);
      } else if (tag == 0xA2 && m.peek(0) == 0xA0) {
        errorClass = m.peek(2) & 31;
      }
      m.seek(next);
    }
    if (m.ok()) {
      long key = key(x, invoke);
      long count = x.recall(key) ? Math.clamp(x.recalledA(), 1, MOST_WRITES) : 1;
      for (int i = 0; i < count; i++) {
        o.outcome(key ^ i, errorClass >= 0 && errorClass < FAILED.length ? FAILED[errorClass] : UNKNOWN);
      }
    }
  }

  private void unconfirmed(Cursor m, Observer o) {
    Transcript t = o.transcript();
    int tag = tag(m);
    int octets = Ber.length(m);
    String name = switch (number(tag)) {
      case 0 -> "informationReport";
      case 1 -> "unsolicitedStatus";
      case 2 -> "eventNotification";
      default -> "unknown report";
    };
    operation(o, name);
    t.field("unconfirmedService", number(tag));
    m.skip(octets);
  }
}
