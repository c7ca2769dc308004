package fr.vigie.sensor.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two endpoints spoke a protocol. Keyed by client address, server address, server port and protocol, never by the ephemeral port.
 *
 * @param who the client
 * @param whom the server, or the group address
 * @param transport {@code udp}, {@code tcp}, {@code icmp}, {@code ethernet}…
 * @param port server port, or 0 where the transport has none
 * @param phase OPEN at the first packet, UPDATE each 60 s and at once when the answer changes, CLOSE at the end
 * @param answer whether the server answered
 * @param first capture time of the first packet, ns
 * @param last capture time of the last packet, ns
 * @param packetsOut packets from client to server
 * @param bytesOut octets from client to server, as on the wire
 * @param packetsBack packets from server to client
 * @param bytesBack octets from server to client
 * @param operations names of the operations seen so far, by the protocol's names, in order of appearance, at most 64
 */
public record Contact(Stamp stamp, Endpoint who, String protocol, @Nullable Cite cite, Endpoint whom, String transport, int port,
    Phase phase, Answer answer, long first, long last, long packetsOut, long bytesOut, long packetsBack, long bytesBack,
    List<String> operations) implements Observation {
  /** Where the contact stands in its life. */
  public enum Phase {
    OPEN,
    UPDATE,
    CLOSE
  }

  /** Whether the server answered. */
  public enum Answer {
    /** Nothing yet. */
    PENDING,
    ANSWERED,
    /** TCP reset or ICMP unreachable. */
    REFUSED,
    /** No answer within five seconds of capture time. */
    SILENT,
    /** Sent to a group address: no answer is due. */
    GROUP
  }
}
