package fr.vigie.web.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports kept on a shelf, for tests of the pages and the API around them; the real ones are tested in {@code fr.vigie.web.report}. */
public final class ShelfReports implements Reports {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, ObjectNode> made = new LinkedHashMap<>();

  @Override
  public ArrayNode frameworks() {
    ArrayNode list = JSON.createArrayNode();
    framework(list, "anssi-industriel", "ANSSI, systèmes industriels, v2 (2025)", "ANSSI, industrial systems, v2 (2025)");
    framework(list, "nis2", "NIS 2, directive (UE) 2022/2555", "NIS 2, Directive (EU) 2022/2555");
    framework(list, "iec62443-3-3", "IEC 62443-3-3:2013", "IEC 62443-3-3:2013");
    return list;
  }

  private static void framework(ArrayNode list, String id, String fr, String en) {
    ObjectNode node = list.addObject().put("id", id);
    node.putObject("name").put("fr", fr).put("en", en);
    node.putArray("formats").add("pdf").add("csv").add("json");
  }

  @Override
  public ArrayNode made() {
    ArrayNode list = JSON.createArrayNode();
    made.values().forEach(list::add);
    return list;
  }

  @Override
  public ObjectNode make(Order order) {
    String id = "r-" + (made.size() + 1);
    ObjectNode node = JSON.createObjectNode().put("id", id).put("framework", order.framework()).put("format", order.format())
        .put("language", order.language()).put("from", order.from()).put("to", order.to()).put("made", "2026-03-10T09:00:00Z").put("by", order.by())
        .put("bytes", 1234).put("sha256", "ab".repeat(32));
    made.put(id, node);
    return node;
  }

  @Override
  public @Nullable Download file(String id) {
    ObjectNode node = made.get(id);
    return node == null ? null : new Download(id + "." + node.path("format").asText(), "application/octet-stream", bytes("report " + id));
  }

  @Override
  public @Nullable Download signature(String id) {
    return made.containsKey(id) ? new Download(id + ".p7s", "application/pkcs7-signature", bytes("signature")) : null;
  }

  @Override
  public ObjectNode verify(byte[] report, byte @Nullable [] signature) throws IOException {
    boolean intact = new String(report, StandardCharsets.UTF_8).startsWith("report ");
    ObjectNode node = JSON.createObjectNode().put("intact", intact).put("signedBy", intact ? "AB:CD" : "").put("trusted", false);
    node.putObject("sentence").put("fr", intact ? "Intact." : "Modifié.").put("en", intact ? "Intact." : "Altered.");
    return node;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
