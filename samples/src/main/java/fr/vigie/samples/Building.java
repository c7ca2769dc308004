package fr.vigie.samples;

import static fr.vigie.samples.BacnetWriter.ANALOG_INPUT;
import static fr.vigie.samples.BacnetWriter.ANALOG_OUTPUT;
import static fr.vigie.samples.BacnetWriter.ANALOG_VALUE;
import static fr.vigie.samples.BacnetWriter.BINARY_INPUT;
import static fr.vigie.samples.BacnetWriter.BINARY_OUTPUT;
import static fr.vigie.samples.BacnetWriter.BINARY_VALUE;
import static fr.vigie.samples.BacnetWriter.LIFE_SAFETY_POINT;

import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.Host.Model;
import fr.vigie.samples.Host.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The cast: eight VLANs and everything that stands on them. What differs between two seeds: networks, addresses, instances, how many. */
final class Building implements Backbone {
  /** BACnet engineering units: °C, percent, pascals, bars, cubic metres per hour, no units (135 clause 21, BACnetEngineeringUnits). */
  static final int CELSIUS = 62;
  static final int PERCENT = 98;
  static final int PASCAL = 53;
  static final int BAR = 55;
  static final int FLOW = 135;
  static final int NONE = 95;
  private static final String[] WARDS = {"BLOC-1", "BLOC-2", "BLOC-3", "REANIMATION", "URGENCES", "MATERNITE", "NEONAT", "IMAGERIE", "PHARMACIE",
      "LABO", "STERILISATION", "CONSULTATIONS", "CHIRURGIE", "MEDECINE-A", "MEDECINE-B", "HEMATOLOGIE", "CUISINE", "HALL", "ADMINISTRATION",
      "DIALYSE", "CARDIOLOGIE", "PEDIATRIE", "GERIATRIE", "MORTUAIRE"};

  final Segment supervision;
  final Segment air;
  final Segment cold;
  final Segment light;
  final Segment power;
  final Segment security;
  final Segment clinic;
  final Segment office;
  final List<Segment> segments;
  final List<Host> hosts = new ArrayList<>();

  final Host server;
  final Host standby;
  final Host historian;
  final List<Host> posts = new ArrayList<>();
  final Host ets;
  final Host engineer;
  final Host supplier;
  final List<Host> bbmds = new ArrayList<>();
  final List<Host> controllers = new ArrayList<>();
  final List<Host> trends = new ArrayList<>();
  final List<Host> routers = new ArrayList<>();
  final List<Host> chillers = new ArrayList<>();
  final List<Host> knxInterfaces = new ArrayList<>();
  /** KNX individual addresses per interface, in the same order. */
  final List<List<Integer>> knxLines = new ArrayList<>();
  final List<Host> ups = new ArrayList<>();
  final List<Host> cooling = new ArrayList<>();
  final List<Host> gateways = new ArrayList<>();
  final List<Host> meters = new ArrayList<>();
  final List<Host> cameras = new ArrayList<>();
  final List<Host> doors = new ArrayList<>();
  final Host recorder;
  final Host doorServer;
  final List<Host> fire = new ArrayList<>();
  final Host pacs;
  final Host broker;
  final List<Host> modalities = new ArrayList<>();
  final List<Host> dns = new ArrayList<>();
  final Host ntp;
  final Host intranet;
  /** Watches the switches. */
  final Host nms;
  final List<Host> desks = new ArrayList<>();
  /** An office computer that goes to a meeting at the end of the quiet part and comes back to another address. */
  final Host roaming;
  final List<Host> switches = new ArrayList<>();
  /** The address the two supervision servers share. */
  final int shared;

  private final Random random;
  private final Map<Segment, List<Integer>> free = new HashMap<>();
  private final Set<Long> macs = new HashSet<>();
  private final Set<Integer> instances = new HashSet<>();
  private final List<String> wards = new ArrayList<>(List.of(WARDS));
  private int network;

  Building(long seed) {
    random = new Random(seed * 1_000_003 + 1);
    int site = 10 << 24 | 16 + random.nextInt(200) << 16;
    int base = random.nextInt(8) * 100;
    supervision = segment(site, base, 1, "supervision", "Supervision GTB");
    air = segment(site, base, 2, "cta", "Traitement d'air");
    cold = segment(site, base, 3, "froid", "Froid et eau glacée");
    light = segment(site, base, 4, "eclairage", "Éclairage KNX");
    power = segment(site, base, 5, "energie", "Énergie et secours");
    security = segment(site, base, 6, "surete", "Sûreté et incendie");
    clinic = segment(site, base, 7, "clinique", "Réseau clinique");
    office = segment(site, base, 8, "informatique", "Informatique");
    segments = List.of(supervision, air, cold, light, power, security, clinic, office);
    network = 2000 + random.nextInt(8) * 100;
    Collections.shuffle(wards, random);

    server = host(supervision, "SRV-GTB-1", "bms-supervisor", "Salle serveurs A", Models.DESIGO, true);
    server.bacnet = device(server, "SRV-GTB-1", server.place, Models.DESIGO, 0, 0, List.of());
    standby = host(supervision, "SRV-GTB-2", "bms-supervisor", "Salle serveurs B", Models.SERVER, true);
    historian = host(supervision, "SRV-HISTO", "bms-supervisor", "Salle serveurs A", Models.SERVER, true);
    shared = address(supervision);
    for (int i = 1; i <= 4; i++) {
      posts.add(host(supervision, "POSTE-GTB-" + i, "workstation", i < 3 ? "PC technique" : "Bureau maintenance", Models.DELL, true));
    }
    ets = host(supervision, "PC-ETS", "workstation", "Atelier électrique", Models.DELL, true);
    engineer = host(supervision, "PORTABLE-INGENIERIE", "workstation", "Atelier CVC", Models.LATITUDE, true);
    bbmds.add(router(supervision, "BBMD-SUPERVISION", "Salle serveurs A", 0, Models.DXR));
    air();
    supplier = host(air, "PORTABLE-PRESTATAIRE", "workstation", "Local CTA niveau 4", Models.LAPTOP, true);
    cold();
    light();
    power();
    recorder = host(security, "NVR-1", "video-recorder", "PC sécurité", Models.DELL, true);
    doorServer = host(security, "SRV-ACCES", "access-control", "PC sécurité", Models.SERVER, true);
    security();
    pacs = host(clinic, "PACS", "clinical-server", "Salle serveurs B", Models.SERVER, true);
    broker = host(clinic, "EAI-HL7", "clinical-server", "Salle serveurs B", Models.SERVER, false);
    clinic();
    for (int i = 1; i <= 2; i++) {
      dns.add(host(office, "SRV-DNS-DHCP-" + i, "server", "Salle serveurs " + (i == 1 ? "A" : "B"), Models.SERVER, true));
    }
    ntp = host(office, "HORLOGE-NTP", "server", "Salle serveurs A", Models.MEINBERG, false);
    intranet = host(office, "INTRANET", "server", "Salle serveurs A", Models.SERVER, false);
    nms = host(office, "SRV-SUPERVISION-RESEAU", "server", "Salle serveurs A", Models.SERVER, false);
    office();
    roaming = desks.get(9);
  }

  private void air() {
    Model[] models = {Models.PXC, Models.SAUTER, Models.ASP, Models.DISTECH};
    int count = 18 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String ward = wards.get(i);
      Model m = i < 3 ? Models.TREND : models[random.nextInt(models.length)];
      Host h = host(air, "CTA-" + ward, "ahu-cta", "Local CTA niveau " + (1 + i % 4), m, false);
      List<Point> p = new ArrayList<>();
      String n = "CTA-" + ward + " / ";
      p.add(new Point(ANALOG_INPUT, 1, n + "Temp. soufflage", CELSIUS, 18 + random.nextInt(3), 1.2));
      p.add(new Point(ANALOG_INPUT, 2, n + "Temp. reprise", CELSIUS, 21, 0.8));
      p.add(new Point(ANALOG_INPUT, 3, n + "Surpression", PASCAL, ward.startsWith("BLOC") ? 25 : 8, 2));
      p.add(new Point(ANALOG_INPUT, 4, n + "Débit soufflage", FLOW, 4200 + random.nextInt(20) * 100, 120));
      p.add(new Point(ANALOG_VALUE, 1, n + "Consigne soufflage", CELSIUS, 19, 0));
      p.add(new Point(ANALOG_OUTPUT, 1, n + "Vanne batterie chaude", PERCENT, 40, 15));
      p.add(new Point(BINARY_INPUT, 1, n + "Défaut filtre", NONE, 0, 0));
      p.add(new Point(BINARY_OUTPUT, 1, n + "Marche ventilateur", NONE, 1, 0));
      p.add(new Point(BINARY_VALUE, 1, n + "Mode réduit", NONE, 0, 0));
      h.bacnet = device(h, h.name, h.place, m, 0, 0, p);
      controllers.add(h);
      if (m.equals(Models.TREND)) {
        trends.add(h);
      }
    }
    for (int i = 0; i < 2; i++) {
      Host r = router(air, "ROUTEUR-MSTP-CTA-" + (i + 1), "Local CTA niveau " + (i + 2), 11 + random.nextInt(3), i == 0 ? Models.DXR : Models.ECB);
      routers.add(r);
      if (i == 0) {
        bbmds.add(r);
      }
    }
  }

  private void cold() {
    for (int i = 1; i <= 3; i++) {
      Host h = host(cold, "GF-" + i, "heat-pump-chiller", "Terrasse technique", Models.SYMBIO, false);
      h.bacnet = device(h, "Groupe froid " + i, h.place, Models.SYMBIO, 0, 0, water("GF-" + i, 7));
      controllers.add(h);
    }
    for (int i = 1; i <= 2; i++) {
      Host h = host(cold, "PAC-" + i, "heat-pump-chiller", "Chaufferie", Models.CARRIER, false);
      h.bacnet = device(h, "Pompe à chaleur " + i, h.place, Models.CARRIER, 0, 0, water("PAC-" + i, 45));
      controllers.add(h);
    }
    for (int i = 1; i <= 4; i++) {
      Host h = host(cold, "GF-PROCESS-" + i, "heat-pump-chiller", "Sous-sol froid", Models.PCO, false);
      h.units.add(1);
      chillers.add(h);
    }
    String[] rooms = {"PHARMACIE", "SANG-EFS", "LABO-1", "LABO-2", "CUISINE-POS", "CUISINE-NEG"};
    for (String room : rooms) {
      Host h = host(cold, "CF-" + room, "cold-room-sensor", "Chambre froide " + room, Models.PCO, false);
      boolean frozen = room.endsWith("NEG");
      h.bacnet = device(h, "Chambre froide " + room, h.place, Models.PCO, 0, 0, room("CF-" + room, frozen ? -21 : 4));
      controllers.add(h);
    }
    Host r = router(cold, "ROUTEUR-MSTP-FROID", "Sous-sol froid", 9 + random.nextInt(3), Models.PCO_MSTP);
    routers.add(r);
    bbmds.add(r);
  }

  private static List<Point> water(String n, double base) {
    return List.of(new Point(ANALOG_INPUT, 1, n + " / Temp. départ", CELSIUS, base, 0.6),
        new Point(ANALOG_INPUT, 2, n + " / Temp. retour", CELSIUS, base + (base > 20 ? -5 : 5), 0.8),
        new Point(ANALOG_INPUT, 3, n + " / Pression circuit", BAR, 2.2, 0.1),
        new Point(ANALOG_VALUE, 1, n + " / Consigne départ", CELSIUS, base, 0),
        new Point(BINARY_INPUT, 1, n + " / Défaut général", NONE, 0, 0), new Point(BINARY_OUTPUT, 1, n + " / Marche", NONE, 1, 0));
  }

  private static List<Point> room(String n, double base) {
    return List.of(new Point(ANALOG_INPUT, 1, n + " / Temp. air", CELSIUS, base, 0.7),
        new Point(ANALOG_VALUE, 1, n + " / Seuil alarme haute", CELSIUS, base + 4, 0),
        new Point(BINARY_INPUT, 1, n + " / Porte ouverte", NONE, 0, 0), new Point(BINARY_OUTPUT, 1, n + " / Dégivrage", NONE, 0, 0));
  }

  private void light() {
    Model[] models = {Models.KNX_SIEMENS, Models.KNX_ABB, Models.KNX_GIRA, Models.KNX_WEINZIERL};
    for (int i = 0; i < 5; i++) {
      Host h = host(light, "KNX-NIVEAU-" + i, "knx-gateway", "Gaine électrique niveau " + i, models[random.nextInt(models.length)], false);
      h.knx = 1 << 12 | i + 1 << 8;
      knxInterfaces.add(h);
      List<Integer> line = new ArrayList<>();
      int count = 6 + random.nextInt(4);
      for (int d = 1; d <= count; d++) {
        line.add(h.knx + d + random.nextInt(3) * 16);
      }
      knxLines.add(line);
    }
  }

  private void power() {
    Model[] models = {Models.APC, Models.APC, Models.SOCOMEC, Models.SOCOMEC, Models.EATON, Models.EATON};
    String[] rooms = {"BLOC", "REANIMATION", "IMAGERIE", "SALLE-SERVEURS-A", "SALLE-SERVEURS-B", "LABO"};
    for (int i = 0; i < models.length; i++) {
      ups.add(host(power, "ONDULEUR-" + rooms[i], "ups-onduleur", "Local onduleur " + rooms[i], models[i], false));
    }
    for (int i = 1; i <= 3; i++) {
      cooling.add(host(power, "CLIM-INFO-" + i, "precision-cooling", "Salle serveurs " + (i < 3 ? "A" : "B"), Models.STULZ, false));
    }
    Host first = cooling.getFirst();
    first.bacnet = device(first, "Climatisation salle A", first.place, Models.STULZ, 0, 0,
        List.of(new Point(ANALOG_INPUT, 1, "CLIM-INFO-1 / Temp. allée froide", CELSIUS, 23, 0.6)));
    for (int i = 1; i <= 3; i++) {
      Host h = host(power, i < 3 ? "PASSERELLE-GE-" + i : "PASSERELLE-TGBT", "serial-gateway", i < 3 ? "Local groupe électrogène " + i : "TGBT",
          Models.MGATE, false);
      int count = 3 + random.nextInt(2);
      for (int u = 1; u <= count; u++) {
        h.units.add(u);
      }
      gateways.add(h);
    }
    for (int i = 1; i <= 4; i++) {
      Host h = host(power, "COMPTAGE-" + i, "switchboard-energy", "TGBT", Models.JANITZA, false);
      h.units.add(1);
      meters.add(h);
    }
  }

  private void security() {
    int count = 20 + random.nextInt(4);
    for (int i = 1; i <= count; i++) {
      cameras.add(host(security, "CAM-" + (100 + i), "ip-camera", "Circulation niveau " + i % 4, i % 3 == 0 ? Models.HIKVISION : Models.AXIS, false));
    }
    for (int i = 1; i <= 8; i++) {
      doors.add(host(security, "UTL-" + i, "access-control", "Local courant faible " + i, Models.TIL, false));
    }
    for (int i = 1; i <= 2; i++) {
      Host h = host(security, "SSI-" + i, "fire-detection", "PC sécurité", Models.FIRE, false);
      List<Point> zones = new ArrayList<>();
      for (int z = 1; z <= 6; z++) {
        zones.add(new Point(LIFE_SAFETY_POINT, z, "SSI-" + i + " / Zone détection " + z, NONE, 0, 0));
      }
      h.bacnet = device(h, "Centrale SSI " + i, h.place, Models.FIRE, 0, 0, zones);
      fire.add(h);
    }
    bbmds.add(router(security, "BBMD-SURETE", "PC sécurité", 0, Models.DXR));
  }

  private void clinic() {
    modalities.add(host(clinic, "RADIO-MOBILE", "medical-device", "Urgences", Models.GE, false));
    modalities.add(host(clinic, "IRM-1", "medical-device", "Imagerie", Models.PHILIPS, true));
    modalities.add(host(clinic, "IRM-2", "medical-device", "Imagerie", Models.PHILIPS, true));
    modalities.add(host(clinic, "CONSOLE-RADIO-1", "workstation", "Imagerie", Models.DELL, true));
    modalities.add(host(clinic, "CONSOLE-RADIO-2", "workstation", "Imagerie", Models.DELL, true));
  }

  private void office() {
    for (int i = 1; i <= 10; i++) {
      desks.add(host(office, "PC-DSI-" + (10 + i), "workstation", "Bureaux DSI", i % 2 == 0 ? Models.DELL : Models.LAPTOP, true));
    }
    for (int i = 1; i <= 8; i++) {
      switches.add(host(office, i < 3 ? "COEUR-" + i : "SW-NIVEAU-" + i, "network-switch", "Local technique " + i,
          i < 6 ? Models.OMNISWITCH : Models.HIRSCHMANN, false));
    }
  }

  @Override
  public List<Host> bbmds() {
    return bbmds;
  }

  @Override
  public Host foreign() {
    return cooling.getFirst();
  }

  @Override
  public Host leases() {
    return dns.getFirst();
  }

  private Segment segment(int site, int base, int i, String zone, String name) {
    Segment s = new Segment(base + 10 * i, zone, name, site | 10 * i << 8, 10 * i);
    List<Integer> numbers = new ArrayList<>();
    for (int n = 64; n < 240; n++) {
      numbers.add(n);
    }
    Collections.shuffle(numbers, random);
    free.put(s, numbers);
    return s;
  }

  /** A free address of the segment. */
  int address(Segment s) {
    return s.network() + java.util.Objects.requireNonNull(free.get(s)).removeLast();
  }

  /** A MAC address nobody has, from the maker's range. */
  long mac(Model m) {
    long mac;
    do {
      mac = (long) m.oui() << 24 | (m.oui() == 0x38F7CD ? 0xA00000 : 0) | random.nextInt(m.oui() == 0x38F7CD ? 0x100000 : 0x1000000);
    } while (!macs.add(mac));
    return mac;
  }

  /** Someone who is not of the house: never seen before the story. */
  Host stranger(Segment s, String name, Model m) {
    return new Host(s, name, "", "", m, mac(m), address(s), !m.equals(Models.RASPBERRY));
  }

  private Host host(Segment s, String name, String kind, String place, Model m, boolean windows) {
    int ip = address(s);
    if (s.equals(office) && kind.equals("server")) {
      ip = s.network() + 10 + (int) hosts.stream().filter(h -> h.segment.equals(s)).count();
    }
    Host h = new Host(s, name, kind, place, m, mac(m), ip, windows);
    hosts.add(h);
    return h;
  }

  private Host router(Segment s, String name, String place, int behind, Model child) {
    Host h = host(s, name, "serial-gateway", place, Models.LROC, false);
    h.bacnet = device(h, name, place, Models.LROC, 0, 0, List.of(new Point(ANALOG_VALUE, 1, name + " / Charge MS/TP", PERCENT, 22, 4)));
    if (behind > 0) {
      int net = ++network;
      for (int i = 1; i <= behind; i++) {
        boolean room = child.equals(Models.PCO_MSTP);
        String n = room ? "CF-OFFICE-" + (100 + i) : "CHAMBRE-" + net % 10 + String.format(java.util.Locale.ROOT, "%02d", i);
        List<Point> p = room ? room(n, 4) : List.of(new Point(ANALOG_INPUT, 1, n + " / Temp. ambiante", CELSIUS, 21.5, 0.7),
            new Point(ANALOG_VALUE, 1, n + " / Consigne ambiance", CELSIUS, 21, 0), new Point(BINARY_INPUT, 1, n + " / Présence", NONE, 1, 0),
            new Point(ANALOG_OUTPUT, 1, n + " / Registre", PERCENT, 45, 20));
        h.children.add(device(h, n, room ? "Office " + i : "Hébergement", child, net, i, p));
      }
    }
    return h;
  }

  private Bacnet device(Host h, String name, String place, Model m, int net, int mac, List<Point> points) {
    int instance;
    do {
      instance = 1000 + random.nextInt(90_000);
    } while (!instances.add(instance));
    return new Bacnet(h, instance, name, place, m, net, mac, List.copyOf(points));
  }

  /** Every BACnet device that the supervisor polls: controllers, routers, fire panels and what is behind routers. */
  List<Bacnet> polled() {
    List<Bacnet> all = new ArrayList<>();
    controllers.forEach(h -> all.add(h.onBacnet()));
    fire.forEach(h -> all.add(h.onBacnet()));
    for (Host r : routers) {
      all.add(r.onBacnet());
      all.addAll(r.children);
    }
    return all;
  }

  /** Things with a name in the inventory: hosts, BACnet devices behind routers, KNX devices on lines, Modbus units behind gateways. */
  int devices() {
    return hosts.size() + routers.stream().mapToInt(r -> r.children.size()).sum() + knxLines.stream().mapToInt(List::size).sum()
        + gateways.stream().mapToInt(g -> g.units.size()).sum();
  }
}
