package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Reading;
import fr.vigie.sensor.observe.Sighting;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.wire.Cursor;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An observer for tests: writes down what it is told, one readable line a fact; or, when mute, only counts and allocates nothing. */
public final class Recorder implements Observer {
  private final boolean transcribing;
  private final boolean mute;
  private final List<String> facts = new ArrayList<>();
  private final List<Observation> observations = new ArrayList<>();
  private final Text text = new Text();
  private final List<int[]> veils = new ArrayList<>();
  private boolean recording;
  private int acts;
  private int others;

  private Recorder(boolean transcribing, boolean mute) {
    this.transcribing = transcribing;
    this.mute = mute;
  }

  /** Writes down observations, and what of a message is never recorded. */
  public static Recorder ofSecrets() {
    Recorder recorder = new Recorder(false, false);
    recorder.recording = true;
    return recorder;
  }

  @Override
  public boolean recording() {
    return recording;
  }

  @Override
  public void secret(int offset, int octets) {
    if (recording) {
      veils.add(new int[] {offset, octets});
    }
  }

  /** Whether so many octets at an offset of the message were all called secret, by one call. */
  public boolean veiled(int offset, int octets) {
    return veils.stream().anyMatch(v -> v[0] <= offset && v[0] + v[1] >= offset + octets);
  }

  /** Writes down observations and the transcript. */
  public static Recorder full() {
    return new Recorder(true, false);
  }

  /** Writes down observations; the transcript is off. */
  public static Recorder quiet() {
    return new Recorder(false, false);
  }

  /** Counts and writes down nothing. */
  public static Recorder mute() {
    return new Recorder(false, true);
  }

  /** One line for each fact, in the order they were told. */
  public List<String> facts() {
    return facts;
  }

  /** Sightings, claims, acts and flaws as objects; a claim or flaw told by {@link #claim} or {@link #flaw} is made into one. */
  public List<Observation> observations() {
    return observations;
  }

  /** The transcript, two spaces a level. */
  public String transcriptText() {
    return text.lines.toString();
  }

  /** Whether the last message of the transcript was ended. */
  public boolean ended() {
    return text.depth == 0;
  }

  /** Acts seen or requested. */
  public int acts() {
    return acts;
  }

  /** Sightings, claims and other observations that only news may cause. */
  public int others() {
    return others;
  }

  /** Forgets everything. */
  public void clear() {
    facts.clear();
    observations.clear();
    text.lines.setLength(0);
    text.depth = 0;
    acts = 0;
    others = 0;
  }

  /** Adds a line of the test itself. */
  void note(String line) {
    if (!mute) {
      facts.add(line);
    }
  }

  /** Notes a cursor that ran past the end: what the flow layer makes a flaw of. */
  void failed(Cursor cursor) {
    if (!mute) {
      facts.add("cursor failed at " + cursor.failedAt() + " of " + cursor.wireLength());
    }
  }

  @Override
  public void see(Observation observation) {
    if (observation instanceof Act act) {
      act("act", act);
      return;
    }
    others++;
    if (!mute) {
      observations.add(observation);
      facts.add(line(observation));
    }
  }

  private void act(String how, Act act) {
    acts++;
    if (mute) {
      return;
    }
    observations.add(act);
    StringBuilder s = new StringBuilder(how).append(' ').append(act.verb()).append(' ').append(act.operation());
    s.append(": ").append(text(act.who())).append(" -> ").append(text(act.whom())).append(" port ").append(act.port());
    append(s, " point ", Point.text(act.point()));
    append(s, " value ", act.value() == null ? null : act.value().text());
    append(s, " priority ", act.priority() == 0 ? null : Integer.toString(act.priority()));
    append(s, " detail ", act.detail().isEmpty() ? null : act.detail());
    append(s, " ", text(act.outcome()));
    append(s, " id ", act.id());
    append(s, " | ", act.cite() == null ? null : act.cite().toString());
    facts.add(escape(s.toString()));
  }

  private static void append(StringBuilder s, String before, @Nullable String value) {
    if (value != null) {
      s.append(before).append(value);
    }
  }

  private static String text(Outcome outcome) {
    return outcome.code() == null ? outcome.state().toString() : outcome.state() + "(" + outcome.code() + ")";
  }

  private static String text(Endpoint e) {
    StringBuilder s = new StringBuilder();
    if (e.family() != 0) {
      s.append(Endpoint.ipText(e.family(), e.ipHigh(), e.ipLow()));
    } else {
      s.append(Endpoint.macText(e.mac()));
    }
    if (e.below() != null) {
      s.append('/').append(e.below().scheme()).append('=').append(e.below().text());
    }
    return s.toString();
  }

  private static String line(Observation o) {
    String by = text(o.who()) + (o.cite() == null ? "" : " | " + o.cite());
    return switch (o) {
      case Sighting s -> "sighting " + s.how() + ": " + by;
      case Claim c -> escape("claim " + c.trait() + " of " + text(c.about()) + " = " + c.value() + " by " + by);
      case Flaw f -> "flaw " + f.kind() + " at " + f.offset() + " of " + f.length() + ": " + by;
      case Contact c -> "contact " + c.protocol() + ": " + by;
      case Reading r -> "reading " + r.point().text() + ": " + by;
      case Act a -> throw new IllegalArgumentException("an act has its own line: " + a);
      case Lapse l -> throw new IllegalArgumentException("no dissector speaks of the capture: " + l);
    };
  }

  @Override
  public void request(long key, Act act) {
    act("request", act);
  }

  @Override
  public boolean outcome(long key, Outcome outcome) {
    if (!mute) {
      facts.add("outcome " + escape(text(outcome)));
    }
    return true;
  }

  @Override
  public void claim(Exchange exchange, Endpoint about, Trait trait, String value, Cite cite) {
    see(new Claim(exchange.stamp(), exchange.source(), "test", cite, about, trait, value.length() > 512 ? value.substring(0, 512) : value));
  }

  @Override
  public void reading(Exchange exchange, Endpoint owner, long a, long b, PointMaker maker, double value, @Nullable String unit,
      boolean good, boolean written) {
    if (!mute) {
      facts.add(escape("reading " + text(owner) + " " + maker.make(a, b).text() + " = " + value + (unit == null ? "" : " " + unit)
          + (good ? "" : " bad") + (written ? " written" : "")));
    }
  }

  @Override
  public void operation(String name) {
    if (!mute) {
      facts.add("operation " + escape(name));
    }
  }

  @Override
  public void flaw(Exchange exchange, Cite cite, String kind, int offset, int length) {
    if (!mute) {
      Flaw flaw = new Flaw(exchange.stamp(), exchange.source(), "test", cite, exchange.target(), kind, offset, length, 1);
      observations.add(flaw);
      facts.add(line(flaw));
    }
  }

  @Override
  public Transcript transcript() {
    return transcribing ? text : Transcript.OFF;
  }

  /** Control characters as escapes, so that a golden stays one line a fact. */
  private static String escape(String text) {
    StringBuilder s = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7F && c < 0xA0) {
        s.append(String.format("\\u%04x", (int) c));
      } else {
        s.append(c);
      }
    }
    return s.toString();
  }

  /** The transcript as text; refuses groups and messages that are not closed. */
  private static final class Text implements Transcript {
    private final StringBuilder lines = new StringBuilder();
    private int depth;
    private int titleAt;
    private int titleEnd;
    private String title = "";

    @Override
    public boolean on() {
      return true;
    }

    @Override
    public void message(String protocol, String operation) {
      titleAt = lines.length();
      title = protocol;
      lines.append(protocol).append(' ').append(operation).append('\n');
      titleEnd = lines.length();
      depth = 1;
    }

    @Override
    public void operation(String operation) {
      lines.replace(titleAt, titleEnd, title + " " + operation + "\n");
      titleEnd = titleAt + title.length() + operation.length() + 2;
    }

    @Override
    public void field(String name, long value) {
      line(name, Long.toString(value));
    }

    @Override
    public void field(String name, double value) {
      line(name, Double.toString(value));
    }

    @Override
    public void field(String name, String value) {
      line(name, '"' + escape(value) + '"');
    }

    @Override
    public void field(String name, boolean value) {
      line(name, Boolean.toString(value));
    }

    @Override
    public void octets(String name, Cursor cursor, int octets) {
      StringBuilder s = new StringBuilder("0x");
      int shown = Math.min(Math.max(octets, 0), cursor.remaining());
      for (int i = 0; i < shown; i++) {
        s.append(HexFormat.of().toHexDigits((byte) cursor.peek(i)));
      }
      line(name, s.toString());
    }

    @Override
    public void secret(String name, int octets) {
      line(name, "(secret, " + octets + " octets)");
    }

    @Override
    public void begin(String name) {
      line(name, "");
      depth++;
    }

    @Override
    public void close() {
      if (--depth < 1) {
        throw new IllegalStateException("close without begin");
      }
    }

    @Override
    public void end() {
      if (depth != 1) {
        throw new IllegalStateException("message ends with " + (depth - 1) + " open groups");
      }
      depth = 0;
    }

    private void line(String name, String value) {
      if (depth == 0) {
        throw new IllegalStateException("field " + name + " outside a message");
      }
      lines.append("  ".repeat(depth)).append(name).append(value.isEmpty() ? ":" : ": " + value).append('\n');
    }
  }
}
