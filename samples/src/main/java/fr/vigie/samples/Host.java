package fr.vigie.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One thing with a network interface: a controller, a server, a camera. Its address may change (a new DHCP lease); nothing else does. */
final class Host {
  final Segment segment;
  final String name;
  /** Equipment class, as the site file writes it. */
  final String kind;
  final String place;
  final Model model;
  final long mac;
  final boolean windows;
  int ip;
  /** What it is on BACnet, or null. */
  @Nullable Bacnet bacnet;
  /** BACnet devices behind it, when it is a router; their network number is theirs. */
  final List<Bacnet> children = new ArrayList<>();
  /** Modbus units behind it or itself. */
  final List<Integer> units = new ArrayList<>();
  /** KNX individual address, or 0. */
  int knx;

  Host(Segment segment, String name, String kind, String place, Model model, long mac, int ip, boolean windows) {
    this.segment = segment;
    this.name = name;
    this.kind = kind;
    this.place = place;
    this.model = model;
    this.mac = mac;
    this.ip = ip;
    this.windows = windows;
  }

  int ttl() {
    return windows ? 128 : 64;
  }

  String address() {
    return text(ip);
  }

  String macText() {
    return macText(mac);
  }

  /** What the host is on BACnet. */
  Bacnet onBacnet() {
    if (bacnet == null) {
      throw new IllegalStateException(name + " does not speak BACnet");
    }
    return bacnet;
  }

  static String text(int ip) {
    return (ip >>> 24) + "." + (ip >>> 16 & 255) + "." + (ip >>> 8 & 255) + "." + (ip & 255);
  }

  static String macText(long mac) {
    StringBuilder s = new StringBuilder();
    for (int i = 40; i >= 0; i -= 8) {
      s.append(s.isEmpty() ? "" : ":").append(Character.forDigit((int) (mac >>> i + 4) & 15, 16))
          .append(Character.forDigit((int) (mac >>> i) & 15, 16));
    }
    return s.toString();
  }

  /**
   * What a maker sells.
   *
   * @param vendor maker, as its devices spell it
   * @param name model name
   * @param firmware firmware revision
   * @param oui first 24 bits of its MAC addresses, from the IEEE registry
   * @param bacnetVendor ASHRAE vendor identifier, or -1
   */
  record Model(String vendor, String name, String firmware, int oui, int bacnetVendor) {}

  /** A BACnet device: the host itself, or one behind it. */
  static final class Bacnet {
    final Host host;
    final int instance;
    final String name;
    final String place;
    final Model model;
    /** BACnet network number behind the host, or 0 for the host itself. */
    final int network;
    /** MS/TP address on that network. */
    final int mac;
    final List<Point> points;
    /** From when until when it does not answer: told to be silent, or restarting. */
    private long silentFrom = Long.MAX_VALUE;
    private long silentUntil = Long.MAX_VALUE;

    Bacnet(Host host, int instance, String name, String place, Model model, int network, int mac, List<Point> points) {
      this.host = host;
      this.instance = instance;
      this.name = name;
      this.place = place;
      this.model = model;
      this.network = network;
      this.mac = mac;
      this.points = points;
    }

    /** Where it is, as the story writes it: the IP address, and behind a router {@code /net:0xmac}. */
    String address() {
      return network == 0 ? host.address()
          : host.address() + "/" + network + ":0x" + Character.forDigit(mac >>> 4, 16) + Character.forDigit(mac & 15, 16);
    }

    void silence(long from, long until) {
      silentFrom = from;
      silentUntil = until;
    }

    boolean silent(long at) {
      return at >= silentFrom && at < silentUntil;
    }

    Point point(int type) {
      return points.stream().filter(p -> p.type == type).findFirst().orElseThrow();
    }
  }

  /** One object of a BACnet device, with a value that follows the day. */
  static final class Point {
    final int type;
    final int instance;
    final String name;
    final int unit;
    final double base;
    final double swing;
    /** What was written to it, by time; NaN where it was given back. */
    final NavigableMap<Long, Double> written = new TreeMap<>();
    /** What its value follows where nobody wrote it, instead of the wave. */
    @Nullable LongToDoubleFunction course;

    Point(int type, int instance, String name, int unit, double base, double swing) {
      this.type = type;
      this.instance = instance;
      this.name = name;
      this.unit = unit;
      this.base = base;
      this.swing = swing;
    }

    /** Its value at a capture time: a slow wave with a ripple, to a tenth. */
    double value(long at) {
      Map.Entry<Long, Double> last = written.lowerEntry(at);
      if (last != null && !Double.isNaN(last.getValue())) {
        return last.getValue();
      }
      if (course != null) {
        return Math.round(10 * course.applyAsDouble(at)) / 10.0;
      }
      if (swing == 0) {
        return base;
      }
      double s = at / 1e9 + instance * 137.0 + base * 11;
      return Math.round(10 * (base + swing * StrictMath.sin(s / 1900) + 0.15 * swing * StrictMath.sin(s / 97))) / 10.0;
    }
  }
}
