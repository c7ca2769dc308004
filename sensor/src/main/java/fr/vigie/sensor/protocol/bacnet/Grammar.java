package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.BacnetNames;
import fr.vigie.sensor.observe.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of ASHRAE 135-2020 clause 21 by name, by property and by service, as {@code tables/bacnet/types.txt} holds them. They give the transcript
 * its names; what is read, and what is reported, does not depend on them, so that the hot path never asks and a message that breaks its type is
 * read all the same.
 */
final class Grammar {
  /** What a type is made of. */
  enum Kind {
    PRIMITIVE,
    SEQUENCE,
    CHOICE,
    LIST,
    /** ABSTRACT-SYNTAX.&Type: whatever stands there. */
    ANY
  }

  /**
   * A type.
   *
   * @param tag application tag of a primitive, else -1
   * @param labels names of an enumeration or of the bits of a bit string
   * @param fields fields of a sequence or choice; the one element of a list
   */
  record Type(Kind kind, String name, int tag, Codes.@Nullable Labels labels, List<Field> fields) {
    /** Whether its elements stand side by side with their neighbours unless a context tag encloses them. */
    boolean composite() {
      return kind == Kind.SEQUENCE || kind == Kind.CHOICE || kind == Kind.LIST;
    }

    /** Whether it names the property whose value follows. */
    boolean property() {
      return name.equals("Enumerated(PropertyIdentifier)");
    }

    /** The type of a list's elements. */
    Type element() {
      return fields.getFirst().type();
    }
  }

  /**
   * A field.
   *
   * @param tag context tag, or -1
   */
  record Field(String name, int tag, Type type) {}

  /** Application tag of {@code Secret}: contents that are never told. */
  static final int SECRET = 100;

  /** Application tag of BACnetWeekNDay, an octet string with a meaning. */
  static final int WEEK_N_DAY = 101;

  static final Type ANY = new Type(Kind.ANY, "Any", -1, null, List.of());

  private static final Map<String, Integer> PRIMITIVES =
      Map.ofEntries(
          Map.entry("Null", Tags.NULL), Map.entry("Boolean", Tags.BOOLEAN), Map.entry("Unsigned", Tags.UNSIGNED),
          Map.entry("Integer", Tags.SIGNED), Map.entry("Real", Tags.REAL), Map.entry("Double", Tags.DOUBLE),
          Map.entry("OctetString", Tags.OCTETS), Map.entry("CharacterString", Tags.TEXT), Map.entry("BitString", Tags.BITS),
          Map.entry("Enumerated", Tags.ENUMERATED), Map.entry("Date", Tags.DATE), Map.entry("Time", Tags.TIME),
          Map.entry("ObjectIdentifier", Tags.OBJECT), Map.entry("Secret", SECRET), Map.entry("WeekNDay", WEEK_N_DAY));

  private static final Grammar SHIPPED = load();

  private final Map<String, String> lines;
  private final Map<String, Type> types = new HashMap<>();
  private final Map<String, Codes.Labels> labels = new HashMap<>();
  private final Map<String, Type> properties = new HashMap<>();

  private Grammar(Map<String, String> lines) {
    this.lines = lines;
    labels.put("ErrorClass", Codes.ERROR_CLASS);
    labels.put("ErrorCode", Codes.ERROR_CODE);
    labels.put("ObjectType", Codes.OBJECT_TYPE);
    labels.put("PropertyIdentifier", Codes.PROPERTY);
    labels.put("EngineeringUnits", Codes.UNITS);
    labels.put("Segmentation", Codes.SEGMENTATION);
    labels.put("DeviceStatus", Codes.DEVICE_STATUS);
    labels.put("EventState", Codes.EVENT_STATE);
    labels.put("NotifyType", Codes.NOTIFY_TYPE);
    labels.put("EventType", Codes.EVENT_TYPE);
    labels.put("Reliability", Codes.RELIABILITY);
    labels.put("BinaryPV", Codes.BINARY);
    labels.put("Polarity", Codes.POLARITY);
    labels.put("LifeSafetyOperation", Codes.LIFE_SAFETY);
  }

  private static Grammar load() {
    Map<String, String> lines = new HashMap<>();
    List<String[]> members = new ArrayList<>();
    try (InputStream in = Names.class.getResourceAsStream("/fr/vigie/sensor/tables/bacnet/types.txt")) {
      if (in == null) {
        throw new IOException("table bacnet/types.txt is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        String[] words = line.split(" ", 2);
        if (line.startsWith("@") || line.startsWith("!")) {
          members.add(words);
        } else {
          lines.put(words[0], words[1]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Grammar grammar = new Grammar(lines);
    for (String[] m : members) {
      String[] words = m[1].split(" ");
      grammar.properties.put(words.length == 1 ? m[0] : m[0] + " " + words[0], grammar.type(words[words.length - 1]));
    }
    for (String name : lines.keySet()) {
      grammar.shape(name);
    }
    return grammar;
  }

  private void shape(String name) {
    String line = line(name);
    if (line.startsWith(":") || line.startsWith("/")) {
      labels(name);
    } else {
      type(name);
    }
  }

  private String line(String name) {
    String line = lines.get(name);
    if (line == null) {
      throw new IllegalStateException("bacnet/types.txt does not say what " + name + " is");
    }
    return line;
  }

  private Type type(String name) {
    Type known = types.get(name);
    if (known != null) {
      return known;
    }
    Type made = make(name);
    types.put(name, made);
    return made;
  }

  private Type make(String name) {
    if (name.equals("Any")) {
      return ANY;
    }
    if (name.startsWith("*")) {
      String element = name.substring(1);
      return new Type(Kind.LIST, name, -1, null, List.of(new Field(element, -1, type(element))));
    }
    int bracket = name.indexOf('(');
    String plain = bracket < 0 ? name : name.substring(0, bracket);
    Integer primitive = PRIMITIVES.get(plain);
    if (primitive != null) {
      return new Type(
          Kind.PRIMITIVE, name, primitive, bracket < 0 ? null : labels(name.substring(bracket + 1, name.length() - 1)), List.of());
    }
    String line = line(name);
    List<Field> fields = new ArrayList<>();
    for (String field : line.substring(2).split(", ")) {
      String[] words = field.split(" ");
      boolean tagged = words.length == 3;
      fields.add(
          new Field(words[0], tagged ? Integer.parseInt(words[1].substring(1, words[1].length() - 1)) : -1, type(words[words.length - 1])));
    }
    return new Type(line.startsWith("|") ? Kind.CHOICE : Kind.SEQUENCE, name, -1, null, List.copyOf(fields));
  }

  private Codes.Labels labels(String name) {
    Codes.Labels known = labels.get(name);
    if (known == null) {
      Map<Integer, String> names = new HashMap<>();
      int code = 0;
      for (String word : line(name).substring(2).split(" ")) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          code = Integer.parseInt(word.substring(0, equals));
        }
        names.put(code++, word.substring(equals + 1));
      }
      known = c -> {
        String text = names.get(c);
        return text != null ? text : Integer.toString(c);
      };
      labels.put(name, known);
    }
    return known;
  }

  /** A type by its name in clause 21, without {@code BACnet}. */
  static Type named(String name) {
    return SHIPPED.type(name);
  }

  /** The type of a property's value, {@link #ANY} where every primitive tells itself. */
  static Type property(int objectType, int property) {
    if (property < 0) {
      return ANY;
    }
    String name = "@" + BacnetNames.property(property);
    Type ofKind = SHIPPED.properties.get(name + " " + BacnetNames.objectType(objectType));
    return ofKind != null ? ofKind : SHIPPED.properties.getOrDefault(name, ANY);
  }

  /**
   * The parameters of a service.
   *
   * @param kind {@code request}, {@code unconfirmed}, {@code ack} or {@code error}
   */
  static Type service(String kind, int choice) {
    return SHIPPED.properties.getOrDefault("!" + kind + "-" + choice, ANY);
  }
}
