package fr.vigie.samples;

import static fr.vigie.samples.Stage.MS;
import static fr.vigie.samples.Stage.SECOND;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Exercise.Before;
import fr.vigie.samples.Exercise.Play;
import fr.vigie.samples.SnmpWriter.Binding;
import java.util.List;
import java.util.Objects;

/** Exercises of power, web, cameras, doors, the house, the clinic and the network. Secrets are made up, bodies are empty or say nothing. */
final class HostExercises {
  private static final Before NOTHING = (s, at) -> { };
  /** Client hello of TLS 1.2: one cipher suite, the name of the server. */
  private static final String HELLO = "0303" + "00".repeat(32) + "00" + "0002c02f" + "0100";

  private HostExercises() {}

  private static Exercise of(String detection, String what, String nearMiss, Before before, Play story, Play other) {
    return new Exercise(detection, what, nearMiss, before, story, other);
  }

  private static Play sets(String oid, long value) {
    return (s, at) -> {
      List<Binding> set = List.of(new Binding(oid, SnmpWriter.number(value)));
      Packet p = s.wire.udp(at, s.stranger, 41_000, s.ups, SnmpWriter.PORT, SnmpWriter.message("exercise", SnmpWriter.SET, 1, 0, set));
      s.wire.udp(at + 5 * MS, s.ups, SnmpWriter.PORT, s.stranger, 41_000, SnmpWriter.message("exercise", SnmpWriter.RESPONSE, 1, 6, set));
      return p;
    };
  }

  private static Play asks(String community) {
    return (s, at) -> s.wire.udp(at, s.stranger, 41_000, s.ups, SnmpWriter.PORT,
        SnmpWriter.message(community, SnmpWriter.GET, 1, 0, List.of(Binding.asked(SnmpWriter.UPS_LOAD))));
  }

  private static Packet battery(Stage s, long at) {
    List<Binding> said = List.of(new Binding("1.3.6.1.2.1.1.3.0", SnmpWriter.ticks(100)), new Binding("1.3.6.1.6.3.1.1.4.1.0", SnmpWriter.oid("1.3.6.1.2.1.33.2.1")));
    return s.wire.udp(at, s.ups, 41_000, s.supervisor, 162, SnmpWriter.message("exercise", 0xA7, 1, 0, said));
  }

  private static Play http(String who, String to, String head) {
    return (s, at) -> {
      Host host = to.equals("camera") ? s.camera : to.equals("ups") ? s.ups : s.device;
      return s.tcp(at, who.equals("supervisor") ? s.supervisor : s.stranger, host, 80, Stage.text(head.replace("HOST", host.address())),
          Stage.text("HTTP/1.1 200 OK\r\nServer: exercise\r\nContent-Length: 0\r\n\r\n"));
    };
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: HOST\r\n\r\n";
  }

  private static String post(String path, String more) {
    return "POST " + path + " HTTP/1.1\r\nHost: HOST\r\n" + more + "Content-Length: 0\r\n\r\n";
  }

  private static String onvif(String action) {
    return post("/onvif/device_service", "Content-Type: application/soap+xml; charset=utf-8; action=\"http://www.onvif.org/ver10/device/wsdl/" + action + "\"\r\n");
  }

  private static Play tls(String name) {
    return (s, at) -> {
      byte[] n = Stage.text(name);
      Bytes sni = new Bytes().u16(0).u16(n.length + 5).u16(n.length + 3).u8(0).u16(n.length).raw(n);
      byte[] hello = new Bytes().raw(Stage.hex(HELLO)).u16(sni.size()).raw(sni.octets()).octets();
      byte[] record = new Bytes().u8(22).u16(0x0301).u16(hello.length + 4).u8(1).u24(hello.length).raw(hello).octets();
      return s.tcp(at, s.ups, s.outside, 443, record, Stage.hex("15030300020228"));
    };
  }

  /** A log-in and a file put by FTP. */
  private static Play ftp(boolean toUps, String file) {
    return (s, at) -> s.dialogue(at, s.stranger, toUps ? s.ups : s.other, 21, Stage.text("USER exercise\r\n"), Stage.text("331 password\r\n"), Stage.text("PASS made-up\r\n"),
        Stage.text("230 in\r\n"), Stage.text("STOR " + file + "\r\n"), Stage.text("150 opening\r\n"));
  }

  private static Play rtsp(int guesses) {
    return (s, at) -> {
      Wire.Tcp c = s.wire.tcp(s.stranger, s.port(), s.camera, 554);
      c.open(at - 5 * MS);
      Packet last = null;
      for (int i = 0; i < guesses; i++) {
        last = c.ask(at + i * SECOND, Stage.text("DESCRIBE rtsp://" + s.camera.address() + "/live RTSP/1.0\r\nCSeq: " + (i + 1) + "\r\nAuthorization: Basic bWFkZS11cD" + i + "=\r\n\r\n"));
        c.answer(at + i * SECOND + 10 * MS, Stage.text("RTSP/1.0 401 Unauthorized\r\nCSeq: " + (i + 1) + "\r\n\r\n"));
      }
      return Objects.requireNonNull(last);
    };
  }

  private static Play knocks(String who, String to, int port) {
    return (s, at) -> s.tcp(at, party(s, who), party(s, to), port, Stage.text("exercise\r\n"), Stage.text("exercise\r\n"));
  }

  private static Host party(Stage s, String name) {
    return switch (name) {
      case "supervisor" -> s.supervisor;
      case "device" -> s.device;
      case "other" -> s.other;
      case "camera" -> s.camera;
      case "door" -> s.door;
      case "tube" -> s.tube;
      case "lift" -> s.lift;
      case "archive" -> s.archive;
      case "modality" -> s.modality;
      case "outside" -> s.outside;
      default -> s.stranger;
    };
  }

  private static Play udp(String who, String to, int port) {
    return (s, at) -> s.wire.udp(at, party(s, who), 42_000, party(s, to), port, Stage.text("exercise"));
  }

  /** Two door controllers speak with their server once in twenty seconds. */
  private static Packet doors(Stage s, long at, int minutes, boolean both) {
    Packet last = null;
    for (int i = 0; i < minutes * 3; i++) {
      last = s.wire.udp(at + i * 20 * SECOND, s.door, 42_000, s.doorServer, 4050, Stage.text("exercise"));
      s.wire.udp(at + i * 20 * SECOND + 5 * MS, s.doorServer, 4050, s.door, 42_000, Stage.text("exercise"));
      if (both) {
        s.wire.udp(at + i * 20 * SECOND + SECOND, s.secondDoor, 42_000, s.doorServer, 4050, Stage.text("exercise"));
        s.wire.udp(at + i * 20 * SECOND + SECOND + 5 * MS, s.doorServer, 4050, s.secondDoor, 42_000, Stage.text("exercise"));
      }
    }
    return Objects.requireNonNull(last);
  }

  private static byte[] sip(String method, String to, int n) {
    return Stage.text(method + " sip:" + to + "@ward SIP/2.0\r\nVia: SIP/2.0/UDP ward;branch=z9hG4bK" + n + "\r\nFrom: <sip:bed@ward>;tag=1\r\nTo: <sip:" + to + "@ward>\r\nCall-ID: " + n
        + "@ward\r\nCSeq: 1 " + method + "\r\nMax-Forwards: 70\r\nContact: <sip:bed@ward>\r\nContent-Length: 0\r\n\r\n");
  }

  private static Play registers(boolean known) {
    return (s, at) -> s.wire.udp(at, s.nurse, 5060, known ? s.nurseServer : s.stranger, 5060, sip("REGISTER", "bed", (int) (at / SECOND)));
  }

  private static String dicom(int field) {
    return element(2, java.util.HexFormat.of().formatHex(Stage.text("1.2.840.10008.5.1.4.1.2.2.1")) + "00") + element(0x100, little(field, 2)) + element(0x110, "0100") + element(0x800, "0101");
  }

  private static String element(int number, String value) {
    return "0000" + little(number, 2) + little(value.length() / 2, 4) + value;
  }

  private static String little(int value, int octets) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < octets; i++) {
      s.append(String.format("%02x", value >>> 8 * i & 0xFF));
    }
    return s.toString();
  }

  private static Play queries(String who) {
    return (s, at) -> {
      String body = dicom(0x20);
      byte[] command = Stage.hex(element(0, little(body.length() / 2, 4)) + body);
      byte[] data = new Bytes().u8(4).u8(0).u32(command.length + 6).u32(command.length + 2).u8(1).u8(3).raw(command).octets();
      return s.dialogue(at, party(s, who), s.archive, 11_112, TextWriter.associate(false, "PACS", "EXERCISE"), TextWriter.associate(true, "PACS", "EXERCISE"), data);
    };
  }

  private static byte[] result(int id, String value) {
    return new Bytes().u8(0x0B).text("MSH|^~\\&|LAB|CHU|EHR|CHU|20260310||ORU^R01|" + id + "|P|2.5\rOBX|1|NM|K||" + value + "\r").u8(0x1C).u8(0x0D).octets();
  }

  private static Play results(String second) {
    return (s, at) -> s.dialogue(at, s.modality, s.archive, 2575, result(7, "4.1"), Stage.text("\u000bMSH|^~\\&|EHR|CHU|LAB|CHU|20260310||ACK^R01|1|P|2.5\rMSA|AA|7\r\u001c\r"), result(7, second));
  }

  private static Play dhcp(boolean stranger) {
    return (s, at) -> {
      Host server = stranger ? s.stranger : s.dhcp;
      byte[] offer = ServiceWriter.dhcp(ServiceWriter.OFFER, 77, s.other, 0, s.other.ip, 0, server.ip, "", s.plant.gateway(), 3600);
      return s.wire.udp(at, server, 67, s.other, 68, offer);
    };
  }

  private static Play scan(int hosts) {
    return (s, at) -> {
      Packet last = null;
      for (int i = 0; i < hosts; i++) {
        last = s.wire.tcp(s.stranger, s.port(), s.controllers.get(i % 12), 8000 + i).refused(at + i * 200 * MS);
      }
      return Objects.requireNonNull(last);
    };
  }

  private static Play polls(int devices) {
    return (s, at) -> {
      Packet first = null;
      for (int m = 0; m < 21; m++) {
        for (int i = 0; i < devices; i++) {
          Packet p = poll(s, at + m * 60 * SECOND, i);
          first = first == null ? p : first;
        }
      }
      return Objects.requireNonNull(first);
    };
  }

  private static Packet poll(Stage s, long at, int i) {
    Packet last = null;
    for (int k = 0; k < 3; k++) {
      last = s.read(at + k * 18 * SECOND + i * 50 * MS, s.supervisor, s.controllers.get(i), 85, 21);
    }
    return Objects.requireNonNull(last);
  }

  static List<Exercise> all() {
    return List.of(
        of("UPS-01", "a UPS is asked to switch off; it refuses", "its contact is set; it refuses", NOTHING, sets(SnmpWriter.APC_OFF, 2), sets(SnmpWriter.SYS_CONTACT, 1)),
        of("UPS-02", "a UPS is asked with a community that everybody knows", "with another", NOTHING, asks("public"), asks("exercise")),
        of("UPS-03", "firmware is put on a UPS", "it is put on another host", NOTHING, ftp(true, "apc_hw05_aos.bin"), ftp(false, "apc_hw05_aos.bin")),
        of("UPS-04", "a UPS reaches for a host of the Internet", "for its maker's", NOTHING, tls("updates.example.net"), tls("smartconnect.apc.com")),
        of("UPS-05", "a UPS runs on battery after a command", "it runs on battery", NOTHING, (s, at) -> {
          sets(SnmpWriter.UPS_SHUTDOWN, 60).at(s, at - 60 * SECOND);
          return battery(s, at);
        }, HostExercises::battery),
        of("WEB-01", "the page that creates users is posted to", "another page is", NOTHING, http("stranger", "device", post("/U.htm", "")), http("stranger", "device", post("/V.htm", ""))),
        of("WEB-02", "a name and password in clear", "a token", NOTHING, http("stranger", "device", "GET / HTTP/1.1\r\nHost: HOST\r\nAuthorization: Basic bWFkZS11cDptYWRlLXVw\r\n\r\n"),
            http("stranger", "device", "GET / HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer made-up\r\n\r\n")),
        of("WEB-03", "the exploit page of a door controller is asked for", "a page of like name", NOTHING, http("stranger", "device", get("/card_scan_decoder.php?No=30&door=1")), http("stranger", "device", get("/card_scan.php"))),
        of("CAM-01", "the page that runs commands on cameras is written to", "it is read", NOTHING, http("stranger", "camera", "PUT /SDK/webLanguage HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n"),
            http("stranger", "camera", get("/SDK/webLanguage"))),
        of("CAM-02", "a camera speaks with a host it never met", "it speaks with its supervisor", knocks("camera", "supervisor", 8554)::at, knocks("camera", "other", 8443), knocks("camera", "supervisor", 8554)),
        of("CAM-03", "a camera is told to restart", "it is asked what it is", NOTHING, http("stranger", "camera", onvif("SystemReboot")), http("stranger", "camera", onvif("GetDeviceInformation"))),
        of("CAM-04", "eight passwords are tried on a camera", "two are", NOTHING, rtsp(8), rtsp(2)),
        of("ACC-01", "a stranger speaks with a door controller", "with another host", NOTHING, udp("stranger", "other", 4070), udp("stranger", "other", 4071)),
        of("ACC-02", "the door controllers fall silent", "one of them goes on", (s, at) -> doors(s, at, 21, true), (s, at) -> quiet(s, at), (s, at) -> doors(s, at, 15, false)),
        of("PTS-01", "a stranger speaks with a tube station", "the supervisor does", NOTHING, udp("stranger", "tube", 12_345), udp("supervisor", "tube", 12_345)),
        of("NUR-01", "a nurse-call station registers with a stranger", "it registers where it always did", registers(true)::at, registers(false), registers(true)),
        of("LFT-01", "a stranger opens a remote session to a lift", "the supervisor does", NOTHING, knocks("stranger", "lift", 3389), knocks("supervisor", "lift", 3389)),
        of("MED-01", "a host of the plant opens DICOM", "one of the clinic does", NOTHING, queries("stranger"), queries("modality")),
        of("MED-02", "a host searches the archive that never did", "one that always did", queries("modality")::at, queries("other"), queries("modality")),
        of("MED-03", "a result comes twice with two contents", "it comes twice alike", NOTHING, results("6.1"), results("4.1")),
        of("NET-01", "a stranger speaks for the first time", "a known host speaks", udp("other", "device", 9)::at, udp("stranger", "device", 9), udp("other", "device", 9)),
        of("NET-02", "a stranger claims the address of a device", "it claims its own", (s, at) -> s.wire.announce(at + 1000 * SECOND, s.plant, s.device.mac, s.device.ip),
            (s, at) -> s.wire.announce(at, s.plant, s.stranger.mac, s.device.ip), (s, at) -> s.wire.announce(at, s.plant, s.stranger.mac, s.stranger.ip)),
        of("NET-03", "a stranger offers an address", "the server does", NOTHING, dhcp(true), dhcp(false)),
        of("NET-04", "thirty ports are tried", "ten are", NOTHING, scan(30), scan(10)),
        of("NET-05", "a remote-control tool is opened from the plant", "a page is", NOTHING, knocks("device", "outside", 5938), knocks("device", "outside", 443)),
        of("NET-06", "remote administration of a supervisor", "of another host", NOTHING, knocks("stranger", "supervisor", 5985), knocks("stranger", "other", 5985)),
        of("NET-07", "a host of the plant enters the clinic", "it enters the theatre", NOTHING, knocks("device", "archive", 8080), (s, at) -> s.tcp(at, s.device, s.room, 8080, Stage.text("exercise\r\n"), Stage.text("exercise\r\n"))),
        of("NET-08", "a machine of the plant appears in the theatre", "it stays in the plant", (s, at) -> s.wire.announce(at, s.plant, s.other.mac, s.other.ip),
            (s, at) -> s.wire.announce(at, s.theatre, s.other.mac, s.theatre.network() + 77), (s, at) -> s.wire.announce(at, s.plant, s.other.mac, s.plant.network() + 77)),
        of("NET-10", "a supervisor that asks six controllers falls silent", "it goes on", (s, at) -> polls(6).at(s, at), (s, at) -> quiet(s, at), (s, at) -> polls(6).at(s, at)));
  }

  /** Nothing is said but by somebody else. */
  private static Packet quiet(Stage s, long at) {
    Packet p = s.wire.announce(at, s.plant, s.other.mac, s.other.ip);
    for (int i = 1; i < 20; i++) {
      s.wire.announce(at + i * 60 * SECOND, s.plant, s.other.mac, s.other.ip);
    }
    return p;
  }
}
