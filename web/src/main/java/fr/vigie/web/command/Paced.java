package fr.vigie.web.command;

import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A source whose packets come no sooner than their times say, so many times faster than they once did. */
final class Paced implements PacketSource {
  private final PacketSource source;
  private final double speed;
  private long firstPacket = Long.MIN_VALUE;
  private long started;

  Paced(PacketSource source, double speed) {
    this.source = source;
    this.speed = speed;
  }

  @Override
  public boolean next(Packet packet) {
    if (!source.next(packet)) {
      return false;
    }
    if (firstPacket == Long.MIN_VALUE) {
      firstPacket = packet.at;
      started = System.nanoTime();
    }
    long due = started + (long) ((packet.at - firstPacket) / speed);
    for (long left = due - System.nanoTime(); left > 0 && !Thread.currentThread().isInterrupted(); left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return true;
  }

  @Override
  public List<Origin> origins() {
    return source.origins();
  }

  @Override
  public List<Fault> faults() {
    return source.faults();
  }

  @Override
  public long position() {
    return source.position();
  }

  @Override
  public long size() {
    return source.size();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
