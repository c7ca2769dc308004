package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.wire.Cursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The transcripts of some protocols, kept frame by frame as text, for comparison with what others read. Frames are numbered from 1. */
class TranscriptKeeper implements Decoding {
  /** A listener for runs of which only the transcript counts. */
  static final Sink NOBODY = new Sink() {
    @Override
    public void accept(Observation observation) {}

    @Override
    public void quantum(long seq, long at) {}
  };

  /** All messages one frame completed. */
  static final class Frame {
    final List<String[]> fields = new ArrayList<>();

    List<String> all(String... names) {
      return fields.stream().filter(f -> Arrays.asList(names).contains(f[0])).map(f -> f[1]).toList();
    }

    String joined(String... names) {
      return String.join(";", all(names));
    }
  }

  private final Map<String, TreeMap<Long, Frame>> kept = new HashMap<>();
  private @Nullable TreeMap<Long, Frame> now;
  private long frame;

  /** Those of the first protocol. */
  final TreeMap<Long, Frame> frames;

  TranscriptKeeper(String... protocols) {
    for (String protocol : protocols) {
      kept.put(protocol, new TreeMap<>());
    }
    frames = kept.get(protocols[0]);
  }

  /** The frames of one of the protocols. */
  final TreeMap<Long, Frame> of(String protocol) {
    return kept.get(protocol);
  }

  @Override
  public void about(long at, int origin, long index, int vlan, Endpoint source, int sourcePort, Endpoint target, int targetPort) {
    frame = index + 1;
  }

  /** Whether the message under way is the protocol's. */
  final boolean mine() {
    return now != null;
  }

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public void message(String named, String operation) {
    now = kept.get(named);
    field("message", operation);
  }

  @Override
  public void operation(String operation) {
    field("operation", operation);
  }

  @Override
  public void field(String name, long value) {
    field(name, Long.toString(value));
  }

  @Override
  public void field(String name, double value) {
    field(name, Double.toString(value));
  }

  @Override
  public void field(String name, boolean value) {
    field(name, Boolean.toString(value));
  }

  @Override
  public void field(String name, String value) {
    if (now != null) {
      now.computeIfAbsent(frame, f -> new Frame()).fields.add(new String[] {name, value});
    }
  }

  @Override
  public void octets(String name, Cursor cursor, int octets) {
    if (mine() && cursor.ok()) {
      field(name, HexFormat.of().formatHex(new Cursor().rest(cursor).bytes(Math.min(octets, cursor.remaining()))));
    }
  }

  @Override
  public void secret(String name, int octets) {
    field(name, octets + " octets");
  }

  @Override
  public void begin(String name) {
    field("begin", name);
  }

  @Override
  public void close() {
    field("close", "");
  }

  @Override
  public void end() {}
}
