package fr.vigie.inventory.asset;

import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an asset, in the terms of the rules about kinds: field names as in {@code kind_rules.tsv} and the files of fingerprints. What
 * none of these has anything to say of – most names, addresses, serial numbers – is left out: it changes no conclusion. Single-threaded.
 */
final class Facts {
  /** Banner keys, as claims spell them before {@code =}, and the fields they are. */
  private static final Map<String, String> BANNERS = Map.ofEntries(
      Map.entry("http-server", "http.server"), Map.entry("http-title", "http.title"), Map.entry("dhcp-60", "dhcp.vendor-class"),
      Map.entry("sysobjectid", "snmp.sysObjectID"), Map.entry("rtsp-server", "rtsp.server"), Map.entry("sip-user-agent", "sip.user-agent"),
      Map.entry("user-agent", "sip.user-agent"), Map.entry("telnet", "telnet.banner"), Map.entry("fox-app", "fox.hello.app.name"),
      Map.entry("app.name", "fox.hello.app.name"), Map.entry("brandid", "fox.hello.brandId"), Map.entry("fox-brand", "fox.hello.brandId"),
      Map.entry("object-type", "bacnet.object-type"), Map.entry("mdns-service", "mdns.service"), Map.entry("mdns", "mdns.service"),
      Map.entry("modbus-server-id", "modbus.device-id"), Map.entry("dhcp6-16", "dhcp.vendor-class"), Map.entry("wsd-type", "wsd.type"),
      Map.entry("onvif-type", "onvif.type"), Map.entry("multicast-group", "multicast.group"), Map.entry("dhcp-55", "dhcp.parameters"),
      Map.entry("hassh", "ssh.hassh"), Map.entry("ssh-server", "ssh.server"), Map.entry("ja4", "tls.ja4"), Map.entry("dns-asks", "dns.asks"),
      Map.entry("http-user-agent", "http.user-agent"), Map.entry("http-realm", "http.realm"), Map.entry("ftp-server", "ftp.banner"),
      Map.entry("telnet-server", "telnet.banner"), Map.entry("sip-server", "sip.server"), Map.entry("upnp", "upnp.type"),
      Map.entry("upnp-location", "upnp.location"), Map.entry("ssdp-server", "ssdp.server"), Map.entry("dicom-ae", "dicom.ae"),
      Map.entry("hl7-application", "hl7.application"));

  /** Things said whose facts are kept: an asset is asked for all of its own again with each thing more that it says. */
  private static final int KEPT = 8192;
  private static final Trait[] TRAITS = Trait.values();

  /** What facts are made from. */
  private record Said(Trait trait, String source, String value, boolean below) {}

  private final Map<Said, Fact[]> kept = new HashMap<>();
  private final Knowledge knowledge;

  Facts(Knowledge knowledge) {
    this.knowledge = knowledge;
  }

  /** The facts of an asset that mean something, each with the evidence that it is of, or null for what its address tells. */
  Map<Fact, @Nullable Evidence> of(Asset asset) {
    Map<Fact, @Nullable Evidence> all = new LinkedHashMap<>();
    boolean below = asset.below();
    List<Node> nodes = asset.nodes();
    int told = 0;
    for (int i = 0; i < nodes.size(); i++) {
      told |= nodes.get(i).told;
    }
    for (int left = told; left != 0; left &= left - 1) {
      Trait trait = TRAITS[Integer.numberOfTrailingZeros(left)];
      for (int i = 0; i < nodes.size(); i++) {
        List<Evidence> values = nodes.get(i).traits.getOrDefault(trait, List.of());
        for (int j = 0; j < values.size(); j++) {
          Evidence e = values.get(j);
          for (Fact f : facts(trait, e, below)) {
            all.putIfAbsent(f, e);
          }
        }
      }
    }
    if (below || asset.fronts()) {
      bus(asset, below, all);
    }
    return all;
  }

  /** What stands below its addresses, or above it. */
  private static void bus(Asset asset, boolean below, Map<Fact, @Nullable Evidence> all) {
    for (Node n : asset.nodes()) {
      for (Node b : n.below) {
        if (b.asset != asset && b.endpoint.below() != null) {
          all.putIfAbsent(new Fact("fronts", b.endpoint.below().scheme()), null);
          break;
        }
      }
    }
    Below at = below ? asset.nodes().getFirst().endpoint.below() : null;
    if (at != null) {
      all.putIfAbsent(new Fact("below", at.scheme()), null);
    }
  }

  private Fact[] facts(Trait trait, Evidence e, boolean below) {
    Said said = new Said(trait, e.source(), e.value(), below);
    Fact[] known = kept.get(said);
    if (known == null) {
      known = made(trait, e, below);
      if (kept.size() >= KEPT) {
        kept.clear();
      }
      kept.put(said, known);
    }
    return known;
  }

  private Fact[] made(Trait trait, Evidence e, boolean below) {
    List<Fact> facts = new ArrayList<>(3);
    add(facts, trait, e, below);
    facts.removeIf(f -> !knowledge.means(f));
    return facts.toArray(Fact[]::new);
  }

  private static void add(List<Fact> facts, Trait trait, Evidence e, boolean below) {
    String source = e.source();
    String value = e.value();
    switch (trait) {
      case VENDOR_ID -> {
        facts.add(new Fact(source.startsWith("bacnet") ? "bacnet.vendor-id" : source + ".manufacturer", value));
        if (source.equals("knx") && !below) {
          facts.add(new Fact("knx.dib.manufacturer", value));
        }
      }
      case VENDOR -> {
        facts.add(new Fact(source.equals("oui") ? "oui" : source + ".vendor", value));
        if (source.equals("knx") && !below) {
          facts.add(new Fact("knx.dib.vendor", value));
        }
        if (source.equals("modbus")) {
          facts.add(new Fact("modbus.device-id.vendor", value));
          facts.add(new Fact("modbus.device-id", value));
        }
      }
      case MODEL -> {
        facts.add(new Fact(source.startsWith("bacnet") ? "bacnet.model-name" : source + ".model", value));
        if (source.equals("mdns")) {
          facts.add(new Fact("mdns.device-info", "model=" + value));
        }
        if (source.equals("modbus")) {
          facts.add(new Fact("modbus.device-id", value));
        }
      }
      case NAME, HOSTNAME -> {
        facts.add(new Fact("name", value));
        if (source.equals("knx")) {
          facts.add(new Fact("knx.description.device-name", value));
        }
      }
      case OS -> facts.add(new Fact(source + ".os", value));
      case DESCRIPTION -> {
        facts.add(new Fact("description", value));
        if (source.equals("snmp")) {
          facts.add(new Fact("snmp.sysDescr", value));
        } else if (source.equals("lldp") || source.equals("cdp")) {
          facts.add(new Fact("lldp.system-description", value));
        }
      }
      case ROLE -> facts.add(new Fact("role." + source, value));
      case SERVICE -> service(facts, value);
      case BANNER -> banner(facts, value);
      default -> { }
    }
  }

  /** {@code tcp/80 http} is the port 80 of TCP, and what DNS-SD calls {@code _http._tcp} (RFC 6763 §4.1.2). */
  private static void service(List<Fact> facts, String value) {
    int slash = value.indexOf('/');
    if (slash > 0) {
      int end = value.indexOf(' ');
      String carrier = value.substring(0, slash);
      facts.add(new Fact(carrier + ".port", value.substring(slash + 1, end < slash ? value.length() : end)));
      if (end > slash) {
        facts.add(new Fact("mdns.service", "_" + value.substring(end + 1) + "._" + carrier));
      }
    }
  }

  private static void banner(List<Fact> facts, String value) {
    int is = value.indexOf('=');
    String field = is < 0 ? null : BANNERS.get(value.substring(0, is));
    if (field != null) {
      facts.add(new Fact(field, value.substring(is + 1)));
    } else if (value.startsWith("tls-certificate=")) {
      int end = value.indexOf(';');
      facts.add(new Fact("x509.subject", value.substring(is + 1, end < 0 ? value.length() : end)));
    }
  }
}
