package fr.vigie.sensor.record;

import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.wire.Cursor;
import fr.vigie.sensor.wire.Headers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The way of one pipeline's packets to the disk: a ring of finished pcapng blocks in native memory, and beside it a ring of entries that say
 * where each block is and what it is found by. The pipeline's thread brackets each packet with {@link #begin} and {@link #end}, tells in
 * between what its dissectors read ({@link #read}, {@link #body}) and where secrets lie ({@link #secret}), and never waits unless the source
 * can; the writer's thread takes blocks away. Nothing is allocated for a packet.
 *
 * <p>Of a flow whose protocol carries credentials only what a dissector has read is kept. So what came out of order, was repeated, is half a
 * message, or is malformed, is cut or overwritten: it cannot be said whether a secret is in it.
 */
public final class Track {
  /** Octets of an entry: | block position u64 | time i64 | block octets u32, origin u32 | key | odd u32, – |. */
  static final int ENTRY = 96;

  private static final int AT_POSITION = 0;
  private static final int AT_TIME = 8;
  private static final int AT_OCTETS = 16;
  private static final int AT_ORIGIN = 20;
  private static final int AT_KEY = 24;
  private static final int AT_ODD = 88;

  /** Ranges told of one packet; of more the rest of the packet is cut. */
  private static final int RANGES = 64;

  /** The writer is woken each time so much is waiting. */
  private static final int WAKE_SHIFT = 18;

  private static final byte STAR = '*';
  private static final int STARS = 4096;
  private static final int TAG_AT = 12;
  private static final int TAG = 4;
  private static final ValueLayout.OfInt BIG32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final VarHandle PUBLISHED = handle("published");
  private static final VarHandle CONSUMED = handle("consumed");
  private static final VarHandle FREED = handle("freed");

  private final Recorder recorder;
  private final Clinical clinical;
  private final boolean patient;
  private final MemorySegment blocks;
  private final long blocksMask;
  private final MemorySegment entries;
  private final long entriesMask;
  private final MemorySegment stars;
  private final Cursor cursor = new Cursor();
  private final Key key = new Key();

  private final Counters counters = new Counters();
  private final Counters.Counter packets = counters.counter("record.packets");
  private final Counters.Counter octets = counters.counter("record.octets");
  private final Counters.Counter secrets = counters.counter("record.secrets_overwritten");
  private final Counters.Counter slow = counters.counter("record.dropped_slow_disk");
  private final Counters.Counter tooLong = counters.counter("record.dropped_too_long");
  private final Map<Cut, Counters.Counter> cuts = new EnumMap<>(Cut.class);

  /** Written by the track, read by the writer: entries that are whole. */
  @SuppressWarnings("UnusedVariable") // through PUBLISHED
  private long published;

  /** Written by the writer, read by the track: entries and octets taken. */
  @SuppressWarnings("UnusedVariable") // through CONSUMED
  private long consumed;

  @SuppressWarnings("UnusedVariable") // through FREED
  private long freed;

  private long entry;
  private long position;
  private long knownConsumed;
  private long knownFreed;
  private long dropped;

  // the packet under way
  private boolean under;
  private @Nullable Packet packet;
  private long start;
  private long mapped;
  private int mappedOctets;
  private int mappedTo;
  private long message;
  private int payload;
  private int payloadEnd;
  private final int[] readFrom = new int[RANGES];
  private final int[] readTo = new int[RANGES];
  private final boolean[] readBody = new boolean[RANGES];
  private int reads;
  private final int[] secretFrom = new int[RANGES];
  private final int[] secretTo = new int[RANGES];
  private int veils;
  private int foundFrom;
  private int foundTo;
  private int tooMany;
  private volatile long now = Long.MIN_VALUE;

  // what becomes of it
  private int kept;
  private Cut why = Cut.NONE;
  private int blank = Integer.MAX_VALUE;

  Track(Recorder recorder, RecordOptions options, Arena arena) {
    this.recorder = recorder;
    clinical = options.clinical();
    patient = options.patient();
    blocks = arena.allocate(options.memory(), 64);
    blocksMask = options.memory() - 1L;
    long slots = Math.max(64, options.memory() / 256);
    entries = arena.allocate(slots * ENTRY, 64);
    entriesMask = slots - 1;
    stars = arena.allocate(STARS, 8);
    stars.fill(STAR);
    for (Cut cut : Cut.values()) {
      if (cut != Cut.NONE && cut != Cut.SECRET) {
        cuts.put(cut, counters.counter("record.cut_" + cut.key()));
      }
    }
  }

  private static VarHandle handle(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(Track.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  Counters counters() {
    return counters;
  }

  // ---- what the pipeline says

  /** Capture time has come so far, packets or not. */
  public void time(long at) {
    now = at;
  }

  long now() {
    return now;
  }

  /** A packet begins; its headers were read. */
  public void begin(Packet of, Headers h) {
    packet = of;
    under = true;
    reads = 0;
    veils = 0;
    tooMany = Integer.MAX_VALUE;
    start = of.segment.address() + of.offset;
    mappedOctets = 0;
    message = start;
    payload = (int) (h.payload - of.offset);
    payloadEnd = payload + h.payloadCaptured;
  }


  /** Octets of the packet lie in a stream's buffer as well, behind what earlier packets brought: what is told of them there counts here. */
  public void joined(MemorySegment buffer, long at, MemorySegment from, long offset, int many) {
    Packet p = packet;
    long first = from.address() + offset - start;
    boolean ofPacket = under && p != null && first >= 0 && first + many <= p.captured;
    mappedOctets = ofPacket ? many : 0;
    mapped = buffer.address() + at;
    mappedTo = (int) first;
  }

  /** Where a message starts that a dissector is about to read: {@link #secret} counts from there. */
  public void message(MemorySegment memory, long offset) {
    message = memory.address() + offset;
  }

  /** A dissector has read so many octets and understood them, or no framing claims them. */
  public void read(MemorySegment memory, long offset, int many) {
    range(memory, offset, many, false);
  }

  /** Octets of a body that nobody reads and that hold no credentials. */
  public void body(MemorySegment memory, long offset, int many) {
    range(memory, offset, many, true);
  }

  private void range(MemorySegment memory, long offset, int many, boolean body) {
    if (!under || !locate(memory.address() + offset, many)) {
      return;
    }
    int last = reads - 1;
    if (last >= 0 && readTo[last] == foundFrom && readBody[last] == body) {
      readTo[last] = foundTo;
    } else if (reads < RANGES && (last < 0 || foundFrom >= readTo[last])) {
      readFrom[reads] = foundFrom;
      readTo[reads] = foundTo;
      readBody[reads++] = body;
    }
  }

  /** Sets {@link #foundFrom} and {@link #foundTo} to what of these octets is payload of the packet under way; false where nothing is. */
  private boolean locate(long address, long many) {
    Packet p = packet;
    if (p == null || many <= 0) {
      return false;
    }
    long from;
    long to;
    if (address < mapped + mappedOctets && address + many > mapped) {
      from = Math.max(address - mapped, 0) + mappedTo;
      to = Math.min(address + many - mapped, mappedOctets) + mappedTo;
    } else {
      from = address - start;
      to = from + many;
    }
    if (from >= payloadEnd || to <= payload) {
      return false;
    }
    foundFrom = (int) Math.max(from, payload);
    foundTo = (int) Math.min(to, payloadEnd);
    return true;
  }

  /**
   * Octets that must not be kept.
   *
   * @param offset from the first octet of the message that a dissector reads
   * @param many how many; what is beyond the packet's payload does not count
   */
  public void secret(int offset, int many) {
    if (under && locate(message + offset, many)) {
      veil(foundFrom, foundTo);
    }
  }

  private void veil(int from, int to) {
    if (to <= from) {
      return;
    }
    if (veils == RANGES) {
      tooMany = Math.min(tooMany, from);
      return;
    }
    secretFrom[veils] = from;
    secretTo[veils++] = to;
  }

  // ---- what is kept

  /**
   * What to do with a flow: the same as before, or anew where what is known of it has changed.
   *
   * @param before what was decided, or null
   * @param protocol the name its dissector gives it, or null while nobody knows it
   * @param guarded whether that dissector may meet credentials
   */
  public Treatment treat(@Nullable Treatment before, @Nullable String protocol, boolean guarded, boolean tcp, Endpoint a, Endpoint b,
      int serverPort) {
    Keep keep = recorder.keep();
    if (before != null && Objects.equals(before.protocol, protocol) && before.keep.equals(keep)) {
      return before;
    }
    boolean zone = before != null ? before.clinicalZone : clinical.at(a) || clinical.at(b);
    Unread unread;
    if (protocol != null) {
      unread = guarded ? Unread.OPEN : Unread.named(protocol);
    } else {
      unread = before == null ? Unread.port(tcp, serverPort) : before.guarded ? Unread.CREDENTIALS : before.protocol == null ? before.unread
          : Unread.port(tcp, serverPort);
    }
    return new Treatment(protocol, keep, tcp, zone, guarded, unread);
  }

  /**
   * The packet under way is done with.
   *
   * @param t what is to be done with its flow, or null where it has none
   * @param fromClient whether the side speaks that opened the flow
   * @param settled whether nobody knows the flow's protocol, and nobody is asked any more
   */
  public void end(Headers h, @Nullable Treatment t, boolean fromClient, boolean settled) {
    Packet p = packet;
    under = false;
    if (p == null) {
      return;
    }
    packet = null;
    if (p.captured > CaptureFile.MAXIMUM_CAPTURED) {
      tooLong.increment();
      return;
    }
    kept = p.captured;
    why = Cut.NONE;
    blank = Integer.MAX_VALUE;
    boolean odd = false;
    switch (h.state) {
      case UDP, TCP -> {
        if (t != null) {
          transport(p, h, t, fromClient, settled);
        }
      }
      case IP -> {
        if (t != null && t.clinical() && !t.keep.clinical()) {
          cut(payload, Cut.CLINICAL);
        }
      }
      case ICMP -> icmp(h, t);
      case LINK -> {
        // IEEE 802.1X (0x888E) and PPP over Ethernet (0x8864) carry credentials
        if ((h.etherType == 0x888E || h.etherType == 0x8864) && !recorder.keep().secrets()) {
          cut(payload, Cut.DOUBT);
        }
      }
      case ARP -> { }
      case FRAGMENT -> {
        odd = true;
        if (!recorder.keep().secrets() || !recorder.keep().clinical()) {
          cut((int) (h.ipPayload - p.offset) + (h.fragmentOffset == 0 ? 8 : 0), Cut.FRAGMENT);
        }
      }
      case CUT -> odd = true; // nothing but headers is there
      case BROKEN, UNKNOWN_LINK -> {
        odd = true;
        if (!recorder.keep().secrets() || !recorder.keep().clinical()) {
          cut(h.state == Headers.State.UNKNOWN_LINK ? 16 : Math.max(h.breachOffset, h.ipPayload == 0 ? 0 : (int) (h.ipPayload - p.offset)) + 8, Cut.HEADERS);
        }
      }
    }
    write(p, h, odd);
  }

  private void cut(int at, Cut cause) {
    if (at < kept && at >= 0) {
      kept = at;
      why = cause;
    }
  }

  private void icmp(Headers h, @Nullable Treatment t) {
    boolean error = h.family == 4 ? h.type == 3 || h.type == 4 || h.type == 5 || h.type == 11 || h.type == 12 : h.type < 128;
    if (error) {
      if (!recorder.keep().secrets() || !recorder.keep().clinical()) {
        cut(payload + (h.family == 4 ? 36 : 56), Cut.QUOTED);
      }
    } else if (t != null && t.clinical() && !t.keep.clinical()) {
      cut(payload + 8, Cut.CLINICAL);
    }
  }

  private void transport(Packet p, Headers h, Treatment t, boolean fromClient, boolean settled) {
    if (payloadEnd <= payload) {
      if (t.clinicalZone || t.guarded || t.unread != Unread.OPEN) {
        trailer();
      }
      return;
    }
    if (t.protocol == null || t.unread != Unread.OPEN) {
      cursor.set(p.segment, h.payload, h.payloadCaptured, h.payloadWire);
      if (t.protocol == null) {
        guess(h, t);
      }
    }
    if (t.clinical()) {
      if (!t.keep.clinical()) {
        cut(payload, Cut.CLINICAL);
      }
      return;
    }
    switch (t.unread) {
      case OPEN -> {
        if (!t.keep.secrets() && (t.guarded || t.tcp && t.protocol == null && !settled)) {
          guard(t);
        }
      }
      case CLINICAL -> { }
      case TLS -> {
        if (!t.keep.bulk()) {
          records();
        }
      }
      case BULK -> {
        if (!t.keep.bulk()) {
          cut(payload + (t.tcp || cursor.at(0) >>> 6 != 2 ? 0 : Unread.RTP_HEADER), Cut.BULK);
        }
      }
      case FTP, TELNET, MQTT -> {
        if (!t.keep.secrets()) {
          trailer();
          typed(h, t, fromClient);
        }
      }
      case CREDENTIALS -> {
        if (!t.keep.secrets()) {
          cut(payload, Cut.DOUBT);
        }
      }
    }
    cursor.clear();
  }

  /** What lies behind the transport's payload is padding at best: it becomes zeros. */
  private void trailer() {
    blank = payloadEnd;
  }

  private void guess(Headers h, Treatment t) {
    if (t.unread == Unread.OPEN) {
      t.unread = t.tcp ? Unread.stream(cursor) : Unread.datagram(cursor);
      if (!t.tcp && t.unread == Unread.OPEN && cursor.at(0) >>> 6 == 2 && h.payloadCaptured >= Unread.RTP_HEADER) {
        cursor.seek(2);
        int number = cursor.u16();
        cursor.skip(4);
        t.media((int) cursor.u32(), number);
      }
    }
  }

  /** Keeps what was read: overwrites what lies between, cuts what follows; then the secrets within. */
  private void guard(Treatment t) {
    int upTo = payload;
    for (int i = 0; i < reads; i++) {
      if (readBody[i] && t.clinicalZone) {
        continue;
      }
      if (readFrom[i] > upTo) {
        veil(upTo, readFrom[i]);
        why = Cut.DOUBT;
      }
      upTo = Math.max(upTo, readTo[i]);
    }
    upTo = Math.min(upTo, tooMany);
    if (upTo < payloadEnd) {
      cut(upTo, Cut.DOUBT);
    } else {
      trailer();
    }
  }

  /** TLS: whole records of a handshake and alerts; of application data the record's header. */
  private void records() {
    int at = 0;
    int length = cursor.length();
    while (at < length && Unread.record(cursor, at)) {
      int octetsOf = cursor.at(at + 3) << 8 | cursor.at(at + 4);
      if (cursor.at(at) >= 23) {
        cut(payload + at + 5, Cut.BULK);
        return;
      }
      at += 5 + octetsOf;
    }
    if (at < length) {
      cut(payload + at, Cut.BULK);
    } else {
      trailer();
    }
  }

  // ---- credentials of protocols that no dissector reads

  private void typed(Headers h, Treatment t, boolean fromClient) {
    if (!fromClient) {
      t.connecting = false;
      return;
    }
    boolean inOrder = !t.started || h.sequence == t.next;
    t.started = true;
    t.next = inOrder ? h.sequence + h.payloadWire : t.next;
    if (t.unread == Unread.TELNET) {
      telnet();
    } else if (!inOrder) {
      cut(payload, Cut.DOUBT);
    } else if (t.unread == Unread.FTP) {
      ftp(h, t);
    } else {
      mqtt(t);
    }
  }

  /** RFC 854: of what the client sends only | IAC | WILL, WON'T, DO or DON'T | option | is kept. */
  private void telnet() {
    int length = cursor.length();
    int from = 0;
    int at = 0;
    while (at < length) {
      if (cursor.at(at) == 255 && cursor.at(at + 1) >= 251 && cursor.at(at + 1) <= 254 && at + 3 <= length) {
        veil(payload + from, payload + at);
        at += 3;
        from = at;
      } else {
        at++;
      }
    }
    veil(payload + from, payload + length);
    cut(tooMany, Cut.DOUBT);
  }

  /** RFC 959 §4.1.1: PASS and ACCT, in whole lines; half a line is cut. */
  private void ftp(Headers h, Treatment t) {
    if (!t.lines) {
      t.lines = cursor.at(cursor.length() - 1) == '\n';
      cut(payload, Cut.DOUBT);
      return;
    }
    int at = 0;
    int end = cursor.lineEnd(0);
    while (end >= 0) {
      cursor.seek(at);
      if (cursor.startsWith("PASS ") || cursor.startsWith("ACCT ")) {
        int stop = cursor.at(end - 2) == '\r' ? end - 2 : end - 1;
        veil(payload + at + 5, payload + stop);
      }
      at = end;
      end = cursor.lineEnd(at);
    }
    t.lines = at == cursor.length() && h.payloadCaptured == h.payloadWire;
    if (at < cursor.length()) {
      cut(payload + at, Cut.DOUBT);
    }
    cut(tooMany, Cut.DOUBT);
  }

  /**
   * MQTT 5.0 §3.1 and 3.1.1 §3.1: {@code | 0x10 | length varint | name | level u8 | flags u8 | keep alive u16 | properties (5.0) | client id |
   * will? | user? | password? |}. Properties may hold authentication data; AUTH (5.0 §3.15) is nothing else.
   */
  private void mqtt(Treatment t) {
    if (t.connecting || cursor.at(0) == 0xF0) {
      cut(payload, Cut.DOUBT);
      return;
    }
    if (cursor.at(0) != 0x10) {
      return;
    }
    Cursor c = cursor;
    c.seek(1);
    int length = varint(c);
    int end = c.position() + length;
    boolean whole = c.ok() && end <= c.length();
    c.skip(c.u16());
    int level = c.u8();
    int flags = c.u8();
    c.skip(2);
    if (level >= 5) {
      properties(c);
    }
    c.skip(c.u16());
    if ((flags & 4) != 0) {
      if (level >= 5) {
        properties(c);
      }
      c.skip(c.u16());
      c.skip(c.u16());
    }
    if ((flags & 0x80) != 0) {
      c.skip(c.u16());
    }
    if ((flags & 0x40) != 0) {
      int octetsOf = c.u16();
      veil(payload + c.position(), payload + c.position() + octetsOf);
      c.skip(octetsOf);
    }
    if (!whole || !c.ok() || c.position() > end) {
      t.connecting = true;
      cut(payload, Cut.DOUBT);
    }
  }

  private void properties(Cursor c) {
    int many = varint(c);
    veil(payload + c.position(), payload + c.position() + many);
    c.skip(many);
  }

  private static int varint(Cursor c) {
    int value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int b = c.u8();
      value |= (b & 0x7F) << shift;
      if (b < 0x80) {
        break;
      }
    }
    return value;
  }

  // ---- into the ring

  private void write(Packet p, Headers h, boolean odd) {
    boolean tagged = p.vlan >= 0 && p.linkType == Headers.LINK_ETHERNET && kept >= TAG_AT;
    int captured = kept + (tagged ? TAG : 0);
    int wire = p.wire + (tagged ? TAG : 0);
    boolean whole = recorder.keep().secrets();
    int hidden = whole ? 0 : veils;
    Cut said = why;
    if (hidden > 0 && said == Cut.NONE) {
      said = Cut.SECRET;
    }
    int padded = captured + 3 & ~3;
    int comment = (int) said.option().byteSize();
    int drops = dropped > 0 ? 12 : 0;
    int total = Block.OCTETS + padded + comment + drops + (comment + drops > 0 ? 4 : 0) + 4;
    long at = room(total, p.at);
    if (at < 0) {
      return;
    }
    MemorySegment m = blocks;
    long block = at & blocksMask;
    m.set(Block.U32, block, Block.PACKET);
    m.set(Block.U32, block + Block.TOTAL, total);
    m.set(Block.U32, block + Block.IFACE, 0);
    m.set(Block.U32, block + Block.TIME_HIGH, (int) (p.at >>> 32));
    m.set(Block.U32, block + Block.TIME_LOW, (int) p.at);
    m.set(Block.U32, block + Block.CAPTURED, captured);
    m.set(Block.U32, block + Block.WIRE, wire);
    long data = block + Block.OCTETS;
    if (tagged) {
      MemorySegment.copy(p.segment, p.offset, m, data, TAG_AT);
      m.set(BIG32, data + TAG_AT, 0x8100 << 16 | p.vlan & 0xFFF);
      MemorySegment.copy(p.segment, p.offset + TAG_AT, m, data + TAG_AT + TAG, kept - TAG_AT);
    } else {
      MemorySegment.copy(p.segment, p.offset, m, data, kept);
    }
    hide(m, data + (tagged ? TAG : 0), hidden);
    long end = data + padded;
    for (long pad = data + Math.min(captured, (long) blank + (tagged ? TAG : 0)); pad < end; pad++) {
      m.set(ValueLayout.JAVA_BYTE, pad, (byte) 0);
    }
    if (comment > 0) {
      MemorySegment.copy(said.option(), 0, m, end, comment);
      end += comment;
    }
    if (drops > 0) {
      m.set(Block.U16, end, (short) Block.DROPS);
      m.set(Block.U16, end + 2, (short) 8);
      m.set(Block.U64, end + 4, dropped);
      end += drops;
      dropped = 0;
    }
    if (comment + drops > 0) {
      m.set(Block.U32, end, Block.END);
      end += 4;
    }
    m.set(Block.U32, end, total);
    if (said != Cut.NONE && said != Cut.SECRET) {
      count(said);
    }
    secrets.add(hidden);
    enter(p, h, odd, at, total);
  }

  private void count(Cut cut) {
    Counters.Counter counter = cuts.get(cut);
    if (counter != null) {
      counter.increment();
    }
  }

  private void hide(MemorySegment m, long data, int ranges) {
    for (int i = 0; i < ranges; i++) {
      long from = secretFrom[i];
      int to = Math.min(secretTo[i], kept);
      while (from < to) {
        int step = (int) Math.min(STARS, to - from);
        MemorySegment.copy(stars, 0, m, data + from, step);
        from += step;
      }
    }
  }

  private void enter(Packet p, Headers h, boolean odd, long at, int total) {
    long slot = (entry & entriesMask) * ENTRY;
    MemorySegment e = entries;
    e.set(ValueLayout.JAVA_LONG, slot + AT_POSITION, at);
    e.set(ValueLayout.JAVA_LONG, slot + AT_TIME, p.at);
    e.set(ValueLayout.JAVA_INT, slot + AT_OCTETS, total);
    e.set(ValueLayout.JAVA_INT, slot + AT_ORIGIN, p.origin);
    e.set(ValueLayout.JAVA_INT, slot + AT_ODD, odd ? 1 : 0);
    if (!odd) {
      key.of(h);
      key.iface = 0;
      key.write(e, slot + AT_KEY);
    }
    packets.increment();
    octets.add(total);
    long before = position;
    position = at + total;
    entry++;
    PUBLISHED.setRelease(this, entry);
    if (before >>> WAKE_SHIFT != position >>> WAKE_SHIFT) {
      recorder.wake();
    }
  }

  /** Where a block of so many octets goes, side by side; -1 where there is no room, which is counted. */
  private long room(int total, long time) {
    long at = position;
    long index = at & blocksMask;
    if (index + total > blocksMask + 1) {
      at += blocksMask + 1 - index;
    }
    long need = at + total - (blocksMask + 1);
    if (knownFreed < need || entry - knownConsumed > entriesMask) {
      knownFreed = (long) FREED.getAcquire(this);
      knownConsumed = (long) CONSUMED.getAcquire(this);
      while (knownFreed < need || entry - knownConsumed > entriesMask) {
        if (!patient || recorder.closed()) {
          slow.increment();
          dropped++;
          recorder.holes().add(Holes.Drop.SLOW_DISK, time);
          return -1;
        }
        recorder.wake();
        LockSupport.parkNanos(50_000);
        knownFreed = (long) FREED.getAcquire(this);
        knownConsumed = (long) CONSUMED.getAcquire(this);
      }
    }
    return at;
  }

  // ---- what the writer asks

  /** Entries that are whole. */
  long published() {
    return (long) PUBLISHED.getAcquire(this);
  }

  long consumed() {
    return (long) CONSUMED.getAcquire(this);
  }

  /** Gives entries and their blocks back. */
  void release(long upToEntry, long upToPosition) {
    FREED.setRelease(this, upToPosition);
    CONSUMED.setRelease(this, upToEntry);
  }

  MemorySegment blocks() {
    return blocks;
  }

  long position(long ofEntry) {
    return entries.get(ValueLayout.JAVA_LONG, (ofEntry & entriesMask) * ENTRY + AT_POSITION);
  }

  long index(long ofPosition) {
    return ofPosition & blocksMask;
  }

  long timeOf(long ofEntry) {
    return entries.get(ValueLayout.JAVA_LONG, (ofEntry & entriesMask) * ENTRY + AT_TIME);
  }

  int octets(long ofEntry) {
    return entries.get(ValueLayout.JAVA_INT, (ofEntry & entriesMask) * ENTRY + AT_OCTETS);
  }

  int origin(long ofEntry) {
    return entries.get(ValueLayout.JAVA_INT, (ofEntry & entriesMask) * ENTRY + AT_ORIGIN);
  }

  /** Whether the packet's key is to be read from the block: its headers end early. */
  boolean odd(long ofEntry) {
    return entries.get(ValueLayout.JAVA_INT, (ofEntry & entriesMask) * ENTRY + AT_ODD) != 0;
  }

  void key(long ofEntry, Key into) {
    into.read(entries, (ofEntry & entriesMask) * ENTRY + AT_KEY);
  }
}
