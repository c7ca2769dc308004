package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.wire.Cursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose message is this: asks the framings, those on the server port first, then those on the other port, then those that may be asked on any
 * port in the order of the list. {@link #answer} says what the one that {@link #ask} returned said.
 */
final class Recognition {
  private static final Known[] NONE = {};

  /** Ports in pages of 256, of which few are in use: every shard has a recognition of its own. */
  private static final Known[][] EMPTY = empty();

  private final Known[][][] udp = new Known[256][][];
  private final Known[][][] tcp = new Known[256][][];
  private final Known[] udpAny;
  private final Known[] tcpAny;
  private int[] linkKeys = {};
  private Known[][] links = {};
  private final @Nullable Known[] protocols = new @Nullable Known[256];
  private final Cursor cursor = new Cursor();
  private int answer;

  Recognition(List<Dissector> dissectors, Counters counters) {
    Arrays.fill(udp, EMPTY);
    Arrays.fill(tcp, EMPTY);
    List<Known> anyUdp = new ArrayList<>();
    List<Known> anyTcp = new ArrayList<>();
    int number = 0;
    for (Dissector d : dissectors) {
      Known known = new Known(d, ++number, counters);
      switch (d.transport()) {
        case UDP -> enlist(udp, anyUdp, known);
        case TCP -> enlist(tcp, anyTcp, known);
        case ETHERNET -> {
          for (int type : d.ports()) {
            linkKeys = Arrays.copyOf(linkKeys, linkKeys.length + 1);
            links = Arrays.copyOf(links, linkKeys.length);
            linkKeys[linkKeys.length - 1] = type;
            links[linkKeys.length - 1] = new Known[] {known};
          }
        }
        case IP -> {
          for (int protocol : d.ports()) {
            protocols[protocol] = known;
          }
        }
      }
    }
    udpAny = anyUdp.toArray(NONE);
    tcpAny = anyTcp.toArray(NONE);
  }

  private static Known[] join(Known[] a, Known[] b) {
    Known[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static Known[][] empty() {
    Known[][] page = new Known[256][];
    Arrays.fill(page, NONE);
    return page;
  }

  private static void enlist(Known[][][] ports, List<Known> any, Known known) {
    for (int port : known.dissector.ports()) {
      int page = port >>> 8;
      ports[page] = ports[page].clone();
      ports[page][port & 0xFF] = join(ports[page][port & 0xFF], new Known[] {known});
    }
    if (known.dissector.anyPort()) {
      any.add(known);
    }
  }

  /** Whether a dissector names the port. */
  boolean names(boolean stream, int port) {
    return (stream ? tcp : udp)[port >>> 8][port & 0xFF].length > 0;
  }

  /** The dissectors of an EtherType or LLC key. */
  Known[] link(int key) {
    for (int i = 0; i < linkKeys.length; i++) {
      if (linkKeys[i] == key) {
        return links[i];
      }
    }
    return NONE;
  }

  /** The dissector of an IP protocol, or null. */
  @Nullable Known protocol(int number) {
    return protocols[number & 0xFF];
  }

  /** What the framing said: octets, {@link Dissector#MORE}, or {@link Dissector#NOT_MINE}. */
  int answer() {
    return answer;
  }

  /**
   * Asks the framings about what is under {@code message}, which is left where it was set.
   *
   * @param any whether to ask those that may be asked on any port
   * @return who says it is its own, or, with {@link #answer} MORE, that it might be; null if nobody
   */
  @Nullable Known ask(boolean stream, Cursor message, Exchange exchange, int serverPort, int otherPort, boolean any) {
    Known[][][] ports = stream ? tcp : udp;
    Known waiting = null;
    for (Known known : ports[serverPort >>> 8][serverPort & 0xFF]) {
      if (frame(known, message, exchange) > 0) {
        return known;
      }
      if (answer == Dissector.MORE && stream) {
        return known;
      }
      known.unframed.increment();
    }
    if (otherPort != serverPort) {
      for (Known known : ports[otherPort >>> 8][otherPort & 0xFF]) {
        if (frame(known, message, exchange) > 0) {
          return known;
        }
        if (answer == Dissector.MORE && stream && waiting == null) {
          waiting = known;
        }
      }
    }
    if (any) {
      for (Known known : stream ? tcpAny : udpAny) {
        if (frame(known, message, exchange) > 0) {
          return known;
        }
        if (answer == Dissector.MORE && stream && waiting == null) {
          waiting = known;
        }
      }
    }
    answer = waiting != null ? Dissector.MORE : Dissector.NOT_MINE;
    return waiting;
  }

  /** Asks one framing. */
  int frame(Known known, Cursor message, Exchange exchange) {
    cursor.rest(message);
    answer = known.dissector.frame(cursor, exchange);
    return answer;
  }
}
