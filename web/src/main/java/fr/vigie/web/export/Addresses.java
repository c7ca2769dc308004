package fr.vigie.web.export;

import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.PerEndpoint;
import fr.vigie.sensor.observe.Roll;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of addresses, kept as octets once written: a line names two of them, and they are few beside the lines. Bounded: beyond its limit
 * all are forgotten, which costs time only. Single-threaded.
 */
final class Addresses {
  private final int limit;
  private PerEndpoint<Text> texts = new PerEndpoint<>();
  /** Texts of addresses that another stands for: the same address with another VLAN. */
  private int further;

  /** Knows none, and keeps at most {@code limit}. */
  Addresses(int limit) {
    this.limit = limit;
  }

  /**
   * An address in two parts, between which a port may stand.
   *
   * @param seenVlan the VLAN it was written with: equal endpoints may differ in it
   * @param octets all of it
   * @param head how many of them come before the port: from the brace to the VLAN
   * @param elsewhere the same address with another VLAN, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them, nobody changes them
  record Text(int seenVlan, byte[] octets, int head, @Nullable Text elsewhere) {}

  /** Keeps them on this roll from now on. */
  void on(Roll roll) {
    texts = new PerEndpoint<>(roll);
    further = 0;
  }

  Text text(Endpoint e) {
    Text first = texts.get(e);
    for (Text t = first; t != null; t = t.elsewhere) {
      if (t.seenVlan == e.seenVlan()) {
        return t;
      }
    }
    if (texts.size() == 0) {
      further = 0; // the roll was emptied
    } else if (texts.size() + further >= limit) {
      texts.clear();
      further = 0;
      first = null;
    }
    byte[] head = octets(head(e));
    byte[] tail = octets(tail(e.below()));
    byte[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    Text made = new Text(e.seenVlan(), all, head.length, first);
    further += first == null ? 0 : 1;
    texts.put(e, made);
    return made;
  }

  private static byte[] octets(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static StringBuilder head(Endpoint e) {
    StringBuilder s = new StringBuilder(64).append('{');
    if (!Json.plain(e.realm())) {
      s.append("\"realm\":").append(Json.text(e.realm())).append(',');
    }
    quoted(s.append("\"ip\":"), e.ip());
    quoted(s.append(",\"mac\":"), e.macText());
    int vlan = e.vlan() != Endpoint.NO_VLAN ? e.vlan() : e.seenVlan();
    if (vlan != Endpoint.NO_VLAN) {
      s.append(",\"vlan\":").append(vlan);
    }
    return s;
  }

  /** An address in figures has nothing to be escaped. */
  private static void quoted(StringBuilder to, @Nullable String address) {
    if (address == null) {
      to.append("null");
    } else {
      to.append('"').append(address).append('"');
    }
  }

  private static StringBuilder tail(@Nullable Below below) {
    StringBuilder s = new StringBuilder();
    if (below != null) {
      s.append(",\"").append(below.scheme()).append("\":");
      s.append(below instanceof Below.Modbus ? below.text() : Json.text(below.text()));
    }
    return s.append('}');
  }
}
