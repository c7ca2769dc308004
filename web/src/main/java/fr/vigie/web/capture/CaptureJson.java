package fr.vigie.web.capture;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.health.Diagnosis;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.web.report.Words;
import java.util.List;

/** The capture doctor's knowledge as the API gives it ({@code /capture}) and as {@code summary.json} keeps it ({@code result.capture}). */
public final class CaptureJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final long SECOND = 1_000_000_000L;

  private CaptureJson() {}

  /** For the API: traffic over time, losses, findings with their commands. Counts stay within what a double holds exactly. */
  public static ObjectNode page(Diagnosis d, List<Origin> origins) {
    ObjectNode o = NODES.objectNode();
    o.put("first", d.first() == 0 ? null : Json.time(d.first())).put("last", d.last() == 0 ? null : Json.time(d.last())).put("live", d.live());
    o.put("start", Json.time(d.start())).put("step", d.step() / SECOND);
    whole(o.putArray("lost"), d.lost());
    ArrayNode lines = o.putArray("lines");
    for (Diagnosis.Traffic t : d.lines()) {
      ObjectNode line = lines.addObject().put("interface", Told.interfaceOf(t.from(), origins));
      vlan(line, "vlan", t.vlan());
      line.put("packets", t.packets()).put("bytes", t.bytes()).put("group", t.group()).put("copies", t.copies()).put("cut", t.cut())
          .put("merged", t.merged()).put("longest", t.longest()).put("snap", t.snap()).put("devices", t.devices())
          .put("first", Json.time(t.first())).put("last", Json.time(t.last()));
      whole(line.putArray("packetsByBin"), t.packetsByBin());
      whole(line.putArray("bytesByBin"), t.bytesByBin());
    }
    ArrayNode findings = o.putArray("findings");
    for (Told told : Told.all(d, origins)) {
      Lapse l = told.finding().lapse();
      ObjectNode f = findings.addObject();
      head(f, told, origins);
      f.put("part", l.part()).put("whole", l.whole());
      if (l.hidden() < 0) {
        f.putNull("hidden");
      } else {
        f.put("hidden", l.hidden());
      }
      tail(f, told);
      f.set("estimate", said(told.estimate()));
      ArrayNode mend = f.putArray("mend");
      for (Told.Mend m : told.mend()) {
        mend.addObject().put("family", m.family()).put("commands", m.commands()).put("source", m.source());
      }
    }
    return o;
  }

  /** For {@code summary.json}: totals and findings, 64-bit integers as text. */
  public static ObjectNode summary(Diagnosis d, List<Origin> origins) {
    ObjectNode o = NODES.objectNode();
    ArrayNode lines = o.putArray("lines");
    for (Diagnosis.Traffic t : d.lines()) {
      ObjectNode line = lines.addObject().put("interface", Told.interfaceOf(t.from(), origins));
      vlan(line, "vlan", t.vlan());
      line.put("packets", Json.whole(t.packets())).put("bytes", Json.whole(t.bytes())).put("group", Json.whole(t.group()))
          .put("copies", Json.whole(t.copies())).put("cut", Json.whole(t.cut())).put("merged", Json.whole(t.merged()))
          .put("devices", Json.whole(t.devices())).put("first", Json.time(t.first())).put("last", Json.time(t.last()));
    }
    ArrayNode findings = o.putArray("findings");
    for (Told told : Told.all(d, origins)) {
      Lapse l = told.finding().lapse();
      ObjectNode f = findings.addObject();
      head(f, told, origins);
      f.put("part", Json.whole(l.part())).put("whole", Json.whole(l.whole()));
      f.put("hidden", l.hidden() < 0 ? null : Json.whole(l.hidden()));
      tail(f, told);
    }
    return o;
  }

  private static void head(ObjectNode f, Told told, List<Origin> origins) {
    Lapse l = told.finding().lapse();
    f.put("id", told.id()).put("kind", l.kind().wireName()).put("detection", told.detection().isEmpty() ? null : told.detection());
    f.put("lasting", told.finding().lasting()).put("times", told.finding().times());
    f.put("since", Json.time(told.finding().since())).put("last", Json.time(l.last()));
    f.put("interface", l.from() < 0 ? null : Told.interfaceOf(l.from(), origins));
    vlan(f, "vlan", l.vlan());
    f.put("proof", l.proof());
  }

  private static void tail(ObjectNode f, Told told) {
    f.put("basis", told.finding().lapse().basis().wireName());
    f.set("name", said(told.name()));
    f.set("text", said(told.text()));
  }

  private static ObjectNode said(Words words) {
    return NODES.objectNode().put("fr", words.fr()).put("en", words.en());
  }

  private static void vlan(ObjectNode to, String name, int vlan) {
    if (vlan < 0) {
      to.putNull(name);
    } else {
      to.put(name, vlan);
    }
  }

  private static void whole(ArrayNode to, List<Long> values) {
    values.forEach(to::add);
  }
}
