package fr.vigie.samples;

import static fr.vigie.samples.Clockwork.HOUR;
import static fr.vigie.samples.Clockwork.MINUTE;
import static fr.vigie.samples.Clockwork.NEVER;
import static fr.vigie.samples.Clockwork.SECOND;
import static fr.vigie.samples.Talk.MS;

import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.Host.Point;
import fr.vigie.samples.SnmpWriter.Binding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What machines do all week without anybody: polls, notifications, schedules, trends, clocks, telegrams, alarms, and now and then a restart. */
final class WeekPlant {
  private static final int TUNNELS = 4;
  private final Campus c;
  private final Talk talk;
  private final Wire wire;
  private final Clockwork clock;
  private final Stream stream;
  private final Random random;
  /** Hosts that are starting again, until when. */
  private final Map<Host, Long> away = new HashMap<>();
  /** The supervisor's tunnels to the first KNX lines. */
  private final List<Talk.Tunnel> tunnels = new ArrayList<>();
  /** Points whose changes are told: what a start of the device ends. */
  private final List<Subscription> subscriptions = new ArrayList<>();

  /** Somebody who is told when a value changes, renewed each half hour. */
  private static final class Subscription {
    final Bacnet device;
    final Point point;
    final int process;
    long until;

    Subscription(Bacnet device, Point point, int process) {
      this.device = device;
      this.point = point;
      this.process = process;
    }
  }

  WeekPlant(Campus campus, Talk talk, Clockwork clock, Stream stream) {
    c = campus;
    this.talk = talk;
    wire = talk.wire;
    this.clock = clock;
    this.stream = stream;
    random = clock.random;
  }

  void live() {
    bacnet();
    schedules();
    alarms();
    modbus();
    lighting();
    power();
    restarts();
  }

  boolean here(Host h, long at) {
    return away.getOrDefault(h, 0L) <= at;
  }

  private void bacnet() {
    clock.once(clock.begin + 10 * SECOND, at -> {
      talk.broadcast(at, c.server, BacnetWriter.npduToAll(BacnetWriter.whoIs()));
      for (Bacnet d : c.polled()) {
        clock.once(at + 30 * MS + random.nextInt(4000) * MS, t -> talk.iAm(t, d));
      }
    });
    long identify = clock.begin + 30 * SECOND;
    for (Bacnet d : c.polled()) {
      clock.once(identify, at -> {
        talk.identify(at, c.server, d);
        talk.list(at + 400 * MS, c.server, d);
        if (!d.points.isEmpty()) {
          talk.names(at + 800 * MS, c.server, d);
        }
      });
      identify += SECOND;
      poll(d, clock.begin + MINUTE);
      if (d.network == 0 && !d.points.isEmpty() && d.points.getFirst().course != null && d.points.size() > 3 || random.nextInt(3) == 0 && d.points.size() > 3) {
        subscribe(d, d.points.getFirst());
      }
      if (d.network == 0 && d.points.size() > 4) {
        trend(d);
      }
    }
    clock.every(300 * SECOND, at -> {
      Host f = c.foreign();
      wire.udp(at, f, BacnetWriter.PORT, c.bbmds.getFirst(), BacnetWriter.PORT, BacnetWriter.registerForeign(600));
      wire.udp(at + 2 * MS, c.bbmds.getFirst(), BacnetWriter.PORT, f, BacnetWriter.PORT, BacnetWriter.result(0));
    });
    // 135-2020 16.7.3: the clock's master, each night, and after the change of the clock on the wall
    clock.daily(3, 5, this::synchronize);
    clock.daily(12, 5, this::synchronize);
    for (Host r : c.routers) {
      clock.every(6 * HOUR, at -> wire.broadcast(at, r, BacnetWriter.PORT, BacnetWriter.broadcast(BacnetWriter.iAmRouter(r.children.getFirst().network))));
    }
  }

  private void synchronize(long at) {
    talk.broadcast(at, c.server, BacnetWriter.npduToAll(BacnetEvents.utc(Hospital.instant(at).atZone(java.time.ZoneOffset.UTC))));
  }

  /** The supervisor polls a device: those on IP each two minutes, those on a line each five. */
  void poll(Bacnet d, long from) {
    long period = d.network == 0 ? 2 * MINUTE : 5 * MINUTE;
    if (d.points.isEmpty()) {
      return;
    }
    List<Point> asked = d.points.subList(0, Math.min(d.network == 0 ? 5 : 4, d.points.size()));
    clock.beat(from + (long) (random.nextDouble() * period), period, at -> {
      if (here(d.host, at)) {
        talk.poll(at, c.server, d, asked);
      } else {
        talk.ask(at, c.server, d, BacnetWriter.readPropertyMultiple(talk.invoke(c.server), List.of(BacnetWriter.Spec.of(asked.getFirst().type,
            asked.getFirst().instance, BacnetWriter.PRESENT_VALUE))), null);
      }
    });
  }

  private void subscribe(Bacnet d, Point p) {
    Subscription s = new Subscription(d, p, subscriptions.size() + 1);
    subscriptions.add(s);
    clock.beat(clock.begin + 8 * MINUTE + random.nextInt(1800) * SECOND, 30 * MINUTE, at -> {
      if (here(d.host, at)) {
        int invoke = talk.invoke(c.server);
        talk.ask(at, c.server, d, BacnetWriter.subscribeCov(invoke, s.process, p.type, p.instance, 3600), BacnetWriter.simpleAck(invoke, BacnetWriter.SUBSCRIBE_COV));
        s.until = at + HOUR;
        tell(s, at + 50 * MS);
      }
    });
    double[] last = {Double.NaN};
    clock.every(MINUTE, at -> {
      double now = p.value(at);
      if (at < s.until && here(d.host, at) && !(Math.abs(now - last[0]) < 0.3)) {
        last[0] = now;
        tell(s, at);
      }
    });
  }

  private void tell(Subscription s, long at) {
    talk.tell(at, s.device, c.server, BacnetWriter.covNotification(s.process, s.device.instance, s.point.type, s.point.instance,
        (int) ((s.until - at) / SECOND), Talk.value(s.point, at)));
  }

  /** The historian takes what a trend log gathered, each four hours. */
  private void trend(Bacnet d) {
    clock.every(4 * HOUR, at -> {
      if (here(d.host, at)) {
        float[] values = new float[16];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) d.points.getFirst().value(at - (15 - i) * 15 * MINUTE);
        }
        int invoke = talk.invoke(c.historian);
        talk.ask(at, c.historian, d, BacnetEvents.readRange(invoke, 1, 16), BacnetEvents.readRangeAck(invoke, 1, clock.local(at), values));
      }
    });
  }

  /** The supervisor's programmes, by the clock on the wall: day and reduced operation; not at the weekend. */
  private void schedules() {
    clock.daily(5, 30, at -> operation(at, true));
    clock.daily(20, 0, at -> operation(at, false));
  }

  private void operation(long at, boolean day) {
    if (clock.weekend(at)) {
      return;
    }
    long t = at;
    for (Host h : c.air) {
      Bacnet d = h.onBacnet();
      if (h.name.hashCode() % 3 == 0 && here(h, t)) {
        write(t, c.server, d, d.point(BacnetWriter.BINARY_VALUE), day ? 0 : 1, 16);
        write(t + 60 * MS, c.server, d, d.point(BacnetWriter.ANALOG_VALUE), day ? 19 : 18, 16);
        t += 900 * MS;
      }
    }
    for (Host r : c.routers) {
      for (Bacnet d : r.children) {
        if (d.instance % 4 == 0 && here(r, t)) {
          write(t, c.server, d, d.point(BacnetWriter.ANALOG_VALUE), day ? 21 : 18, 16);
          t += 700 * MS;
        }
      }
    }
  }

  /** A write later than what was released so far. */
  private void write(long at, Host who, Bacnet d, Point p, double value, int priority) {
    clock.once(at, t -> talk.write(t, who, d, p, value, priority));
  }

  /** A value leaves its range a few times a day; an operator sees it, sooner by day than at night, and acknowledges. */
  private void alarms() {
    for (Bacnet d : c.polled()) {
      if (d.points.size() < 4) {
        continue;
      }
      long mean = 8 * 24 * HOUR;
      clock.at(clock.begin + (long) (-Math.log(1 - random.nextDouble()) * mean), at -> {
        if (here(d.host, at)) {
          alarm(d, at);
        }
        return at + (long) (-Math.log(1 - random.nextDouble()) * mean);
      });
    }
  }

  private void alarm(Bacnet d, long at) {
    Point p = d.points.getFirst();
    var raised = clock.local(at);
    double limit = p.value(at) - 0.2;
    talk.tell(at, d, c.server, BacnetEvents.event(d.instance, p.type, p.instance, raised, true, p.value(at), limit));
    clock.once(at + 5 * MINUTE + random.nextInt(1800) * SECOND,
        t -> talk.tell(t, d, c.server, BacnetEvents.event(d.instance, p.type, p.instance, clock.local(t), false, limit - 1, limit)));
    long seen = (long) ((2 + random.nextInt(20)) * MINUTE / Math.max(0.1, clock.busy(at)));
    clock.once(at + seen, t -> {
      Host post = c.posts.get(random.nextInt(c.posts.size()));
      int invoke = talk.invoke(post);
      talk.ask(t, post, d, BacnetEvents.acknowledge(invoke, p.type, p.instance, raised, clock.local(t), post.name), BacnetEvents.acknowledged(invoke));
    });
  }

  private void modbus() {
    for (Host h : c.slaves) {
      Wire.Tcp[] line = {null};
      long[] opened = {0};
      int[] transaction = {1};
      clock.every(MINUTE, at -> {
        Wire.Tcp t = line[0];
        if (!here(h, at)) {
          line[0] = null;
          if (at - opened[0] > 0) {
            wire.tcp(c.server, talk.port(c.server), h, ModbusWriter.PORT).alone(at);
          }
          return;
        }
        if (t == null) {
          t = wire.tcp(c.server, talk.port(c.server), h, ModbusWriter.PORT);
          line[0] = t;
          opened[0] = at;
          t.open(at);
          int unit = h.units.getFirst();
          t.exchange(at + 300 * MS, ModbusWriter.identify(1, unit), ModbusWriter.identity(1, unit, h.model.vendor(), h.model.name(), h.model.firmware()), 25 * MS);
        }
        long when = at + 500 * MS;
        for (int unit : h.units) {
          transaction[0] = transaction[0] + 1 & 0xFFFF;
          t.exchange(when, ModbusWriter.read(transaction[0], unit, 3, 0, 6), ModbusWriter.registers(transaction[0], unit, 3, registers(h, unit, at)), 15 * MS);
          when += 120 * MS;
        }
      });
      // the chillers' set point follows the weather, twice a day
      if (h.kind.equals("heat-pump-chiller")) {
        clock.daily(6, 10, at -> setPoint(h, line, transaction, at, 65));
        clock.daily(18, 10, at -> setPoint(h, line, transaction, at, 80));
      }
    }
  }

  private void setPoint(Host h, Wire.Tcp[] line, int[] transaction, long at, int value) {
    Wire.Tcp t = line[0];
    if (t != null && here(h, at)) {
      transaction[0] = transaction[0] + 1 & 0xFFFF;
      byte[] w = ModbusWriter.write(transaction[0], 1, 10, value + (int) (11 - Climate.outside(at)));
      t.exchange(at, w, w, 20 * MS);
    }
  }

  /** Six registers: temperatures in tenths, a pressure or power, hours, state, alarms; power follows the day. */
  private int[] registers(Host h, int unit, long at) {
    double r = Climate.ripple(at, h.ip + unit, 1700);
    if (h.kind.equals("switchboard-energy")) {
      return new int[] {2310 + (int) (12 * r), 2304 + (int) (11 * r), 2318 + (int) (13 * r), 500, (int) (240 + 170 * clock.busy(at) + 20 * r), 0};
    }
    return new int[] {(int) (70 + 4 * r), (int) (120 + 6 * r), 22, 8412 + (int) ((at - clock.begin) / HOUR), 1, 0};
  }

  /** Presence and switches as people move, temperatures each ten minutes, and two lines that the supervisor follows through a tunnel. */
  private void lighting() {
    for (int line = 0; line < c.knx.size(); line++) {
      Host gate = c.knx.get(line);
      int l = line;
      if (line < TUNNELS) {
        tunnels.add(talk.new Tunnel(c.server, gate, 1));
        clock.once(clock.begin + (50 + 7L * line) * SECOND, at -> tunnels.get(l).open(at));
        clock.beat(clock.begin + 2 * MINUTE + 3 * line * SECOND, MINUTE, at -> {
          if (here(gate, at)) {
            tunnels.get(l).alive(at);
          }
        });
        // the supervisor's light programme: on with the day, off at night, by the clock on the wall
        clock.daily(6, 30, at -> group(l, true, at));
        clock.daily(21, 30, at -> group(l, false, at));
      }
      for (int device : c.lines.get(line)) {
        if (device % 3 == 0) {
          clock.every(10 * MINUTE, at -> telegram(gate, l, at, KnxWriter.groupFloat(KnxWriter.INDICATION, device, group(device) | 0x400,
              Climate.room(at, device * 7919, device % 2 == 0))));
        } else {
          boolean[] on = {false};
          clock.sometimes(12, at -> {
            on[0] = !on[0];
            telegram(gate, l, at, KnxWriter.groupBit(KnxWriter.INDICATION, device, group(device), on[0]));
          });
        }
      }
    }
  }

  private static int group(int device) {
    return (device >>> 8 & 0x1F) << 11 | device & 0xFF;
  }

  private void group(int line, boolean on, long at) {
    Talk.Tunnel tunnel = tunnels.get(line);
    if (here(tunnel.gate, at)) {
      int group = c.lines.get(line).getFirst() >>> 8 << 11 & 0xF800 | 0x3FF;
      tunnel.put(at, KnxWriter.groupBit(KnxWriter.REQUEST, 0, group, on), KnxWriter.groupBit(KnxWriter.CONFIRMATION, tunnel.address(), group, on));
    }
  }

  private void telegram(Host gate, int line, long at, byte[] cemi) {
    if (here(gate, at)) {
      wire.multicast(at, gate, KnxWriter.PORT, KnxWriter.GROUP, KnxWriter.PORT, 16, KnxWriter.routing(cemi));
      if (line < tunnels.size()) {
        tunnels.get(line).indicate(at + 4 * MS, cemi);
      }
    }
  }

  private void power() {
    for (Host u : c.ups) {
      clock.every(MINUTE, at -> {
        if (here(u, at)) {
          talk.snmp(at, c.server, u, SnmpWriter.GET, List.of(Binding.asked(SnmpWriter.UPS_CHARGE), Binding.asked(SnmpWriter.UPS_LOAD)),
              List.of(new Binding(SnmpWriter.UPS_CHARGE, SnmpWriter.number(100)), new Binding(SnmpWriter.UPS_LOAD,
                  SnmpWriter.number(30 + Math.round(20 * clock.busy(at))))));
        }
      });
    }
    for (Host h : c.cooling) {
      clock.every(2 * MINUTE, at -> alive(c.server, h, at));
    }
    for (Host s : c.switches) {
      clock.every(5 * MINUTE, at -> alive(c.nms, s, at));
      String description = s.model.vendor() + " " + s.model.name() + " " + s.model.firmware();
      clock.every(30 * SECOND, at -> wire.capture.add(at, Frames.ethernet(0x0180C200000EL, s.mac, s.segment.vlan(), Frames.LLDP,
          ServiceWriter.lldp(s, "1/1/49", description)), null));
      clock.sometimes(4, at -> wire.udp(at, s, MessageWriter.SYSLOG, c.nms, MessageWriter.SYSLOG,
          MessageWriter.line(s, clock.local(at), "port 1/1/" + (1 + random.nextInt(40)) + " link state change")));
    }
  }

  /** Uptime: the question of an agent that is only asked whether it lives. */
  private void alive(Host client, Host agent, long at) {
    String uptime = "1.3.6.1.2.1.1.3.0";
    talk.snmp(at, client, agent, SnmpWriter.GET, List.of(Binding.asked(uptime)),
        List.of(new Binding(uptime, SnmpWriter.ticks((at / 10_000_000L + agent.ip) & 0x7FFF_FFFFL))));
  }

  /** A power cut, an update, a hand on the plug: once in some weeks for each thing, for a minute or four. */
  private void restarts() {
    List<Host> all = new ArrayList<>(c.air);
    all.addAll(c.cold);
    all.addAll(c.routers);
    all.addAll(c.slaves);
    all.addAll(c.knx);
    all.addAll(c.ups);
    all.addAll(c.cameras);
    for (Host h : all) {
      long when = clock.begin + (long) (-Math.log(1 - random.nextDouble()) * 60 * 24 * HOUR);
      clock.at(when, at -> {
        restart(h, at);
        return NEVER;
      });
    }
  }

  private void restart(Host h, long at) {
    long back = at + MINUTE + random.nextInt(180) * SECOND;
    away.put(h, back);
    subscriptions.forEach(s -> s.until = s.device.host == h ? 0 : s.until);
    clock.once(back, t -> {
      stream.forget(h);
      wire.announce(t, h.segment, h.mac, h.ip);
      if (h.kind.equals("ip-camera")) {
        talk.boot(t + SECOND, h, h.ip);
      }
      if (h.bacnet != null) {
        talk.iAm(t + 4 * SECOND, h.onBacnet());
      }
      if (!h.children.isEmpty()) {
        wire.broadcast(t + 5 * SECOND, h, BacnetWriter.PORT, BacnetWriter.broadcast(BacnetWriter.iAmRouter(h.children.getFirst().network)));
      }
      int tunnel = c.knx.indexOf(h);
      if (tunnel >= 0 && tunnel < tunnels.size()) {
        tunnels.set(tunnel, talk.new Tunnel(c.server, h, 1));
        tunnels.get(tunnel).open(t + 20 * SECOND);
      }
    });
  }
}
