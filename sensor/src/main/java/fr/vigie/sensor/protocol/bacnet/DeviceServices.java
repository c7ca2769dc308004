package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Seals;
import org.jspecify.annotations.Nullable;

/** Managing devices, files and terminals (ASHRAE 135-2020 clauses 14, 16 and 17). Passwords are told by presence and length only. */
final class DeviceServices {
  private static final Cite READ_FILE = Message.cite("14.1");
  private static final Cite WRITE_FILE = Message.cite("14.2");
  private static final Cite COMMUNICATION_CONTROL = Message.cite("16.1");
  private static final Cite PRIVATE_TRANSFER = Message.cite("16.2");
  private static final Cite REINITIALIZE = Message.cite("16.4");
  private static final Cite TEXT_MESSAGE = Message.cite("16.5");
  private static final Cite TIME = Message.cite("16.7");
  private static final Cite UTC_TIME = Message.cite("16.8");
  private static final Cite TERMINAL = Message.cite("17");
  private static final Cite SERVICES = Message.cite("21");

  private final Message m;
  private final Tags tags;

  DeviceServices(Message message) {
    m = message;
    tags = message.tags;
  }

  /** 16.1: without a duration it lasts until somebody enables the device again. */
  void deviceCommunicationControl() {
    int minutes = tags.context(0) ? tags.unsigned31("timeDuration") : -1;
    tags.must(tags.context(1));
    int state = tags.enumerated("enable-disable", Codes.ENABLE_DISABLE);
    int password = password(2);
    if (m.done()) {
      String detail = Codes.ENABLE_DISABLE.of(state) + (minutes > 0 ? ", " + minutes + " minutes" : ", indefinite") + told(password);
      m.act(state == 0 ? Verb.ENABLE : Verb.DISABLE, null, secret(password), 0, detail, COMMUNICATION_CONTROL);
    }
  }

  /** Length of the password, or -1 where there is none. */
  private int password(int tag) {
    // told with its tag: one that is not as it should be is no less a password
    m.secret(tags.cursor().remaining());
    return tags.context(tag) ? tags.secretText("password") : -1;
  }

  private static String told(int password) {
    return password < 0 ? ", no password" : ", password";
  }

  private @Nullable Value secret(int password) {
    return password < 0 ? null : m.observer.sealed(Seals.Kind.PASSWORD, tags.cursor(), tags.valueAt(), password);
  }

  void reinitializeDevice() {
    tags.must(tags.context(0));
    int state = tags.enumerated("reinitializedStateOfDevice", Codes.REINITIALIZED);
    int password = password(1);
    if (m.done()) {
      m.act(Verb.RESTART, null, secret(password), 0, Codes.REINITIALIZED.of(state) + told(password), REINITIALIZE);
    }
  }

  void timeSynchronization(boolean utc) {
    tags.must(tags.application(Tags.DATE));
    tags.date("date");
    int date = tags.valueAt();
    tags.must(tags.application(Tags.TIME));
    tags.time("time");
    int time = tags.valueAt();
    if (m.done()) {
      String scope = (utc ? "utc" : "local") + (m.global ? ", global" : m.broadcast ? ", broadcast" : "");
      m.act(Verb.SET_TIME, null, new Value.Text(tags.dateTimeText(date, time)), 0, scope, utc ? UTC_TIME : TIME);
    }
  }

  /** A file is taken in many requests; it is one act a minute. */
  void atomicReadFile() {
    tags.must(tags.application(Tags.OBJECT));
    long file = tags.object("fileIdentifier");
    boolean stream = tags.opening(0);
    tags.must(stream || tags.opening(1));
    tags.must(tags.application(Tags.SIGNED));
    tags.signed(stream ? "fileStartPosition" : "fileStartRecord");
    tags.must(tags.application(Tags.UNSIGNED));
    tags.unsigned(stream ? "requestedOctetCount" : "requestedRecordCount");
    tags.must(tags.closing(stream ? 0 : 1));
    if (m.done() && m.news(Message.FILE, file, 60)) {
      m.act(Verb.UPLOAD, ObjectServices.point(file, -1, -1), null, 0, stream ? "stream" : "records", READ_FILE);
    }
  }

  void atomicReadFileAck() {
    tags.must(tags.application(Tags.BOOLEAN));
    tags.applicationFlag("endOfFile");
    boolean stream = tags.opening(0);
    tags.must(stream || tags.opening(1));
    tags.must(tags.application(Tags.SIGNED));
    tags.signed(stream ? "fileStartPosition" : "fileStartRecord");
    data(stream, "returnedRecordCount");
    m.done();
  }

  /** File data of either access method, up to its closing tag; returns the octets of it. */
  private int data(boolean stream, String count) {
    int octets = 0;
    if (!stream) {
      tags.must(tags.application(Tags.UNSIGNED));
      tags.unsigned(count);
    }
    while (tags.application(Tags.OCTETS)) {
      tags.octets(stream ? "fileData" : "fileRecordData");
      octets += tags.valueLength();
    }
    tags.must(tags.closing(stream ? 0 : 1));
    return octets;
  }

  void atomicWriteFile() {
    tags.must(tags.application(Tags.OBJECT));
    long file = tags.object("fileIdentifier");
    boolean stream = tags.opening(0);
    tags.must(stream || tags.opening(1));
    tags.must(tags.application(Tags.SIGNED));
    long start = tags.signed(stream ? "fileStartPosition" : "fileStartRecord");
    int octets = data(stream, "recordCount");
    if (m.done()) {
      String detail = (stream ? "stream from " : "records from ") + start + ", " + octets + " octets";
      m.act(Verb.DOWNLOAD, ObjectServices.point(file, -1, -1), null, 0, detail, WRITE_FILE);
    }
  }

  /** Confirmed and unconfirmed alike: what a vendor's service does is the vendor's secret, that it was used is news. */
  void privateTransfer() {
    tags.must(tags.context(0));
    int vendor = tags.unsigned31("vendorID");
    tags.must(tags.context(1));
    long service = tags.unsigned("serviceNumber");
    if (tags.opening(2)) {
      tags.begin("serviceParameters");
      while (tags.more() && !tags.closing(2)) {
        tags.must(tags.step("value"));
      }
      tags.end();
    }
    if (m.done() && m.news(Message.PRIVATE, Message.mix(vendor, service), Message.AGAIN)) {
      Point point = new Point.Named("private", "vendor " + vendor + " service " + service);
      m.act(Verb.COMMAND, point, null, 0, BacnetNames.vendor(vendor), PRIVATE_TRANSFER);
    }
  }

  void textMessage() {
    tags.must(tags.context(0));
    long device = tags.object("textMessageSourceDevice");
    if (tags.opening(1)) {
      if (tags.context(0)) {
        tags.unsigned("numeric");
      } else {
        tags.must(tags.context(1));
        tags.text("character");
      }
      tags.must(tags.closing(1));
    }
    tags.must(tags.context(2));
    int priority = tags.enumerated("messagePriority", Codes.MESSAGE_PRIORITY);
    tags.must(tags.context(3));
    tags.text("message");
    if (m.done() && m.news(Message.NOTIFICATION, Message.digest(tags.cursor(), tags.valueAt(), tags.valueLength()), 60)) {
      m.act(
          Verb.NOTIFY, ObjectServices.point(device, -1, -1), new Value.Text(tags.text(tags.valueAt(), tags.valueLength())), 0,
          Codes.MESSAGE_PRIORITY.of(priority), TEXT_MESSAGE);
    }
  }

  /** VT-Open, VT-Close, VT-Data: what is typed may be a password, so it is not told. */
  void virtualTerminal(int service) {
    switch (service) {
      case 21 -> {
        tags.must(tags.application(Tags.ENUMERATED));
        tags.enumerated("vtClass", Codes.NUMBER);
        tags.must(tags.application(Tags.UNSIGNED));
        tags.unsigned("localVTSessionIdentifier");
      }
      case 22 -> {
        while (tags.application(Tags.UNSIGNED)) {
          tags.unsigned("remoteVTSessionIdentifier");
        }
      }
      default -> {
        tags.must(tags.application(Tags.UNSIGNED));
        tags.unsigned("vtSessionIdentifier");
        tags.must(tags.application(Tags.OCTETS));
        m.secret(tags.cursor().remaining());
        tags.secretOctets("vtNewData");
        tags.must(tags.application(Tags.UNSIGNED));
        tags.unsigned("vtDataFlag");
      }
    }
    if (m.done() && (service != 23 || m.news(Message.NOTIFICATION, service, Message.AGAIN))) {
      m.act(service == 21 ? Verb.CONNECT : service == 22 ? Verb.DISCONNECT : Verb.COMMAND, null, null, 0, "", TERMINAL);
    }
  }

  /** Authenticate, RequestKey (withdrawn) and AuthRequest: the parameters are credentials. */
  void authenticate() {
    secretAck();
    if (m.sound()) {
      m.act(Verb.AUTHENTICATE, null, null, 0, "", SERVICES);
    }
  }

  void secretAck() {
    m.transcript.secret("parameters", tags.cursor().remaining());
    m.secret(tags.cursor().remaining());
    tags.cursor().skip(tags.cursor().remaining());
  }
}
