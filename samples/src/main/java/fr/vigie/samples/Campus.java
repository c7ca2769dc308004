package fr.vigie.samples;

import static fr.vigie.samples.BacnetWriter.ANALOG_INPUT;
import static fr.vigie.samples.BacnetWriter.ANALOG_OUTPUT;
import static fr.vigie.samples.BacnetWriter.ANALOG_VALUE;
import static fr.vigie.samples.BacnetWriter.BINARY_INPUT;
import static fr.vigie.samples.BacnetWriter.BINARY_OUTPUT;
import static fr.vigie.samples.BacnetWriter.BINARY_VALUE;

import fr.vigie.samples.Host.Bacnet;
import fr.vigie.samples.Host.Model;
import fr.vigie.samples.Host.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The cast of the quiet week: a hospital campus of a given number of devices, in the shares of a real one – a third BACnet, half of that behind
 * routers, a sixth KNX, a seventh Modbus, a tenth cameras, and what stands beside. A VLAN holds at most 120 hosts; kinds that need more have several.
 */
final class Campus implements Backbone {
  private static final Model MQTT = new Model("Milesight", "UG65", "60.0.0.42", 0x24E124, -1);
  private static final Model PHONE = new Model("Commend", "IP-Intercom", "7.1", 0x00111B, -1);
  private static final int PER_VLAN = 120;

  final List<Segment> segments = new ArrayList<>();
  final List<Host> hosts = new ArrayList<>();
  final Segment supervision;
  final Segment services;
  final Segment office;
  final Segment clinic;
  final Host server;
  final Host standby;
  final Host historian;
  final List<Host> posts = new ArrayList<>();
  final Host engineer;
  final List<Host> bbmds = new ArrayList<>();
  final List<Host> air = new ArrayList<>();
  final List<Host> cold = new ArrayList<>();
  final List<Host> routers = new ArrayList<>();
  final List<Host> slaves = new ArrayList<>();
  final List<Host> knx = new ArrayList<>();
  final List<List<Integer>> lines = new ArrayList<>();
  final List<Host> ups = new ArrayList<>();
  final List<Host> cooling = new ArrayList<>();
  final List<Host> cameras = new ArrayList<>();
  final List<Host> recorders = new ArrayList<>();
  final List<Host> doors = new ArrayList<>();
  final Host doorServer;
  final List<Host> intercoms = new ArrayList<>();
  final Host exchange;
  final List<Host> sensors = new ArrayList<>();
  final Host broker;
  final List<Host> modalities = new ArrayList<>();
  final Host pacs;
  final Host integration;
  final List<Host> desks = new ArrayList<>();
  final List<Host> switches = new ArrayList<>();
  final List<Host> dns = new ArrayList<>();
  final Host ntp;
  final Host intranet;
  final Host nms;
  final Host backup;
  /** Comes on Wednesday. */
  final Host added;
  /** Replaces a camera on Thursday. */
  final Host replacement;
  /** A supplier's computer that comes twice, to the air handling VLAN. */
  final Host visitor;

  private final Random random;
  private final Map<Segment, Integer> numbers = new HashMap<>();
  private final Map<Segment, Integer> crowd = new HashMap<>();
  private final Set<Long> macs = new HashSet<>();
  private int instance = 10_000;
  private int network = 3000;

  Campus(long seed, int devices) {
    random = new Random(seed * 1_000_003 + 5);
    supervision = segment("supervision", "Supervision GTB");
    services = segment("services", "Services communs");
    office = segment("informatique", "Informatique");
    clinic = segment("clinique", "Réseau clinique");
    for (int i = 1; i <= 2; i++) {
      dns.add(host(services, "SRV-DNS-DHCP-" + i, "server", Models.SERVER, true));
    }
    ntp = host(services, "HORLOGE-NTP", "server", Models.MEINBERG, false);
    intranet = host(services, "INTRANET", "server", Models.SERVER, false);
    nms = host(services, "SRV-SUPERVISION-RESEAU", "server", Models.SERVER, false);
    backup = host(services, "SRV-SAUVEGARDE", "server", Models.SERVER, false);
    server = host(supervision, "SRV-GTB-1", "bms-supervisor", Models.DESIGO, true);
    server.bacnet = new Bacnet(server, instance++, "SRV-GTB-1", "Salle serveurs A", Models.DESIGO, 0, 0, List.of());
    standby = host(supervision, "SRV-GTB-2", "bms-supervisor", Models.SERVER, true);
    historian = host(supervision, "SRV-HISTO", "bms-supervisor", Models.SERVER, true);
    for (int i = 1; i <= 3 + devices / 200; i++) {
      posts.add(host(supervision, "POSTE-GTB-" + i, "workstation", Models.DELL, true));
    }
    engineer = host(supervision, "PORTABLE-INGENIERIE", "workstation", Models.LATITUDE, true);
    bbmds.add(router(supervision, "BBMD-SUPERVISION", 0));
    airHandling(share(devices, 160));
    rooms(share(devices, 220));
    coldAndMeters(devices);
    lighting(share(devices, 160));
    power(devices);
    doorServer = host(zone("surete", "Sûreté"), "SRV-ACCES", "access-control", Models.SERVER, true);
    exchange = host(zone("surete", "Sûreté"), "SRV-INTERPHONIE", "server", Models.SERVER, false);
    security(devices);
    broker = host(zone("capteurs", "Capteurs radio"), "COURTIER-MQTT", "server", Models.SERVER, false);
    many(share(devices, 50), "capteurs", "Capteurs radio", "PASSERELLE-RADIO-", "iot-gateway", MQTT, sensors);
    pacs = host(clinic, "PACS", "server", Models.SERVER, false);
    integration = host(clinic, "EAI", "server", Models.SERVER, false);
    for (int i = 1; i <= share(devices, 20); i++) {
      modalities.add(host(clinic, "MODALITE-" + i, "medical-device", i % 2 == 0 ? Models.GE : Models.PHILIPS, i % 2 == 1));
    }
    for (int i = 1; i <= share(devices, 40); i++) {
      desks.add(host(office, "PC-" + (100 + i), "workstation", i % 2 == 0 ? Models.DELL : Models.LAPTOP, true));
    }
    for (int i = 1; i <= share(devices, 20); i++) {
      switches.add(host(office, "SW-" + i, "network-switch", i % 3 == 0 ? Models.HIRSCHMANN : Models.OMNISWITCH, false));
    }
    added = controller(air.getFirst().segment, "CTA-EXTENSION", Models.PXC);
    replacement = host(cameras.getFirst().segment, "CAM-REMPLACANTE", "ip-camera", Models.AXIS, false);
    visitor = host(air.getFirst().segment, "PORTABLE-PRESTATAIRE", "workstation", Models.LAPTOP, true);
  }

  /** So many of a thousand, one at least. */
  private static int share(int devices, int ofThousand) {
    return Math.max(1, (devices * ofThousand + 500) / 1000);
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

  private void airHandling(int count) {
    Model[] models = {Models.PXC, Models.PXC, Models.SAUTER, Models.ASP, Models.TREND, Models.DISTECH};
    for (int i = 1; i <= count; i++) {
      air.add(controller(zone("cta", "Traitement d'air"), "CTA-" + (100 + i), models[random.nextInt(models.length)]));
    }
  }

  private Host controller(Segment s, String name, Model model) {
    Host h = host(s, name, "ahu-cta", model, false);
    boolean ward = random.nextInt(3) > 0;
    List<Point> p = new ArrayList<>();
    p.add(point(ANALOG_INPUT, 1, name + " / Temp. soufflage", Building.CELSIUS, at -> Climate.supply(at, name.hashCode())));
    p.add(point(ANALOG_INPUT, 2, name + " / Temp. reprise", Building.CELSIUS, at -> Climate.room(at, name.hashCode(), ward)));
    p.add(point(ANALOG_INPUT, 3, name + " / Pression gaine", Building.PASCAL, at -> Climate.pressure(at, name.hashCode(), ward)));
    p.add(new Point(ANALOG_VALUE, 1, name + " / Consigne soufflage", Building.CELSIUS, 19, 0));
    p.add(point(ANALOG_OUTPUT, 1, name + " / Vanne batterie chaude", Building.PERCENT, at -> Climate.valve(at, name.hashCode())));
    p.add(new Point(BINARY_INPUT, 1, name + " / Défaut filtre", Building.NONE, 0, 0));
    p.add(new Point(BINARY_OUTPUT, 1, name + " / Marche ventilateur", Building.NONE, 1, 0));
    p.add(new Point(BINARY_VALUE, 1, name + " / Mode réduit", Building.NONE, 0, 0));
    h.bacnet = new Bacnet(h, instance++, name, "Local CTA", model, 0, 0, List.copyOf(p));
    return h;
  }

  private void rooms(int count) {
    for (int left = count; left > 0; left -= 22) {
      Host r = router(zone("cta", "Traitement d'air"), "ROUTEUR-MSTP-" + (routers.size() + 1), Math.min(22, left));
      routers.add(r);
      bbmd(r);
    }
    for (Host h : air) {
      bbmd(h);
    }
  }

  /** One BBMD a VLAN: its first router, or its first controller where there is none. */
  private void bbmd(Host h) {
    if (bbmds.stream().noneMatch(b -> b.segment.equals(h.segment))) {
      bbmds.add(h);
    }
  }

  private Host router(Segment s, String name, int behind) {
    Host h = host(s, name, "serial-gateway", Models.LROC, false);
    h.bacnet = new Bacnet(h, instance++, name, "Local CTA", Models.LROC, 0, 0,
        List.of(point(ANALOG_VALUE, 1, name + " / Charge MS/TP", Building.PERCENT, at -> 22 + 6 * Climate.ripple(at, name.hashCode(), 600))));
    int net = network++;
    for (int i = 1; i <= behind; i++) {
      String n = "CHAMBRE-" + net % 1000 + String.format(java.util.Locale.ROOT, "%02d", i);
      boolean ward = random.nextInt(4) > 0;
      h.children.add(new Bacnet(h, instance++, n, "Hébergement", i % 2 == 0 ? Models.DXR : Models.ECB, net, i, List.of(
          point(ANALOG_INPUT, 1, n + " / Temp. ambiante", Building.CELSIUS, at -> Climate.room(at, n.hashCode(), ward)),
          new Point(ANALOG_VALUE, 1, n + " / Consigne ambiance", Building.CELSIUS, 21, 0),
          new Point(BINARY_INPUT, 1, n + " / Présence", Building.NONE, 1, 0),
          point(ANALOG_OUTPUT, 1, n + " / Registre", Building.PERCENT, at -> Climate.valve(at, n.hashCode())))));
    }
    return h;
  }

  private void coldAndMeters(int devices) {
    for (int i = 1; i <= share(devices, 40); i++) {
      Host h = host(zone("froid", "Froid"), (i % 2 == 0 ? "GF-" : "CF-") + i, i % 2 == 0 ? "heat-pump-chiller" : "cold-room-sensor",
          i % 2 == 0 ? Models.SYMBIO : Models.PCO, false);
      double base = i % 2 == 0 ? 7 : i % 5 == 0 ? -21 : 4;
      h.bacnet = new Bacnet(h, instance++, h.name, "Froid", h.model, 0, 0, List.of(
          point(ANALOG_INPUT, 1, h.name + " / Température", Building.CELSIUS, at -> base + Climate.ripple(at, h.name.hashCode(), 1800)),
          new Point(ANALOG_VALUE, 1, h.name + " / Consigne", Building.CELSIUS, base, 0), new Point(BINARY_INPUT, 1, h.name + " / Défaut", Building.NONE, 0, 0),
          new Point(BINARY_OUTPUT, 1, h.name + " / Marche", Building.NONE, 1, 0)));
      cold.add(h);
      bbmd(h);
    }
    for (int i = 1; i <= share(devices, 30); i++) {
      slaves.add(units(host(zone("froid", "Froid"), "GF-PROCESS-" + i, "heat-pump-chiller", Models.PCO, false), 1));
    }
    for (int i = 1; i <= share(devices, 40); i++) {
      slaves.add(units(host(zone("energie", "Énergie"), "COMPTAGE-" + i, "switchboard-energy", Models.JANITZA, false), 1));
    }
    for (int i = 1; i <= share(devices, 10); i++) {
      slaves.add(units(host(zone("energie", "Énergie"), "PASSERELLE-" + i, "serial-gateway", Models.MGATE, false), 5));
    }
  }

  private static Host units(Host h, int count) {
    for (int u = 1; u <= count; u++) {
      h.units.add(u);
    }
    return h;
  }

  private void lighting(int count) {
    Model[] models = {Models.KNX_SIEMENS, Models.KNX_ABB, Models.KNX_GIRA, Models.KNX_WEINZIERL};
    for (int left = count; left > 0; left -= 16) {
      int number = knx.size() + 1;
      Host h = host(zone("eclairage", "Éclairage KNX"), "KNX-" + number, "knx-gateway", models[number % 4], false);
      h.knx = 1 + number / 15 << 12 | 1 + number % 15 << 8;
      knx.add(h);
      List<Integer> line = new ArrayList<>();
      for (int d = 1; d <= Math.min(16, left); d++) {
        line.add(h.knx + d);
      }
      lines.add(line);
    }
  }

  private void power(int devices) {
    Model[] models = {Models.APC, Models.SOCOMEC, Models.EATON};
    for (int i = 1; i <= share(devices, 20); i++) {
      ups.add(host(zone("energie", "Énergie"), "ONDULEUR-" + i, "ups-onduleur", models[i % 3], false));
    }
    for (int i = 1; i <= share(devices, 10); i++) {
      Host h = host(zone("energie", "Énergie"), "CLIM-INFO-" + i, "precision-cooling", Models.STULZ, false);
      cooling.add(h);
      if (i > 1) {
        continue;
      }
      // the one that speaks BACnet stands on a VLAN without BBMD
      h.bacnet = new Bacnet(h, instance++, h.name, "Salle serveurs", Models.STULZ, 0, 0, List.of(
          point(ANALOG_INPUT, 1, h.name + " / Temp. allée froide", Building.CELSIUS, at -> 23 + 0.6 * Climate.ripple(at, h.name.hashCode(), 700))));
    }
  }

  private void security(int devices) {
    for (int i = 1; i <= share(devices, 100); i++) {
      cameras.add(host(zone("surete", "Sûreté"), "CAM-" + (100 + i), "ip-camera", i % 3 == 0 ? Models.HIKVISION : Models.AXIS, false));
    }
    for (int i = 0; i <= devices / 500; i++) {
      recorders.add(host(cameras.getFirst().segment, "NVR-" + (i + 1), "video-recorder", Models.SERVER, true));
    }
    many(share(devices, 40), "surete", "Sûreté", "UTL-", "access-control", Models.TIL, doors);
    many(share(devices, 20), "surete", "Sûreté", "INTERPHONE-", "intercom", PHONE, intercoms);
  }

  private void many(int count, String zone, String name, String prefix, String kind, Model model, List<Host> into) {
    for (int i = 1; i <= count; i++) {
      into.add(host(zone(zone, name), prefix + i, kind, model, false));
    }
  }

  private static Point point(int type, int number, String name, int unit, java.util.function.LongToDoubleFunction course) {
    Point p = new Point(type, number, name, unit, 0, 0);
    p.course = course;
    return p;
  }

  /** The VLAN of a zone with room for one more host; a new one where all are full. */
  private Segment zone(String zone, String name) {
    for (Segment s : segments) {
      if (s.zone().equals(zone) && crowd.getOrDefault(s, 0) < PER_VLAN) {
        return s;
      }
    }
    return segment(zone, name);
  }

  private Segment segment(String zone, String name) {
    int i = segments.size() + 1;
    Segment s = new Segment(300 + i, zone, name, 10 << 24 | 44 << 16 | i << 8, i);
    segments.add(s);
    return s;
  }

  private Host host(Segment s, String name, String kind, Model m, boolean windows) {
    int number = numbers.merge(s, 1, Integer::sum);
    crowd.merge(s, 1, Integer::sum);
    Host h = new Host(s, name, kind, s.name(), m, mac(m), s.network() + 9 + number, windows);
    hosts.add(h);
    return h;
  }

  private long mac(Model m) {
    long mac;
    do {
      mac = (long) m.oui() << 24 | (m.oui() == 0x38F7CD ? 0xA00000 | random.nextInt(0x100000) : random.nextInt(0x1000000));
    } while (!macs.add(mac));
    return mac;
  }

  /** Every BACnet device that the supervisor polls from the first day. */
  List<Bacnet> polled() {
    List<Bacnet> all = new ArrayList<>();
    air.forEach(h -> all.add(h.onBacnet()));
    cold.forEach(h -> all.add(h.onBacnet()));
    all.add(cooling.getFirst().onBacnet());
    all.add(bbmds.getFirst().onBacnet());
    for (Host r : routers) {
      all.add(r.onBacnet());
      all.addAll(r.children);
    }
    return all;
  }

  /** Things with a name in the inventory: hosts, BACnet devices behind routers, KNX devices on lines, Modbus units behind gateways. */
  int devices() {
    return hosts.size() + routers.stream().mapToInt(r -> r.children.size()).sum() + lines.stream().mapToInt(List::size).sum()
        + slaves.stream().mapToInt(g -> g.units.size() > 1 ? g.units.size() : 0).sum();
  }
}
