package fr.vigie.web.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.store.Blobs;
import fr.vigie.web.api.Reports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reports of a site: made from the facts as they stand, signed, kept as blobs beside a list of what was made. Safe for use by several
 * threads.
 */
public final class ReportRoom implements Reports {
  private final Source source;
  private final SigningKey key;
  private final Blobs blobs;
  private final Path list;

  /** Where facts come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * The facts of a period.
     *
     * @param from ns, or {@code Long.MIN_VALUE}
     * @param to ns, or {@code Long.MAX_VALUE}
     */
    Facts facts(long from, long to) throws IOException;
  }

  /**
   * Opens the room.
   *
   * @param folder where reports and the signing key are kept
   */
  public ReportRoom(Source source, Path folder) throws IOException {
    this.source = source;
    this.key = SigningKey.obtain(folder);
    this.blobs = new Blobs(folder.resolve("files"));
    this.list = folder.resolve("made.ndjson");
  }

  /** The key that signs. */
  public SigningKey key() {
    return key;
  }

  @Override
  public ArrayNode frameworks() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Framework framework : Framework.values()) {
      ObjectNode one = all.addObject().put("id", framework.id());
      one.putObject("name").put("fr", framework.title().fr()).put("en", framework.title().en());
      one.put("version", framework.edition());
      one.putArray("formats").add("pdf").add("csv").add("json");
    }
    return all;
  }

  @Override
  public synchronized ArrayNode made() throws IOException {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    lines().forEach(all::add);
    return all;
  }

  private List<ObjectNode> lines() throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    if (Files.exists(list)) {
      for (String line : Files.readAllLines(list, StandardCharsets.UTF_8)) {
        // an unterminated last line is what a crash left of a report that nobody was told of
        if (line.endsWith("}") && Json.MAPPER.readTree(line) instanceof ObjectNode node) {
          lines.add(node);
        }
      }
      Collections.reverse(lines);
    }
    return lines;
  }

  @Override
  public ObjectNode make(Order order) throws IOException {
    Framework framework = Framework.byId(order.framework());
    if (framework == null) {
      throw new IOException("there is no framework " + order.framework());
    }
    long from = order.from().isEmpty() ? Long.MIN_VALUE : Json.nanos(order.from());
    long to = order.to().isEmpty() ? Long.MAX_VALUE : Json.nanos(order.to());
    Report report = new Report(framework, source.facts(from, to));
    byte[] content = content(report, order.format(), order.language());
    byte[] signature = new byte[0];
    if (order.format().equals("pdf")) {
      content = new Signer(key).pdf(content);
    } else {
      signature = new Signer(key).detached(content);
    }
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    String sha = blobs.put(content);
    synchronized (this) {
      line.put("id", "r-" + sha.substring(0, 16)).put("framework", framework.id()).put("format", order.format()).put("language", order.language());
      line.put("from", Json.time(report.facts().from())).put("to", Json.time(report.facts().to())).put("made", Instant.now().toString());
      line.put("by", order.by()).put("bytes", content.length).put("sha256", sha);
      line.put("signature", signature.length == 0 ? null : blobs.put(signature)).put("signedBy", key.fingerprint());
      Files.writeString(list, Json.line(line) + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    return line;
  }

  /** A report's octets, unsigned. */
  public static byte[] content(Report report, String format, String language) throws IOException {
    return switch (format) {
      case "pdf" -> ReportPdf.draw(report, language);
      case "csv" -> report.csv(language).getBytes(StandardCharsets.UTF_8);
      default -> (Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report.json(language)) + "\n").getBytes(StandardCharsets.UTF_8);
    };
  }

  private @Nullable ObjectNode line(String id) throws IOException {
    for (ObjectNode line : lines()) {
      if (line.path("id").asText().equals(id)) {
        return line;
      }
    }
    return null;
  }

  private static String name(JsonNode line) {
    return "vigie-" + line.path("framework").asText() + "-" + line.path("made").asText().substring(0, 10) + "." + line.path("format").asText();
  }

  @Override
  public synchronized @Nullable Download file(String id) throws IOException {
    ObjectNode line = line(id);
    if (line == null) {
      return null;
    }
    String type = switch (line.path("format").asText()) {
      case "pdf" -> "application/pdf";
      case "csv" -> "text/csv; charset=utf-8";
      default -> "application/json";
    };
    return new Download(name(line), type, blobs.get(line.path("sha256").asText()));
  }

  @Override
  public synchronized @Nullable Download signature(String id) throws IOException {
    ObjectNode line = line(id);
    return line == null || !line.path("signature").isTextual() ? null
        : new Download(name(line) + ".p7s", "application/pkcs7-signature", blobs.get(line.path("signature").asText()));
  }

  @Override
  public ObjectNode verify(byte[] report, byte @Nullable [] signature) {
    Verification v = signature == null ? Verification.pdf(report, key.certificate()) : Verification.detached(report, signature, key.certificate());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("intact", v.intact()).put("signedBy", v.signedBy()).put("trusted", v.trusted());
    answer.putObject("sentence").put("fr", v.words().fr()).put("en", v.words().en());
    return answer;
  }
}
