package fr.vigie.web.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the facts say to each evidence type: one method per type, and the one rule over all of them: no gap is claimed where the capture
 * did not cover the evidence.
 */
public final class Findings {
  private static final int MOST_ITEMS = 20;
  private static final Set<String> CLEAR_TEXT = Set.of("telnet", "ftp", "tftp", "http", "snmp", "bacnet", "modbus", "knx", "fox", "mqtt", "lon",
      "sbus", "mbus", "artnet", "acn", "enocean", "helvarnet", "dali");
  private static final Duration SHORTEST = Duration.ofMinutes(30);

  /**
   * What one evidence type shows.
   *
   * @param verdict the wording
   * @param text one or two sentences with the figures
   * @param items what the figures count, at most twenty of them: alert ids, addresses
   */
  record Finding(Verdict verdict, Words text, List<String> items) {}

  private final Facts facts;
  private final @Nullable Words blindness;
  private final Map<String, Finding> byType = new LinkedHashMap<>();

  Findings(Facts facts) {
    this.facts = facts;
    this.blindness = blindness(facts);
    for (String type : Framework.evidenceLabels().keySet()) {
      byType.put(type, judge(type));
    }
  }

  /** The finding of a type. */
  Finding of(String type) {
    Finding finding = byType.get(type);
    return finding != null ? finding : unseen("Vigie ne connaît pas ce type de preuve.", "Vigie does not know this kind of evidence.");
  }

  /** Why the capture does not cover the period, or null where it does. */
  static @Nullable Words blindness(Facts facts) {
    List<Words> spots = blindSpots(facts);
    return spots.isEmpty() ? null : new Words(spots.stream().map(Words::fr).collect(Collectors.joining(" ; ")),
        spots.stream().map(Words::en).collect(Collectors.joining("; ")));
  }

  /** What the capture does not show, one finding each; empty where it covers the period. */
  public static List<Words> blindSpots(Facts facts) {
    long dialogues = facts.flows().stream().filter(f -> !f.group() && f.packets() > 2).count();
    long oneWay = facts.flows().stream().filter(f -> !f.group() && f.packets() > 2 && !f.twoWay()).count();
    return blindSpots(facts.capture(), new Facts.Dialogues(dialogues, oneWay), facts.to() - facts.from());
  }

  /** The same of a capture of so many nanoseconds. */
  static List<Words> blindSpots(Facts.Capture capture, Facts.Dialogues dialogues, long length) {
    List<Words> spots = new ArrayList<>();
    if (capture.packets() == 0) {
      return List.of(new Words("aucun paquet n'a été capturé", "no packet was captured"));
    }
    if (!capture.vlansMissing().isEmpty()) {
      spots.add(new Words("VLAN attendus mais jamais vus : " + capture.vlansMissing(), "VLANs expected but never seen: " + capture.vlansMissing()));
    }
    long lost = capture.lost();
    if (lost * 1000 > capture.packets()) {
      spots.add(new Words(lost + " paquets perdus ou refusés (plus de 0,1 %)", lost + " packets lost or refused (more than 0.1 %)"));
    }
    if (capture.cut() * 100 > capture.packets()) {
      spots.add(new Words(capture.cut() + " paquets tronqués par la capture (plus de 1 %)",
          capture.cut() + " packets cut by the capture (more than 1 %)"));
    }
    if (dialogues.all() >= 20 && dialogues.oneWay() * 2 > dialogues.all()) {
      spots.add(new Words(dialogues.oneWay() + " dialogues sur " + dialogues.all() + " vus dans un seul sens",
          dialogues.oneWay() + " of " + dialogues.all() + " dialogues seen in one direction only"));
    }
    if (length < SHORTEST.toNanos()) {
      spots.add(new Words("fenêtre de capture inférieure à 30 minutes", "capture window shorter than 30 minutes"));
    }
    return List.copyOf(spots);
  }

  private Finding judge(String type) {
    return switch (type) {
      case "EV-INV" -> inventory();
      case "EV-MAP" -> map();
      case "EV-ZONE" -> alerts(needsSite(), id -> id.equals("NET-07"), "franchissement(s) de zone hors conduit déclaré",
          "zone crossing(s) outside a declared conduit");
      case "EV-PROTO" -> clearText();
      case "EV-WRITE" -> alerts(null, Set.of("BAC-01", "BAC-02", "MOD-01", "KNX-01", "UPS-01")::contains,
          "commande(s) non autorisée(s) ou critique(s)", "unauthorised or critical command(s)");
      case "EV-ADMIN" -> administration();
      case "EV-REMOTE" -> remote();
      case "EV-NEWDEV" -> alerts(null, Set.of("NET-01", "NET-02", "BAC-24", "KNX-06")::contains, "équipement(s) nouveau(x) ou usurpé(s)",
          "new or impersonated device(s)");
      case "EV-CRED" -> credentials();
      case "EV-TIME" -> time();
      case "EV-DET" -> detection();
      case "EV-INC" -> incidents();
      case "EV-LOG" -> log();
      case "EV-AVAIL" -> alerts(null, Set.of("BAC-09", "BAC-10", "UPS-01")::contains, "atteinte(s) à la disponibilité d'un équipement",
          "act(s) against the availability of a device");
      case "EV-CHANGE" -> change();
      case "EV-DOS" -> alerts(null, Set.of("NET-04", "BAC-16", "BAC-17", "MOD-04")::contains, "balayage(s) ou découverte(s) anormale(s)",
          "scan(s) or abnormal discovery");
      case "EV-KPI" -> indicators();
      case "EV-VULN" -> vulnerable();
      case "EV-EOL" -> unseen("Cette version de Vigie ne connaît pas encore les fins de support.",
          "This version of Vigie does not know ends of support yet.");
      case "EV-CRYPTO" -> unseen("Vigie lit TLS et SSH, mais ce rapport ne juge pas leurs algorithmes.",
          "Vigie reads TLS and SSH, but this report does not judge their algorithms.");
      case "EV-BACKUP" -> unseen("Aucune sauvegarde ne peut être reconnue avec certitude sur le réseau par cette version.",
          "This version cannot recognise a backup on the network with certainty.");
      default -> unseen("Vigie ne connaît pas ce type de preuve.", "Vigie does not know this kind of evidence.");
    };
  }

  private static Finding unseen(String fr, String en) {
    return new Finding(Verdict.NOT_OBSERVABLE, new Words(fr, en), List.of());
  }

  /** No gap, unless the capture did not cover it. */
  private Finding clear(String fr, String en) {
    if (blindness != null) {
      return unseen(fr + " Mais la capture ne couvre pas cette preuve : " + blindness.fr() + ".",
          en + " But the capture did not cover this evidence: " + blindness.en() + ".");
    }
    return new Finding(Verdict.NO_GAP, new Words(fr, en), List.of());
  }

  private static Finding gap(String fr, String en, List<String> items) {
    return new Finding(Verdict.GAP, new Words(fr, en), items.size() > MOST_ITEMS ? List.copyOf(items.subList(0, MOST_ITEMS)) : List.copyOf(items));
  }

  private @Nullable Finding needsSite() {
    return facts.siteFile() ? null
        : unseen("Sans fichier de site, aucune règle de cloisonnement n'est déclarée : rien à comparer.",
            "Without a site file no segmentation is declared: there is nothing to compare with.");
  }

  private Finding alerts(@Nullable Finding unless, Predicate<String> rule, String whatFr, String whatEn) {
    if (unless != null) {
      return unless;
    }
    List<ObjectNode> found = facts.alerts().stream().filter(a -> rule.test(a.path("rule").path("id").asText())).toList();
    if (found.isEmpty()) {
      TreeSet<String> learning = new TreeSet<>(facts.learning());
      learning.removeIf(rule.negate());
      if (!learning.isEmpty()) {
        return unseen("Les détections " + learning + " apprenaient encore sur la période.",
            "The detections " + learning + " were still learning during the period.");
      }
      return clear("Aucune occurrence : " + whatFr + ".", "None: " + whatEn + ".");
    }
    return gap(found.size() + " " + whatFr + ".", found.size() + " " + whatEn + ".", ids(found));
  }

  private static List<String> ids(List<ObjectNode> documents) {
    return documents.stream().map(d -> (d.path("rule").path("id").asText() + " " + d.path("id").asText()).strip()).toList();
  }

  private Finding inventory() {
    int all = facts.assets().size();
    List<ObjectNode> unreviewed = facts.assets().stream().filter(a -> !reviewed(a)).toList();
    if (unreviewed.isEmpty()) {
      return clear("%d équipements observés, tous déclarés ou approuvés.".formatted(all), "%d devices observed, all declared or approved.".formatted(all));
    }
    return gap("%d équipements observés, dont %d ni déclarés ni approuvés.".formatted(all, unreviewed.size()),
        "%d devices observed, %d of them neither declared nor approved.".formatted(all, unreviewed.size()), ids(unreviewed));
  }

  /** Devices whose maker, model and version an advisory names, as far as nobody cleared them; who brought the facts matched them. */
  private Finding vulnerable() {
    List<ObjectNode> matched = facts.assets().stream().filter(a -> a.has("advisories")).toList();
    if (matched.isEmpty()) {
      return unseen("Les avis de sécurité n'ont pas été rapprochés des équipements observés.",
          "Security advisories were not matched with the devices observed.");
    }
    List<ObjectNode> affected = matched.stream().filter(a -> a.path("advisories").path("match").asInt() > 0).toList();
    long exploited = affected.stream().filter(a -> a.path("advisories").path("exploited").asInt() > 0).count();
    long possible = matched.stream().filter(a -> a.path("advisories").path("match").asInt() == 0 && a.path("advisories").path("possible").asInt() > 0).count();
    int known = matched.getFirst().path("advisories").path("known").asInt();
    String fr = "%d avis de sécurité rapprochés de %d équipements : %d touchés, dont %d par une faille dont l'exploitation est connue ; %d peut-être."
        .formatted(known, matched.size(), affected.size(), exploited, possible);
    String en = "%d security advisories matched with %d devices: %d affected, %d of them by a weakness known to be exploited; %d possibly."
        .formatted(known, matched.size(), affected.size(), exploited, possible);
    if (!affected.isEmpty()) {
      return gap(fr, en, ids(affected));
    }
    return possible == 0 ? clear(fr, en) : unseen(fr, en);
  }

  private static boolean reviewed(ObjectNode asset) {
    JsonNode decisions = asset.path("decisions");
    return decisions.path("review").asText().equals("approved") || asset.path("declared").asBoolean();
  }

  private Finding map() {
    long dialogues = facts.flows().stream().filter(f -> !f.group()).count();
    if (!facts.siteFile()) {
      return unseen("%d flux cartographiés, mais aucune matrice déclarée à laquelle les comparer.".formatted(dialogues),
          "%d flows mapped, but no declared matrix to compare them with.".formatted(dialogues));
    }
    Finding crossing = alerts(null, id -> id.equals("NET-07"), "flux hors matrice", "flow(s) outside the matrix");
    return new Finding(crossing.verdict(), new Words("%d flux cartographiés. %s".formatted(dialogues, crossing.text().fr()),
        "%d flows mapped. %s".formatted(dialogues, crossing.text().en())), crossing.items());
  }

  private Finding clearText() {
    TreeSet<String> protocols = new TreeSet<>();
    List<String> items = new ArrayList<>();
    for (Facts.Flow flow : facts.flows()) {
      if (CLEAR_TEXT.contains(flow.protocol()) && !flow.group()) {
        protocols.add(flow.protocol());
        items.add(flow.protocol() + " " + flow.client() + " → " + flow.server());
      }
    }
    if (items.isEmpty()) {
      return clear("Aucun protocole en clair parmi ceux que Vigie lit.", "No clear-text protocol among those that Vigie reads.");
    }
    return gap("%d flux sans chiffrement ni authentification forte : %s.".formatted(items.size(), String.join(", ", protocols)),
        "%d flows without encryption or strong authentication: %s.".formatted(items.size(), String.join(", ", protocols)), items);
  }

  private Finding administration() {
    List<String> items = facts.flows().stream().filter(f -> f.protocol().equals("http") || f.protocol().equals("telnet"))
        .map(f -> f.protocol() + " " + f.client() + " → " + f.server()).toList();
    Finding takeover = alerts(null, id -> id.equals("WEB-01"), "prise(s) de contrôle d'une console web", "takeover(s) of a web console");
    if (items.isEmpty() && takeover.verdict() != Verdict.GAP) {
      return takeover;
    }
    List<String> all = new ArrayList<>(takeover.items());
    all.addAll(items);
    return gap("%d sessions web ou Telnet en clair. %s".formatted(items.size(), takeover.text().fr()),
        "%d clear-text web or Telnet sessions. %s".formatted(items.size(), takeover.text().en()), all);
  }

  private Finding remote() {
    List<String> items = facts.flows().stream().filter(Facts.Flow::outside)
        .map(f -> f.protocol() + " " + f.client() + " → " + f.server()).toList();
    if (items.isEmpty()) {
      return clear("Aucun flux avec une adresse publique.", "No flow with a public address.");
    }
    return gap(items.size() + " flux avec une adresse publique.", items.size() + " flows with a public address.", items);
  }

  private Finding credentials() {
    if (facts.defaultCommunities().isEmpty()) {
      return facts.flows().stream().noneMatch(f -> f.protocol().equals("snmp"))
          ? unseen("Aucun échange dont Vigie sache juger les authentifiants.", "No exchange whose credentials Vigie can judge.")
          : clear("Aucune communauté SNMP par défaut.", "No default SNMP community.");
    }
    return gap(facts.defaultCommunities().size() + " équipements interrogés avec une communauté SNMP par défaut.",
        facts.defaultCommunities().size() + " devices addressed with a default SNMP community.", List.copyOf(facts.defaultCommunities()));
  }

  private Finding time() {
    return facts.timeSources().isEmpty()
        ? unseen("Aucune source de temps reconnue sur la période.", "No time source recognised during the period.")
        : clear("Sources de temps vues : " + String.join(", ", facts.timeSources()) + ".",
            "Time sources seen: " + String.join(", ", facts.timeSources()) + ".");
  }

  private Finding detection() {
    if (!facts.learning().isEmpty()) {
      return unseen("%d détections jugent ; %d apprennent encore : %s.".formatted(facts.rules().size(), facts.learning().size(), facts.learning()),
          "%d detections judge; %d are still learning: %s.".formatted(facts.rules().size(), facts.learning().size(), facts.learning()));
    }
    return clear("%d détections actives.".formatted(facts.rules().size()), "%d detections active.".formatted(facts.rules().size()));
  }

  private Finding incidents() {
    List<ObjectNode> open = facts.alerts().stream()
        .filter(a -> Set.of("new", "open").contains(a.path("state").asText("new")) && Set.of("C", "H").contains(a.path("severity").asText())).toList();
    int all = facts.alerts().size();
    if (open.isEmpty()) {
      return clear("%d alertes, aucune de gravité haute ou critique sans prise en charge.".formatted(all),
          "%d alerts, none of high or critical severity left unattended.".formatted(all));
    }
    return gap("%d alertes, dont %d de gravité haute ou critique sans prise en charge.".formatted(all, open.size()),
        "%d alerts, %d of high or critical severity left unattended.".formatted(all, open.size()), ids(open));
  }

  private Finding log() {
    return facts.journalHead().isEmpty()
        ? unseen("Pas de journal de décisions dans ce mode.", "No journal of decisions in this mode.")
        : clear("Journal des décisions chaîné et vérifié, empreinte " + facts.journalHead() + ".",
            "Journal of decisions chained and verified, head " + facts.journalHead() + ".");
  }

  private Finding change() {
    long changes = 0;
    for (String verb : List.of("configure", "download", "create", "delete", "restart", "set_time")) {
      changes += facts.acts().getOrDefault(verb, 0L);
    }
    Finding alarming = alerts(null, Set.of("BAC-10", "BAC-23", "KNX-01")::contains, "modification(s) alarmante(s)", "alarming change(s)");
    return new Finding(alarming.verdict(), new Words("%d actes de configuration vus. %s".formatted(changes, alarming.text().fr()),
        "%d configuration acts seen. %s".formatted(changes, alarming.text().en())), alarming.items());
  }

  private Finding indicators() {
    return clear("%d équipements, %d flux, %d alertes sur la période.".formatted(facts.assets().size(), facts.flows().size(), facts.alerts().size()),
        "%d devices, %d flows, %d alerts in the period.".formatted(facts.assets().size(), facts.flows().size(), facts.alerts().size()));
  }
}
