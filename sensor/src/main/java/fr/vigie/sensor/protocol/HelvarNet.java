package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.wire.Cursor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * HelvarNet, the open text protocol of Helvar's DALI routers (HelvarNet Overview, Helvar; TCP 50000, UDP 50001). What the routers say on the DALI
 * bus itself does not appear on IP.
 *
 * <pre>
 * TYPE V:VERSION,C:COMMAND,KEY:VALUE,… [=ANSWER] #          TYPE: &gt; command, &lt; internal, ? reply, ! error; an answer in parts ends with $
 * G group, S scene, B block, L level, F fade in 1/100 s, P proportion, A acknowledge, @cluster.router.subnet.device
 * </pre>
 */
final class HelvarNet implements Dissector {
  static final int PORT = 50_000;
  private static final int DATAGRAMS = 50_001;

  private static final String STANDARD = "HelvarNet Overview";
  private static final Cite MESSAGE = new Cite(STANDARD, "message format");
  private static final Cite COMMANDS = new Cite(STANDARD, "command reference");
  private static final Cite QUERIES = new Cite(STANDARD, "query reference");

  private static final String TYPES = "><?!";
  private static final int LONGEST = 1500;

  private static final int QUERY_DESCRIPTION = 106;
  private static final int QUERY_WORKGROUP = 107;
  private static final int QUERY_SCENE = 109;
  private static final int QUERY_STATE = 110;
  private static final int QUERY_LOAD = 152;
  private static final int QUERY_POWER = 160;
  private static final int QUERY_GROUP_POWER = 161;
  private static final int QUERY_SOFTWARE = 190;

  private static final int NEWS_IDENTITY = 1;

  private static final @Nullable String[] NAMES = new String[256];

  static {
    String[] commands = {"recallSceneGroup", "recallSceneDevice", "directLevelGroup", "directLevelDevice", "directProportionGroup", "directProportionDevice",
        "modifyProportionGroup", "modifyProportionDevice", "emergencyFunctionTestGroup", "emergencyFunctionTestDevice", "emergencyDurationTestGroup",
        "emergencyDurationTestDevice", "stopEmergencyTestsGroup", "stopEmergencyTestsDevice"};
    System.arraycopy(commands, 0, NAMES, 11, commands.length);
    String[] hours = {"queryLampHours", "queryBallastHours", "queryMaximumVoltage", "queryMinimumVoltage", "queryMaximumTemperature",
        "queryMinimumTemperature"};
    System.arraycopy(hours, 0, NAMES, 70, hours.length);
    String[] queries = {"queryDeviceTypesAndAddresses", "queryClusters", "queryRouters", "queryLastSceneInBlock", "queryDeviceType", "queryDescriptionGroup",
        "queryDescriptionDevice", "queryWorkgroupName", "queryWorkgroupMembership", "queryLastSceneInGroup", "queryDeviceState", "queryDeviceDisabled",
        "queryLampFailure", "queryDeviceFaulty", "queryDeviceMissing"};
    System.arraycopy(queries, 0, NAMES, 100, queries.length);
    NAMES[129] = "queryEmergencyBatteryFailure";
    String[] values = {"queryMeasurement", "queryInputs", "queryLoad"};
    System.arraycopy(values, 0, NAMES, 150, values.length);
    NAMES[QUERY_POWER] = "queryPowerConsumption";
    NAMES[QUERY_GROUP_POWER] = "queryGroupPowerConsumption";
    String[] groups = {"queryGroup", "queryGroups", "querySceneNames", "querySceneInfo"};
    System.arraycopy(groups, 0, NAMES, 164, groups.length);
    String[] emergency = {"queryEmergencyFunctionTestTime", "queryEmergencyFunctionTestState", "queryEmergencyDurationTestTime",
        "queryEmergencyDurationTestState", "queryEmergencyBatteryCharge", "queryEmergencyBatteryTime", "queryEmergencyTotalLampTime"};
    System.arraycopy(emergency, 0, NAMES, 170, emergency.length);
    String[] router = {"queryTime", "queryLongitude", "queryLatitude", "queryTimeZone", "queryDaylightSaving", "querySoftwareVersion", "queryHelvarNetVersion"};
    System.arraycopy(router, 0, NAMES, 185, router.length);
    Arrays.fill(NAMES, 201, 205, "storeScene");
    Arrays.fill(NAMES, 205, 207, "resetEmergencyTime");
  }

  /** Error codes 0 to 18 of the overview. */
  private static final String[] REASONS = {"success", "invalid group", "invalid cluster", "invalid router", "invalid subnet", "invalid device",
      "invalid sub-device", "invalid block", "invalid scene", "no such cluster", "no such router", "no such device", "no such property", "invalid size",
      "invalid type", "invalid command", "no terminator", "missing parameter", "incompatible version"};
  private static final Outcome[] ERRORS = new Outcome[REASONS.length];
  private static final Outcome OTHER = Outcome.error("other");

  static {
    Arrays.setAll(ERRORS, i -> Outcome.error(REASONS[i]));
  }

  /** What a reply's answer is, as a reading. */
  private static final String[] QUANTITIES = {"scene", "state", "load", "power", "power"};

  private final Transport transport;

  /** Of the message last walked: where values lie, 0 where there are none. */
  private int command;
  private long group;
  private int scene;
  private int levelAt;
  private int levelEnd;
  private long address;
  private int addressAt;
  private int addressEnd;
  private boolean acknowledged;
  private int answerAt;
  private int block;
  private int fade;

  HelvarNet(Transport transport) {
    this.transport = transport;
  }

  @Override
  public String name() {
    return "helvarnet";
  }

  @Override
  public Sheet sheet() {
    return new Sheet("HelvarNet (DALI routers)", "HelvarNet Overview, Helvar",
        "scenes, levels and proportions of groups and devices, emergency tests, queries with their answers and errors; scene, state, load and power as"
            + " readings",
        "the DALI bus behind the router",
        "messages built from the published overview; no other parser reads it here");
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public int[] ports() {
    return transport == Transport.TCP ? new int[] {PORT} : new int[] {DATAGRAMS};
  }

  /** Type, version and command are written out. */
  @Override
  public boolean anyPort() {
    return true;
  }

  @Override
  public int frame(Cursor m, Exchange x) {
    int have = m.length();
    boolean stream = transport == Transport.TCP;
    if (have > 0 && TYPES.indexOf(m.at(0)) < 0 || have > 1 && m.at(1) != 'V' || have > 2 && m.at(2) != ':' || have > 3 && !digit(m.at(3))
        || have > 4 && m.at(4) != ',' || have > 5 && m.at(5) != 'C' && m.at(5) != 'Q' || have > 6 && m.at(6) != ':' || have > 7 && !digit(m.at(7))) {
      return NOT_MINE;
    }
    int end = m.indexOf('#', 0, Math.min(have, LONGEST));
    int part = m.indexOf('$', 0, end < 0 ? Math.min(have, LONGEST) : end);
    end = part >= 0 ? part : end;
    if (end < 0) {
      return stream && have < LONGEST ? MORE : NOT_MINE;
    }
    for (int i = 0; i < end; i++) {
      if (m.at(i) < ' ') {
        return NOT_MINE;
      }
    }
    if (end < 8) {
      return NOT_MINE;
    }
    return stream ? end + 1 : m.wireLength() <= end + 3 ? m.wireLength() : NOT_MINE;
  }

  private static boolean digit(int c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public void dissect(Cursor m, Exchange x, Observer o) {
    Transcript t = o.transcript();
    int end = Math.max(m.indexOf('#', 0, m.length()), m.indexOf('$', 0, m.length()));
    t.message("helvarnet", "message");
    if (end < 8 || TYPES.indexOf(m.at(0)) < 0 || m.cut() || m.wireLength() > end + 3) {
      m.fail();
    }
    if (m.ok()) {
      walk(m, t, end);
      String name = command >= 0 && command < NAMES.length ? NAMES[command] : null;
      String operation = name == null ? "command" : name;
      o.operation(operation);
      t.operation(operation);
      switch (m.at(0)) {
        case '>' -> {
          if (x.fromClient()) {
            command(m, x, o, operation);
          }
        }
        case '?' -> answer(m, x, o, end);
        case '!' -> {
          int code = number(m, answerAt, end);
          o.outcome(key(x), code > 0 && code < ERRORS.length ? ERRORS[code] : OTHER);
        }
        default -> {
          // routers among themselves
        }
      }
      m.seek(m.length());
    }
    t.end();
  }

  /** Walks the pairs in front of {@code =}. */
  private void walk(Cursor m, Transcript t, int end) {
    command = -1;
    group = -1;
    scene = -1;
    levelAt = 0;
    levelEnd = 0;
    addressAt = 0;
    addressEnd = 0;
    address = 0;
    acknowledged = false;
    answerAt = 0;
    block = -1;
    fade = -1;
    if (t.on()) {
      t.field("type", Character.toString(m.at(0)));
    }
    int at = 1;
    int stop = m.indexOf('=', 1, end);
    answerAt = stop < 0 ? end : stop + 1;
    int limit = stop < 0 ? end : stop;
    while (at < limit) {
      int comma = m.indexOf(',', at, limit);
      int next = comma < 0 ? limit : comma;
      pair(m, t, at, next);
      at = next + 1;
    }
    if (stop >= 0 && t.on()) {
      t.field("answer", Heads.slice(m, answerAt, end - answerAt));
    }
  }

  private void pair(Cursor m, Transcript t, int at, int next) {
    int from = m.at(at + 1) == ':' ? at + 2 : at + 1;
    switch (m.at(at)) {
      case 'C' -> command = number(m, from, next);
      case 'G' -> group = number(m, from, next);
      case 'S' -> scene = number(m, from, next);
      case 'B' -> block = number(m, from, next);
      case 'F' -> fade = number(m, from, next);
      case 'A' -> acknowledged = m.at(from) == '1';
      case 'L', 'P' -> {
        levelAt = from;
        levelEnd = next;
      }
      case '@' -> {
        addressAt = from;
        addressEnd = next;
        address = address(m, from, next);
      }
      default -> {
        // time, place and screens
      }
    }
    if (t.on()) {
      t.field(Character.toString(m.at(at)), Heads.slice(m, from, Math.max(0, next - from)));
    }
  }

  /** Up to six digits; -1 where there are none. */
  private static int number(Cursor m, int from, int to) {
    int value = 0;
    int at = from;
    while (at < to && at - from < 6 && digit(m.at(at))) {
      value = value * 10 + (m.at(at++) - '0');
    }
    return at == from ? -1 : value;
  }

  /** Cluster, router, subnet, device and sub-device, ten bits each. */
  private static long address(Cursor m, int from, int to) {
    long address = 0;
    int part = 0;
    int value = 0;
    for (int i = from; i < to; i++) {
      if (digit(m.at(i))) {
        value = Math.min(value * 10 + (m.at(i) - '0'), 1023);
      } else if (m.at(i) == '.' && part < 4) {
        address = address << 10 | value;
        value = 0;
        part++;
      }
    }
    return (address << 10 | value) << 3 | part;
  }

  private long key(Exchange x) {
    return ((x.flow() * 31 + command) * 0x9E3779B97F4A7C15L ^ address) * 31 + group;
  }

  private void command(Cursor m, Exchange x, Observer o, String name) {
    Verb verb = command >= 11 && command <= 18 ? Verb.WRITE : command >= 19 && command <= 24 || command == 205 || command == 206 ? Verb.COMMAND
        : command >= 201 && command <= 204 ? Verb.CONFIGURE : name.startsWith("query") ? Verb.READ : Verb.REQUEST;
    boolean asks = verb == Verb.READ || verb == Verb.REQUEST;
    int points = 1;
    if (asks) {
      points = x.reads(x.source(), x.target().hashCode() * 1024L + command, address * 31 + group);
      if (points == 0) {
        return;
      }
    }
    double level = levelAt == 0 ? Double.NaN : Numbers.decimal(at(m, levelAt), levelEnd - levelAt);
    m.seek(0);
    Value value = !Double.isNaN(level) ? new Value.Num(level) : scene >= 0 ? new Value.Num(scene) : null;
    StringBuilder detail = new StringBuilder(scene >= 0 ? "scene " + scene : "");
    if (block >= 0) {
      detail.append(detail.isEmpty() ? "" : ", ").append("block ").append(block);
    }
    if (fade >= 0) {
      detail.append(detail.isEmpty() ? "" : ", ").append("fade ").append(fade / 100.0).append(" s");
    }
    Point point = group >= 0 ? new Point.Named("helvar", "group," + group)
        : addressAt > 0 ? new Point.Named("helvar", "device," + Heads.slice(m, addressAt, addressEnd - addressAt)) : null;
    boolean awaited = asks || acknowledged;
    Stamp stamp = x.stamp();
    Act act = new Act(stamp, x.source(), "helvarnet", asks ? QUERIES : COMMANDS, stamp.seq() + "." + stamp.n(), x.target(), x.serverPort(), verb, name, point,
        asks ? null : value, 0, detail.toString(), points, awaited ? Outcome.PENDING : Outcome.UNCONFIRMED);
    if (awaited) {
      o.request(key(x), act);
    } else {
      o.see(act);
    }
  }

  private static Cursor at(Cursor m, int offset) {
    m.seek(offset);
    return m;
  }

  private void answer(Cursor m, Exchange x, Observer o, int end) {
    o.outcome(key(x), Outcome.OK);
    int octets = end - answerAt;
    if (octets <= 0) {
      return;
    }
    int quantity = switch (command) {
      case QUERY_SCENE -> 0;
      case QUERY_STATE -> 1;
      case QUERY_LOAD -> 2;
      case QUERY_POWER -> 3;
      case QUERY_GROUP_POWER -> 4;
      default -> -1;
    };
    if (quantity >= 0) {
      double value = Numbers.decimal(at(m, answerAt), octets);
      m.seek(0);
      if (!Double.isNaN(value) && (addressAt > 0 || group >= 0)) {
        o.reading(x, x.source(), addressAt > 0 ? address : group, quantity | (addressAt > 0 ? 0 : 8), HelvarNet::point, value,
            quantity >= 3 ? "watts" : quantity == 2 ? "percent" : null, true, false);
      }
      return;
    }
    if ((command == QUERY_DESCRIPTION || command == QUERY_WORKGROUP || command == QUERY_SOFTWARE)
        && x.news(x.source(), NEWS_IDENTITY, (Heads.digest(m, answerAt, octets) * 31 + address) * 256 + command, Exchange.FOREVER)) {
      String text = Heads.slice(m, answerAt, octets);
      if (command == QUERY_DESCRIPTION) {
        o.claim(x, x.source(), Trait.BANNER, "helvar-device=" + Heads.slice(m, addressAt, Math.max(0, addressEnd - addressAt)) + ", " + text, QUERIES);
      } else if (command == QUERY_WORKGROUP) {
        o.claim(x, x.source(), Trait.BANNER, "helvar-workgroup=" + text, QUERIES);
      } else {
        o.claim(x, x.source(), Trait.FIRMWARE, text, QUERIES);
        o.claim(x, x.source(), Trait.VENDOR, "Helvar", QUERIES);
      }
    }
  }

  private static Point point(long about, long quantity) {
    String name = QUANTITIES[(int) quantity & 7];
    if ((quantity & 8) != 0) {
      return new Point.Named("helvar", "group," + about + "/" + name);
    }
    StringBuilder text = new StringBuilder("device,");
    int parts = (int) about & 7;
    for (int i = parts; i >= 0; i--) {
      text.append(about >>> 3 + 10 * i & 1023).append(i == 0 ? "" : ".");
    }
    return new Point.Named("helvar", text + "/" + name);
  }

  @Override
  public Cite cite() {
    return MESSAGE;
  }
}
