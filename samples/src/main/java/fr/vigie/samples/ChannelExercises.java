package fr.vigie.samples;

import static fr.vigie.samples.Stage.MS;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Exercise.Play;
import java.util.ArrayList;
import java.util.List;

/**
 * Exercises of LonWorks over IP, OPC UA, BACnet/SC and of what a device says it is. In each the near miss has happened before, so that nothing
 * is new in the story but what is to be found.
 */
final class ChannelExercises {
  private static final int SELECTOR = 0x0123;
  private static final int NODE = 1007;
  private static final int FIRMWARE_REVISION = 44;
  private static final int INSTANCE = 1010;

  private ChannelExercises() {}

  /** What comes near went before. */
  private static Exercise of(String detection, String what, String nearMiss, Play story, Play other) {
    return new Exercise(detection, what, nearMiss, other::at, story, other);
  }

  // ---- LonWorks over IP

  private static Packet registers(Stage s, long at) {
    return lon(s, at, LonWriter.registration(at / MS & 0xFFFF, s.stranger, s.supervisor, "exercise"), LonWriter.response(1));
  }

  private static Packet asksConfiguration(Stage s, long at) {
    return lon(s, at, LonWriter.configurationRequest(at / MS & 0xFFFF, s.stranger), LonWriter.response(1));
  }

  private static Packet lon(Stage s, long at, byte[] said, byte[] answer) {
    Packet p = s.wire.udp(at, s.stranger, LonWriter.PORT, s.supervisor, LonWriter.SERVER_PORT, said);
    s.wire.udp(at + 10 * MS, s.supervisor, LonWriter.SERVER_PORT, s.stranger, LonWriter.PORT, answer);
    return p;
  }

  private static Packet updates(Stage s, long at) {
    return s.wire.udp(at, s.stranger, LonWriter.PORT, s.device, LonWriter.PORT, LonWriter.update(at / MS & 0xFFFF, SELECTOR, 2100));
  }

  private static Packet polls(Stage s, long at) {
    long n = at / MS & 0xFFFF;
    Packet p = s.wire.udp(at, s.stranger, LonWriter.PORT, s.device, LonWriter.PORT, LonWriter.poll(n, SELECTOR));
    s.wire.udp(at + 10 * MS, s.device, LonWriter.PORT, s.stranger, LonWriter.PORT, LonWriter.value(n, SELECTOR, 2100));
    return p;
  }

  /** The supervisor sees a page of the device, which says that it is an i.LON; a log-in by FTP, with this password. */
  private static Play logsIn(String password) {
    return (s, at) -> {
      s.tcp(at - 2000 * MS, s.supervisor, s.device, 80, Stage.text("GET / HTTP/1.1\r\nHost: " + s.device.address() + "\r\n\r\n"),
          Stage.text("HTTP/1.1 200 OK\r\nServer: i.LON exercise\r\nContent-Length: 0\r\n\r\n"));
      return s.dialogue(at, s.stranger, s.device, 21, Stage.text("USER admin\r\n"), Stage.text("331 password\r\n"), Stage.text("PASS " + password + "\r\n"), Stage.text("530 no\r\n"));
    };
  }

  // ---- OPC UA

  private static Play opcUa(boolean anonymous, byte[] question, byte[] answer) {
    return (s, at) -> {
      List<byte[]> turns = new ArrayList<>(List.of(OpcUaWriter.hello(s.device), OpcUaWriter.acknowledge(), OpcUaWriter.openChannel(), OpcUaWriter.channelOpened(),
          OpcUaWriter.createSession(s.device), OpcUaWriter.sessionCreated(), OpcUaWriter.activateSession(anonymous), OpcUaWriter.sessionActivated()));
      if (question.length > 0) {
        turns.addAll(List.of(question, answer));
      }
      return s.dialogue(at, s.stranger, s.device, OpcUaWriter.PORT, turns.toArray(new byte[0][]));
    };
  }

  // ---- BACnet/SC

  /** A node connects to a hub: TLS 1.3 at BACnet/SC's port; what is within is encrypted. Another server of TLS stands beside. */
  private static Play connects(boolean other) {
    return (s, at) -> {
      tls(s, at - 5000 * MS, s.device, s.other, 443);
      return tls(s, at, s.device, other ? s.other : s.supervisor, BacnetWriter.PORT);
    };
  }

  private static Packet tls(Stage s, long at, Host node, Host server, int port) {
    byte[] data = new Bytes().u8(23).u16(0x0303).u16(48).raw(Stage.hex("5a".repeat(48))).octets();
    return s.dialogue(at, node, server, port, TlsWriter.clientHello("hub.example.net"), TlsWriter.serverHello(), data, data);
  }

  // ---- what a device says it is

  private static Play saysFirmware(String version) {
    return (s, at) -> {
      int id = s.invoke();
      s.bacnet(at, s.supervisor, s.device, BacnetWriter.readProperty(id, BacnetWriter.DEVICE, INSTANCE, FIRMWARE_REVISION));
      return s.bacnet(at + 20 * MS, s.device, s.supervisor,
          BacnetWriter.readPropertyAck(id, BacnetWriter.DEVICE, INSTANCE, FIRMWARE_REVISION, BacnetWriter.text(version)));
    };
  }

  static List<Exercise> all() {
    byte[] none = new byte[0];
    return List.of(
        of("BAC-31", "a node of BACnet/SC connects to another hub", "it connects to its hub", connects(true), connects(false)),
        of("LON-01", "a device that nobody knows registers with the channel's configuration server", "it asks for its configuration", ChannelExercises::registers, ChannelExercises::asksConfiguration),
        of("LON-02", "a stranger updates a network variable", "a stranger polls it", ChannelExercises::updates, ChannelExercises::polls),
        of("LON-03", "a log-in to an i.LON with a password that everybody knows; it is refused", "with another, refused too", logsIn("admin"), logsIn("made-up-97")),
        of("OPC-01", "an anonymous session on a channel without security", "a session with a name", opcUa(true, none, none), opcUa(false, none, none)),
        of("OPC-02", "a value is written by a client that only read it", "it is read", opcUa(false, OpcUaWriter.write(NODE, 19.5), OpcUaWriter.written()),
            opcUa(false, OpcUaWriter.read(NODE), OpcUaWriter.value(21.5))),
        of("NET-09", "a device states another firmware", "it states the same", saysFirmware("6.6.6"), saysFirmware("2.1.0")));
  }
}
