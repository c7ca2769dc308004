package fr.vigie.samples;

import static fr.vigie.samples.Talk.MS;
import static fr.vigie.samples.Talk.SECOND;

import fr.vigie.samples.SnmpWriter.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Chillers, meters and generator sets on Modbus, lighting on KNX, UPS and switches on SNMP. */
final class PlantLife {
  private final Building b;
  private final Talk talk;
  private final Random random;
  private final long begin;
  private final long end;

  PlantLife(Building building, Talk talk, Random random, long begin, long end) {
    b = building;
    this.talk = talk;
    this.random = random;
    this.begin = begin;
    this.end = end;
  }

  void live() {
    modbus();
    lighting();
    power();
  }

  private void modbus() {
    List<Host> slaves = new ArrayList<>(b.chillers);
    slaves.addAll(b.gateways);
    slaves.addAll(b.meters);
    for (Host h : slaves) {
      Wire.Tcp c = talk.wire.tcp(b.server, talk.port(b.server), h, ModbusWriter.PORT);
      long at = begin + (30 + random.nextInt(60)) * SECOND;
      c.open(at);
      int unit1 = h.units.getFirst();
      c.exchange(at + 500 * MS, ModbusWriter.identify(1, unit1),
          ModbusWriter.identity(1, unit1, h.model.vendor(), h.model.name(), h.model.firmware()), 25 * MS);
      int transaction = 1;
      int round = 0;
      for (at += 5 * SECOND; at < end; at += 35 * SECOND) {
        long t = at + random.nextInt(500) * MS;
        for (int unit : h.units) {
          transaction = transaction + 1 & 0xFFFF;
          c.exchange(t, ModbusWriter.read(transaction, unit, 3, 0, 6), ModbusWriter.registers(transaction, unit, 3, values(h, unit, t)),
              h.units.size() > 1 ? 60 * MS : 15 * MS);
          t += 300 * MS + random.nextInt(50) * MS;
        }
        round++;
        if (h.segment.equals(b.cold) && (round == 40 || round == 90)) {
          transaction = transaction + 1 & 0xFFFF;
          byte[] w = ModbusWriter.write(transaction, 1, 10, 70);
          c.exchange(t, w, w, 20 * MS);
        }
      }
    }
  }

  /** Six registers: temperatures in tenths, a pressure or power, hours, state, alarms. */
  private int[] values(Host h, int unit, long at) {
    double s = StrictMath.sin(at / 1e9 / 1700 + unit + h.ip % 7);
    if (h.segment.equals(b.cold)) {
      return new int[] {(int) (70 + 4 * s), (int) (120 + 6 * s), 22, 8412, 1, 0};
    }
    if (h.kind.equals("switchboard-energy")) {
      return new int[] {2310 + (int) (12 * s), 2304 + (int) (11 * s), 2318 + (int) (13 * s), 500, (int) (410 + 60 * s), 0};
    }
    return new int[] {0, 0, (int) (240 + 2 * s), 812, 1, 0};
  }

  private void lighting() {
    List<Talk.Tunnel> tunnels = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Talk.Tunnel t = talk.new Tunnel(b.server, b.knxInterfaces.get(i), 1);
      long at = begin + (50 + 7L * i) * SECOND;
      int port = talk.port(b.server);
      talk.wire.udp(at - SECOND, b.server, port, t.gate, KnxWriter.PORT, KnxWriter.description(b.server.ip, port));
      talk.wire.udp(at - SECOND + 6 * MS, t.gate, KnxWriter.PORT, b.server, port, KnxWriter.descriptionResponse(t.gate, t.gate.ip));
      t.open(at);
      tunnels.add(t);
    }
    telegrams(tunnels);
    Talk.Tunnel atelier = talk.new Tunnel(b.ets, b.knxInterfaces.get(2), 2);
    long at = begin + (1200 + random.nextInt(600)) * SECOND;
    atelier.open(at);
    atelier.alive(at + 30 * SECOND);
    atelier.close(at + 50 * SECOND);
  }

  private record Telegram(long at, int line, boolean alive, boolean write) {}

  /** Presence and temperature telegrams of every line, in order of time, so that tunnels count their sequence rightly. */
  private void telegrams(List<Talk.Tunnel> tunnels) {
    List<Telegram> all = new ArrayList<>();
    for (int line = 0; line < b.knxInterfaces.size(); line++) {
      int l = line;
      QuietLife.beat(random, begin + 70 * SECOND, end, 18, at -> all.add(new Telegram(at, l, false, false)));
      if (line < tunnels.size()) {
        QuietLife.beat(random, begin + 70 * SECOND, end, 60, at -> all.add(new Telegram(at, l, true, false)));
        QuietLife.beat(random, begin + 70 * SECOND, end, 240, at -> all.add(new Telegram(at, l, false, true)));
      }
    }
    all.sort((x, y) -> x.at != y.at ? Long.compare(x.at, y.at) : Integer.compare(x.line, y.line));
    for (Telegram t : all) {
      List<Integer> line = b.knxLines.get(t.line);
      int device = line.get(random.nextInt(line.size()));
      int group = 1 + t.line << 11 | device & 0x7F;
      boolean on = random.nextBoolean();
      if (t.alive) {
        tunnels.get(t.line).alive(t.at);
      } else if (t.write) {
        Talk.Tunnel tunnel = tunnels.get(t.line);
        tunnel.put(t.at, KnxWriter.groupBit(KnxWriter.REQUEST, 0, group, on),
            KnxWriter.groupBit(KnxWriter.CONFIRMATION, tunnel.address(), group, on));
      } else {
        byte[] cemi = random.nextInt(3) > 0 ? KnxWriter.groupBit(KnxWriter.INDICATION, device, group, on)
            : KnxWriter.groupFloat(KnxWriter.INDICATION, device, group | 0x400, 21 + random.nextInt(20) / 10.0);
        talk.wire.multicast(t.at, b.knxInterfaces.get(t.line), KnxWriter.PORT, KnxWriter.GROUP, KnxWriter.PORT, 16, KnxWriter.routing(cemi));
        if (t.line < tunnels.size()) {
          tunnels.get(t.line).indicate(t.at + 4 * MS, cemi);
        }
      }
    }
  }

  private void power() {
    for (Host u : b.ups) {
      who(b.server, u);
      QuietLife.beat(random, begin + 120 * SECOND, end, 60, at -> talk.snmp(at, b.server, u, SnmpWriter.GET,
          List.of(Binding.asked(SnmpWriter.UPS_CHARGE), Binding.asked(SnmpWriter.UPS_LOAD)),
          List.of(new Binding(SnmpWriter.UPS_CHARGE, SnmpWriter.number(100)), new Binding(SnmpWriter.UPS_LOAD,
              SnmpWriter.number(38 + Math.round(5 * StrictMath.sin(at / 1e9 / 900 + u.ip)))))));
    }
    for (Host c : b.cooling) {
      who(b.server, c);
      QuietLife.beat(random, begin + 120 * SECOND, end, 60, at -> alive(at, b.server, c));
    }
    for (Host s : b.switches) {
      who(b.nms, s);
      QuietLife.beat(random, begin + 120 * SECOND, end, 120, at -> alive(at, b.nms, s));
      String description = s.model.vendor() + " " + s.model.name() + " " + s.model.firmware();
      QuietLife.beat(random, begin, end, 30, at -> talk.wire.capture.add(at, Frames.ethernet(0x0180C200000EL, s.mac, s.segment.vlan(),
          Frames.LLDP, ServiceWriter.lldp(s, "1/1/49", description)), null));
    }
  }

  /** Uptime: the question of an agent that is only asked whether it lives. */
  private void alive(long at, Host client, Host agent) {
    String uptime = "1.3.6.1.2.1.1.3.0";
    talk.snmp(at, client, agent, SnmpWriter.GET, List.of(Binding.asked(uptime)),
        List.of(new Binding(uptime, SnmpWriter.ticks((at / 10_000_000L + agent.ip) % 4_000_000_000L & 0x7FFF_FFFFL))));
  }

  private void who(Host client, Host agent) {
    String[] oids = {SnmpWriter.SYS_DESCR, SnmpWriter.SYS_OBJECT, SnmpWriter.SYS_NAME, SnmpWriter.SYS_LOCATION};
    List<Binding> asked = new ArrayList<>();
    for (String o : oids) {
      asked.add(Binding.asked(o));
    }
    talk.snmp(begin + (60 + random.nextInt(60)) * SECOND + random.nextInt(1_000_000), client, agent, SnmpWriter.GET, asked,
        List.of(new Binding(oids[0], SnmpWriter.text(description(agent))), new Binding(oids[1], SnmpWriter.oid(object(agent))),
            new Binding(oids[2], SnmpWriter.text(agent.name)), new Binding(oids[3], SnmpWriter.text(agent.place))));
  }

  private static String description(Host h) {
    return switch (h.model.vendor()) {
      case "APC" -> "APC Web/SNMP Management Card (MB:v4.2.9 PF:v6.9.6 PN:apc_hw05_aos_696.bin AF1:v6.9.6 AN1:apc_hw05_sypx_696.bin MN:AP9630"
          + " HR:05 SN: ZA1512" + (100_000 + (int) (h.mac & 0xFFFF)) + " MD:03/18/2015)";
      default -> h.model.vendor() + " " + h.model.name() + " " + h.model.firmware();
    };
  }

  /** The makers' arcs, from their registered enterprise numbers. */
  private static String object(Host h) {
    return switch (h.model.vendor()) {
      case "APC" -> "1.3.6.1.4.1.318.1.3.4.5";
      case "Socomec" -> "1.3.6.1.4.1.4555.1.1.1";
      case "Eaton" -> "1.3.6.1.4.1.534.1";
      case "STULZ GmbH" -> "1.3.6.1.4.1.29462.10";
      case "Hirschmann" -> "1.3.6.1.4.1.248.11.2.1.10";
      default -> "1.3.6.1.4.1.6486.801.1.1.2.1.11.1";
    };
  }
}
