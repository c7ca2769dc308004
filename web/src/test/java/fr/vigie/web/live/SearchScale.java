package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Journal;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The searches of the console over a large hospital, by hand: {@code SearchScale FOLDER ASSETS CONTACTS} fills indexes there, opens them again
 * as a restart does, and prints the 50th and 95th percentile of each search, by the clock and of the processor: on a machine with other work the
 * second says what the search costs. A folder that is full already is used as it is. No test: times are measured, not asserted.
 */
final class SearchScale {
  private static final long START = 1_772_000_000_000_000_000L;
  private static final long DAY = 86_400_000_000_000L;
  private static final int ROUNDS = 60;
  private static final List<String> ZONES = List.of("cvc", "gtb", "froid", "elec", "eclairage", "surete", "clinique", "it");
  private static final List<String> VENDORS = List.of("Siemens", "Sauter", "Trend", "Distech Controls", "Schneider Electric", "Carel", "ABB", "Wago");
  private static final List<String> PROTOCOLS = List.of("bacnet", "modbus", "knx", "snmp", "http", "tls", "dns", "mqtt", "fox", "opcua");

  private SearchScale() {}

  /** Fills, opens again, measures. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int assets = Integer.parseInt(args[1]);
    int contacts = Integer.parseInt(args[2]);
    long at = System.nanoTime();
    try (Rooms rooms = new Rooms(folder)) {
      if (rooms.indexes.contacts().size() == 0) {
        fill(rooms.estate, assets, contacts);
        rooms.estate.commit(1, "scale");
        System.out.printf("filled %,d assets and %,d contacts in %d s%n", assets, contacts, (System.nanoTime() - at) / 1_000_000_000L);
      }
    }
    at = System.nanoTime();
    try (Rooms rooms = new Rooms(folder)) {
      System.out.printf("opened again with every device named in %d ms%n", (System.nanoTime() - at) / 1_000_000);
      LiveEstate e = rooms.estate;
      Random random = new Random(7);
      measure("assets, words and facets", () -> e.assets(new Search(VENDORS.get(random.nextInt(8)).split(" ")[0], Map.of(), "", 0, 50)));
      measure("assets, everything, by vendor", () -> e.assets(new Search("", Map.of(), "vendor", 0, 100)));
      measure("assets, range and facet chosen", () -> e.assets(new Search("care>=" + random.nextInt(6), Map.of("zone", List.of(ZONES.get(random.nextInt(8)))), "-last", 0, 50)));
      measure("assets, prefix", () -> e.assets(new Search("ip:10.1." + random.nextInt(40) + ".*", Map.of(), "", 0, 50)));
      measure("assets, like this one", () -> e.assets(new Search("like:" + id(random.nextInt(assets)), Map.of(), "", 0, 50)));
      Index found = rooms.indexes.contacts();
      measure("contacts, sorted first page", () -> found.search(fr.vigie.inventory.store.QueryParser.parse(""), "-last", 0, 50, List.of()));
      measure("contacts of a protocol, sorted first page",
          () -> found.search(fr.vigie.inventory.store.QueryParser.parse("protocol:" + PROTOCOLS.get(random.nextInt(10))), "-packets", 0, 50, List.of()));
      String week = "last>=" + Json.time(START + 23 * DAY).substring(0, 10);
      measure("contacts of seven days with facets", () -> e.relations().contacts(new Search(week, Map.of(), "", 0, 50)));
      measure("contacts, all with facets", () -> e.relations().contacts(new Search("", Map.of(), "", 0, 50)));
      measure("page of a device", () -> {
        String id = id(random.nextInt(assets));
        e.asset(id);
        return e.relations().of(id);
      });
      measure("map of one zone", () -> e.relations().map("zone:froid", "asset:" + id(5)));
      System.gc();
      System.out.printf("heap in use %d MB, resident %s%n", (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
          Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmRSS") || l.startsWith("VmHWM")).toList());
    }
  }

  private static final class Rooms implements AutoCloseable {
    final Indexes indexes;
    final Journal journal;
    final LiveEstate estate;

    Rooms(Path folder) throws IOException {
      indexes = Indexes.open(folder);
      Decided decided = new Decided();
      journal = Journal.open(folder.resolve("journal.ndjson"), decided::replay);
      estate = new LiveEstate(indexes, journal, decided, new Broadcast(), JsonNodeFactory.instance.objectNode().put("id", "chu").put("name", "CHU").put("tz", "Europe/Paris"));
    }

    @Override
    public void close() throws IOException {
      indexes.close();
      journal.close();
    }
  }

  private static String id(int i) {
    return "a-scale%09d".formatted(i);
  }

  private static String ip(int i) {
    return "10." + (1 + (i >> 14)) + "." + (i >> 8 & 63) + "." + (i & 255);
  }

  private static void fill(LiveEstate estate, int assets, int contacts) throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < assets; i++) {
      ObjectNode a = Json.object().put("v", 1).put("id", id(i)).put("name", "PXC-" + i).put("kind", i % 5 == 0 ? "ahu-cta" : "unknown").put("zone", ZONES.get(random.nextInt(8)))
          .put("vendor", VENDORS.get(random.nextInt(8))).put("model", "M" + random.nextInt(200)).put("firmware", "1." + random.nextInt(30)).put("care", random.nextInt(6))
          .put("first", Json.time(START)).put("last", Json.time(START + random.nextInt(30) * DAY));
      a.putArray("keys").add("ip=" + ip(i));
      a.putArray("addresses").addObject().put("ip", ip(i)).put("vlan", 100 + random.nextInt(20)).put("current", true);
      a.putObject("decisions");
      a.putObject("traits");
      estate.onAsset(a);
    }
    for (int i = 0; i < contacts; i++) {
      int from = random.nextInt(assets);
      int to = random.nextInt(assets);
      ObjectNode c = Json.object().put("v", 1).put("protocol", PROTOCOLS.get(random.nextInt(10))).put("transport", "udp").put("answer", random.nextInt(9) == 0 ? "silent" : "answered");
      c.putObject("who").put("ip", ip(from)).put("vlan", 100 + random.nextInt(20));
      c.putObject("whom").put("ip", ip(to)).put("port", 47_808);
      long last = START + random.nextInt(30 * 86_400) * 1_000_000_000L;
      c.put("first", Json.time(START)).put("last", Json.time(last)).put("packetsOut", Integer.toString(random.nextInt(10_000))).put("packetsBack", "9").put("bytesOut", "9000").put("bytesBack", "900");
      c.putArray("operations").add("readProperty");
      estate.onContact("c" + i, id(from), id(to), c::deepCopy);
    }
    estate.show();
  }

  private interface Work {
    Object done() throws Exception;
  }

  private static void measure(String what, Work work) throws Exception {
    for (int i = 0; i < ROUNDS / 3; i++) {
      work.done();
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] clock = new long[ROUNDS];
    long[] processor = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long at = System.nanoTime();
      long spent = threads.getCurrentThreadCpuTime();
      work.done();
      processor[i] = threads.getCurrentThreadCpuTime() - spent;
      clock[i] = System.nanoTime() - at;
    }
    Arrays.sort(clock);
    Arrays.sort(processor);
    System.out.printf("%-45s clock p50 %7.1f ms p95 %7.1f ms   processor p50 %7.1f ms p95 %7.1f ms%n", what, clock[ROUNDS / 2] / 1e6, clock[ROUNDS * 95 / 100] / 1e6,
        processor[ROUNDS / 2] / 1e6, processor[ROUNDS * 95 / 100] / 1e6);
  }
}
