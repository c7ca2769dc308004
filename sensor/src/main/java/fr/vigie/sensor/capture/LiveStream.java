package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Origin;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A capture that another machine takes and sends as it goes, on standard input: {@code ssh sensor tcpdump -U -w - | ./vigie watch -}. pcap
 * or pcapng. Each packet is given as soon as its last octet is here; when nothing comes for a second {@link #next} gives a tick, see
 * {@link Packet#tick}, by the other machine's clock as its last packet told it. Needs no rights.
 */
public final class LiveStream implements LiveSource {
  private static final int STANDARD_INPUT = 0;
  private static final int WAIT_MS = 100;
  private static final long SECOND_NS = 1_000_000_000L;

  private final Poll poll;
  private final CaptureFile file;
  private final Counters.Counter ticks;
  private volatile boolean stopping;
  private boolean begun;
  private boolean broken;
  private long last;
  private long lastHere;
  private int lastOrigin = -1;
  private int lastType;
  private long given;
  private @Nullable Fault fault;

  private LiveStream(InputStream in, int descriptor, String realm, List<Origin> before, Counters counters) {
    poll = new Poll(1);
    poll.watch(0, descriptor);
    file = CaptureFile.growing(new Patient(in), realm, new OriginList(before));
    ticks = counters.counter("capture.ticks");
  }

  /**
   * Makes standard input a source; nothing is read before the first {@link #next}.
   *
   * @param realm capture zone
   * @param before origins of earlier sessions; those of this one follow
   */
  public static LiveStream open(String realm, List<Origin> before, Counters counters) {
    return new LiveStream(new FileInputStream(FileDescriptor.in), STANDARD_INPUT, realm, before, counters);
  }

  @Override
  public boolean next(Packet packet) {
    packet.tick = false;
    while (!stopping && !broken) {
      try {
        if (!begun || !file.available()) {
          if (!poll.await(WAIT_MS)) {
            if (tick(packet)) {
              return true;
            }
            continue;
          }
          if (!begun) {
            begun = true;
            file.start();
          }
        }
      } catch (IOException e) {
        broken = true;
        fault = new Fault(Stored.STDIN, 0, given, "Standard input cannot be used: " + e.getMessage(), e.toString());
        return false;
      }
      if (!file.next(packet)) {
        return false;
      }
      given++;
      last = packet.at;
      lastHere = System.nanoTime();
      lastOrigin = packet.origin;
      lastType = packet.linkType;
      return true;
    }
    return false;
  }

  private boolean tick(Packet packet) {
    long now = System.nanoTime();
    if (lastOrigin < 0 || now - lastHere < SECOND_NS) {
      return false;
    }
    last += now - lastHere;
    lastHere = now;
    packet.clock(last, lastOrigin, lastType);
    ticks.increment();
    return true;
  }

  @Override
  public @Nullable Statement statement() {
    return file.statement();
  }

  @Override
  public void stop() {
    stopping = true;
  }

  @Override
  public List<Origin> origins() {
    return file.origins();
  }

  /** Where it was told to stop, what was under way is no fault. */
  @Override
  public List<Fault> faults() {
    Fault own = fault;
    return stopping ? List.of() : own != null ? List.of(own) : file.faults();
  }

  @Override
  public long position() {
    return file.position();
  }

  @Override
  public long size() {
    return -1;
  }

  @Override
  public void close() {
    stopping = true;
    file.close();
    poll.close();
  }

  /** Standard input as a stream that ends when the source is told to stop. */
  private final class Patient extends InputStream {
    private final InputStream in;

    Patient(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (!stopping) {
        if (poll.await(WAIT_MS)) {
          return in.read(target, offset, length);
        }
      }
      return -1;
    }

    @Override
    public int available() throws IOException {
      return in.available();
    }
  }
}
