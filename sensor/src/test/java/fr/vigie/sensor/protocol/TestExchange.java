package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Stamp;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An exchange for tests that keeps its promises: novelty, memory of requests, stamps. Its tables are fixed arrays, so that asking for
 * what is already known allocates nothing.
 */
public final class TestExchange extends Exchange {
  /** Capture time of the first message, 2026-01-05T08:00:00Z. */
  public static final long START = 1_767_600_000_000_000_000L;

  private static final int SLOTS = 1 << 12;
  private static final int REACH = 16;

  private final Endpoints endpoints = new Endpoints(1 << 16);
  private final long[] newsKey = new long[SLOTS];
  private final long[] newsAt = new long[SLOTS];
  private final long[] memoryKey = new long[SLOTS];
  private final long[] memoryA = new long[SLOTS];
  private final long[] memoryB = new long[SLOTS];
  private long recalledA;
  private long recalledB;

  private long at = START;
  private long seq;
  private int n;
  private Endpoint source = endpoint("10.0.0.1");
  private Endpoint target = endpoint("10.0.0.2");
  private int sourcePort;
  private int targetPort;
  private boolean fromClient = true;
  private boolean gap;
  private boolean recognised;
  private int hops = 255;

  /** Sets who speaks to whom for the next message, and counts the packet. */
  public TestExchange next(Endpoint from, int fromPort, Endpoint to, int toPort, boolean client) {
    source = from;
    sourcePort = fromPort;
    target = to;
    targetPort = toPort;
    fromClient = client;
    seq++;
    n = 0;
    return this;
  }

  /** Lets capture time pass. */
  public TestExchange pass(long nanoseconds) {
    at += nanoseconds;
    return this;
  }

  /** Says that octets were lost before the message. */
  public TestExchange gap(boolean lost) {
    gap = lost;
    return this;
  }

  /** Says whether an earlier message of the flow was the protocol's. */
  public TestExchange recognised(boolean known) {
    recognised = known;
    return this;
  }

  /** Sets the time to live of the packets that follow; 255 until then. */
  public TestExchange hops(int left) {
    hops = left;
    return this;
  }

  /** An endpoint by text: an IPv4 address {@code 10.0.0.1}, an IPv6 address with {@code ::}, or a MAC address {@code 00:11:22:33:44:55}. */
  public Endpoint endpoint(String text) {
    if (text.contains("::")) {
      byte[] octets = InetAddress.ofLiteral(text).getAddress();
      ByteBuffer words = ByteBuffer.wrap(octets);
      return endpoints.ip("test", 6, words.getLong(), words.getLong(), Endpoint.NO_MAC, Endpoint.NO_VLAN);
    }
    if (text.length() == 17) {
      return endpoints.mac("test", HexFormat.fromHexDigitsToLong(text.replace(":", "")), Endpoint.NO_VLAN);
    }
    long address = 0;
    for (String part : text.split("\\.")) {
      address = address << 8 | Integer.parseInt(part);
    }
    return endpoints.ip("test", 4, 0, address, Endpoint.NO_MAC, Endpoint.NO_VLAN);
  }

  @Override
  public long at() {
    return at;
  }

  @Override
  public Endpoint source() {
    return source;
  }

  @Override
  public Endpoint target() {
    return target;
  }

  @Override
  public int sourcePort() {
    return sourcePort;
  }

  @Override
  public int targetPort() {
    return targetPort;
  }

  @Override
  public int serverPort() {
    return fromClient ? targetPort : sourcePort;
  }

  @Override
  public boolean fromClient() {
    return fromClient;
  }

  @Override
  public boolean gap() {
    return gap;
  }

  @Override
  public boolean recognised() {
    return recognised;
  }

  @Override
  public int hops() {
    return hops;
  }

  @Override
  public long flow() {
    long a = source.hashCode() * 65_537L + sourcePort;
    long b = target.hashCode() * 65_537L + targetPort;
    return mix(Math.min(a, b)) ^ mix(~Math.max(a, b));
  }

  @Override
  public Stamp stamp() {
    return new Stamp(seq, n++, at, 0, seq - 1);
  }

  @Override
  public Endpoints endpoints() {
    return endpoints;
  }

  @Override
  public boolean news(Endpoint speaker, int what, long digest, int seconds) {
    long key = mix(speaker.hashCode() * 31L + what ^ mix(digest)) | 1;
    int slot = slot(newsKey, key);
    boolean known = newsKey[slot] == key && (seconds == FOREVER || at - newsAt[slot] < seconds * 1_000_000_000L);
    if (!known) {
      newsKey[slot] = key;
      newsAt[slot] = at;
    }
    return !known;
  }

  /** Every point is a step of its own: what a dissector reads is what its test sees. */
  @Override
  public int reads(Endpoint reader, long behaviour, long point) {
    return news(reader, -1, mix(behaviour) ^ point, 600) ? 1 : 0;
  }

  @Override
  public void remember(long key, long a, long b) {
    int slot = slot(memoryKey, mix(key) | 1);
    memoryKey[slot] = mix(key) | 1;
    memoryA[slot] = a;
    memoryB[slot] = b;
  }

  @Override
  public boolean recall(long key) {
    int slot = slot(memoryKey, mix(key) | 1);
    if (memoryKey[slot] != (mix(key) | 1)) {
      return false;
    }
    recalledA = memoryA[slot];
    recalledB = memoryB[slot];
    memoryKey[slot] = 0;
    return true;
  }

  @Override
  public long recalledA() {
    return recalledA;
  }

  @Override
  public long recalledB() {
    return recalledB;
  }

  /** Begins anew: the first packet, at the first moment, of a flow that nobody recognised. Addresses stay known. */
  public void restart() {
    forget();
    at = START;
    seq = 0;
    n = 0;
    gap = false;
    recognised = false;
  }

  /** Forgets all news and all requests. */
  public void forget() {
    Arrays.fill(newsKey, 0);
    Arrays.fill(memoryKey, 0);
  }

  /** The slot that holds the key, else a free one near its home, else its home: the table is bounded and the oldest neighbour gives way. */
  private static int slot(long[] keys, long key) {
    int home = (int) (key >>> 20) & SLOTS - 1;
    int free = -1;
    for (int i = 0; i < REACH; i++) {
      int slot = home + i & SLOTS - 1;
      if (keys[slot] == key) {
        return slot;
      }
      if (keys[slot] == 0 && free < 0) {
        free = slot;
      }
    }
    return free < 0 ? home : free;
  }

  private static long mix(long x) {
    long h = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
    h = (h ^ h >>> 27) * 0x94D049BB133111EBL;
    return h ^ h >>> 31;
  }
}
