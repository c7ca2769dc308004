package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One capture file, or standard input ({@code -}): pcap or pcapng, plain, gzip or zstd, told apart by their first octets. It is read from
 * front to back, so pipes work. The SHA-256 of a regular file is taken when somebody first asks for its {@link #origins}, in a pass of its own, so
 * that alerts name it while it is read; that of a pipe on the way: there {@link Origin#sha256} is null until {@link #next} has returned false. A file of zero octets, or one that ends within its first header, is a fault and not an exception:
 * a capture that a full disk stopped at its birth looks like that.
 */
public final class CaptureFile implements PacketSource {
  /** Most octets of one packet: tcpdump's MAXIMUM_SNAPLEN. A record that claims more is a fault. */
  public static final int MAXIMUM_CAPTURED = 262_144;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final String name;
  private final String realm;
  private final Slabs slabs;
  private final boolean ownSlabs;
  private final OriginList origins;
  private final @Nullable InputStream live;
  private final List<Integer> interfaces = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  /** Statements behind the last packet. */
  private final Deque<Statement> left = new ArrayDeque<>();
  private @Nullable Stored stored;
  private @Nullable Window window;
  private @Nullable RecordReader reader;
  private int met;
  private long packets;
  private long position;
  private long size;
  private final boolean regular;
  private @Nullable String sha256;
  private boolean ended;

  private CaptureFile(Path path, String realm, Slabs slabs, boolean ownSlabs, OriginList origins, @Nullable String sha256) {
    this(path, realm, slabs, ownSlabs, origins, sha256, null);
  }

  private CaptureFile(Path path, String realm, Slabs slabs, boolean ownSlabs, OriginList origins, @Nullable String sha256,
      @Nullable InputStream live) {
    this.live = live;
    this.path = path;
    this.name = Stored.name(path);
    this.realm = realm;
    this.slabs = slabs;
    this.ownSlabs = ownSlabs;
    this.origins = origins;
    this.sha256 = sha256;
    this.regular = Files.isRegularFile(path);
  }

  /**
   * Opens a file and reads its first header.
   *
   * @param realm the capture zone
   * @throws CaptureException if not one packet can be had from it, with the reason
   * @throws IOException if the system fails to read it
   */
  public static CaptureFile open(Path path, String realm) throws IOException {
    return open(path, realm, Slabs.standard());
  }

  /** The same with a pool of its own, which it closes. */
  static CaptureFile open(Path path, String realm, Slabs slabs) throws IOException {
    CaptureFile file = new CaptureFile(path, realm, slabs, true, new OriginList(), null);
    try {
      file.start();
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** A file of several that share pool and origins; {@link #start} opens it, {@link #stop} closes it for a while. */
  static CaptureFile member(Path path, String realm, Slabs slabs, OriginList origins, @Nullable String sha256) {
    return new CaptureFile(path, realm, slabs, false, origins, sha256);
  }

  /** A file that is still being written, by whoever is at the other end of standard input; {@link #start} opens it. */
  static CaptureFile growing(InputStream in, String realm, OriginList origins) {
    return new CaptureFile(Path.of(Stored.STDIN), realm, Slabs.standard(), true, origins, null, in);
  }

  /** Whether {@link #next} would find octets without waiting for the writer. */
  boolean available() throws IOException {
    Window w = window;
    Stored s = stored;
    return w != null && w.available() > 0 || s != null && s.available();
  }

  /** Opens the file at its front. */
  void start() throws IOException {
    Stored s = live == null ? Stored.open(path, !regular) : Stored.live(live);
    stored = s;
    size = s.size();
    met = 0;
    packets = 0;
    ended = false;
    faults.clear();
    left.clear();
    Window w = new Window(s, slabs);
    window = w;
    try {
      recognise(w);
    } catch (CaptureException e) {
      throw e;
    } catch (IOException e) {
      end(new Fault(name, w.offset(), 0, sentence(e), e.toString()));
    }
  }

  private void recognise(Window w) throws IOException {
    if (!w.require(4)) {
      end(new Fault(name, 0, 0, nothing(w.available()), null));
      return;
    }
    int magic = w.segment.get(U32, w.position);
    if (magic == PcapngReader.SECTION) {
      reader = new PcapngReader(w, this::meet);
    } else if (PcapReader.recognises(magic)) {
      if (w.require(PcapReader.FILE_HEADER)) {
        reader = new PcapReader(w, this::meet);
      } else {
        end(new Fault(name, 0, 0, name + " ends within its header: nothing was captured; check the capture's disk and its rights.", null));
      }
    } else {
      throw new CaptureException(CaptureException.Kind.NOT_A_CAPTURE,
          name + " is neither pcap nor pcapng, nor gzip or zstd of them: export it as pcapng first.", null);
    }
  }

  /** What is told where there are not even four octets. */
  private String nothing(long octets) {
    if (octets > 0 || regular) {
      return name + (octets == 0 ? " is empty" : " has only " + octets + " octets") + ": nothing was captured; check the capture's disk and its rights.";
    }
    if (path.toString().equals(Stored.STDIN)) {
      return "Nothing came on standard input: see what the program that captures said.";
    }
    return path + " is no capture file but a device or a pipe, and nothing came from it: name the file, or - for standard input.";
  }

  /** The n-th interface of a file keeps its index when the file is opened again. */
  private int meet(@Nullable String interfaceName, int linkType) {
    if (met == interfaces.size()) {
      interfaces.add(origins.add(realm, name, this::sha256, interfaceName, linkType));
    }
    return interfaces.get(met++);
  }

  @Override
  public boolean next(Packet packet) {
    RecordReader r = reader;
    Window w = window;
    if (ended || r == null || w == null) {
      return false;
    }
    try {
      if (r.next(packet)) {
        packet.slab = w.slab();
        packet.index = packets++;
        packet.vlan = -1;
        return true;
      }
      RecordReader.Trouble trouble = r.fault();
      end(trouble == null ? null : new Fault(name, trouble.offset(), packets, sentence(trouble), null));
    } catch (IOException e) {
      end(new Fault(name, w.offset(), packets, sentence(e), e.toString()));
    }
    return false;
  }

  @Override
  public @Nullable Statement statement() {
    RecordReader r = reader;
    return r == null ? left.poll() : r.statement();
  }

  private String sentence(RecordReader.Trouble trouble) {
    return "In " + name + ", at octet " + trouble.offset() + ", " + trouble.message();
  }

  private String sentence(IOException e) {
    String message = e.getMessage();
    return "Reading " + name + " stopped: " + (message == null ? e.getClass().getSimpleName() : message) + "; copy the file again from its source.";
  }

  private void end(@Nullable Fault fault) {
    ended = true;
    if (fault != null) {
      faults.add(fault);
    }
    RecordReader r = reader;
    if (r != null) {
      for (Statement said = r.statement(); said != null; said = r.statement()) {
        left.add(said);
      }
    }
    Stored s = stored;
    try {
      if (s != null && !regular) {
        s.drain();
      }
    } catch (IOException e) {
      if (faults.isEmpty()) {
        faults.add(new Fault(name, s == null ? 0 : s.position(), packets, sentence(e), e.toString()));
      }
    }
    if (s != null && !regular) {
      sha256 = s.sha256();
    }
    stop();
  }

  /** Closes the file but keeps what is known of it. */
  void stop() {
    Window w = window;
    Stored s = stored;
    window = null;
    stored = null;
    reader = null;
    if (w != null) {
      w.close();
    }
    if (s != null) {
      position = s.position();
      try {
        s.close();
      } catch (IOException e) {
        faults.add(new Fault(name, position, packets, sentence(e), e.toString()));
      }
    }
  }

  /** File name without its folder. */
  String name() {
    return name;
  }

  /**
   * SHA-256 of the file as stored, in hex; null where it can no longer be read, and for a pipe until it has been read to its end. The first
   * call reads a regular file once more.
   */
  public synchronized @Nullable String sha256() {
    if (sha256 == null && regular) {
      try {
        sha256 = Sha256.of(path);
      } catch (IOException e) {
        faults.add(new Fault(name, 0, packets, sentence(e), e.toString()));
      }
    }
    return sha256;
  }

  @Override
  public List<Origin> origins() {
    return origins.list();
  }

  @Override
  public List<String> realms() {
    return origins.realms();
  }

  @Override
  public List<Fault> faults() {
    return List.copyOf(faults);
  }

  @Override
  public long position() {
    Stored s = stored;
    return s == null ? position : s.position();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void close() {
    ended = true;
    stop();
    if (ownSlabs) {
      slabs.close();
    }
  }
}
