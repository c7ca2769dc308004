package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.rules.alert.AlertSink;
import fr.vigie.rules.session.Finding;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.live.KeepChoice;
import fr.vigie.web.live.RingEvidence;
import fr.vigie.web.report.Words;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this Vigie lacks or cannot do at the moment, in sentences for whoever looks after it; gathered anew each time it is shown. */
final class Ailments {
  private static final long MINUTE_NS = 60_000_000_000L;

  private final List<ObjectNode> findings = new ArrayList<>();

  /** The sentences, {@code {level, fr, en}}, in the order in which they were found. */
  List<ObjectNode> findings() {
    return findings;
  }

  /** Why what the network says cannot be stored; null where it can. */
  void storing(@Nullable String failing) {
    if (failing != null) {
      error(new Words("Ce que dit le réseau ne peut plus être enregistré : " + failing + ".", "What the network says can no longer be stored: " + failing + "."));
    }
  }

  /** Why the log could not be folded to its end; null where it could. */
  void folding(@Nullable String unread) {
    if (unread != null) {
      error(new Words("Le journal n’a pu être relu en entier : " + unread + ".", "The log could not be folded to its end: " + unread + "."));
    }
  }

  /** What the capture does not hear. */
  void blindSpots(Supplier<List<Words>> spots) {
    try {
      spots.get().forEach(this::warning);
    } catch (UncheckedIOException e) {
      error(new Words("L'état de la capture n'a pu être établi.", "The state of the capture could not be established."));
    }
  }

  /** What evidence lacks. */
  void recording(Recorder recording, RingEvidence ring, KeepChoice chosen) {
    String trouble = recording.trouble();
    if (trouble != null) {
      error(new Words("Les trames ne sont plus enregistrées comme preuves : " + trouble + ". La surveillance continue ; libérez de l'espace disque.",
          "Packets are no longer recorded as evidence: " + trouble + ". Watching goes on; free disk space."));
    }
    String unwritten = ring.trouble();
    if (unwritten != null) {
      error(new Words("Les trames d'une alerte n'ont pu être mises de côté : " + unwritten + ".",
          "The packets of an alert could not be put aside: " + unwritten + "."));
    }
    if (recording.turnedOverWithin(MINUTE_NS)) {
      warning(new Words("L'enregistreur garde moins d'une minute de trames : les preuves seront incomplètes. Augmentez --record-size.",
          "The recorder holds less than a minute of packets: evidence will be incomplete. Raise --record-size."));
    }
    if (chosen.whole()) {
      warning(new Words("Des contenus sont enregistrés en entier par choix d'un administrateur : " + chosen.words() + ".",
          "Payload is recorded whole by an administrator's choice: " + chosen.words() + "."));
    }
  }

  /** Why the folder of rules as it is now is not in force; null where it is. */
  void policy(@Nullable Finding unusable) {
    if (unusable != null) {
      String where = unusable.file() + (unusable.line() > 0 ? ":" + unusable.line() + (unusable.column() > 0 ? ":" + unusable.column() : "") : "") + " ";
      warning(new Words("La politique modifiée n'est pas utilisable ; la précédente reste en vigueur : " + where + unusable.fr(),
          "The changed policy cannot be used; the one before stays in force: " + where + unusable.message()));
    }
  }

  /** A rule that threw and judges no more. */
  void disabled(AlertSink.DisabledRule rule) {
    warning(new Words("La règle " + rule.rule() + " est hors service : " + rule.cause(), "The rule " + rule.rule() + " is out of service: " + rule.cause()));
  }

  private void error(Words words) {
    add("error", words);
  }

  private void warning(Words words) {
    add("warning", words);
  }

  private void add(String level, Words words) {
    findings.add(Json.object().put("level", level).put("fr", words.fr()).put("en", words.en()));
  }
}
