package fr.vigie.web.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.protocol.Decoding;
import fr.vigie.sensor.wire.Cursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The lines of {@code ./vigie decode}: one JSON object for each application message, with its fields by the standard's names in wire order.
 * A name that comes again becomes an array; octets are hexadecimal; text from packets is
 * escaped as JSON asks, and so are the characters that a terminal would obey or draw where they do not stand.
 */
final class DecodeLines implements Decoding {
  private static final int LONGEST_OCTETS = 65_536;

  private final Writer out;
  private final @Nullable String only;
  private final Deque<ObjectNode> groups = new ArrayDeque<>();
  private long at;
  private long index;
  private ObjectNode source = Json.object();
  private ObjectNode target = Json.object();
  private String protocol = "";
  private String operation = "";
  private boolean open;
  private long written;

  /**
   * Writes to {@code out}.
   *
   * @param only the one protocol to write, or null for all
   */
  DecodeLines(Writer out, @Nullable String only) {
    this.out = out;
    this.only = only;
  }

  /** Messages written. */
  long written() {
    return written;
  }

  @Override
  public void about(long time, int origin, long packet, int vlan, Endpoint from, int fromPort, Endpoint to, int toPort) {
    if (open) {
      end();
    }
    at = time;
    index = packet;
    source = Json.endpoint(from, fromPort);
    target = Json.endpoint(to, toPort);
    if (vlan >= 0) {
      source.put("vlan", vlan);
      target.put("vlan", vlan);
    }
  }

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public void message(String name, String what) {
    if (open) {
      end();
    }
    protocol = name;
    operation = what;
    groups.clear();
    groups.push(Json.object());
    open = true;
  }

  @Override
  public void operation(String what) {
    operation = what;
  }

  private void put(String name, JsonNode value) {
    ObjectNode group = groups.peek();
    if (group == null) {
      return; // a field outside of any message: the dissector's transcript is for messages only
    }
    JsonNode known = group.get(name);
    if (known == null) {
      group.set(name, value);
    } else if (known instanceof ArrayNode list) {
      list.add(value);
    } else {
      group.putArray(name).add(known).add(value);
    }
  }

  @Override
  public void field(String name, long value) {
    put(name, Json.MAPPER.getNodeFactory().numberNode(value));
  }

  @Override
  public void field(String name, double value) {
    put(name, Double.isFinite(value) ? Json.MAPPER.getNodeFactory().numberNode(value) : Json.MAPPER.getNodeFactory().textNode(Double.toString(value)));
  }

  @Override
  public void field(String name, String value) {
    put(name, Json.MAPPER.getNodeFactory().textNode(value));
  }

  @Override
  public void field(String name, boolean value) {
    put(name, Json.MAPPER.getNodeFactory().booleanNode(value));
  }

  @Override
  public void octets(String name, Cursor cursor, int octets) {
    int length = Math.min(Math.max(0, Math.min(octets, cursor.remaining())), LONGEST_OCTETS);
    byte[] copy = new byte[length];
    for (int i = 0; i < length; i++) {
      copy[i] = (byte) cursor.peek(i);
    }
    put(name, Json.MAPPER.getNodeFactory().textNode(HexFormat.of().formatHex(copy)));
  }

  @Override
  public void secret(String name, int octets) {
    put(name, Json.object().put("secret", true).put("length", octets));
  }

  @Override
  public void begin(String name) {
    ObjectNode group = Json.object();
    put(name, group);
    groups.push(group);
  }

  @Override
  public void close() {
    if (groups.size() > 1) {
      groups.pop();
    }
  }

  @Override
  public void end() {
    if (!open) {
      return;
    }
    open = false;
    ObjectNode fields = groups.isEmpty() ? Json.object() : groups.getLast();
    groups.clear();
    if (only != null && !only.equals(protocol)) {
      return;
    }
    ObjectNode line = Json.object();
    line.put("v", 1);
    line.put("time", Json.time(at));
    line.put("index", Json.whole(index));
    line.set("source", source);
    line.set("target", target);
    line.put("protocol", protocol);
    line.put("operation", operation);
    line.set("fields", fields);
    try {
      out.write(Json.line(line));
      out.write('\n');
      written++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
