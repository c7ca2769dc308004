package fr.vigie.web.export;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.inventory.json.Json;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lines written octet by octet against the same lines written by Jackson: random values, hostile texts, the edges of numbers and times. */
final class LineTest {
  private static final int LINES = 20_000;
  private static final String[] PIECES = {"\"", "\\", "/", "\b", "\t", "\n", "\f", "\r", "\u0000", "\u001f", "\u007f", "\u0080", "\u009b31m", "\u009f", "\u00a0", "\u061c", "\u200f", "\u202e", "\u2066", "\u00e9",
      "\u07ff", "\u0800", "\u2028", "\u2029", "\ufeff", "\uffff", "\ud83c\udfe5", "\ud800", "\udc00", "<script>", "plain", "0", " "};
  private static final double[] NUMBERS = {0, -0.0, 1, -1, 0.1, 21.5, 20.073497772216797, 1e15, -1e15, 1e15 - 1, 1e16, 123456789.125, 1e-5,
      1e-300, 4.9e-324, Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, (float) 0.1, 9007199254740993.0};

  private final Random random = new Random(7);
  private final Endpoints endpoints = new Endpoints(64);

  @Test
  void everyLineIsWhatJacksonWrites() throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    Addresses addresses = new Addresses(100);
    for (int i = 0; i < LINES; i++) {
      octets.reset();
      Observation o = observation();
      try (Line line = new Line(addresses, octets)) {
        write(line, o);
      }
      assertThat(octets.toString(StandardCharsets.UTF_8)).as(o.toString()).isEqualTo(new String(JacksonLines.of(o), StandardCharsets.UTF_8));
    }
  }

  @Test
  void linesAreTheSameWhereverTheBufferEnds() throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    try (Line line = new Line(new Addresses(100), octets)) {
      for (int i = 0; i < LINES / 4; i++) {
        Observation o = observation();
        write(line, o);
        expected.write(JacksonLines.of(o));
      }
    }
    assertThat(octets.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void aTextLongerThanTheBufferIsWrittenWhole() throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    String text = "\u0001".repeat(100_000);
    try (Line line = new Line(new Addresses(100), octets)) {
      line.text(text);
    }
    assertThat(octets.toString(StandardCharsets.UTF_8)).isEqualTo(Json.text(text));
  }

  @Test
  void whatATerminalWouldObeyIsEscapedAndTheJsonStaysTheSame() throws IOException {
    String hostile = "a\u001b]0;x\u0007\u007f\u0085\u009b2J\u202egnp.exe\u2066\u2028\u061c\u200e\ufeffé\ud83c\udfe5";
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (Line line = new Line(new Addresses(100), octets)) {
      line.text(hostile);
    }
    String written = octets.toString(StandardCharsets.UTF_8);
    assertThat(written).isEqualTo(Json.text(hostile)).isEqualTo(
        "\"a\\u001B]0;x\\u0007\\u007F\\u0085\\u009B2J\\u202Egnp.exe\\u2066\\u2028\\u061C\\u200E\\uFEFFé\ud83c\udfe5\"");
    assertThat(Json.MAPPER.readTree(written).asText()).isEqualTo(hostile);
  }

  @Test
  void timesAreThoseOfEveryOtherOutput() throws IOException {
    for (long ns : new long[] {0, 1, 999_999_999, 1_000_000_000, 951_782_399_999_999_999L, 1L << 62, -1, -1_000_000_000}) {
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      try (Line line = new Line(new Addresses(100), octets)) {
        line.time(ns).time(ns);
      }
      assertThat(octets.toString(StandardCharsets.UTF_8)).isEqualTo(Json.time(ns) + Json.time(ns));
    }
  }

  private static void write(Line line, Observation o) throws IOException {
    switch (o) {
      case Contact c -> Observations.write(line, c);
      case Act a -> Observations.write(line, a);
      case Reading r -> Observations.write(line, r);
      case Flaw f -> Observations.write(line, f);
      default -> throw new IllegalArgumentException("no output has a line for " + o);
    }
  }

  private Observation observation() {
    Stamp stamp = new Stamp(number(), random.nextInt(1000), number() >>> 1, 0, 0);
    return switch (random.nextInt(4)) {
      case 0 -> new Contact(stamp, endpoint(), text(), null, endpoint(), text(), random.nextInt(65536), Contact.Phase.CLOSE,
          of(Contact.Answer.values()), number() >>> 1, number() >>> 1, number(), number(), number(), number(), texts());
      case 1 -> new Act(stamp, endpoint(), text(), cite(), text(), endpoint(), random.nextInt(65536), of(Verb.values()), text(), point(),
          value(), random.nextInt(17), text(), 1 + random.nextInt(3), new Outcome(of(Outcome.State.values()), random.nextBoolean() ? null : text()));
      case 2 -> {
        double value = real();
        boolean one = random.nextBoolean();
        yield new Reading(stamp, endpoint(), text(), null, point(random.nextInt(4)), number() >>> 1, number() >>> 1,
            one ? 1 : 1 + (number() >>> 1), value, one ? value : real(), one ? value : real(), one ? value : real(),
            random.nextBoolean() ? null : text(), random.nextBoolean(), random.nextBoolean());
      }
      default -> new Flaw(stamp, endpoint(), text(), cite(), endpoint(), text(), random.nextInt(), random.nextInt(), number());
    };
  }

  private <T> T of(T[] all) {
    return all[random.nextInt(all.length)];
  }

  private long number() {
    return random.nextLong() >> random.nextInt(64);
  }

  private double real() {
    return switch (random.nextInt(4)) {
      case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
      case 1 -> Double.longBitsToDouble(random.nextLong());
      case 2 -> random.nextInt(100_000) / 100.0;
      default -> (float) random.nextGaussian() * 50;
    };
  }

  private String text() {
    StringBuilder s = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      s.append(random.nextInt(4) == 0 ? Character.toString(random.nextInt(0x10000)) : of(PIECES));
    }
    return s.toString();
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      texts.add(text());
    }
    return texts;
  }

  private @Nullable Cite cite() {
    return random.nextBoolean() ? null : new Cite(text(), text());
  }

  private @Nullable Point point() {
    return random.nextInt(5) == 0 ? null : point(random.nextInt(4));
  }

  private Point point(int kind) {
    return switch (kind) {
      case 0 -> new Point.Bacnet(random.nextInt(1024), random.nextInt(1 << 22), random.nextInt(600) - 1, random.nextInt(4) - 1);
      case 1 -> new Point.Modbus(text(), random.nextInt(65536), 1 + random.nextInt(3));
      case 2 -> new Point.KnxGroup(random.nextInt(65536));
      default -> new Point.Named(text(), text());
    };
  }

  private @Nullable Value value() {
    return switch (random.nextInt(7)) {
      case 0 -> null;
      case 1 -> new Value.Null();
      case 2 -> new Value.Num(real());
      case 3 -> new Value.Bool(random.nextBoolean());
      case 4 -> new Value.Text(text());
      case 5 -> new Value.Octets(new byte[] {1, -1}, 2 + random.nextInt(2));
      default -> new Value.Secret(random.nextInt(64));
    };
  }

  /** More addresses than the interner holds, so that equal ones with different VLANs come by. */
  private Endpoint endpoint() {
    endpoints.seenOn(random.nextInt(3) - 1);
    String realm = random.nextInt(4) == 0 ? text() : "default";
    int vlan = random.nextInt(4) == 0 ? random.nextInt(4096) : Endpoint.NO_VLAN;
    long mac = random.nextBoolean() ? Endpoint.NO_MAC : random.nextLong() & 0xFFFFFFFFFFFFL;
    Endpoint at = switch (random.nextInt(3)) {
      case 0 -> endpoints.mac(realm, random.nextInt(16), vlan);
      case 1 -> endpoints.ip(realm, 4, 0, 0x0A000000L | random.nextInt(256), mac, vlan);
      default -> endpoints.ip(realm, 6, number(), number(), mac, vlan);
    };
    return switch (random.nextInt(6)) {
      case 0 -> endpoints.bacnet(at, random.nextInt(65535), random.nextInt(256), 1);
      case 1 -> endpoints.knx(at, random.nextInt(65536));
      case 2 -> endpoints.modbus(at, random.nextInt(256));
      case 3 -> endpoints.lon(at, random.nextInt(256), random.nextInt(128));
      default -> at;
    };
  }
}
