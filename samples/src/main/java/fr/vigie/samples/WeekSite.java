package fr.vigie.samples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The site file of the campus, written as a person of its technical services would. */
final class WeekSite {
  private static final Map<String, Integer> CARE = Map.of("supervision", 3, "cta", 4, "froid", 4, "eclairage", 2, "energie", 4, "surete", 3,
      "clinique", 5, "informatique", 1, "services", 2, "capteurs", 2);
  private static final Set<String> NAMED = Set.of("bms-supervisor", "video-recorder", "server", "access-control", "ups-onduleur", "serial-gateway",
      "network-switch", "precision-cooling");
  private final Campus c;
  private final StringBuilder s = new StringBuilder();

  WeekSite(Campus campus) {
    c = campus;
  }

  String text(Week.Options o) {
    line("# Site file of the quiet week, seed " + o.seed() + ", " + o.devices() + " devices. Written by fr.vigie.samples.Week.");
    line("site: {id: campus, name: Campus, tz: Europe/Paris}");
    zones();
    conduits();
    devices();
    line("writers:");
    line("  - {who: SRV-GTB-1, whom: [\"zone:cta\", \"zone:froid\", \"zone:eclairage\", \"zone:energie\"]}");
    line("  - {who: [" + c.posts.stream().map(h -> h.name).collect(Collectors.joining(", "))
        + "], whom: [\"zone:cta\", \"zone:froid\"], points: [\"analog-value,*/present-value\"], priority: 8}");
    line("supervisors: [SRV-GTB-1, SRV-GTB-2, SRV-HISTO]");
    String gateways = c.segments.stream().map(x -> Host.text(x.gateway())).collect(Collectors.joining(", "));
    line("servers:");
    line("  dhcp: [" + c.dns.getFirst().address() + ", " + c.dns.get(1).address() + ", " + gateways + "]");
    line("  dns: [" + c.dns.getFirst().address() + ", " + c.dns.get(1).address() + "]");
    line("  ntp: [" + c.ntp.address() + "]");
    line("  gateways: [" + gateways + "]");
    line("calendar:");
    line("  hours: {ouvrees: \"mon-fri 07:00-19:00\"}");
    line("maintenance:");
    var added = o.begin().plusDays(2).atTime(9, 0).atZone(Clockwork.ZONE).toInstant();
    line("  # the extension's controller is put in on Wednesday");
    line("  - {from: \"" + added + "\", to: \"" + added.plusSeconds(28_800) + "\", who: \"" + c.added.macText() + "\", whom: [\"zone:cta\", \"zone:supervision\", \"zone:services\"]}");
    for (int day : new int[] {1, 4}) {
      var from = o.begin().plusDays(day).atTime(9, 30).atZone(Clockwork.ZONE).toInstant();
      line("  - {from: \"" + from + "\", to: \"" + from.plusSeconds(10_800) + "\", who: PORTABLE-PRESTATAIRE, whom: \"zone:cta\"}");
    }
    line("vlansExpected: [" + c.segments.stream().map(x -> Integer.toString(x.vlan())).collect(Collectors.joining(", ")) + "]");
    return s.toString();
  }

  private void line(String text) {
    s.append(text).append('\n');
  }

  private void zones() {
    Map<String, List<Segment>> zones = new LinkedHashMap<>();
    c.segments.forEach(x -> zones.computeIfAbsent(x.zone(), z -> new ArrayList<>()).add(x));
    line("zones:");
    zones.forEach((zone, segments) -> line("  - {id: " + zone + ", name: \"" + segments.getFirst().name() + "\", cidr: ["
        + segments.stream().map(x -> Host.text(x.network()) + "/24").collect(Collectors.joining(", ")) + "], vlan: ["
        + segments.stream().map(x -> Integer.toString(x.vlan())).collect(Collectors.joining(", ")) + "], kind: "
        + (zone.equals("clinique") ? "clinical" : zone.equals("informatique") || zone.equals("services") ? "it" : "building") + ", care: "
        + CARE.get(zone) + "}"));
  }

  private void conduits() {
    line("conduits:");
    line("  - {from: \"*\", to: services}");
    line("  - {from: services, to: \"*\", protocols: [dhcp, dns, ntp]}");
    line("  - {from: services, to: informatique}");
    line("  - {from: supervision, to: cta, protocols: [bacnet, http]}");
    line("  - {from: supervision, to: froid, protocols: [bacnet, modbus]}");
    line("  - {from: supervision, to: eclairage, protocols: [knx]}");
    line("  - {from: supervision, to: energie, protocols: [snmp, modbus, bacnet]}");
    line("  - {from: cta, to: supervision, protocols: [bacnet]}");
    line("  - {from: froid, to: supervision, protocols: [bacnet]}");
    line("  - {from: energie, to: supervision, protocols: [bacnet]}");
    line("  # broadcasts from BBMD to BBMD");
    line("  - {from: cta, to: froid, protocols: [bacnet]}");
    line("  - {from: froid, to: cta, protocols: [bacnet]}");
  }

  private void devices() {
    line("devices:");
    for (Host h : c.hosts) {
      boolean late = h == c.added || h == c.replacement;
      if (!late && (NAMED.contains(h.kind) || c.posts.contains(h) || h == c.engineer || h == c.visitor)) {
        String match = h == c.engineer || h == c.visitor ? "mac: \"" + h.macText() + "\"" : "ip: " + h.address();
        line("  - {match: {" + match + "}, name: " + h.name + ", kind: " + h.kind + "}");
      }
    }
  }
}
