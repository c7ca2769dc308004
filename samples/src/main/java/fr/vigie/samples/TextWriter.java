package fr.vigie.samples;

/** Protocols made of lines: HTTP/1.1 (RFC 9112), RTSP (RFC 7826), HL7 over MLLP; and the DICOM echo (PS3.7, PS3.8), for the neighbours. */
final class TextWriter {
  private static final String VERIFICATION = "1.2.840.10008.1.1";
  private static final String IMPLICIT = "1.2.840.10008.1.2";

  private TextWriter() {}

  static byte[] request(String method, String path, Host host, String agent, String body) {
    String length = body.isEmpty() ? "" : "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length() + "\r\n";
    return new Bytes().text(method + " " + path + " HTTP/1.1\r\nHost: " + host.address() + "\r\nUser-Agent: " + agent
        + "\r\nAccept: */*\r\n" + length + "\r\n" + body).octets();
  }

  static byte[] response(String status, String server, String title) {
    byte[] body = new Bytes().text("<html><head><title>" + title + "</title></head><body></body></html>").octets();
    return new Bytes().text("HTTP/1.1 " + status + "\r\nServer: " + server + "\r\nContent-Type: text/html; charset=utf-8\r\n"
        + "Content-Length: " + body.length + "\r\n\r\n").raw(body).octets();
  }

  static byte[] rtspOptions(Host camera, int sequence) {
    return new Bytes().text("OPTIONS rtsp://" + camera.address() + "/stream1 RTSP/1.0\r\nCSeq: " + sequence + "\r\nUser-Agent: NVR/5.2\r\n\r\n")
        .octets();
  }

  static byte[] rtspAnswer(int sequence) {
    return new Bytes().text("RTSP/1.0 200 OK\r\nCSeq: " + sequence + "\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n\r\n")
        .octets();
  }

  /** An application heartbeat: no patient is spoken of. */
  static byte[] hl7(int number) {
    return new Bytes().u8(0x0B).text("MSH|^~\\&|EAI|CHU|PACS|CHU|20260310||NMD^N02|" + number + "|P|2.5\rNCK|20260310\r").u8(0x1C).u8(0x0D)
        .octets();
  }

  static byte[] hl7Ack(int number) {
    return new Bytes().u8(0x0B).text("MSH|^~\\&|PACS|CHU|EAI|CHU|20260310||ACK^N02|" + number + "|P|2.5\rMSA|AA|" + number + "\r").u8(0x1C)
        .u8(0x0D).octets();
  }

  /** A-ASSOCIATE-RQ for the verification service, or its acceptance. */
  static byte[] associate(boolean accept, String called, String calling) {
    byte[] transfer = item(0x40, IMPLICIT);
    Bytes context = new Bytes().u8(1).u8(0).u8(0).u8(0);
    if (!accept) {
      context.raw(item(0x30, VERIFICATION));
    }
    context.raw(transfer);
    byte[] user = new Bytes().u8(0x51).u8(0).u16(4).u32(16_384).raw(item(0x52, "1.2.276.0.7230010.3.0.3.6.7")).octets();
    byte[] body = new Bytes().u16(1).u16(0).text(pad(called)).text(pad(calling)).zeros(32).raw(item(0x10, "1.2.840.10008.3.1.1.1"))
        .u8(accept ? 0x21 : 0x20).u8(0).u16(context.size()).raw(context.octets()).u8(0x50).u8(0).u16(user.length).raw(user).octets();
    return pdu(accept ? 2 : 1, body);
  }

  /** C-ECHO-RQ, or its response. */
  static byte[] echo(boolean response) {
    Bytes c = new Bytes().raw(element(2, new Bytes().text(VERIFICATION).u8(0).octets()))
        .raw(element(0x100, new Bytes().little(response ? 0x8030 : 0x0030, 2).octets()))
        .raw(element(response ? 0x120 : 0x110, new Bytes().little(1, 2).octets()))
        .raw(element(0x800, new Bytes().little(0x0101, 2).octets()));
    if (response) {
      c.raw(element(0x900, new Bytes().little(0, 2).octets()));
    }
    byte[] command = new Bytes().raw(element(0, new Bytes().little(c.size(), 4).octets())).raw(c.octets()).octets();
    return pdu(4, new Bytes().u32(command.length + 2L).u8(1).u8(3).raw(command).octets());
  }

  static byte[] release(boolean response) {
    return pdu(response ? 6 : 5, new byte[4]);
  }

  private static String pad(String title) {
    return (title + "                ").substring(0, 16);
  }

  private static byte[] element(int number, byte[] value) {
    return new Bytes().little(0, 2).little(number, 2).little(value.length, 4).raw(value).octets();
  }

  private static byte[] item(int type, String text) {
    return new Bytes().u8(type).u8(0).u16(text.length()).text(text).octets();
  }

  private static byte[] pdu(int type, byte[] body) {
    return new Bytes().u8(type).u8(0).u32(body.length).raw(body).octets();
  }
}
