package fr.vigie.sensor.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network interface of this machine as Linux describes it, in {@code /sys/class/net} and to {@code ioctl}: asking needs no rights and
 * changes nothing.
 */
public final class Card {
  private static final Path ALL = Path.of("/sys/class/net");
  private static final int NAME = 16; // IFNAMSIZ, linux/if.h

  private static final int UP = 1; // IFF_UP, linux/if.h
  private static final int LOOPBACK = 1 << 3;
  private static final int NO_ARP = 1 << 7;

  private static final long SIOCETHTOOL = 0x8946; // linux/sockios.h
  private static final long SIOCSHWTSTAMP = 0x89B0;
  private static final long SIOCGHWTSTAMP = 0x89B1;
  private static final int GET_RING = 0x10; // ETHTOOL_GRINGPARAM, linux/ethtool.h
  private static final int GET_FLAGS = 0x25; // ETHTOOL_GFLAGS
  private static final int FLAG_LRO = 1 << 15;
  private static final int GET_GRO = 0x2B; // ETHTOOL_GGRO
  private static final int GET_TIMESTAMPING = 0x41; // ETHTOOL_GET_TS_INFO
  private static final int RX_HARDWARE = 1 << 2 | 1 << 6; // SOF_TIMESTAMPING_RX_HARDWARE | RAW_HARDWARE, linux/net_tstamp.h
  private static final int STAMP_ALL = 1; // HWTSTAMP_FILTER_ALL

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;

  private final String name;

  /** An interface by name, whether or not there is one. */
  public Card(String name) {
    this.name = name;
  }

  /**
   * What an interface lost before anybody could hear it, frames since it was made.
   *
   * @param dropped {@code rx_dropped}: the kernel had no room or no use for them
   * @param missed {@code rx_missed_errors}: the card had no room
   * @param overrun {@code rx_fifo_errors}: the card's own buffer ran over
   */
  public record Losses(long dropped, long missed, long overrun) {
    /** All of them. */
    public long all() {
      return dropped + missed + overrun;
    }
  }

  /**
   * The card's own ring of received frames.
   *
   * @param now frames it holds, 0 where the card does not say
   * @param most frames it could hold
   */
  public record Buffer(int now, int most) {}

  /** The interfaces of this machine, sorted by name; those without an address too, as mirror ports are, which Java's own list leaves out. */
  public static List<String> all() throws IOException {
    if (!Files.isDirectory(ALL)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(ALL)) {
      return all.filter(Files::isDirectory).map(p -> String.valueOf(p.getFileName())).sorted().toList();
    }
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** Whether there is such an interface now. */
  public boolean present() {
    return !name.isEmpty() && !name.contains("/") && !name.startsWith(".") && Files.isDirectory(ALL.resolve(name));
  }

  /** Whether it is switched on. */
  public boolean up() {
    return flag(UP);
  }

  /** Whether it is a loopback. */
  boolean loopback() {
    return flag(LOOPBACK);
  }

  /** Whether it takes part in ARP, which makes the kernel speak. */
  public boolean arp() {
    return !flag(NO_ARP);
  }

  /** Whether the kernel speaks IPv6 on it by itself. */
  public boolean ipv6() {
    return number(Path.of("/proc/sys/net/ipv6/conf").resolve(name).resolve("disable_ipv6"), 1) == 0;
  }

  /** Whether it is an Ethernet interface, real or virtual, so that everything on it can be heard. */
  public boolean ethernet() {
    return number(file("type"), -1) == 1; // ARPHRD_ETHER, linux/if_arp.h
  }

  private boolean flag(int flag) {
    return (number(file("flags"), 0) & flag) != 0;
  }

  /** The kernel's index of it. */
  int index() {
    return (int) number(file("ifindex"), -1);
  }

  /** LINKTYPE_ value of its frames as a packet socket gives them, or -1 where they have none. */
  int linkType() {
    return switch ((int) number(file("type"), -1)) { // ARPHRD_ values, linux/if_arp.h
      case 1, 772 -> 1; // Ethernet, loopback: LINKTYPE_ETHERNET
      case 519, 65534 -> 101; // raw IP, none (tun): LINKTYPE_RAW
      case 803 -> 127; // 802.11 with radiotap
      default -> -1;
    };
  }

  /** What was lost so far. */
  public Losses losses() {
    Path statistics = file("statistics");
    return new Losses(number(statistics.resolve("rx_dropped"), 0), number(statistics.resolve("rx_missed_errors"), 0),
        number(statistics.resolve("rx_fifo_errors"), 0));
  }

  /** Whether the kernel merges received segments (GRO): what is heard then never was on the wire in this form. */
  public boolean mergesInKernel() {
    return ask(GET_GRO, 2)[1] != 0;
  }

  /** Whether the card merges received segments (LRO). */
  public boolean mergesInCard() {
    return (ask(GET_FLAGS, 2)[1] & FLAG_LRO) != 0;
  }

  /** The card's own ring. */
  public Buffer buffer() {
    int[] said = ask(GET_RING, 9);
    return new Buffer(said[5], said[1]);
  }

  /** Whether the card offers to stamp every frame it receives. */
  public boolean offersStamps() {
    int[] said = ask(GET_TIMESTAMPING, 11);
    return (said[1] & RX_HARDWARE) == RX_HARDWARE && (said[7] >>> STAMP_ALL & 1) != 0;
  }

  private Path file(String of) {
    return ALL.resolve(name).resolve(of);
  }

  private static long number(Path file, long absent) {
    try {
      return Long.decode(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (NoSuchFileException e) {
      return absent;
    } catch (IOException | NumberFormatException e) {
      return absent; // an interface that just went answers its files with EINVAL
    }
  }

  // ---- ioctl

  /** What the driver answers to a question of ethtool: the structure's words, all 0 but the first where it has no answer. */
  private int[] ask(int question, int words) {
    int[] answer = new int[words];
    answer[0] = question;
    if (!present()) {
      return answer;
    }
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      int socket = libc.socket(2, 2, 0); // AF_INET, SOCK_DGRAM: any socket will do
      if (socket < 0) {
        return answer;
      }
      MemorySegment words32 = arena.allocate(4L * words, 8);
      words32.set(U32, 0, question);
      if (libc.control(socket, SIOCETHTOOL, request(arena, words32)) == 0) {
        for (int i = 0; i < words; i++) {
          answer[i] = words32.get(U32, 4L * i);
        }
      }
      libc.close(socket);
    }
    return answer;
  }

  /** {@code struct ifreq} with a pointer. */
  private MemorySegment request(Arena arena, MemorySegment data) {
    MemorySegment request = arena.allocate(40, 8);
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    MemorySegment.copy(text, 0, request, ValueLayout.JAVA_BYTE, 0, Math.min(text.length, NAME - 1));
    request.set(ValueLayout.ADDRESS, NAME, data);
    return request;
  }

  /**
   * Makes the card stamp every frame where it offers that, or finds that it does. Making it needs CAP_NET_ADMIN.
   *
   * @return whether it does
   */
  boolean stampsFrames(Libc libc, int socket) {
    if (!offersStamps()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment config = arena.allocate(12, 8); // struct hwtstamp_config: flags, tx_type, rx_filter
      config.set(U32, 8, STAMP_ALL);
      MemorySegment request = request(arena, config);
      if (libc.control(socket, SIOCSHWTSTAMP, request) != 0 && libc.control(socket, SIOCGHWTSTAMP, request) != 0) {
        return false;
      }
      return config.get(U32, 8) == STAMP_ALL;
    }
  }
}
