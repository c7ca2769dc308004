package fr.vigie.samples;

/**
 * OPC UA over TCP, binary (OPC 10000-6 edition 1.04, chapters 5 to 7), on a channel whose policy is None: channel 7, token 1. Little-endian.
 * Node identifiers of the services are those of annex A.3.
 */
final class OpcUaWriter {
  static final int PORT = 4840;
  private static final String NONE = "http://opcfoundation.org/UA/SecurityPolicy#None";
  private static final int CHANNEL = 7;
  private static final int OPEN = 446;
  private static final int CREATE_SESSION = 461;
  private static final int ACTIVATE_SESSION = 467;
  private static final int READ = 631;
  private static final int WRITE = 673;
  private static final int VALUE = 13;
  private static final int DOUBLE = 11;

  private OpcUaWriter() {}

  private static byte[] chunk(String type, Bytes body) {
    return new Bytes().text(type).little(8 + body.size(), 4).raw(body.octets()).octets();
  }

  /** §5.2.2.4. */
  private static byte[] string(String text) {
    Bytes t = new Bytes().text(text);
    return new Bytes().little(t.size(), 4).raw(t.octets()).octets();
  }

  private static byte[] none() {
    return new Bytes().little(-1, 4).octets();
  }

  /** §5.2.2.9: an identifier of namespace 0 in four octets. */
  private static byte[] node(int id) {
    return new Bytes().u8(1).u8(0).little(id, 2).octets();
  }

  /** §7.1.2.3, §7.1.2.4: version 0 and the sizes of buffers. */
  private static Bytes buffers() {
    return new Bytes().little(0, 4).little(65_536, 4).little(65_536, 4).little(0, 4).little(0, 4);
  }

  static byte[] hello(Host server) {
    return chunk("HELF", buffers().raw(string("opc.tcp://" + server.address() + ":" + PORT + "/")));
  }

  static byte[] acknowledge() {
    return chunk("ACKF", buffers());
  }

  /** OPC 10000-4 §7.28: no token yet, or that of the session. */
  private static Bytes request(int service, int handle, boolean session) {
    return new Bytes().raw(node(service)).raw(session ? node(99) : new byte[2]).little(0, 8).little(handle, 4).little(0, 4).raw(none()).little(5000, 4).zeros(3);
  }

  /** OPC 10000-4 §7.29: good. */
  private static Bytes response(int service, int handle) {
    return new Bytes().raw(node(service)).little(0, 8).little(handle, 4).little(0, 4).u8(0).little(0, 4).zeros(3);
  }

  private static byte[] open(int number, Bytes body) {
    return chunk("OPNF", new Bytes().little(CHANNEL, 4).raw(string(NONE)).raw(none()).raw(none()).little(number, 4).little(number, 4).raw(body.octets()));
  }

  private static byte[] message(int number, Bytes body) {
    return chunk("MSGF", new Bytes().little(CHANNEL, 4).little(1, 4).little(number, 4).little(number, 4).raw(body.octets()));
  }

  /** OPC 10000-4 §5.5.2: a new channel, mode None, for an hour. */
  static byte[] openChannel() {
    return open(1, request(OPEN, 1, false).little(0, 4).little(0, 4).little(1, 4).raw(none()).little(3_600_000, 4));
  }

  static byte[] channelOpened() {
    return open(1, response(OPEN + 3, 1).little(0, 4).little(CHANNEL, 4).little(1, 4).little(0, 8).little(3_600_000, 4).raw(none()));
  }

  /** OPC 10000-4 §5.6.2. */
  static byte[] createSession(Host server) {
    Bytes application = new Bytes().raw(string("urn:exercise:client")).raw(string("urn:exercise")).u8(2).raw(string("exercise")).little(1, 4).raw(none()).raw(none()).raw(none());
    return message(2, request(CREATE_SESSION, 2, false).raw(application.octets()).raw(none()).raw(string("opc.tcp://" + server.address() + ":" + PORT + "/"))
        .raw(string("exercise")).raw(none()).raw(none()).raw(real(60_000)).little(0, 4));
  }

  static byte[] sessionCreated() {
    return message(2, response(CREATE_SESSION + 3, 2).raw(node(98)).raw(node(99)).raw(real(60_000)).raw(none()).raw(none()).raw(none()).raw(none()).raw(none()).raw(none())
        .little(0, 4));
  }

  /** OPC 10000-4 §5.6.3 with no identity (i=321), or with a name and a password in clear (i=324). */
  static byte[] activateSession(boolean anonymous) {
    Bytes identity = anonymous ? new Bytes().raw(string("anonymous")) : new Bytes().raw(string("user")).raw(string("exercise")).raw(string("made-up")).raw(none());
    return message(3, request(ACTIVATE_SESSION, 3, true).raw(none()).raw(none()).raw(none()).raw(none()).raw(node(anonymous ? 321 : 324)).u8(1).little(identity.size(), 4)
        .raw(identity.octets()).raw(none()).raw(none()));
  }

  static byte[] sessionActivated() {
    return message(3, response(ACTIVATE_SESSION + 3, 3).raw(none()).raw(none()).raw(none()));
  }

  /** OPC 10000-4 §5.10.2: the value of a node of namespace 2, which is a number below 65,536. */
  static byte[] read(int node) {
    return message(4, request(READ, 4, true).raw(real(0)).little(2, 4).little(1, 4).u8(1).u8(2).little(node, 2).little(VALUE, 4).raw(none()).little(0, 2).raw(none()));
  }

  static byte[] value(double value) {
    return message(4, response(READ + 3, 4).little(1, 4).u8(1).u8(DOUBLE).raw(real(value)).raw(none()));
  }

  /** OPC 10000-4 §5.10.4. */
  static byte[] write(int node, double value) {
    return message(5, request(WRITE, 5, true).little(1, 4).u8(1).u8(2).little(node, 2).little(VALUE, 4).raw(none()).u8(1).u8(DOUBLE).raw(real(value)));
  }

  static byte[] written() {
    return message(5, response(WRITE + 3, 5).little(1, 4).little(0, 4).raw(none()));
  }

  private static byte[] real(double value) {
    return new Bytes().little(Double.doubleToLongBits(value), 8).octets();
  }
}
