package fr.vigie.sensor.flow;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.sensor.observe.Sink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A capture made in a test: frames with their times; {@link #play} runs the sensor over it and keeps what it said. */
public final class Tape implements PacketSource {
  /** 2026-01-05T08:00:00Z. */
  public static final long START = 1_767_600_000_000_000_000L;

  private record Entry(byte[] frame, int captured, long at, int origin, int link, boolean tick) {}

  private record Loss(int before, String counter, long several) {}

  private final List<Loss> losses = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Origin> origins = new ArrayList<>(List.of(new Origin(0, "site", "tape", null, null, 1)));
  private final Arena arena = Arena.ofAuto();
  private int position;
  private long at = START;
  private int link = 1;
  private int origin;
  public Sensor sensor = new Sensor(SensorOptions.standard());
  public final List<Observation> seen = new ArrayList<>();
  public final List<Long> quanta = new ArrayList<>();

  public Tape frame(byte[] frame) {
    return frame(frame, frame.length);
  }

  public Tape frame(byte[] frame, int captured) {
    entries.add(new Entry(frame, captured, at, origin, link, false));
    return this;
  }

  /** A second of an idle interface. */
  public Tape tick() {
    entries.add(new Entry(new byte[0], 0, at, origin, link, true));
    return this;
  }

  /** The sensor's counter grows when the packets so far have been read, as a live source's does. */
  public Tape loses(String counter, long several) {
    losses.add(new Loss(entries.size(), counter, several));
    return this;
  }

  public Tape pass(double seconds) {
    at += Math.round(seconds * 1e9);
    return this;
  }

  public Tape link(int type) {
    link = type;
    return this;
  }

  public Tape from(int otherOrigin, String realm) {
    origin = otherOrigin;
    while (origins.size() <= otherOrigin) {
      origins.add(new Origin(origins.size(), realm, "tape" + origins.size(), null, null, 1));
    }
    return this;
  }

  public Tape play() {
    return play(SensorOptions.standard().dissectors(() -> List.of(new Toys.Datagrams(), new Toys.Lines(), new Toys.Link())));
  }

  public Tape play(SensorOptions options) {
    sensor = new Sensor(options);
    sensor.run(this, new Sink() {
      @Override
      public void accept(Observation observation) {
        seen.add(observation);
      }

      @Override
      public void quantum(long seq, long when) {
        quanta.add(when);
      }
    });
    return this;
  }

  public <T extends Observation> List<T> all(Class<T> kind) {
    return seen.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  public long count(String counter) {
    return sensor.counters().value(counter);
  }

  @Override
  public boolean next(Packet packet) {
    if (position == entries.size()) {
      return false;
    }
    for (Loss loss : losses) {
      if (loss.before == position) {
        sensor.counters().counter(loss.counter).add(loss.several);
      }
    }
    Entry e = entries.get(position);
    // an exact-size native segment: a read outside the packet cannot pass
    MemorySegment memory = arena.allocate(Math.max(1, e.captured)).asSlice(0, e.captured);
    MemorySegment.copy(MemorySegment.ofArray(e.frame), 0, memory, 0, e.captured);
    packet.segment = memory;
    packet.offset = 0;
    packet.captured = e.captured;
    packet.wire = e.frame.length;
    packet.at = e.at;
    packet.origin = e.origin;
    packet.linkType = e.link;
    packet.index = position++;
    packet.vlan = -1;
    packet.tick = e.tick;
    return true;
  }

  @Override
  public List<Origin> origins() {
    return origins;
  }

  @Override
  public List<Fault> faults() {
    return List.of();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public void close() {}
}
