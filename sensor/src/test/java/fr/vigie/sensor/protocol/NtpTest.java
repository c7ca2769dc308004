package fr.vigie.sensor.protocol;

import java.util.List;

class NtpTest extends DissectorContract {
  private static final String TIMES = "00000a1b 00000203";
  private static final String STAMPS = "ed1f2a3b00000000 ed1f2a3c00000000 ed1f2a3c10000000 ed1f2a3c20000000";

  @Override
  protected Dissector dissector() {
    return new Ntp();
  }

  @Override
  protected List<Message> messages() {
    return List.of(Message.request("client", 50000, 123, "23 00 06 ec" + TIMES + "00000000" + STAMPS),
        Message.response("server-stratum-1", 123, 50000, "24 01 06 ec" + TIMES + "47505300" + STAMPS),
        Message.response("server-stratum-2", 123, 50000, "1c 02 06 ec" + TIMES + "0a000001" + STAMPS),
        Message.response("server-with-a-digest", 123, 50000, "24 02 06 ec" + TIMES + "0a000001" + STAMPS + "00000001" + "00112233445566778899aabbccddeeff"),
        Message.response("kiss-of-death", 123, 50000, "e4 00 06 ec" + TIMES + "52415445" + STAMPS),
        Message.response("server-not-in-step", 123, 50000, "e4 02 06 ec" + TIMES + "0a000001" + STAMPS),
        Message.request("broadcast", 123, 123, "25 02 06 ec" + TIMES + "0a000001" + STAMPS),
        Message.request("control-read-variables", 50000, 123, "16 02 0001 0000 0000 0000 0000"),
        Message.request("control-write-variables", 50000, 123, "16 03 0001 0000 0000 0000 0004 613d3100"),
        Message.request("control-with-a-count-beyond-its-end-is-a-flaw", 50000, 123, "16 82 0001 0000 0000 0000 0100"),
        Message.request("private-monlist", 50000, 123, "17 00 03 2a 00000000"),
        Message.request("stratum-of-200-is-a-flaw", 50000, 123, "23 c8 06 ec" + TIMES + "00000000" + STAMPS));
  }

  /** RFC 5905 §7.3 states no length: what authenticates may or may not follow. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  /** Control and private requests are whole with their header; what follows only fills the datagram. */
  @Override
  protected boolean mayAct(Message message, int octets) {
    return octets >= 8;
  }
}
