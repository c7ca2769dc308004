package fr.vigie.sensor.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How interfaces are listened to.
 *
 * @param interfaces names, at least one, none twice; several are one conversation, merged by packet time
 * @param realm the capture zone they all belong to
 * @param method what reads them
 * @param filter expression of pcap-filter(7), or null for everything
 * @param ring octets of the kernel's ring for each interface, 2 MiB to 4 GiB; of no meaning to {@link Method#PCAP}
 */
public record Listening(List<String> interfaces, String realm, Method method, @Nullable String filter, long ring) {
  /** What reads an interface. */
  public enum Method {
    /** The kernel's packet ring; Linux only. */
    RING,
    /** libpcap's loop. */
    PCAP
  }

  /** Everything on these interfaces, read as is best on this system. */
  public static Listening to(String... interfaces) {
    return new Listening(List.of(interfaces), "default", standard(), null, Ring.STANDARD);
  }

  /** What reads an interface best on this system. */
  public static Method standard() {
    return System.getProperty("os.name", "").equals("Linux") ? Method.RING : Method.PCAP;
  }

  /** Checks the ranges. */
  public Listening {
    interfaces = List.copyOf(interfaces);
    if (interfaces.isEmpty() || interfaces.stream().distinct().count() != interfaces.size()) {
      throw new IllegalArgumentException("interfaces are at least one, and none twice");
    }
    if (ring < 2L * Ring.BLOCK || ring > 4L << 30) {
      throw new IllegalArgumentException("the ring of an interface has 2 MiB to 4 GiB");
    }
  }

  /** The same read by another method. */
  public Listening by(Method other) {
    return new Listening(interfaces, realm, other, filter, ring);
  }

  /** The same with a filter. */
  public Listening filter(@Nullable String expression) {
    return new Listening(interfaces, realm, method, expression, ring);
  }

  /** The same with another size of ring. */
  public Listening ring(long octets) {
    return new Listening(interfaces, realm, method, filter, octets);
  }
}
