package fr.vigie.sensor.health;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.observe.CopyPair;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Counters.Counter;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Lapse.Basis;
import fr.vigie.sensor.observe.Lapse.Kind;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.wire.Headers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The capture doctor: counts what each interface carries of each VLAN and concludes, by the minute and by windows of five minutes of capture
 * time, what the mirror port, the card and this program fail to deliver. It rests on passive facts alone, allocates nothing for a packet,
 * and says nothing where it has seen too little to know.
 *
 * <p>One thread counts (the dispatcher's: {@link #packet}, {@link #tick}, {@link #due}, {@link #end}); what it finds leaves through
 * {@link #outlet} in the order of the observations; {@link #diagnosis} may be asked by any thread.
 */
public final class Doctor {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long WINDOW = 5 * MINUTE;
  private static final long DAY = 86_400 * SECOND;
  private static final long NEVER = Long.MIN_VALUE;

  /** At the end of a capture a window tells from four of its five minutes on; a shorter one is shown and raises nothing. */
  private static final long NEARLY = 4 * MINUTE;

  /** Year 2116: what a file states beyond it is no time. */
  private static final long LATEST = 1L << 62;

  /** How long a VLAN that is proved may take to show itself. */
  private static final long GRACE = 2 * WINDOW;

  /** SEN-05: so long without a packet. */
  private static final long SILENCE = 60 * SECOND;

  /** Fewer than these prove nothing. */
  private static final long DIALOGUES = 10;

  private static final long COPIES = 20;
  private static final long GROUP_FRAMES = 100;
  private static final long ASKED = 20;
  private static final long MERGED = 10;

  /** Minutes of the interface's activity: to have heard a VLAN daily, and the shortest silence that tells. */
  private static final long DAY_MINUTES = 1440;

  private static final long SILENT_MINUTES = 60;

  /** IEEE 802.3: 1,518 octets with two VLAN tags, without frame check sequence. */
  private static final int LONGEST_FRAME = 1522;

  private static final int MOST_LINES = 512;
  private static final int ETHERNET = 1;
  private static final int NONE = -1;

  /** Where the doctor's lapses stand among the observations of a packet: behind all of them. */
  private static final int BEHIND = 1 << 20;

  /** Conclusions from statements between two marks; each statement has three at most. */
  private static final int JUDGED = 3_000;

  /** Statements that may stand before the first packet: one for each interface, as a rule. */
  private static final int EARLY = 256;

  /** The account of an interface. */
  private static final class Port {
    long last = NEVER;
    long listening = NEVER;
    boolean silent;
    /** Frames seen, on whatever line. */
    long packets;
    long packetsInMinute;
    long active;
    int days;
    long lastDay = -1;
    final Stated stated = new Stated();
  }

  private final Counters counters;
  private final Set<Integer> expected;
  private final Endpoints endpoints = new Endpoints(8192);
  private final List<Line> lines = new ArrayList<>();
  private final Dialogues dialogues;
  private final LldpVlans lldp = new LldpVlans();
  /** Made once: a new one for each frame would be garbage on the hot path. */
  private final IntConsumer naming = this::named;
  private final Picture picture = new Picture();
  private final Findings findings;
  /** Conclusions from statements since the last mark, each to be told at the next. */
  private final Queue<Runnable> judged = new ArrayDeque<>();
  /** Statements that came before any packet; they are judged when there is a time to judge them by. */
  private final Queue<Statement> early = new ArrayDeque<>();
  private final Networks networks;
  private final Queue<Lapse> waiting = new ConcurrentLinkedQueue<>();
  private final Counter droppedByRing;
  private final Counter droppedByKernel;
  private final Counter droppedByInterface;
  private final Counter lostInLaneA;
  private final Counter jumps;
  private final Counter statements;
  private final Counter statementsRefused;
  private final Counter linesRefused;
  private final Counter lapses;
  private final BitSet present = new BitSet(4096);
  private final long[] namedByLldp = new long[4096];
  private final @Nullable Line[] table = new Line[MOST_LINES * 4];
  /** Copies of each pair of places when the window opened; the pairs are bounded where they are counted. */
  private final Map<CopyPair, Long> copiesBefore = new HashMap<>();
  private Port[] ports = {};
  private List<String> realms = List.of();
  private Line line = new Line(NONE, NONE, NONE, 0);
  private long packets;
  private long start = NEVER;
  private long now;
  private long window;
  private long minuteEnd;
  private long packetsBefore;
  private long seq;
  private int n;
  private boolean live;
  private long ring;
  private long kernel;
  private long network;
  private long laneA;
  private long jumped;
  private volatile boolean asked;
  private volatile Diagnosis last = Diagnosis.NONE;

  /**
   * Makes a doctor that has seen nothing.
   *
   * @param counters the sensor's: read for losses and jumps, written under {@code doctor.}
   * @param expected VLANs that the site names
   */
  public Doctor(Counters counters, Set<Integer> expected) {
    this.counters = counters;
    this.expected = new TreeSet<>(expected);
    dialogues = new Dialogues(lines, counters);
    findings = new Findings(counters);
    networks = new Networks(this);
    droppedByRing = counters.counter("capture.dropped_ring");
    droppedByKernel = counters.counter("capture.dropped_kernel");
    droppedByInterface = counters.counter("capture.dropped_interface");
    lostInLaneA = counters.counter("lane.a_lost");
    jumps = counters.counter("refused.clock_jump");
    statements = counters.counter("doctor.statements");
    statementsRefused = counters.counter("doctor.statements_refused");
    linesRefused = counters.counter("doctor.lines_refused");
    lapses = counters.counter("doctor.lapses");
    counters.counter("doctor.lines_limit").add(MOST_LINES);
  }

  /** Learns the interfaces that appeared since, by the capture zone of each. */
  public void meet(List<String> zones) {
    realms = List.copyOf(zones);
    int known = ports.length;
    ports = Arrays.copyOf(ports, zones.size());
    for (int i = known; i < ports.length; i++) {
      ports[i] = new Port();
    }
  }

  /** What passes to the sink, with what the doctor says in between, before the quantum that it belongs to. */
  public Sink outlet(Sink sink) {
    return networks.before(sink);
  }

  // ---- one packet

  /**
   * Counts a packet. Allocates only for the first of an interface and a VLAN.
   *
   * @param copy whether the same bytes were seen from elsewhere
   */
  public void packet(Packet packet, Headers h, boolean copy) {
    Line l = line;
    if (l.origin != packet.origin || l.vlan != h.vlan) {
      l = line(packet.origin, h.vlan);
      line = l;
    }
    packets++;
    ports[packet.origin].packets++;
    l.packets++;
    l.bytes += packet.wire;
    l.last = now;
    l.packet = packet.index;
    if (packet.wire > l.longest) {
      l.longest = packet.wire;
    }
    if (packet.captured < packet.wire) {
      l.cut++;
      l.snap = Math.max(l.snap, packet.captured);
    }
    if (copy) {
      l.copies++;
      return;
    }
    boolean group = h.targetMac != Endpoint.NO_MAC && (h.targetMac >>> 40 & 1) != 0;
    if (group) {
      l.group++;
    }
    switch (h.state) {
      case TCP, UDP -> {
        if (!group && !groupAddress(h)) {
          l.direct++;
          if (packet.wire > LONGEST_FRAME && h.state == Headers.State.TCP && packet.linkType == ETHERNET && h.tunnels == 0) {
            l.merged++;
          }
          dialogues.packet(packet, h, l, (int) ((now - window) / SECOND));
        }
      }
      case ARP -> arp(l, h);
      case LINK -> {
        if (h.etherType == LldpVlans.ETHERTYPE) {
          lldp.read(packet, h, naming);
        }
      }
      default -> { }
    }
  }

  private static boolean groupAddress(Headers h) {
    return h.family == 4 ? h.targetLow >>> 28 == 0xE || h.targetLow == 0xFFFFFFFFL : h.targetHigh >>> 56 == 0xFF;
  }

  /** RFC 826: operation 1 asks. Who asks is there; who is asked for should be. */
  private static void arp(Line l, Headers h) {
    if (h.boundLow != 0) {
      int speaker = Dialogues.address(0, h.boundLow);
      l.heard.meet(speaker);
      l.named.meet(speaker);
    }
    if (h.type == 1 && h.askedLow != 0) {
      l.asked++;
      l.named.meet(Dialogues.address(0, h.askedLow));
    }
  }

  private void named(int vlan) {
    if (namedByLldp[vlan] == 0) {
      namedByLldp[vlan] = now;
    }
  }

  /** Where a line stands in the table, or the empty place for it. */
  private int place(int origin, int vlan) {
    int i = (origin * 4099 + vlan + 1 & 0x7FFFFFFF) % table.length;
    Line l = table[i];
    while (l != null && (l.origin != origin || l.vlan != vlan)) {
      i = (i + 1) % table.length;
      l = table[i];
    }
    return i;
  }

  private Line line(int origin, int vlan) {
    int i = place(origin, vlan);
    Line found = table[i];
    if (found != null) {
      return found;
    }
    if (lines.size() >= MOST_LINES) {
      linesRefused.increment();
      return lines.getLast(); // the account of all that found no place of their own
    }
    Line made = new Line(lines.size(), origin, vlan, now);
    made.open();
    Port port = ports[origin];
    made.activeFirst = port.active;
    made.activeLast = port.active;
    lines.add(made);
    table[i] = made;
    if (vlan >= 0 && !present.get(vlan)) {
      present.set(vlan);
      findings.over(Kind.VLAN_ABSENT, NONE, vlan);
    }
    return made;
  }

  // ---- time

  /** Nothing came on an interface for a second, by the machine's clock: only live. */
  public void tick(int origin) {
    live = true;
    Port port = ports[origin];
    if (port.listening == NEVER) {
      port.listening = now;
    }
    long heard = port.listening;
    long index = 0;
    for (Line l : lines) {
      if (l.origin == origin && l.last >= heard) {
        heard = l.last;
        index = l.packet;
      }
    }
    if (heard > port.last) {
      port.last = heard;
      if (port.silent) {
        port.silent = false;
        findings.over(Kind.SILENT, origin, NONE);
      }
    }
    if (!port.silent && now - heard >= SILENCE) {
      port.silent = true;
      silent(origin, (now - heard) / SECOND, heard, index);
    }
  }

  /**
   * The writer of a capture file says something of an interface. Losses are judged over the time that the statement covers: what is more than one in a
   * thousand of it was so in one of its minutes. That an interface received nothing over a minute while its writer listened is silence; a gap
   * between packets alone is not. It is told at the next mark, where all that came before it was told: what leaves the sensor is in order. What one
   * statement costs does not grow with the lines and the findings there are: a file holds millions of them.
   */
  public void stated(Statement s) {
    if (start == NEVER && early.size() < EARLY) {
      early.add(s);
      return;
    }
    if (!Stated.fits(s, start, now) || judged.size() >= JUDGED) {
      statementsRefused.increment(); // of another time, or too many at once: nothing proves it
      return;
    }
    Stated stated = ports[s.origin()].stated;
    if (s.lost() > 0) {
      statements.increment();
      droppedByInterface.add(s.lost());
      stated.lost(s.lost());
      return;
    }
    if (!stated.take(s, start, now, ports[s.origin()].packets)) {
      statementsRefused.increment();
      return;
    }
    statements.increment();
    // the minute under way has its own account
    droppedByInterface.add(stated.byInterface());
    network += stated.byInterface();
    droppedByKernel.add(stated.bySystem());
    kernel += stated.bySystem();
    lost(s.origin(), "interface", stated.byInterface(), stated);
    lost(s.origin(), "kernel", stated.bySystem(), stated);
    if (stated.quiet() && stated.span() >= SILENCE) {
      long seconds = stated.span() / SECOND;
      long from = stated.from();
      long packet = lastPacket();
      judged.add(() -> silent(s.origin(), seconds, from, packet));
    } else if (!stated.quiet()) {
      judged.add(() -> findings.over(Kind.SILENT, s.origin(), NONE, ""));
    }
  }

  private void judgeEarly() {
    for (Statement each = early.poll(); each != null; each = early.poll()) {
      stated(each);
    }
  }

  /** A capture without a packet has the time that its writer states: it is shown, and raises nothing, for there is no packet to prove it. */
  private void nothingCame() {
    Statement first = early.peek();
    if (start == NEVER && first != null && first.at() >= 0 && first.at() <= LATEST) {
      now = first.at();
      start = Math.clamp(first.start() == Statement.UNSAID ? now : first.start(), now - DAY, now);
      window = start;
      minuteEnd = start + MINUTE;
      picture.begin(start);
      judgeEarly();
    }
  }

  /** What statements came to since the last mark. */
  private void tellJudged() {
    for (Runnable each = judged.poll(); each != null; each = judged.poll()) {
      each.run();
    }
  }

  private void lost(int origin, String where, long count, Stated stated) {
    long all = stated.all();
    long from = stated.from();
    long packet = lastPacket();
    judged.add(count > all / 1000 ? () -> tell(Kind.LOST, origin, NONE, null, count, all, from, NONE, Basis.NONE, where, packet, packets > 0)
        : () -> findings.over(Kind.LOST, origin, NONE, where));
  }

  /** SEN-05, with how many devices were heard there before. */
  private void silent(int origin, long seconds, long since, long index) {
    long devices = 0;
    for (Line l : lines) {
      devices += l.origin == origin ? l.heard.size() : 0;
    }
    tell(Kind.SILENT, origin, NONE, null, seconds, 0, since, devices == 0 ? NONE : devices, devices == 0 ? Basis.NONE : Basis.HEARD_BEFORE, "", index, live || packets > 0);
  }

  /**
   * Capture time has come to {@code at}: called each 100 ms of it in which something came, before the packet that brought it.
   *
   * @param before sequence number of the last packet
   */
  public void due(long at, long before) {
    if (at - now > WINDOW) {
      jumped = jumps.value(); // a jump that was confirmed is a gap in the capture, no fault of a clock
    }
    now = at;
    follow(before);
    if (start == NEVER) {
      start = at;
      window = at;
      minuteEnd = at + MINUTE;
      picture.begin(at);
      judgeEarly();
    }
    tellJudged();
    if (at >= picture.end()) {
      picture.draw(lines, lost(), at);
    }
    if (at >= minuteEnd) {
      minute();
      minuteEnd += (at - minuteEnd) / MINUTE * MINUTE + MINUTE;
      if (at - window >= WINDOW) {
        window(true, false);
        window = minuteEnd - MINUTE;
      }
    }
    if (asked) {
      asked = false;
      last = draw();
    }
  }

  /** The source ends. */
  public void end(long at, long before) {
    now = Math.max(at, now);
    follow(before);
    nothingCame();
    tellJudged();
    if (start != NEVER) {
      picture.draw(lines, lost(), now);
      minute();
      window(now - window >= NEARLY, true);
    }
    last = draw();
  }

  private void follow(long before) {
    if (seq != before) {
      seq = before;
      n = 0;
    }
  }

  private long lost() {
    return droppedByRing.value() + droppedByKernel.value() + droppedByInterface.value();
  }

  private void minute() {
    lost(Kind.LOST, "program", droppedByRing.value() - ring);
    lost(Kind.LOST, "kernel", droppedByKernel.value() - kernel);
    lost(Kind.LOST, "interface", droppedByInterface.value() - network);
    ring = droppedByRing.value();
    kernel = droppedByKernel.value();
    network = droppedByInterface.value();
    long urgent = lostInLaneA.value() - laneA;
    laneA += urgent;
    if (urgent > 0) {
      tell(Kind.LOST, NONE, NONE, null, urgent, 0, now - MINUTE, NONE, Basis.NONE, "lane-a", lastPacket(), true);
    } else {
      over(Kind.LOST, "lane-a");
    }
    packetsBefore = packets;
    activity();
    silentVlans();
  }

  /** SEN-03: more than one in a thousand within a minute. */
  private void lost(Kind kind, String where, long count) {
    long all = packets - packetsBefore + count;
    if (count * 1000 > all) {
      tell(kind, NONE, NONE, null, count, all, now - MINUTE, NONE, Basis.NONE, where, lastPacket(), true);
    } else {
      over(kind, where);
    }
  }

  private void over(Kind kind, String proof) {
    findings.over(kind, NONE, NONE, proof);
  }

  /** Who was active in this minute: lines, and the interfaces they belong to. */
  private void activity() {
    long day = (now - start) / DAY;
    for (Port port : ports) {
      if (port.packets != port.packetsInMinute) {
        port.packetsInMinute = port.packets;
        port.active++;
        if (port.lastDay != day) {
          port.lastDay = day;
          port.days++;
        }
      }
    }
    for (Line l : lines) {
      if (l.packets != l.packetsInMinute) {
        l.packetsInMinute = l.packets;
        Port port = ports[l.origin];
        l.longestPause = Math.max(l.longestPause, port.active - l.activeLast);
        l.activeLast = port.active;
        l.daysOfPort = port.days;
        if (l.lastDay != day) {
          l.lastDay = day;
          l.days++;
        }
        if (l.fellSilent) {
          l.fellSilent = false;
          findings.over(Kind.VLAN_SILENT, l.origin, l.vlan);
        }
      }
    }
  }

  /**
   * SEN-04: a VLAN heard daily and then no more. Silence is counted in what the interface went on to carry meanwhile – a gap in a file is
   * nobody's silence: an hour and three times the longest pause of a line that was heard over a day, or two days on which others spoke.
   */
  private void silentVlans() {
    for (Line l : lines) {
      Port port = ports[l.origin];
      long pause = port.active - l.activeLast;
      boolean daily = l.activeLast - l.activeFirst >= DAY_MINUTES && pause > Math.max(SILENT_MINUTES, 3 * l.longestPause);
      boolean byDays = l.days >= 2 && port.days - l.daysOfPort >= 2;
      if (!l.fellSilent && l.vlan >= 0 && (daily || byDays)) {
        l.fellSilent = true;
        long devices = l.heard.size();
        tell(Kind.VLAN_SILENT, l.origin, l.vlan, null, (now - l.last) / MINUTE, 0, l.last, devices == 0 ? NONE : devices,
            devices == 0 ? Basis.NONE : Basis.HEARD_BEFORE, "daily", l.packet, true);
      }
    }
  }

  // ---- a window

  /** Judges the window and opens the next. */
  private void window(boolean whole, boolean end) {
    for (Line l : lines) {
      oneWay(l, whole);
      arpOnly(l, whole);
      share(Kind.CUT, l, l.cut - l.cutBefore, l.packets - l.packetsBefore, 1, whole);
      share(Kind.MERGED, l, l.merged - l.mergedBefore, l.packets - l.packetsBefore, MERGED, whole);
    }
    for (Line l : lines) {
      if (firstOfPort(l)) { // an interface without a line has had no frame
        flooded(l.origin, whole);
      }
    }
    long jump = jumps.value() - jumped;
    jumped += jump;
    if (jump > 0) {
      tell(Kind.CLOCK, NONE, NONE, null, jump, 0, window, NONE, Basis.NONE, "", lastPacket(), whole);
    } else {
      findings.over(Kind.CLOCK, NONE, NONE);
    }
    twice(whole);
    absent(end);
    lines.forEach(Line::open);
    dialogues.open();
  }

  private boolean firstOfPort(Line l) {
    int i = 0;
    while (lines.get(i).origin != l.origin) {
      i++;
    }
    return lines.get(i) == l;
  }

  /** SEN-01: at least 95 of 100 dialogues in one direction. */
  private void oneWay(Line l, boolean whole) {
    long all = l.oneWay + l.answered;
    if (l.oneWay >= DIALOGUES && l.oneWay * 100 >= all * 95) {
      tell(Kind.ONE_WAY, l.origin, l.vlan, null, l.oneWay, all, window, dialogues.silent(l), Basis.NEVER_ANSWERED, "", l.packet, whole);
    } else if (all >= DIALOGUES) {
      findings.over(Kind.ONE_WAY, l.origin, l.vlan);
    }
  }

  /** SEN-02: at least 5 of 100 frames of a place were seen before at another. */
  private void twice(boolean whole) {
    List<Line> doubled = new ArrayList<>();
    for (CopyPair.Count count : CopyPair.in(counters)) {
      CopyPair pair = count.pair();
      Line l = known(pair.otherOrigin(), pair.otherVlan());
      Line first = known(pair.origin(), pair.vlan());
      Long before = copiesBefore.put(pair, count.copies());
      long copies = count.copies() - (before == null ? 0 : before);
      if (l != null && copies >= COPIES && copies * 100 >= (l.packets - l.packetsBefore) * 5) {
        doubled.add(l);
        tell(Kind.TWICE, l.origin, l.vlan, first, copies, l.packets - l.packetsBefore, window, 0, Basis.NONE, "", l.packet, whole);
      }
    }
    for (Line l : lines) {
      if (!doubled.contains(l)) {
        findings.over(Kind.TWICE, l.origin, l.vlan);
      }
    }
  }

  private @Nullable Line known(int origin, int vlan) {
    int i = place(origin, vlan);
    return table[i];
  }

  /** ARP asks and asks on a VLAN, and what was asked for never shows: its broadcasts are flooded to us, its dialogues are not mirrored. */
  private void arpOnly(Line l, boolean whole) {
    long asks = l.asked - l.askedBefore;
    // once told, it is so until a dialogue comes: a window with a few requests less is no other state
    if (l.direct == l.directBefore && asks >= (l.arpOnly ? 1 : ASKED) && l.named.size() >= 2) {
      l.arpOnly = true;
      tell(Kind.VLAN_ABSENT, l.origin, l.vlan, null, asks, 0, window, l.named.size(), Basis.NAMED_BY_ARP, "arp", l.packet, whole);
    } else if (l.direct != l.directBefore) {
      l.arpOnly = false;
      findings.over(Kind.VLAN_ABSENT, l.origin, l.vlan);
    }
  }

  private void share(Kind kind, Line l, long part, long all, long least, boolean whole) {
    if (part >= least && part * 100 >= all) {
      tell(kind, l.origin, l.vlan, null, part, all, window, 0, Basis.NONE, "", l.packet, whole);
    } else if (all > 0) {
      findings.over(kind, l.origin, l.vlan);
    }
  }

  /** More frames to groups than to single receivers: what a port gets that is not mirrored to. */
  private void flooded(int origin, boolean whole) {
    long group = 0;
    long direct = 0;
    long devices = 0;
    long index = 0;
    for (Line l : lines) {
      if (l.origin == origin) {
        group += l.group - l.groupBefore;
        direct += l.direct - l.directBefore;
        devices += l.named.size();
        index = l.packet;
      }
    }
    if (group >= GROUP_FRAMES && group > direct) {
      tell(Kind.FLOODED, origin, NONE, null, group, group + direct, window, devices == 0 ? NONE : devices,
          devices == 0 ? Basis.NONE : Basis.NAMED_BY_ARP, "", index, whole);
    } else if (group + direct > 0) {
      findings.over(Kind.FLOODED, origin, NONE);
    }
  }

  /** SEN-04: VLANs that the site or a switch names and that never appear. */
  private void absent(boolean end) {
    if (now - start < GRACE && !end) {
      return;
    }
    boolean ripe = now - start >= NEARLY;
    if (present.isEmpty()) {
      if (expected.size() > 1 && packets > 0) {
        tell(Kind.UNTAGGED, NONE, NONE, null, expected.size(), expected.size(), start, NONE, Basis.NONE, "site", lastPacket(), ripe);
      }
      return; // without tags nobody can say which VLAN is missing
    }
    findings.over(Kind.UNTAGGED, NONE, NONE);
    for (int vlan : expected) {
      if (!present.get(vlan)) {
        tell(Kind.VLAN_ABSENT, NONE, vlan, null, 0, 0, start, NONE, Basis.NONE, "site", lastPacket(), ripe);
      }
    }
    for (int vlan = 1; vlan < namedByLldp.length; vlan++) {
      if (namedByLldp[vlan] != 0 && !present.get(vlan) && !expected.contains(vlan)) {
        tell(Kind.VLAN_ABSENT, NONE, vlan, null, 0, 0, namedByLldp[vlan], NONE, Basis.NONE, "lldp", lastPacket(), ripe);
      }
    }
  }

  private long lastPacket() {
    return line.packet;
  }

  // ---- telling

  private void tell(Kind kind, int from, int vlan, @Nullable Line twin, long part, long all, long first, long hidden, Basis basis,
      String proof, long packet, boolean sure) {
    // an interface of which nothing came has no packet to show: the last of another stands for it
    int origin = from >= 0 && (live || ports[from].packets > 0) ? from : Math.max(0, line.origin);
    Endpoint who = endpoints.mac(realms.isEmpty() ? "" : realms.get(origin), Endpoint.NO_MAC, vlan);
    Stamp stamp = new Stamp(seq, BEHIND + n++, now, origin, packet);
    Lapse lapse = new Lapse(stamp, who, kind, from, vlan, twin == null ? NONE : twin.origin, twin == null ? NONE : twin.vlan, part, all, first,
        kind == Kind.SILENT ? Math.max(now, first + part * SECOND) : Math.max(first, line.last), hidden, basis, proof);
    if (findings.take(lapse) && sure) {
      lapses.increment();
      waiting.add(lapse);
    }
  }

  /** The next lapse that belongs before the end of {@code through}, or null. */
  @Nullable Lapse next(long through) {
    Lapse head = waiting.peek();
    return head != null && head.seq() <= through ? waiting.poll() : null;
  }

  Findings findings() {
    return findings;
  }

  /** What the doctor knows, at most one quantum of capture time old where packets or ticks come. Any thread. */
  public Diagnosis diagnosis() {
    asked = true;
    Diagnosis known = last;
    return new Diagnosis(known.first(), known.last(), known.live(), known.start(), known.step(), known.lost(), known.lines(), findings.list());
  }

  private Diagnosis draw() {
    if (start == NEVER) {
      return Diagnosis.NONE;
    }
    picture.draw(lines, lost(), now);
    int bins = picture.size();
    List<Diagnosis.Traffic> traffic = new ArrayList<>();
    for (Line l : lines) {
      traffic.add(new Diagnosis.Traffic(l.origin, l.vlan, l.packets, l.bytes, l.group, l.copies, l.cut, l.merged, l.longest, l.snap,
          l.heard.size(), l.first, l.last, list(l.packetsByBin, bins), list(l.bytesByBin, bins)));
    }
    traffic.sort(Comparator.comparingInt(Diagnosis.Traffic::from).thenComparingInt(Diagnosis.Traffic::vlan));
    return new Diagnosis(start, now, live, picture.start(), picture.step(), list(picture.lost(), bins), List.copyOf(traffic), List.of());
  }

  private static List<Long> list(long[] bins, int size) {
    List<Long> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(bins[i]);
    }
    return List.copyOf(list);
  }
}
