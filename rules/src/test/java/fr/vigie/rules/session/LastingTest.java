package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.site.Site;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertSink;
import fr.vigie.rules.alert.Candidate;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stays in memory: a large site with what is learned of it, and nothing of events and policies that are gone. {@code -Dvigie.resident=20000x200000}
 * is the site of the issue, {@code -Dvigie.lasting=50000000x100} its events and reloads.
 */
final class LastingTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int[] RESIDENT = two(System.getProperty("vigie.resident", "2000x20000"));
  private static final int[] LASTING = two(System.getProperty("vigie.lasting", "400000x4"));

  @TempDir Path folder;

  private long at = Scene.START;
  private long seq;
  private long told;
  private final Endpoints endpoints = new Endpoints(100_000);

  private static int[] two(String text) {
    String[] parts = text.split("x", 2);
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }

  private Judge judge(int devices) {
    return new Judge(Site.EMPTY, new Ledger(Site.EMPTY), PolicySet.shipped(),
        Judge.Options.DEFAULT.within(new Limits(1 << 20, 2 * devices, devices, 2 * devices, devices, devices / 4, 2 * devices, devices / 4, devices / 2, devices)),
        i -> new Origin(i, "default", "made", "", null, 1), new AlertSink() {
          @Override
          public void alert(Alert alert) {
            told++;
          }

          @Override
          public void learned(Candidate candidate) {
            told++;
          }

          @Override
          public void disabled(DisabledRule rule) {
            throw new AssertionError(rule.toString());
          }
        });
  }

  private Stamp stamp(long step) {
    at += step;
    return new Stamp(++seq, 0, at, 0, seq);
  }

  private Endpoint device(int i) {
    return endpoints.ip("default", 4, 0, 0x0A000000L + i, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  private static void step(Judge judge, Observation o) {
    judge.accept(o);
  }

  private Contact contact(int client, int server, int port) {
    Stamp s = stamp(SECOND / 1000);
    return new Contact(s, device(client), "bacnet", null, device(server), "udp", port, Contact.Phase.OPEN, Contact.Answer.ANSWERED, s.at(), s.at(), 4, 400, 4,
        400, List.of("readPropertyMultiple"));
  }

  @Test
  void aLargeSiteAndItsNormalFitIntoAQuarterOfAGigabyte() {
    int devices = RESIDENT[0];
    int conduits = RESIDENT[1];
    long before = heap();
    Judge judge = judge(Math.max(devices, 24 << 10));
    for (int i = 0; i < devices; i++) {
      step(judge, new Sighting(stamp(SECOND / 1000), endpoints.ip("default", 4, 0, 0x0A000000L + i, 0x00A003000000L | i, Endpoint.NO_VLAN), "arp", null,
          Sighting.How.ARP));
      step(judge, reading(i));
    }
    for (int i = 0; i < conduits; i++) {
      step(judge, contact(i % devices, (i * 7 + i / devices + 1) % devices, 47_808 + i % 16));
      if (i % 1000 == 0) {
        judge.quantum(seq, at);
      }
    }
    judge.quantum(seq, at);
    long resident = heap() - before;
    System.out.printf("resident: %,d assets, %,d conduits, %,d facts and %,d classes of behaviour learned: %.1f MB of heap%n", devices, conduits,
        judge.counters().get("rule_known"), judge.counters().get("rule_learning"), resident / 1e6);
    assertThat(judge.counters().get("rule_known")).isGreaterThanOrEqualTo(conduits);
    assertThat(resident).isLessThanOrEqualTo(250_000_000L);
  }

  @Test
  void eventsAndPoliciesThatAreGoneLeaveNothing() throws IOException {
    int events = LASTING[0];
    int reloads = LASTING[1];
    Judge judge = judge(4096);
    Files.writeString(folder.resolve("own.drl"), """
        package fr.vigie.rules.policy;
        import fr.vigie.rules.event.Deed;
        import fr.vigie.sensor.observe.Verb;
        import function fr.vigie.rules.event.Report.report;
        rule "BAC-09 mine" when $d : Deed(protocol == "bacnet", verb == Verb.DISABLE) then report($d, "BAC-09", "mine"); end
        """);
    // every table that fills has filled, and what a policy of a site's own needs is there
    live(judge, 200_000);
    judge.use(loaded());
    long heap = lasting(judge);
    long classes = pool("Metaspace");
    for (int i = 0; i < reloads; i++) {
      live(judge, events / reloads);
      judge.use(loaded());
    }
    long heapNow = lasting(judge);
    long classesNow = pool("Metaspace");
    System.out.printf("lasting: %,d events and %,d reloads, heap %.1f to %.1f MB, metaspace %.1f to %.1f MB, %,d alerts and candidates%n", events, reloads, heap / 1e6,
        heapNow / 1e6, classes / 1e6, classesNow / 1e6, told);
    assertThat(heapNow).isLessThanOrEqualTo(heap + Math.max(heap / 20, 2_000_000));
    assertThat(classesNow).isLessThanOrEqualTo(classes + Math.max(classes / 20, 2_000_000));
  }

  /** What lasts: tables that are emptied when they are full make the heap a saw, whose low points count. */
  private long lasting(Judge judge) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      live(judge, 10_000);
      least = Math.min(least, heap());
    }
    return least;
  }

  private PolicySet loaded() {
    PolicySet.Loaded loaded = PolicySet.load(folder);
    PolicySet policy = loaded.policy();
    if (policy == null) {
      throw new AssertionError(loaded.findings().toString());
    }
    return policy;
  }

  /** Traffic of three thousand devices: writes, reads, searches, silences, contacts, readings, in turn. */
  private void live(Judge judge, int events) {
    for (int i = 0; i < events; i++) {
      int who = (int) ((seq * 31) % 3000);
      int whom = (int) ((seq * 17 + 5) % 3000);
      step(judge, switch ((int) (seq % 8)) {
        case 0 -> act(who, whom, Verb.WRITE, "writeProperty", new Value.Num(20 + seq % 5));
        case 1 -> act(who, whom, Verb.DISABLE, "deviceCommunicationControl", null);
        case 2 -> act(who, whom, Verb.READ, "readProperty", null);
        case 3 -> contact(who, whom, 47_808 + (int) (seq % 3));
        case 4 -> act(who, whom, Verb.RESTART, "reinitializeDevice", null);
        default -> reading(who);
      });
      if (i % 100 == 0) {
        judge.quantum(seq, at);
      }
    }
    judge.quantum(seq, at);
  }

  private Act act(int who, int whom, Verb verb, String operation, @Nullable Value value) {
    Stamp s = stamp(SECOND / 100);
    return new Act(s, device(who), "bacnet", null, s.seq() + ".0", device(whom), 47_808, verb, operation, new Point.Bacnet(2, (int) (seq % 40), 85, -1), value,
        verb == Verb.WRITE ? 8 : 0, "", Outcome.PENDING);
  }

  private Reading reading(int who) {
    double value = 20 + seq % 10 / 10.0;
    Stamp s = stamp(SECOND / 100);
    return new Reading(s, device(who), "bacnet", null, new Point.Bacnet(0, (int) (seq % 8), 85, -1), s.at(), s.at(), 1, value, value, value, value, null, true, false);
  }

  private static long heap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long pool(String name) {
    return ManagementFactory.getMemoryPoolMXBeans().stream().filter(p -> p.getType() == MemoryType.NON_HEAP && p.getName().equals(name))
        .mapToLong((MemoryPoolMXBean p) -> p.getUsage().getUsed()).sum();
  }
}
