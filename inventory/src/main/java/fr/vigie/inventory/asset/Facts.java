package fr.vigie.inventory.asset;

import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is known of an asset, in the terms of the rules about kinds: field names as in {@code kind_rules.tsv}. */
final class Facts {
  /** Banner keys, as claims spell them before {@code =}, and the fields they are. */
  private static final Map<String, String> BANNERS = Map.ofEntries(
      Map.entry("http-server", "http.server"), Map.entry("http-title", "http.title"), Map.entry("dhcp-60", "dhcp.vendor-class"),
      Map.entry("sysobjectid", "snmp.sysObjectID"), Map.entry("rtsp-server", "rtsp.server"), Map.entry("sip-user-agent", "sip.user-agent"),
      Map.entry("user-agent", "sip.user-agent"), Map.entry("telnet", "telnet.banner"), Map.entry("fox-app", "fox.hello.app.name"),
      Map.entry("app.name", "fox.hello.app.name"), Map.entry("brandid", "fox.hello.brandId"), Map.entry("fox-brand", "fox.hello.brandId"),
      Map.entry("object-type", "bacnet.object-type"), Map.entry("mdns-service", "mdns.service"), Map.entry("mdns", "mdns.service"),
      Map.entry("modbus-server-id", "modbus.device-id"), Map.entry("dhcp6-16", "dhcp.vendor-class"), Map.entry("wsd-type", "wsd.type"),
      Map.entry("onvif-type", "onvif.type"), Map.entry("multicast-group", "multicast.group"));

  private Facts() {}

  static List<Fact> of(Asset asset) {
    List<Fact> facts = new ArrayList<>();
    boolean below = asset.below();
    asset.traits().forEach((trait, values) -> values.forEach(e -> add(facts, trait, e, below)));
    return facts;
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
    }
  }
}
