package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.store.Journal;
import fr.vigie.rules.alert.Alert;
import fr.vigie.rules.alert.AlertSink;
import fr.vigie.rules.alert.Candidate;
import fr.vigie.rules.baseline.Baseline;
import fr.vigie.rules.baseline.Behaviour;
import fr.vigie.rules.baseline.Known;
import fr.vigie.rules.baseline.Learning;
import fr.vigie.rules.session.Judge;
import fr.vigie.rules.session.PolicySet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A judge that has learned two days of a small site: a supervisor that is known, a controller that is still learned, and what would have alerted. */
public final class LearnedSample implements Mind {
  public static final String SUPERVISOR = "default|10.20.10.10";
  public static final String CONTROLLER = "default|10.20.20.21";
  static final long BEGIN = Json.nanos("2026-03-08T06:00:00Z");
  static final long HOUR = 3_600_000_000_000L;
  static final long END = BEGIN + 49 * HOUR;

  public final List<ObjectNode> candidates = new ArrayList<>();
  private final Ledger ledger = new Ledger(Site.EMPTY);
  final Judge judge = new Judge(Site.EMPTY, ledger, PolicySet.shipped(), Judge.Options.DEFAULT, origin -> null, new AlertSink() {
    @Override
    public void alert(Alert alert) {}

    @Override
    public void learned(Candidate candidate) {}

    @Override
    public void disabled(DisabledRule rule) {}
  });

  public LearnedSample() {
    Known known = judge.baseline().known();
    Learning learning = judge.baseline().learning();
    for (int h = 0; h <= 48; h++) {
      long at = BEGIN + h * HOUR;
      judge.quantum(h, at);
      known.at(at);
      for (int i = 0; i < 4; i++) {
        boolean fresh = h < 3 && i == 0;
        if (fresh) {
          known.learn(Known.Kind.READER, SUPERVISOR, CONTROLLER + h, "bacnet");
        }
        learning.heard(SUPERVISOR, Behaviour.OPERATIONS, fresh, at);
        learning.heard(SUPERVISOR, Behaviour.PEERS, h == 0 && i == 0, at);
        learning.heard(CONTROLLER, Behaviour.WRITERS, h % 9 == 0 && i == 1, at);
      }
    }
    judge.quantum(49, END);
    known.learn(Known.Kind.WRITER, SUPERVISOR, CONTROLLER, "2,3");
    known.learn(Known.Kind.PEER, SUPERVISOR, CONTROLLER, "udp47808");
    known.learn(Known.Kind.SERVER, "default|10.20.10.2", "dns", "");
    known.learn(Known.Kind.NATURE, "a-hostile", "vendor bacnet", "<img src=x onerror=\"document.title='owned'\">");
    ObjectNode candidate = Json.object().put("severity", "H").put("count", "4").put("last", "2026-03-10T05:00:00.000000000Z").put("point", "analog-value,3/present-value");
    candidate.putObject("rule").put("id", "BAC-01");
    candidate.putObject("name").put("fr", "Écriture par une source non apprise").put("en", "Write from unlearned source");
    candidate.putObject("who").put("ip", "10.20.10.10");
    candidate.putObject("whom").put("ip", "10.20.20.21");
    candidates.add(candidate);
  }

  /** What was learned, for a console over this estate; before the console opens. */
  public LiveNormal normal(Journal journal, LiveEstate estate) throws IOException {
    LiveNormal normal = new LiveNormal(journal, estate.approvals(), this, Baseline.NEVER, () -> {});
    estate.onNormal(normal);
    return normal;
  }

  @Override
  public synchronized <T> T with(BiFunction<Ledger, Judge, T> work) {
    return work.apply(ledger, judge);
  }

  @Override
  public void candidates(Consumer<ObjectNode> taker) {
    candidates.forEach(taker);
  }
}
