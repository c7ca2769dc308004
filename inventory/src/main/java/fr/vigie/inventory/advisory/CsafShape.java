package fr.vigie.inventory.advisory;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The shape that a CSAF document must have, read from {@code csaf.shape}, which explains its own notation. The OASIS schemas may not be shipped
 * with this program; a test holds this against them, document by document and fault by fault.
 */
final class CsafShape {
  private static final class Shipped {
    static final CsafShape INSTANCE = load();

    private static CsafShape load() {
      try (InputStream in = CsafShape.class.getResourceAsStream("csaf.shape")) {
        if (in == null) {
          throw new IOException("csaf.shape is not shipped");
        }
        return new CsafShape(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().toList());
      } catch (IOException e) {
        throw new UncheckedIOException("a broken build: " + e.getMessage(), e);
      }
    }
  }

  /** A type of a value. */
  private static final class Type {
    String base = "";
    boolean list;
    boolean unique;
    int least;
    boolean open;
    @Nullable Pattern pattern;
    Set<String> choices = Set.of();
    final List<Member> members = new ArrayList<>();
  }

  /** A member of an object. */
  private record Member(String name, boolean needed, @Nullable String edition, Type type) {}

  /** What is wrong, and where (RFC 6901). */
  record Fault(String pointer, String reason) {}

  private final Map<String, Type> defined = new HashMap<>();

  private CsafShape(List<String> lines) {
    List<Type> above = new ArrayList<>();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int depth = 0;
      while (line.charAt(depth) == ' ') {
        depth++;
      }
      depth /= 2;
      String text = line.strip();
      while (above.size() > depth) {
        above.removeLast();
      }
      if (text.equals("...")) {
        above.getLast().open = true;
        continue;
      }
      int blank = text.indexOf(' ');
      String name = text.substring(0, blank);
      Type type = type(text.substring(blank + 1).strip());
      if (depth == 0) {
        defined.put(name.substring(1), type);
      } else {
        boolean needed = name.contains("!");
        int at = name.indexOf('@');
        String edition = at < 0 ? null : name.substring(at + 1, at + 3);
        String plain = name.substring(0, at < 0 ? name.length() - (needed ? 1 : 0) : at);
        above.getLast().members.add(new Member(plain, needed, edition, type));
      }
      above.add(type);
    }
  }

  private static Type type(String text) {
    Type t = new Type();
    String s = text;
    if (s.endsWith("[]=")) {
      t.unique = true;
      s = s.substring(0, s.length() - 1);
    }
    if (s.endsWith("[]")) {
      t.list = true;
      s = s.substring(0, s.length() - 2);
    }
    if (s.startsWith("{")) {
      t.base = "{";
      t.least = s.equals("{}") ? 0 : Integer.parseInt(s.substring(1, s.length() - 1));
    } else if (s.startsWith("(")) {
      t.base = "(";
      t.choices = Set.of(s.substring(1, s.length() - 1).split("\\|"));
    } else if (s.startsWith("/")) {
      t.base = "/";
      t.pattern = Pattern.compile(s.substring(1, s.length() - 1), Pattern.DOTALL);
    } else {
      t.base = s;
    }
    return t;
  }

  static CsafShape shipped() {
    return Shipped.INSTANCE;
  }

  /** The first thing that is wrong with a document, or null where it has the shape. */
  @Nullable Fault fault(JsonNode document) {
    JsonNode edition = document.path("document").path("csaf_version");
    Type root = defined.get("root");
    if (root == null) {
      throw new IllegalStateException("csaf.shape has no root");
    }
    return check(document, root, edition.asText().equals("2.1") ? "21" : "20", "");
  }

  private @Nullable Fault check(JsonNode node, Type type, String edition, String at) {
    if (!type.list) {
      return one(node, type, edition, at);
    }
    if (!node.isArray()) {
      return new Fault(at, "must be a list");
    }
    if (node.isEmpty()) {
      return new Fault(at, "is an empty list");
    }
    Set<JsonNode> seen = new HashSet<>();
    for (int i = 0; i < node.size(); i++) {
      Fault f = one(node.get(i), type, edition, at + "/" + i);
      if (f != null) {
        return f;
      }
      if (type.unique && !seen.add(node.get(i))) {
        return new Fault(at + "/" + i, "stands twice in a list");
      }
    }
    return null;
  }

  private @Nullable Fault one(JsonNode node, Type type, String edition, String at) {
    if (type.base.startsWith("&")) {
      Type meant = defined.get(type.base.substring(1));
      if (meant == null) {
        throw new IllegalStateException("csaf.shape does not define " + type.base);
      }
      return check(node, meant, edition, at);
    }
    return switch (type.base) {
      case "any" -> null;
      case "number" -> !node.isNumber() ? new Fault(at, "must be a number")
          : node.doubleValue() < 0 || node.doubleValue() > 10 ? new Fault(at, "must be between 0 and 10") : null;
      case "{" -> object(node, type, edition, at);
      default -> text(node, type, at);
    };
  }

  private static @Nullable Fault text(JsonNode node, Type type, String at) {
    if (!node.isTextual()) {
      return new Fault(at, "must be a text");
    }
    String text = node.textValue();
    if (text.isEmpty()) {
      return new Fault(at, "is empty");
    }
    if (type.base.equals("time")) {
      try {
        OffsetDateTime.parse(text.toUpperCase(java.util.Locale.ROOT));
      } catch (DateTimeException e) {
        return new Fault(at, "must be a time as RFC 3339 has it");
      }
    }
    Pattern pattern = type.pattern;
    if (pattern != null && !pattern.matcher(text).matches()) {
      return new Fault(at, "has not the form it must have");
    }
    return type.base.equals("(") && !type.choices.contains(text) ? new Fault(at, "is none of the values it may have") : null;
  }

  private @Nullable Fault object(JsonNode node, Type type, String edition, String at) {
    if (!node.isObject()) {
      return new Fault(at, "must be an object");
    }
    if (node.size() < type.least) {
      return new Fault(at, "has fewer than " + type.least + " members");
    }
    Set<String> known = new HashSet<>();
    for (Member m : type.members) {
      if (m.edition != null && !m.edition.equals(edition)) {
        continue;
      }
      known.add(m.name);
      JsonNode value = node.get(m.name);
      if (value == null) {
        if (m.needed) {
          return new Fault(at, "lacks its member " + m.name);
        }
        continue;
      }
      Fault f = check(value, m.type, edition, at + "/" + m.name.replace("~", "~0").replace("/", "~1"));
      if (f != null) {
        return f;
      }
    }
    if (edition.equals("21") && !type.open) {
      for (Map.Entry<String, JsonNode> e : node.properties()) {
        if (!known.contains(e.getKey())) {
          return new Fault(at, "has a member that CSAF 2.1 does not know");
        }
      }
    }
    return null;
  }
}
