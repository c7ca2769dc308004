package fr.vigie.samples;

import java.util.List;
import java.util.Map;

/** The site file of the sample hospital, written as a person of its technical services would. */
final class SiteText {
  private static final Map<String, Integer> CARE = Map.of("supervision", 3, "cta", 5, "froid", 4, "eclairage", 2, "energie", 5, "surete", 4,
      "clinique", 5, "informatique", 1);
  private final Building b;
  private final Story story;
  private final StringBuilder s = new StringBuilder();

  SiteText(Building building, Story story) {
    b = building;
    this.story = story;
  }

  String text(long seed) {
    line("# Site file of the sample hospital, seed " + seed + ". Written by fr.vigie.samples.Hospital; change the generator, not this file.");
    line("# Everything before " + Hospital.LEARN_UNTIL + " is an ordinary morning: replay with --learn-until " + Hospital.LEARN_UNTIL);
    line("site: {id: chu-exemple, name: CHU Exemple, tz: Europe/Paris}");
    zones();
    conduits();
    devices();
    writers();
    line("supervisors: [SRV-GTB-1, SRV-GTB-2]");
    line("servers:");
    line("  # the firewalls relay DHCP for the VLANs without a server");
    line("  dhcp: [" + b.dns.getFirst().address() + ", " + b.dns.get(1).address() + ", " + String.join(", ",
        b.segments.stream().map(x -> Host.text(x.gateway())).toList()) + "]");
    line("  dns: [" + b.dns.getFirst().address() + ", " + b.dns.get(1).address() + "]");
    line("  ntp: [" + b.ntp.address() + "]");
    line("  gateways: [" + String.join(", ", b.segments.stream().map(x -> Host.text(x.gateway())).toList()) + "]");
    line("calendar:");
    line("  hours: {ouvrees: \"mon-fri 07:00-19:00\"}");
    line("  holidays: [2026-04-06, 2026-05-01, 2026-05-08]");
    line("maintenance:");
    line("  # filter and valve check announced by the air handling supplier");
    line("  - {from: \"" + minute(story.workFrom()) + "\", to: \"" + minute(story.workTo())
        + "\", who: PORTABLE-PRESTATAIRE, whom: \"zone:cta\"}");
    line("vlansExpected: [" + String.join(", ", b.segments.stream().map(x -> Integer.toString(x.vlan())).toList()) + "]");
    line("registers:");
    for (Host h : b.chillers) {
      line("  - {device: " + h.name + ", unit: 1, address: \"holding-register:0\", type: int16, scale: 0.1, unitOfMeasure: \"°C\"}");
      line("  - {device: " + h.name + ", unit: 1, address: \"holding-register:1\", type: int16, scale: 0.1, unitOfMeasure: \"°C\"}");
    }
    line("redundant:");
    line("  # the two supervision servers hold one shared address, " + Host.text(b.shared));
    line("  - [\"" + b.server.macText() + "\", \"" + b.standby.macText() + "\"]");
    return s.toString();
  }

  private void line(String text) {
    s.append(text).append('\n');
  }

  private static String minute(long at) {
    return Hospital.instant(at / 60_000_000_000L * 60_000_000_000L).toString();
  }

  private void zones() {
    line("zones:");
    for (Segment x : b.segments) {
      String kind = x.zone().equals("clinique") ? "clinical" : x.zone().equals("informatique") ? "it" : "building";
      line("  - {id: " + x.zone() + ", name: \"" + x.name() + "\", cidr: [" + Host.text(x.network()) + "/24], vlan: [" + x.vlan() + "], kind: "
          + kind + ", care: " + CARE.get(x.zone()) + "}");
    }
    line("  # the common servers stand on the office VLAN, in its first quarter");
    line("  - {id: services, name: Services communs, cidr: [" + Host.text(b.office.network()) + "/26], kind: it, care: 2}");
  }

  private void conduits() {
    line("conduits:");
    line("  # clock, names, leases, intranet: for everybody");
    line("  - {from: \"*\", to: services}");
    line("  - {from: services, to: \"*\", protocols: [dhcp, dns, ntp]}");
    line("  # network watch of the switches");
    line("  - {from: services, to: informatique}");
    line("  # supervision and what it supervises");
    line("  - {from: supervision, to: cta, protocols: [bacnet, http]}");
    line("  - {from: supervision, to: froid, protocols: [bacnet, modbus]}");
    line("  - {from: supervision, to: eclairage, protocols: [knx]}");
    line("  - {from: supervision, to: energie, protocols: [snmp, modbus, bacnet]}");
    line("  - {from: supervision, to: surete, protocols: [bacnet]}");
    line("  # notifications, and broadcasts from BBMD to BBMD");
    for (String[] c : List.of(new String[] {"cta", "supervision"}, new String[] {"froid", "supervision"}, new String[] {"surete", "supervision"},
        new String[] {"energie", "supervision"}, new String[] {"cta", "froid"}, new String[] {"froid", "cta"}, new String[] {"cta", "surete"},
        new String[] {"surete", "cta"}, new String[] {"froid", "surete"}, new String[] {"surete", "froid"})) {
      line("  - {from: " + c[0] + ", to: " + c[1] + ", protocols: [bacnet]}");
    }
  }

  private void devices() {
    line("devices:");
    for (Host h : b.hosts) {
      boolean named = !h.kind.equals("ip-camera") && !h.segment.equals(b.clinic) && !h.name.startsWith("PC-DSI");
      if (named) {
        boolean router = !h.children.isEmpty() || h.units.size() > 1;
        String match = h == b.engineer || h == b.supplier ? "mac: \"" + h.macText() + "\"" : "ip: " + h.address();
        line("  - {match: {" + match + "}, name: " + h.name + ", kind: " + h.kind + ", place: \"" + h.place + "\""
            + (h.kind.equals("ahu-cta") || router ? ", supplier: \"Génie climatique de l'Ouest\"" : "") + "}");
      }
    }
  }

  private void writers() {
    line("writers:");
    line("  # the supervisor's schedules and screens");
    line("  - {who: SRV-GTB-1, whom: [\"zone:cta\", \"zone:froid\", \"zone:eclairage\", \"zone:energie\"]}");
    line("  # two operators may trim setpoints, at priority 8 at the strongest");
    line("  - {who: [POSTE-GTB-1, POSTE-GTB-2], whom: [\"zone:cta\", \"zone:froid\"], points: [\"analog-value,*/present-value\"], priority: 8}");
  }
}
