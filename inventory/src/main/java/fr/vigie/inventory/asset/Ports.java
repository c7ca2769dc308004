package fr.vigie.inventory.asset;

import fr.vigie.inventory.fingerprint.Kinds.Fact;
import fr.vigie.inventory.fingerprint.Knowledge;
import java.util.BitSet;

/** The ports that tell something of who answers on them; asked for each contact, so each port is looked up once. */
final class Ports {
  private static final int PORTS = 65_536;

  private final Knowledge knowledge;
  /** TCP below, UDP above. */
  private final BitSet asked = new BitSet(2 * PORTS);

  private final BitSet telling = new BitSet(2 * PORTS);

  Ports(Knowledge knowledge) {
    this.knowledge = knowledge;
  }

  boolean tell(String transport, int port) {
    boolean tcp = transport.equals("tcp");
    if (!tcp && !transport.equals("udp") || port < 0 || port >= PORTS) {
      return false;
    }
    int at = tcp ? port : PORTS + port;
    if (!asked.get(at)) {
      asked.set(at);
      Fact fact = new Fact(transport + ".port", Integer.toString(port));
      telling.set(at, knowledge.kinds().asks(fact) || knowledge.likenesses().prints().asks(fact));
    }
    return telling.get(at);
  }
}
