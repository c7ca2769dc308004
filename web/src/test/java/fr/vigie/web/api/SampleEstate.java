package fr.vigie.web.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.inventory.past.Past;
import fr.vigie.inventory.past.Picture;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.inventory.store.Journal;
import fr.vigie.rules.session.Ground;
import fr.vigie.rules.session.PolicySet;
import fr.vigie.sensor.health.Diagnosis;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.record.RecordOptions;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.capture.CaptureJson;
import fr.vigie.web.exchange.ExchangeRoom;
import fr.vigie.web.exchange.ImportRoom;
import fr.vigie.web.exchange.SheetFile;
import fr.vigie.web.live.AdvisoryDesk;
import fr.vigie.web.live.Broadcast;
import fr.vigie.web.live.Decided;
import fr.vigie.web.live.Engine;
import fr.vigie.web.live.Indexes;
import fr.vigie.web.live.KeepChoice;
import fr.vigie.web.live.LiveEstate;
import fr.vigie.web.live.RuleShelf;
import fr.vigie.web.policy.PolicyDesk;
import fr.vigie.web.policy.PolicyRoom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A small hospital in the real estate: real indexes, a real journal, documents as the engine writes them, hostile ones among them. */
public final class SampleEstate implements AutoCloseable {
  public static final String SCRIPT = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
  public static final String REVERSED = "CTA-01 \u202Egpj.exe\u202C \u0007bell";
  public static final String LONG = "w".repeat(900) + " end";
  private static final java.util.Map<String, String> RULES = java.util.Map.of("BAC-02", "Commande à une priorité de sécurité des personnes", "BAC-09",
      "Contrôleur réduit au silence", "KNX-06", "Nouveau client de tunnel KNX", "MOD-01", "Écriture Modbus par un nouveau maître", "NET-04",
      "Balayage du réseau", "NET-01", "Équipement nouveau", "WEB-01", "Prise de contrôle d’une supervision par le web");
  private static final java.util.Map<String, String> RULES_EN = java.util.Map.of("BAC-02", "Command at a life-safety priority", "BAC-09",
      "Controller silenced", "KNX-06", "New KNX tunnelling client", "MOD-01", "Modbus write by a new master", "NET-04", "Network scan", "NET-01",
      "New device", "WEB-01", "Takeover of a BMS over the web");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An advisory for three of the devices: one matches, one may, one is told to be safe. */
  private static final String CSAF = """
      {"document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Access to controllers without password <b>now</b>",
        "publisher": {"category": "coordinator", "name": "CERT of the sample", "namespace": "https://cert.example"},
        "references": [{"category": "self", "summary": "page", "url": "https://cert.example/sample-26-001"}],
        "tracking": {"id": "SAMPLE-26-001", "status": "final", "version": "1", "initial_release_date": "2026-02-01T00:00:00Z",
          "current_release_date": "2026-02-01T00:00:00Z", "revision_history": [{"date": "2026-02-01T00:00:00Z", "number": "1", "summary": "first"}]}},
       "product_tree": {"branches": [
        {"category": "vendor", "name": "Distech Controls, Inc.", "branches": [{"category": "product_name", "name": "ECB-600 Series", "branches": [
          {"category": "product_version_range", "name": "vers:all/*", "product": {"name": "ECB-600", "product_id": "P1"}}]}]},
        {"category": "vendor", "name": "Schneider Electric", "branches": [{"category": "product_name", "name": "Galaxy VS", "branches": [
          {"category": "product_version_range", "name": "<6.82", "product": {"name": "Galaxy VS", "product_id": "P2"}}]}]},
        {"category": "vendor", "name": "Axis Communications", "branches": [{"category": "product_name", "name": "P3245", "branches": [
          {"category": "product_version_range", "name": "vers:all/*", "product": {"name": "P3245", "product_id": "P3"}}]}]}]},
       "vulnerabilities": [{"cve": "CVE-2019-7256", "product_status": {"known_affected": ["P1", "P2"], "known_not_affected": ["P3"]},
        "flags": [{"label": "component_not_present", "product_ids": ["P3"]}],
        "scores": [{"products": ["P1", "P2"], "cvss_v3": {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "baseScore": 10.0,
          "baseSeverity": "CRITICAL"}}]}]}
      """;

  public final Broadcast broadcast = new Broadcast();
  public final LiveEstate estate;
  public final Journal journal;
  public final AdvisoryDesk advisories;
  public final ShelfReports reports = new ShelfReports();
  /** The alert that opened the incident of an actor. */
  private final java.util.Map<String, String> opened = new java.util.HashMap<>();
  public final PolicyRoom policies;
  private final PolicyDesk desk;
  private final Recorder recorder;
  private final KeepChoice choice;

  public SampleEstate(Path folder) throws IOException {
    this(folder, ordinary());
  }

  /** The same under another site description. */
  public SampleEstate(Path folder, ObjectNode site) throws IOException {
    Decided decided = new Decided();
    journal = Journal.open(folder.resolve("journal.ndjson"), decided::replay);
    estate = new LiveEstate(Indexes.inMemory(), journal, decided, broadcast, site);
    Path csaf = java.nio.file.Files.createDirectories(folder.resolve("advisories"));
    java.nio.file.Files.writeString(csaf.resolve("distech.json"), CSAF);
    java.nio.file.Files.writeString(csaf.resolve("broken.json"), "{\n\"document\": 1}");
    advisories = new AdvisoryDesk(journal, csaf, false, site, "0", java.time.Clock.systemUTC());
    advisories.origins(i -> new Origin(i, "default", "hopital.pcapng", "ab".repeat(32), null, 1));
    estate.onAdvisories(advisories);
    RuleShelf shelf = new RuleShelf(folder.resolve("rules"));
    shelf.keep(PolicySet.shipped());
    estate.onRules(shelf);
    advisories.follow();
    policies = new PolicyRoom(journal, java.util.List.of(), folder.resolve("policy"), new Ground(filed(), java.util.Set.of("bacnet", "http", "modbus", "snmp", "goose", "ntp"), SheetFile::read),
        PolicySet.shipped(), 0, java.time.Clock.systemUTC());
    desk = new PolicyDesk(policies, estate.approvals());
    RecordOptions ring = RecordOptions.standard(folder.resolve("ring")).bounds(4L << 20, 3_600_000_000_000L).reserve(0);
    recorder = Recorder.open(ring);
    choice = new KeepChoice(recorder, journal, ring.size(), ring.age());
  }

  private static ObjectNode ordinary() {
    ObjectNode site = JSON.createObjectNode().put("id", "chu").put("name", "CHU Saint-Éloi").put("tz", "Europe/Paris");
    ArrayNode zones = site.putArray("zones");
    zone(zones, "gtb", "Gestion technique", "building", 3);
    zone(zones, "cvc", "Traitement d’air", "building", 4);
    zone(zones, "froid", "Froid et chambres froides", "building", 5);
    zone(zones, "elec", "Électricité, onduleurs", "building", 5);
    zone(zones, "eclairage", "Éclairage KNX", "building", 1);
    zone(zones, "surete", "Sûreté et caméras", "building", 2);
    zone(zones, "clinique", "Réseau clinique", "clinical", 5);
    zone(zones, "it", "Bureautique", "it", 1);
    return site;
  }

  private static void zone(ArrayNode zones, String id, String name, String kind, int care) {
    zones.addObject().put("id", id).put("name", name).put("kind", kind).put("care", care);
  }

  /** The site file of this hospital: the zones with addresses, and what may pass between them. */
  public static Site filed() {
    try {
      return SiteFile.read("site.yaml", """
          site: {id: chu, name: CHU Saint-Éloi, tz: Europe/Paris}
          zones:
            - {id: gtb, name: Gestion technique, cidr: 10.20.10.0/24, care: 3}
            - {id: cvc, name: "Traitement d’air", cidr: [10.20.20.0/24, "fd00:20::/64"], care: 4}
            - {id: froid, name: Froid et chambres froides, cidr: 10.20.30.0/24, care: 5}
            - {id: elec, name: "Électricité, onduleurs", cidr: 10.20.40.0/24, care: 5}
            - {id: eclairage, name: Éclairage KNX, vlan: 150}
          calendar: {hours: {ouvrees: "mon-fri 07:00-19:00", nuit: "sat-sun 19:00-07:00"}}
          conduits:
            - {from: gtb, to: cvc, protocols: [bacnet, http], verbs: [read, write]}
            - {from: gtb, to: froid, protocols: [bacnet, modbus], hours: ouvrees}
            - {from: gtb, to: elec, protocols: [snmp, goose], hours: nuit}
            - {from: "*", to: gtb, protocols: [ntp]}
          """);
    } catch (SiteError e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rooms for a console over this estate. */
  public Console.Rooms rooms() {
    return new Console.Rooms(estate, reports, new Evidence() {
      @Override
      public byte[] pcap(ObjectNode alert) {
        return "pcapng of ".concat(alert.path("id").asText()).getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public ObjectNode about(ObjectNode alert) {
        ObjectNode about = JSON.createObjectNode().put("state", "kept").put("from", "2026-03-10T07:00:00.000000000Z").put("to", "2026-03-10T07:01:00.000000000Z")
            .put("taken", "2026-03-10T07:01:00.200Z").put("found", 3_120).put("packets", 2_000).put("octets", 402_000).put("size", 466_000).put("sha256", "ab".repeat(32));
        about.putObject("cut").put("clinical", 12).put("secret", 3);
        ArrayNode missing = about.putArray("missing");
        missing.addObject().put("reason", "bound").put("from", "2026-03-10T07:00:00.000000000Z").put("to", "2026-03-10T07:01:00.000000000Z").put("packets", 1_120);
        missing.addObject().put("reason", "turned_over").put("from", "2026-03-10T07:00:00.000000000Z").put("to", "2026-03-10T07:00:04.000000000Z").putNull("packets");
        return about;
      }

      @Override
      public ObjectNode messages(ObjectNode alert) {
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode message = answer.putArray("items").addObject().put("time", alert.path("first").asText()).put("index", "10442");
        message.set("source", alert.path("who"));
        message.set("target", alert.path("whom").path(0));
        message.put("protocol", "bacnet").put("operation", "writeProperty").put("cut", false);
        message.putObject("fields").put("objectIdentifier", "analog-output,3").put("propertyIdentifier", "present-value").put("priority", 1).put("text", SCRIPT)
            .putObject("propertyValue").put("real", 35.0);
        return answer.put("gone", false).put("more", true);
      }

      @Override
      public Recording recording() {
        return choice;
      }
    }, estate.audit(), broadcast, new ExchangeRoom(estate, filed(), "test"),
        new ImportRoom(estate.ballot(), filed()), desk);
  }

  /** Devices and alerts of an ordinary morning. */
  public void fill() throws IOException {
    asset("a-gtbserver0000001", "SRV-GTB-01", "bms-supervisor", "gtb", "Siemens", "Desigo CC", "10.20.10.10", null, 3);
    asset("a-cta00000000001a", "CTA-BLOC-1", "ahu-cta", "cvc", "Distech Controls", "ECB-600", "10.20.20.21", null, 4);
    asset("a-cta00000000002a", "CTA-BLOC-2", "ahu-cta", "cvc", "Distech Controls", "ECB-600", "10.20.20.22", null, 4);
    asset("a-froid0000000001", "CF-PHARMACIE-1", "cold-room-sensor", "froid", "Carel", "pCO5+", "10.20.30.11", null, 5);
    asset("a-froid0000000002", "GF-TOITURE", "heat-pump-chiller", "froid", "Carrier", "30XW", "10.20.30.40", null, 4);
    asset("a-ups0000000000001", "ONDULEUR-BLOC", "ups-onduleur", "elec", "Schneider Electric", "Galaxy VS", "10.20.40.5", null, 5);
    asset("a-knxip000000001", "KNX-IP-RDC", "knx-gateway", "eclairage", "ABB", "IPR/S 3.1.1", "10.20.50.2", null, 1);
    asset("a-knx1170000001a", "KNX 1.1.7", "connected-luminaire", "eclairage", "ABB", "SA/S 8.16", null, "a-knxip000000001", 1);
    asset("a-camera0000001a", "CAM-PARKING-3", "ip-camera", "surete", "Axis", "P3245", "10.20.60.33", null, 1);
    asset("a-laptop0000001a", "DESKTOP-7F3K", "unknown", "it", "Dell", "Latitude", "10.30.4.77", null, 1);
    asset("a-unknown0000001", "", "unknown", "gtb", "Raspberry Pi Trading", "", "10.20.10.199", null, 0);
    asset("a-hostile0000001", SCRIPT, "ahu-cta", "cvc", LONG, REVERSED, "10.20.20.66", null, 0);
    alert("BAC-02", "C", "2026-03-10T08:14:05.123456789Z", "10.20.10.199", "10.20.20.21", List.of("a-unknown0000001", "a-cta00000000001a"), "T1692.001",
        "Un poste inconnu (10.20.10.199) a forcé la consigne de soufflage de CTA-BLOC-1 en priorité 1 (sécurité des personnes). La régulation du bloc "
            + "n’a plus la main tant que la commande n’est pas levée.",
        "An unknown machine (10.20.10.199) forced the supply set point of CTA-BLOC-1 at priority 1 (life safety). The operating theatre's control has no "
            + "say until the command is relinquished.");
    alert("BAC-09", "C", "2026-03-10T08:20:41.000000000Z", "10.20.10.199", "10.20.20.22", List.of("a-unknown0000001", "a-cta00000000002a"), "T0814",
        "CTA-BLOC-2 a été réduite au silence (DeviceCommunicationControl, durée illimitée, sans mot de passe).",
        "CTA-BLOC-2 was silenced (DeviceCommunicationControl, indefinite, without password).");
    alert("KNX-06", "H", "2026-03-10T08:02:11.500000000Z", "10.30.4.77", "10.20.50.2", List.of("a-laptop0000001a", "a-knxip000000001"), "T0848",
        "Un poste de la bureautique a ouvert un tunnel vers le routeur KNX du rez-de-chaussée.",
        "An office machine opened a tunnel to the KNX router of the ground floor.");
    alert("MOD-01", "H", "2026-03-10T07:41:00.000000000Z", "10.30.4.77", "10.20.30.11", List.of("a-laptop0000001a", "a-froid0000000001"), "T0836",
        "Un poste de la bureautique a écrit le registre 40012 (consigne) de la chambre froide de la pharmacie : 12,5 °C au lieu de 4 °C.",
        "An office machine wrote register 40012 (set point) of the pharmacy cold room: 12.5 °C instead of 4 °C.");
    alert("NET-04", "M", "2026-03-10T07:39:12.000000000Z", "10.30.4.77", "10.20.30.0", List.of("a-laptop0000001a"), "T0846",
        "Un poste de la bureautique a essayé 31 ports sur 12 équipements en deux minutes.",
        "An office machine tried 31 ports on 12 devices in two minutes.");
    alert("NET-01", "L", "2026-03-10T07:30:00.000000000Z", "10.20.10.199", "10.20.10.255", List.of("a-unknown0000001"), "",
        "Un équipement jamais vu est apparu dans le VLAN de la gestion technique.",
        "A device never seen before appeared in the VLAN of the building management.");
    hostileAlert();
    TreeMap<String, Long> counters = new TreeMap<>();
    counters.put("packets", 1_204_331L);
    counters.put("bytes", 148_230_112L);
    counters.put("unknown_link_type", 0L);
    counters.put("flow_table_full", 0L);
    counters.put("snaplen_cut", 412L);
    counters.put("capture.dropped_kernel", 233L);
    counters.put("web_refused_csrf", 3L);
    estate.onHealth("2026-03-10T08:25:00Z", "playing", counters, List.of(JSON.createObjectNode().put("level", "warning")
        .put("fr", "Le VLAN 60 n’est vu que dans un sens : le miroir ne copie que les trames reçues.")
        .put("en", "VLAN 60 is seen in one direction only: the mirror copies received frames alone.")));
    estate.onCapture(capture());
    estate.onContact("c1", "a-gtbserver0000001", "a-cta00000000001a", () -> contact("10.20.10.10", "10.20.20.21", "bacnet", 47808, 18_233));
    estate.onContact("c2", "a-unknown0000001", "a-cta00000000001a", () -> contact("10.20.10.199", "10.20.20.21", "bacnet", 47808, 4));
    estate.onContact("c3", "a-gtbserver0000001", null, () -> contact("10.20.10.10", "10.20.10.255", "bacnet", 47808, 31));
    ObjectNode write = contact("10.20.10.199", "10.20.20.21", "bacnet", 47808, 1).put("id", "9.1").put("time", "2026-03-10T08:14:05.123456789Z").put("verb", "write")
        .put("operation", "writeProperty").put("point", "analog-value,3 present-value").put("value", 35.0).put("priority", 1).put("detail", "").put("outcome", "pending");
    estate.onAct("w1", "a-unknown0000001", "a-cta00000000001a", 9, 1, false, 35.0, write::deepCopy);
    estate.onAct("w1", "a-unknown0000001", "a-cta00000000001a", 9, 2, true, 35.0, () -> write.deepCopy().put("outcome", "ok"));
    ObjectNode usual = contact("10.20.10.10", "10.20.20.21", "bacnet", 47808, 1).put("id", "8.1").put("time", "2026-03-10T06:14:05.000000000Z").put("verb", "write")
        .put("operation", "writeProperty").put("point", "analog-output,3/present-value").put("value", 21.5).put("priority", 8).put("detail", "").put("outcome", "ok");
    estate.onAct("w2", "a-gtbserver0000001", "a-cta00000000001a", 8, 1, false, 21.5, usual::deepCopy);
    ObjectNode forced = write.deepCopy().put("point", "analog-output,3/present-value").put("outcome", "ok");
    estate.onAct("w3", "a-unknown0000001", "a-cta00000000001a", 9, 1, false, 35.0, forced::deepCopy);
    estate.onReading("r1", "a-cta00000000001a", () -> JSON.createObjectNode().put("point", "analog-input,1 present-value").put("from", "2026-03-10T08:13:00Z")
        .put("to", "2026-03-10T08:14:00Z").put("last", 18.4).put("unit", "degreesCelsius").put("count", "4"));
    estate.show();
  }

  /** So many devices in the site's zones, half of them in one, each with a supervisor and a neighbour. */
  public void crowd(int devices) throws IOException {
    List<String> zones = List.of("cvc", "gtb", "froid", "elec", "eclairage", "surete", "clinique", "it");
    for (int i = 0; i < devices; i++) {
      String zone = i % 2 == 0 ? "cvc" : zones.get(i / 2 % zones.size());
      asset("a-crowd%09d".formatted(i), "%s-%04d".formatted(zone.toUpperCase(java.util.Locale.ROOT), i), "unknown", zone, "Siemens", "PXC", "10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255), null, 1);
    }
    for (int i = 1; i < devices; i++) {
      estate.onContact("s" + i, "a-crowd%09d".formatted(i % 7), "a-crowd%09d".formatted(i), contact("10.0.0." + i % 7, "10.0.1.1", "bacnet", 47808, 1 + i % 500)::deepCopy);
      estate.onContact("n" + i, "a-crowd%09d".formatted(i), "a-crowd%09d".formatted(i * 31 % devices), contact("10.0.0.9", "10.0.1.1", i % 3 == 0 ? "modbus" : "snmp", 161, 1 + i % 50)::deepCopy);
    }
    estate.show();
  }

  /**
   * An engine behind the estate that has heard three devices on the morning of 2026-03-10: a meter, and two controllers that say one serial
   * number. The second says a later firmware at noon.
   */
  public Ledger listen() {
    Ledger ledger = new Ledger(Site.EMPTY);
    Past past = new Past(ledger);
    Endpoints endpoints = new Endpoints(64);
    long[] seq = {0};
    long morning = 1_773_129_600_000_000_000L; // 2026-03-10T08:00:00Z
    List<Observation> heard = new java.util.ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      heard.add(new Sighting(new Stamp(++seq[0], 0, morning + seq[0], 0, seq[0]),
          endpoints.ip("chu", 4, 0, 0x0A140A00L + i, 0x00A003000000L + i, Endpoint.NO_VLAN), "arp", null, Sighting.How.ARP));
      Endpoint who = endpoints.ip("chu", 4, 0, 0x0A140A00L + i, Endpoint.NO_MAC, Endpoint.NO_VLAN);
      heard.add(new Claim(new Stamp(++seq[0], 0, morning + seq[0], 0, seq[0]), who, "bacnet", null, who, Trait.SERIAL, i < 3 ? "SN-4711" : "SN-9"));
      heard.add(new Claim(new Stamp(++seq[0], 0, morning + seq[0], 0, seq[0]), who, "bacnet", null, who, Trait.NAME, "DDC " + i));
      heard.add(new Claim(new Stamp(++seq[0], 0, morning + seq[0], 0, seq[0]), who, "bacnet", null, who, Trait.FIRMWARE, "5.0"));
    }
    Endpoint second = endpoints.ip("chu", 4, 0, 0x0A140A02L, Endpoint.NO_MAC, Endpoint.NO_VLAN);
    heard.add(new Claim(new Stamp(++seq[0], 0, morning + 4 * 3_600_000_000_000L, 0, seq[0]), second, "bacnet", null, second, Trait.FIRMWARE, "5.1"));
    for (Observation o : heard) {
      past.before(o);
      ledger.apply(o).forEach(past::changed);
      past.accept(o);
    }
    estate.onEngine(new Engine() {
      @Override
      public synchronized <T> T with(java.util.function.BiFunction<Ledger, Past, T> work) {
        return work.apply(ledger, past);
      }
    });
    return ledger;
  }

  /** The device with the picture of a firmware, as the engine writes it. */
  public void picture(String id, String name, String firmware) throws IOException {
    asset(id, name, "ahu-cta", "cvc", "Distech Controls", "ECB-600", "10.20.20.90", null, 4, Picture.of(JSON.createObjectNode().put("name", name)
        .put("vendor", "Distech Controls").put("model", "ECB-600").put("firmware", firmware).put("kind", "ahu-cta").put("zone", "cvc")).json());
  }

  /** Three networks, one of them seen in one direction, one missing, and frames lost by the card. */
  static ObjectNode capture() {
    long at = 1_773_129_600_000_000_000L; // 2026-03-10T08:00:00Z
    long minute = 60_000_000_000L;
    List<Origin> origins = List.of(new Origin(0, "default", "eth1", null, "eth1", 1));
    List<Diagnosis.Traffic> lines = new java.util.ArrayList<>();
    for (int vlan : new int[] {-1, 20, 60}) {
      List<Long> packets = new java.util.ArrayList<>();
      List<Long> bytes = new java.util.ArrayList<>();
      for (int bin = 0; bin < 100; bin++) {
        long n = vlan < 0 ? bin % 7 : Math.round((vlan == 20 ? 900 : 300) * (1.2 + Math.sin(bin / 9.0 + vlan)));
        packets.add(n);
        bytes.add(n * 180);
      }
      long sum = packets.stream().mapToLong(Long::longValue).sum();
      lines.add(new Diagnosis.Traffic(0, vlan, sum, sum * 180, sum / (vlan < 0 ? 1 : 9), 0, vlan == 60 ? 412 : 0, 0, 1514, 0, vlan < 0 ? 3 : vlan, at,
          at + 25 * minute, packets, bytes));
    }
    Stamp stamp = new Stamp(9, 1 << 20, at + 25 * minute, 0, 8);
    Endpoint who = new Endpoints(4).mac("default", Endpoint.NO_MAC, 60);
    List<Diagnosis.Finding> findings = List.of(
        new Diagnosis.Finding(new Lapse(stamp, who, Lapse.Kind.ONE_WAY, 0, 60, -1, -1, 118, 120, at + 20 * minute, at + 25 * minute, 37,
            Lapse.Basis.NEVER_ANSWERED, ""), at, 5, true),
        new Diagnosis.Finding(new Lapse(stamp, who, Lapse.Kind.VLAN_ABSENT, -1, 50, -1, -1, 0, 0, at, at + 25 * minute, -1, Lapse.Basis.NONE, "site"),
            at, 3, true),
        new Diagnosis.Finding(new Lapse(stamp, who, Lapse.Kind.LOST, -1, -1, -1, -1, 233, 41_200, at + 9 * minute, at + 10 * minute, -1,
            Lapse.Basis.NONE, "interface"), at + 9 * minute, 1, false));
    List<Long> lost = new java.util.ArrayList<>(java.util.Collections.nCopies(100, 0L));
    lost.set(37, 233L);
    return CaptureJson.page(new Diagnosis(at, at + 25 * minute, true, at, 15_000_000_000L, lost, lines, findings), origins);
  }

  /** The outputs of a replay, as the engine wrote them. */
  public void load(Path outputs) throws IOException {
    java.util.Map<String, String> byIp = new java.util.HashMap<>();
    for (String line : java.nio.file.Files.readAllLines(outputs.resolve("assets.ndjson"))) {
      ObjectNode asset = (ObjectNode) JSON.readTree(line);
      estate.onAsset(asset);
      asset.path("addresses").forEach(a -> byIp.put(a.path("ip").asText(), asset.path("id").asText()));
    }
    for (String line : java.nio.file.Files.readAllLines(outputs.resolve("alerts.ndjson"))) {
      ObjectNode alert = (ObjectNode) JSON.readTree(line);
      alert.putObject("fold").put("cause", "opened").putNull("with").put("after", 0); // the file of alerts does not say it
      estate.onAlert(alert);
    }
    for (String line : java.nio.file.Files.readAllLines(outputs.resolve("contacts.ndjson"))) {
      ObjectNode contact = (ObjectNode) JSON.readTree(line);
      estate.onContact(contact.path("seq").asText() + "." + contact.path("n").asText(), byIp.get(contact.path("who").path("ip").asText()),
          byIp.get(contact.path("whom").path("ip").asText()), contact::deepCopy);
    }
    ObjectNode result = (ObjectNode) JSON.readTree(outputs.resolve("summary.json").toFile());
    TreeMap<String, Long> counters = new TreeMap<>();
    counters.put("packets", result.path("packets").asLong());
    counters.put("bytes", result.path("bytes").asLong());
    estate.onHealth("2026-03-10T08:05:00Z", "done", counters, List.of());
    estate.show();
  }

  private static ObjectNode contact(String who, String whom, String protocol, int port, long packets) {
    ObjectNode c = JSON.createObjectNode().put("v", 1).put("protocol", protocol);
    c.putObject("who").put("ip", who);
    c.putObject("whom").put("ip", whom).put("port", port);
    return c.put("first", "2026-03-10T06:00:00.000000000Z").put("last", "2026-03-10T08:24:50.000000000Z").put("packetsOut", Long.toString(packets))
        .put("packetsBack", Long.toString(packets - 1)).put("bytesOut", Long.toString(packets * 90)).put("bytesBack", Long.toString(packets * 90));
  }

  /** One device as {@code AssetJson} writes it. */
  public void asset(String id, String name, String kind, String zone, String vendor, String model, @Nullable String ip, @Nullable String parent, int care)
      throws IOException {
    asset(id, name, kind, zone, vendor, model, ip, parent, care, null);
  }

  private void asset(String id, String name, String kind, String zone, String vendor, String model, @Nullable String ip, @Nullable String parent, int care,
      @Nullable ObjectNode picture) throws IOException {
    ObjectNode a = JSON.createObjectNode().put("v", 1).put("id", id);
    a.putArray("keys").add(ip == null ? "knx=1.1.7" : "ip=" + ip);
    ObjectNode traits = a.putObject("traits");
    trait(traits, "vendor", vendor, "bacnet", "ASHRAE 135-2020 §12.11.8");
    trait(traits, "model", model, "bacnet", "ASHRAE 135-2020 §12.11.9");
    trait(traits, "name", name, "bacnet", "ASHRAE 135-2020 §12.11.2");
    a.put("kind", kind).put("zone", zone).putNull("place").put("parent", parent);
    var children = a.putArray("children");
    if (id.equals("a-knxip000000001")) {
      children.add("a-knx1170000001a");
    }
    a.put("first", "2026-03-10T06:00:01.000000000Z").put("last", "2026-03-10T08:24:59.000000000Z");
    a.putObject("decisions");
    a.put("name", name).put("vendor", vendor).put("model", model).putNull("firmware").putNull("serial").put("care", care).put("kindConfidence", 80)
        .putNull("owner").putNull("supplier").put("router", false);
    ArrayNode addresses = a.putArray("addresses");
    ObjectNode address = addresses.addObject().put("ip", ip).put("mac", "00:11:22:33:44:" + HexFormat.of().toHexDigits((byte) id.hashCode()));
    address.put("vlan", 110);
    if (ip == null) {
      address.put("knx", "1.1.7");
    }
    address.put("key", "k").put("current", true).put("first", "2026-03-10T06:00:01.000000000Z").put("last", "2026-03-10T08:24:59.000000000Z");
    a.putArray("conflicts");
    if (picture != null) {
      a.set("picture", picture);
    }
    estate.onAsset(a);
  }

  private static void trait(ObjectNode traits, String trait, String value, String source, String cite) {
    if (!value.isEmpty()) {
      traits.putArray(trait).addObject().put("value", value).put("source", source).put("cite", cite)
          .put("first", "2026-03-10T06:00:01.000000000Z").put("last", "2026-03-10T08:20:00.000000000Z").put("confidence", 90)
          .putObject("packet").put("origin", 0).put("index", "10442");
    }
  }

  /** One alert as {@code AlertJson} writes it; the id hangs on rule and time. */
  public String alert(String rule, String severity, String time, String who, String whom, List<String> assets, String technique, String fr, String en)
      throws IOException {
    String id = "al-" + HexFormat.of().formatHex(sha256(rule + time), 0, 8);
    ObjectNode a = JSON.createObjectNode().put("v", 1).put("id", id);
    a.putObject("rule").put("id", rule).put("version", 1).put("sha256", ruleFile(rule));
    a.put("time", time).put("first", time).put("last", time).put("count", "3").put("severity", severity).put("baseSeverity", severity);
    a.putArray("raisedBy").add("care 4");
    ArrayNode techniques = a.putArray("technique");
    if (!technique.isEmpty()) {
      techniques.addObject().put("id", technique).put("version", "v19").put("name", "Unauthorized Command Message").putArray("aliases").add("T0855");
    }
    a.putObject("who").put("ip", who).put("mac", "00:11:22:33:44:55").put("vlan", 110);
    a.putArray("whom").addObject().put("ip", whom).put("mac", "00:11:22:33:44:66").put("vlan", 120).put("port", 47808);
    var list = a.putArray("assets");
    assets.forEach(list::add);
    a.putArray("facts").add("WriteProperty analog-output,3 present-value = 12.0").add("priority 1");
    a.putObject("explain").put("fr", fr).put("en", en);
    ArrayNode packets = a.putArray("packets");
    packets.addObject().put("file", "hopital.pcapng").put("sha256", HexFormat.of().formatHex(sha256("hopital"))).put("index", "10442").put("time", time);
    packets.addObject().put("file", "hopital.pcapng").put("sha256", HexFormat.of().formatHex(sha256("hopital"))).put("index", "10443").put("time", time);
    String opening = opened.computeIfAbsent(who, w -> id);
    a.put("packetsMore", "1").put("state", "new").put("incident", "i-" + opening.substring(3));
    boolean opens = opening.equals(id);
    a.putObject("fold").put("cause", opens ? "opened" : "actor").put("with", opens ? null : opening).put("after", opens ? 0 : 396);
    a.putArray("doings").addObject().put("operation", "writeProperty").put("point", "analog-output,3/present-value");
    a.put("doingsMore", false);
    a.putObject("name").put("fr", RULES.getOrDefault(rule, "Règle " + rule)).put("en", RULES_EN.getOrDefault(rule, "Rule " + rule));
    a.putObject("response").put("fr", "Appelez les services techniques : cette action vient-elle d’eux ? Sinon, isolez la source et rétablissez la valeur.")
        .put("en", "Call technical services: did they do this? If not, isolate the source and restore the value.");
    estate.onAlert(a);
    return id;
  }

  private void hostileAlert() throws IOException {
    alert("WEB-01", "M", "2026-03-10T07:00:00.000000000Z", "10.30.4.77", "10.20.20.66", List.of("a-hostile0000001"), "T0812",
        "Mot de passe en clair : " + SCRIPT + " " + REVERSED, "Password in clear: " + SCRIPT + " " + REVERSED + " " + LONG);
  }

  /** Digest of the shipped file that has the rule. */
  private static String ruleFile(String rule) {
    return PolicySet.shipped().sources().stream().filter(s -> s.text().contains("rule \"" + rule + " ")).map(PolicySet.Source::sha256).findFirst()
        .orElseGet(() -> HexFormat.of().formatHex(sha256(rule)));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    recorder.close();
    journal.close();
  }
}
