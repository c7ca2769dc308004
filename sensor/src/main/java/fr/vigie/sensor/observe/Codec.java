package fr.vigie.sensor.observe;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of observations in the log. Version 1; every record stands alone.
 *
 * <p>{@code | kind u8 | stamp: seq, n, at, origin, packet | who | protocol | cite | … |}; whole numbers are zig-zag varints (7 bits an octet,
 * least significant first), texts are a varint of their UTF-8 length plus one (0 is null) and the octets, reals are IEEE 754 doubles.
 * Not thread-safe.
 */
public final class Codec {
  private static final int SIGHTING = 1;
  private static final int CLAIM = 2;
  private static final int CONTACT = 3;
  private static final int ACT = 4;
  private static final int READING = 5;
  private static final int FLAW = 6;
  private static final int LAPSE = 7;
  /** An act that stands for several points: their number precedes the outcome. */
  private static final int ACT_ON_SEVERAL = 8;

  private static final Trait[] TRAITS = Trait.values();
  private static final Verb[] VERBS = Verb.values();
  private static final Sighting.How[] HOWS = Sighting.How.values();
  private static final Contact.Phase[] PHASES = Contact.Phase.values();
  private static final Contact.Answer[] ANSWERS = Contact.Answer.values();
  private static final Outcome.State[] STATES = Outcome.State.values();
  private static final Lapse.Kind[] LAPSES = Lapse.Kind.values();
  private static final Lapse.Basis[] BASES = Lapse.Basis.values();

  private final Endpoints endpoints;
  private ByteBuffer out = ByteBuffer.allocate(4096);
  private ByteBuffer in = ByteBuffer.allocate(0);

  /** A record that is not an observation of this version. */
  public static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable(String message) {
      super(message);
    }
  }

  /**
   * Makes a codec.
   *
   * @param endpoints where the endpoints that are read get interned
   */
  public Codec(Endpoints endpoints) {
    this.endpoints = endpoints;
  }

  /** Writes an observation; the answer is valid until the next call. */
  public ByteBuffer write(Observation o) {
    out.clear();
    switch (o) {
      case Sighting s -> {
        head(SIGHTING, s);
        whole(s.how().ordinal());
      }
      case Claim c -> {
        head(CLAIM, c);
        endpoint(c.about());
        whole(c.trait().ordinal());
        text(c.value());
      }
      case Contact c -> {
        head(CONTACT, c);
        endpoint(c.whom());
        text(c.transport());
        whole(c.port());
        whole(c.phase().ordinal());
        whole(c.answer().ordinal());
        whole(c.first());
        whole(c.last());
        whole(c.packetsOut());
        whole(c.bytesOut());
        whole(c.packetsBack());
        whole(c.bytesBack());
        whole(c.operations().size());
        c.operations().forEach(this::text);
      }
      case Act a -> {
        head(a.count() == 1 ? ACT : ACT_ON_SEVERAL, a);
        text(a.id());
        endpoint(a.whom());
        whole(a.port());
        whole(a.verb().ordinal());
        text(a.operation());
        point(a.point());
        value(a.value());
        whole(a.priority());
        text(a.detail());
        if (a.count() != 1) {
          whole(a.count());
        }
        whole(a.outcome().state().ordinal());
        text(a.outcome().code());
      }
      case Reading r -> {
        head(READING, r);
        point(r.point());
        whole(r.from());
        whole(r.to());
        whole(r.count());
        real(r.minimum());
        real(r.maximum());
        real(r.sum());
        real(r.last());
        text(r.unit());
        whole((r.good() ? 1 : 0) | (r.written() ? 2 : 0));
      }
      case Flaw f -> {
        head(FLAW, f);
        endpoint(f.whom());
        text(f.kind());
        whole(f.offset());
        whole(f.length());
        whole(f.count());
      }
      case Lapse l -> {
        head(LAPSE, l);
        whole(l.kind().ordinal());
        whole(l.from());
        whole(l.vlan());
        whole(l.otherFrom());
        whole(l.otherVlan());
        whole(l.part());
        whole(l.whole());
        whole(l.first());
        whole(l.last());
        whole(l.hidden());
        whole(l.basis().ordinal());
        text(l.proof());
      }
    }
    return out.flip();
  }

  private void head(int kind, Observation o) {
    room(1);
    out.put((byte) kind);
    Stamp s = o.stamp();
    whole(s.seq());
    whole(s.n());
    whole(s.at());
    whole(s.origin());
    whole(s.packet());
    endpoint(o.who());
    text(o.protocol());
    Cite cite = o.cite();
    text(cite == null ? null : cite.standard());
    if (cite != null) {
      text(cite.clause());
    }
  }

  private void room(int octets) {
    if (out.remaining() < octets) {
      out = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + octets)).put(out.flip());
    }
  }

  private void whole(long value) {
    room(10);
    long v = value << 1 ^ value >> 63;
    while ((v & ~0x7FL) != 0) {
      out.put((byte) (v & 0x7F | 0x80));
      v >>>= 7;
    }
    out.put((byte) v);
  }

  private void real(double value) {
    room(8);
    out.putDouble(value);
  }

  private void text(@Nullable String text) {
    if (text == null) {
      whole(0);
      return;
    }
    octets(text.getBytes(StandardCharsets.UTF_8));
  }

  private void octets(byte[] octets) {
    whole(octets.length + 1L);
    room(octets.length);
    out.put(octets);
  }

  private void endpoint(Endpoint e) {
    text(e.realm());
    whole(e.family());
    whole(e.ipHigh());
    whole(e.ipLow());
    whole(e.mac());
    whole(e.vlan());
    whole(e.seenVlan());
    switch (e.below()) {
      case null -> whole(0);
      case Below.Bacnet b -> below(1, b.net(), b.mac(), b.length());
      case Below.Knx b -> below(2, b.address(), 0, 0);
      case Below.Modbus b -> below(3, b.unit(), 0, 0);
      case Below.Lon b -> below(4, b.subnet(), b.node(), 0);
    }
  }

  private void below(int scheme, long a, long b, int c) {
    whole(scheme);
    whole(a);
    whole(b);
    whole(c);
  }

  private void point(@Nullable Point point) {
    switch (point) {
      case null -> whole(0);
      case Point.Bacnet p -> {
        whole(1);
        whole(p.type());
        whole(p.instance());
        whole(p.property());
        whole(p.index());
      }
      case Point.Modbus p -> {
        whole(2);
        text(p.table());
        whole(p.address());
        whole(p.count());
      }
      case Point.KnxGroup p -> {
        whole(3);
        whole(p.address());
      }
      case Point.Named p -> {
        whole(4);
        text(p.scheme());
        text(p.name());
      }
    }
  }

  private void value(@Nullable Value value) {
    switch (value) {
      case null -> whole(0);
      case Value.Null ignored -> whole(1);
      case Value.Num v -> {
        whole(2);
        real(v.value());
      }
      case Value.Bool v -> whole(v.value() ? 4 : 3);
      case Value.Text v -> {
        whole(5);
        text(v.value());
      }
      case Value.Octets v -> {
        whole(6);
        octets(v.value());
        whole(v.length());
      }
      case Value.Secret v -> {
        whole(8);
        whole(v.length());
        text(v.mark());
        whole(v.known() ? 1 : 0);
      }
    }
  }

  /**
   * Reads an observation.
   *
   * @throws Unreadable if the record is not one
   */
  public Observation read(ByteBuffer record) {
    in = record;
    try {
      int kind = in.get();
      Stamp stamp = new Stamp(whole(), small(), whole(), small(), whole());
      Endpoint who = endpoint();
      String protocol = text();
      String standard = optional();
      Cite cite = standard == null ? null : new Cite(standard, text());
      return switch (kind) {
        case SIGHTING -> new Sighting(stamp, who, protocol, cite, HOWS[small()]);
        case CLAIM -> new Claim(stamp, who, protocol, cite, endpoint(), TRAITS[small()], text());
        case CONTACT -> new Contact(stamp, who, protocol, cite, endpoint(), text(), small(), PHASES[small()], ANSWERS[small()], whole(),
            whole(), whole(), whole(), whole(), whole(), texts());
        case ACT, ACT_ON_SEVERAL -> new Act(stamp, who, protocol, cite, text(), endpoint(), small(), VERBS[small()], text(), point(), value(), small(), text(),
            kind == ACT ? 1 : small(), new Outcome(STATES[small()], optional()));
        case READING -> {
          Point point = point();
          if (point == null) {
            throw new Unreadable("a reading without a point");
          }
          long from = whole();
          long to = whole();
          long count = whole();
          double minimum = in.getDouble();
          double maximum = in.getDouble();
          double sum = in.getDouble();
          double last = in.getDouble();
          String unit = optional();
          int flags = small();
          yield new Reading(stamp, who, protocol, cite, point, from, to, count, minimum, maximum, sum, last, unit, (flags & 1) != 0,
              (flags & 2) != 0);
        }
        case FLAW -> new Flaw(stamp, who, protocol, cite, endpoint(), text(), small(), small(), whole());
        case LAPSE -> new Lapse(stamp, who, LAPSES[small()], small(), small(), small(), small(), whole(), whole(), whole(), whole(), whole(),
            BASES[small()], text());
        default -> throw new Unreadable("unknown kind " + kind);
      };
    } catch (BufferUnderflowException | ArrayIndexOutOfBoundsException | ArithmeticException | NegativeArraySizeException e) {
      throw new Unreadable("a record ends or counts wrongly: " + e);
    }
  }

  private long whole() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new Unreadable("a number longer than 64 bits");
  }

  private int small() {
    return Math.toIntExact(whole());
  }

  private byte[] octets(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new Unreadable("a text longer than its record");
    }
    byte[] octets = new byte[length];
    in.get(octets);
    return octets;
  }

  private @Nullable String optional() {
    int length = small();
    return length == 0 ? null : new String(octets(length - 1), StandardCharsets.UTF_8);
  }

  private String text() {
    String text = optional();
    if (text == null) {
      throw new Unreadable("a text is missing");
    }
    return text;
  }

  private List<String> texts() {
    int count = small();
    List<String> texts = new ArrayList<>(Math.min(Math.max(count, 0), 64));
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return List.copyOf(texts);
  }

  private Endpoint endpoint() {
    String realm = text();
    int family = small();
    long high = whole();
    long low = whole();
    long mac = whole();
    int vlan = small();
    int seen = small();
    endpoints.seenOn(seen);
    Endpoint found = endpoint(realm, family, high, low, mac, vlan);
    // each pipeline interns for itself: two of them may have met one address on different VLANs
    return found.seenVlan() == seen ? found : found.seenOn(seen);
  }

  private Endpoint endpoint(String realm, int family, long high, long low, long mac, int vlan) {
    int scheme = small();
    Endpoint base = family == 0 ? endpoints.mac(realm, mac, vlan) : endpoints.ip(realm, family, high, low, mac, vlan);
    if (scheme == 0) {
      return base;
    }
    long a = whole();
    long b = whole();
    int c = small();
    return switch (scheme) {
      case 1 -> endpoints.bacnet(base, (int) a, b, c);
      case 2 -> endpoints.knx(base, (int) a);
      case 3 -> endpoints.modbus(base, (int) a);
      case 4 -> endpoints.lon(base, (int) a, (int) b);
      default -> throw new Unreadable("unknown kind of address " + scheme);
    };
  }

  private @Nullable Point point() {
    int kind = small();
    return switch (kind) {
      case 0 -> null;
      case 1 -> new Point.Bacnet(small(), small(), small(), small());
      case 2 -> new Point.Modbus(text(), small(), small());
      case 3 -> new Point.KnxGroup(small());
      case 4 -> new Point.Named(text(), text());
      default -> throw new Unreadable("unknown kind of point " + kind);
    };
  }

  private @Nullable Value value() {
    int kind = small();
    return switch (kind) {
      case 0 -> null;
      case 1 -> new Value.Null();
      case 2 -> new Value.Num(in.getDouble());
      case 3 -> new Value.Bool(false);
      case 4 -> new Value.Bool(true);
      case 5 -> new Value.Text(text());
      case 6 -> {
        byte[] octets = octets(small() - 1);
        yield new Value.Octets(octets, small());
      }
      case 7 -> new Value.Secret(small());
      case 8 -> new Value.Secret(small(), text(), small() != 0);
      default -> throw new Unreadable("unknown kind of value " + kind);
    };
  }
}
