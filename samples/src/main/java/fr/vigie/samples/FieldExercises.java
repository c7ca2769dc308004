package fr.vigie.samples;

import static fr.vigie.samples.Stage.MS;
import static fr.vigie.samples.Stage.SECOND;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Exercise.Before;
import fr.vigie.samples.Exercise.Play;
import java.util.ArrayList;
import java.util.List;

/** Exercises of KNX, Modbus, Niagara Fox, S7 and MQTT. */
final class FieldExercises {
  private static final Before NOTHING = (s, at) -> { };
  private static final int SENSOR = 0x1107;
  private static final int OTHER = 0x1108;
  private static final int GROUP = 1 << 11 | 77;
  private static final byte[] NONE = new byte[0];

  private FieldExercises() {}

  private static Exercise of(String detection, String what, String nearMiss, Before before, Play story, Play other) {
    return new Exercise(detection, what, nearMiss, before, story, other);
  }

  private static Play many(int times, long apart, Play one) {
    return (s, at) -> {
      Packet last = one.at(s, at);
      for (int i = 1; i < times; i++) {
        last = one.at(s, at + i * apart);
      }
      return last;
    };
  }

  /** An application service to device 1.1.7, in a tunnel of the stranger's. */
  private static Play telegram(boolean stranger, int apci, String more) {
    return (s, at) -> s.wire.udp(at, stranger ? s.stranger : s.supervisor, 3671, s.device, KnxWriter.PORT,
        KnxWriter.tunnel(5, 0, KnxWriter.data(KnxWriter.REQUEST, 0, SENSOR, 0, apci, Stage.hex(more))));
  }

  private static Packet group(Stage s, long at, int from, int group) {
    return s.wire.multicast(at, s.device, KnxWriter.PORT, KnxWriter.GROUP, KnxWriter.PORT, 16, KnxWriter.routing(KnxWriter.groupBit(KnxWriter.INDICATION, from, group, true)));
  }

  private static Packet beats(Stage s, long at, int times, long apart) {
    Packet last = group(s, at, SENSOR, GROUP);
    for (int i = 1; i < times; i++) {
      last = group(s, at + i * apart, SENSOR, GROUP);
    }
    return last;
  }

  /** CONNECT_REQUEST, refused because all connections are taken. */
  private static Play refused(int status) {
    return (s, at) -> {
      Packet p = s.wire.udp(at, s.stranger, 3671, s.device, KnxWriter.PORT, KnxWriter.connect(s.stranger.ip, 3671));
      s.wire.udp(at + 10 * MS, s.device, KnxWriter.PORT, s.stranger, 3671, KnxWriter.message(0x0206, new Bytes().u8(0).u8(status)));
      return p;
    };
  }

  private static Play modbus(boolean stranger, byte[] question, byte[] answer) {
    return (s, at) -> s.tcp(at, stranger ? s.stranger : s.supervisor, s.device, ModbusWriter.PORT, question, answer);
  }

  private static byte[] frame(int transaction, String pdu) {
    byte[] body = Stage.hex(pdu);
    return new Bytes().u16(transaction).u16(0).u16(1 + body.length).u8(1).raw(body).octets();
  }

  private static Play exceptions(int times) {
    return (s, at) -> {
      Wire.Tcp c = s.wire.tcp(s.stranger, s.port(), s.device, ModbusWriter.PORT);
      c.open(at - 5 * MS);
      Packet last = null;
      for (int i = 0; i < times; i++) {
        last = c.ask(at + i * 300 * MS, new Bytes().u16(i + 1).u16(0).u16(6).u8(1).u8(6).u16(i).u16(0).octets());
        c.answer(at + i * 300 * MS + 10 * MS, ModbusWriter.exception(i + 1, 1, 6, 2));
      }
      return java.util.Objects.requireNonNull(last);
    };
  }

  private static Play sweep(int units) {
    return (s, at) -> {
      Wire.Tcp c = s.wire.tcp(s.stranger, s.port(), s.device, ModbusWriter.PORT);
      c.open(at - 5 * MS);
      Packet last = null;
      for (int i = 0; i < units; i++) {
        last = c.exchange(at + i * 300 * MS, ModbusWriter.read(i + 1, 30 + i, 3, 0, 2), null, 0);
      }
      return java.util.Objects.requireNonNull(last);
    };
  }

  private static final String HELLO = "fox a 1 -1 fox hello\n{\nfox.version=s:1.0.1\nid=i:7\napp.name=s:Workbench\n};;\n";

  private static String welcome(String version) {
    return "fox a 0 -1 fox hello\n{\nfox.version=s:1.0.1\nid=i:1\napp.name=s:Station\napp.version=s:" + version + "\n};;\n";
  }

  private static Play fox(boolean stranger, String version, String... more) {
    return (s, at) -> {
      List<byte[]> turns = new ArrayList<>(List.of(Stage.text(HELLO), Stage.text(welcome(version))));
      for (String m : more) {
        turns.add(Stage.text(m));
      }
      return s.dialogue(at, stranger ? s.stranger : s.supervisor, s.device, 1911, turns.toArray(new byte[0][]));
    };
  }

  private static final String LOGIN = "fox a 2 -1 fox login\n{\nuserName=s:nobody\npassword=s:nothing\n};;\n";
  private static final String REJECTED = "fox a 3 -1 fox rejected\n{\ncause=s:bad credentials\n};;\n";
  private static final String ACCEPTED = "fox a 3 -1 fox welcome\n{\n};;\n";

  /** COTP connection, then a job. */
  private static Play s7(boolean stranger, String parameters) {
    return (s, at) -> s.dialogue(at, stranger ? s.stranger : s.supervisor, s.device, 102, tpkt("11e00000000100c1020100c2020102c0010a"),
        tpkt("11d00001000200c1020100c2020102c0010a"), job(parameters));
  }

  private static byte[] tpkt(String body) {
    byte[] b = Stage.hex(body);
    return new Bytes().u8(3).u8(0).u16(4 + b.length).raw(b).octets();
  }

  private static byte[] job(String parameters) {
    byte[] p = Stage.hex(parameters);
    return tpkt("02f080" + "32010000" + "000a" + String.format("%04x", p.length) + "0000" + parameters);
  }

  private static String ascii(String text) {
    return java.util.HexFormat.of().formatHex(Stage.text(text));
  }

  private static byte[] mqtt(int first, Bytes body) {
    return new Bytes().u8(first).u8(body.size()).raw(body.octets()).octets();
  }

  private static byte[] connect(boolean named) {
    Bytes b = new Bytes().u16(4).text("MQTT").u8(4).u8(named ? 0xC2 : 2).u16(60).u16(5).text("ahu-3");
    return mqtt(0x10, named ? b.u16(3).text("bms").u16(3).text("abc") : b);
  }

  private static byte[] subscribe(String topic) {
    return mqtt(0x82, new Bytes().u16(10).u16(topic.length()).text(topic).u8(0));
  }

  private static byte[] publish(String topic, String payload) {
    return mqtt(0x30, new Bytes().u16(topic.length()).text(topic).text(payload));
  }

  private static Play broker(byte[] said) {
    return (s, at) -> s.dialogue(at, s.stranger, s.device, 1883, connect(true), Stage.hex("20020000"), said);
  }

  static List<Exercise> all() {
    byte[] write = ModbusWriter.write(1, 1, 10, 180);
    byte[] read = ModbusWriter.read(1, 1, 3, 10, 2);
    byte[] registers = ModbusWriter.registers(1, 1, 3, 21, 22);
    return List.of(
        of("KNX-01", "an access key is set", "a key is shown once", NOTHING, telegram(true, 0x3D3, "0012345678"), telegram(true, 0x3D1, "0012345678")),
        of("KNX-02", "six access keys are tried in a minute", "three are", NOTHING, many(6, SECOND, telegram(true, 0x3D1, "0012345678")), many(3, SECOND, telegram(true, 0x3D1, "0012345678"))),
        of("KNX-03", "a stranger writes the memory of a device", "a stranger reads it", NOTHING, telegram(true, 0x282, "01000102"), telegram(true, 0x202, "0100")),
        of("KNX-04", "a device is given another address", "an address is asked for", NOTHING, telegram(true, 0x0C0, "1109"), telegram(true, 0x100, "")),
        of("KNX-05", "a device is told to restart", "its descriptor is read", NOTHING, telegram(true, 0x380, ""), telegram(true, 0x300, "")),
        of("KNX-06", "a stranger opens a tunnel", "the supervisor does", NOTHING, (s, at) -> s.wire.udp(at, s.stranger, 3671, s.device, KnxWriter.PORT, KnxWriter.connect(s.stranger.ip, 3671)),
            (s, at) -> s.wire.udp(at, s.supervisor, 3671, s.device, KnxWriter.PORT, KnxWriter.connect(s.supervisor.ip, 3671))),
        of("KNX-07", "a stranger asks an interface to describe itself", "the supervisor does", NOTHING,
            (s, at) -> s.wire.udp(at, s.stranger, 3671, s.device, KnxWriter.PORT, KnxWriter.description(s.stranger.ip, 3671)),
            (s, at) -> s.wire.udp(at, s.supervisor, 3671, s.device, KnxWriter.PORT, KnxWriter.description(s.supervisor.ip, 3671))),
        of("KNX-08", "three connections are refused because all are taken", "three are refused for another reason", NOTHING, many(3, 2 * SECOND, refused(0x24)), many(3, 2 * SECOND, refused(0x22))),
        of("KNX-09", "a group is written from an address that never wrote it", "it is written by its sensor", (s, at) -> group(s, at, SENSOR, GROUP), (s, at) -> group(s, at, OTHER, GROUP),
            (s, at) -> group(s, at, SENSOR, GROUP)),
        of("KNX-10", "a sensor that sends every ten seconds sends every second", "it goes on every ten seconds", (s, at) -> beats(s, at, 70, 10 * SECOND), (s, at) -> beats(s, at, 70, SECOND),
            (s, at) -> beats(s, at, 70, 10 * SECOND)),
        of("KNX-11", "a host that spoke KNX Secure tunnels in the clear", "it goes on within its secure session", NOTHING, secure(true), secure(false)),
        of("MOD-01", "a stranger writes a register", "the supervisor reads it", NOTHING, modbus(true, write, write), modbus(false, read, registers)),
        of("MOD-02", "registers are read that nobody ever asked for", "registers between the known ones are read", (s, at) -> {
          modbus(false, ModbusWriter.read(1, 1, 3, 0, 2), registers).at(s, at);
          // a monitor that tells reads in steps names the first and the third
          modbus(false, ModbusWriter.read(2, 1, 3, 20, 2), ModbusWriter.registers(2, 1, 3, 1, 2)).at(s, at + SECOND);
          modbus(false, ModbusWriter.read(3, 1, 3, 100, 2), ModbusWriter.registers(3, 1, 3, 1, 2)).at(s, at + 2 * SECOND);
        }, modbus(false, ModbusWriter.read(1, 1, 3, 4000, 2), registers), modbus(false, ModbusWriter.read(1, 1, 3, 50, 2), registers)),
        of("MOD-03", "a device is told to listen only", "its diagnostic register is read", NOTHING, modbus(true, frame(1, "08 0004 0000"), NONE), modbus(true, frame(1, "08 0002 0000"), frame(1, "08 0002 0000"))),
        of("MOD-04", "twelve units that do not exist are tried", "five are", NOTHING, sweep(12), sweep(5)),
        of("MOD-05", "twenty-two writes end in exceptions", "ten do", NOTHING, exceptions(22), exceptions(10)),
        of("MOD-06", "a controller is stopped by UMAS", "its version is asked for", NOTHING, modbus(true, frame(1, "5a 00 41 ff00"), frame(1, "5a 00 fe")), modbus(true, frame(1, "5a 00 02"), frame(1, "5a 00 fe 00"))),
        of("FOX-01", "a session of Fox in clear", "TLS at its port", NOTHING, fox(false, "4.14.2.20"), (s, at) -> s.wire.tcp(s.supervisor, s.port(), s.device, 4911).open(at)),
        of("FOX-02", "a Workbench that nobody knows says hello", "the supervisor's does", NOTHING, fox(true, "4.14.2.20"), fox(false, "4.14.2.20")),
        of("FOX-03", "six log-ins are refused", "two are", NOTHING, many(6, 3 * SECOND, fox(false, "4.14.2.20", LOGIN, REJECTED)), many(2, 3 * SECOND, fox(false, "4.14.2.20", LOGIN, REJECTED))),
        of("FOX-04", "a station states version 4.13.0", "it states 4.14.2", NOTHING, fox(false, "4.13.0.186"), fox(false, "4.14.2.20")),
        of("FOX-05", "a station sends its log in clear", "another host does", (s, at) -> fox(false, "4.14.2.20").at(s, at), log(true), log(false)),
        of("FOX-06", "a station is told to restart by a stranger", "a stranger lists its folders", NOTHING, fox(true, "4.14.2.20", LOGIN, ACCEPTED, "fox s 9 -1 station restart\n{\n};;\n"),
            fox(true, "4.14.2.20", LOGIN, ACCEPTED, "fox s 9 -1 station list\n{\n};;\n")),
        of("S7-01", "a controller is stopped", "its variables are read", NOTHING, s7(true, "29 0000000000 09" + ascii("P_PROGRAM")), s7(true, "0401 120a1005 0001 000c 84 000020")),
        of("S7-02", "a stranger loads a block", "the supervisor does", NOTHING, s7(true, "1a 00 0100 00000000 09" + ascii("_0800001P") + "0d" + ascii("1000216000074")),
            s7(false, "1a 00 0100 00000000 09" + ascii("_0800001P") + "0d" + ascii("1000216000074"))),
        of("MQT-01", "a client asks for every topic", "it asks for those of one site", NOTHING, broker(subscribe("#")), broker(subscribe("site/#"))),
        of("MQT-02", "a command is published by a new client", "a measurement is", NOTHING, broker(publish("site/ahu-3/set", "19")), broker(publish("site/ahu-3/temperature", "19"))));
  }

  private static Play log(boolean station) {
    return (s, at) -> s.wire.udp(at, station ? s.device : s.other, 514, s.dhcp, 514, Stage.text("<14>Mar 10 06:30:00 host exercise: session"));
  }

  /** A secure session, and what comes after it. */
  private static Play secure(boolean clear) {
    return (s, at) -> {
      String wrapper = "0001" + "000000000001" + "00fa12345678" + "affe" + "00".repeat(24) + "00".repeat(16);
      for (int i = 0; i < 3; i++) {
        s.wire.udp(at - (60 - i) * SECOND, s.stranger, 3671, s.device, KnxWriter.PORT, KnxWriter.message(0x0950, new Bytes().raw(Stage.hex(wrapper))));
      }
      Packet last = null;
      for (int i = 0; i < 3; i++) {
        byte[] message = clear ? KnxWriter.tunnel(5, i, KnxWriter.data(KnxWriter.REQUEST, 0, SENSOR, 0, 0x300, NONE)) : KnxWriter.message(0x0950, new Bytes().raw(Stage.hex(wrapper)));
        last = s.wire.udp(at + i * 30 * SECOND, s.stranger, 3671, s.device, KnxWriter.PORT, message);
      }
      return java.util.Objects.requireNonNull(last);
    };
  }
}
