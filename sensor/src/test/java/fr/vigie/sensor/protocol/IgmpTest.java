package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages built after RFC 1112 appendix I, RFC 2236 §2 and RFC 3376 §4; checked against tshark by {@link LinkTsharkTest}. */
final class IgmpTest extends DissectorContract {
  static final List<Message> MESSAGES = List.of(igmp("query-v1", "11 00 EEFF 00000000"), igmp("query-v2", "11 64 EE9B 00000000"),
      igmp("query-v3", "11 18 0000 EFFFFFFA 0A 7D 0002 0A000001 0A000002"), igmp("report-v1", "12 00 0000 E000170C"),
      igmp("report-v2", "16 00 0000 E000170C"), igmp("leave", "17 00 0000 EFFFFFFA"),
      igmp("report-v3", "22 00 0000 0000 0004  04 00 0000 E000170C  02 00 0000 EFFFFFFA  03 00 0000 EFC0000A  01 01 0001 E0000181 0A000009 DEADBEEF"),
      igmp("record-type-unknown", "22 00 0000 0000 0001  09 00 0000 E000170C"), igmp("group-is-an-address", "16 00 0000 0A00170C"),
      igmp("record-runs-out", "22 00 0000 0000 0002  04 00 0000 E000170C"));

  private static Message igmp(String name, String hex) {
    return Message.request(name, 0, 0, hex).between("10.0.0.7", "224.0.0.22");
  }

  @Override
  protected Dissector dissector() {
    return new Igmp();
  }

  /** A report states how many records it has, not how long it is; versions 1 and 2 have one length. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected int hops() {
    return 1;
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void aListenerOfTheRoutingGroupSaysSo() {
    assertThat(Dissected.facts(new Igmp(), new TestExchange().hops(1), igmp("knx", "16 00 0000 E000170C")))
        .contains("claim BANNER of 10.0.0.7 = multicast-group=224.0.23.12 by 10.0.0.7 | RFC 2236 §2").noneMatch(f -> f.startsWith("flaw"));
  }

  @Test
  void aMessageFromAfarIsAFlaw() {
    assertThat(Dissected.facts(new Igmp(), new TestExchange().hops(63), igmp("far", "16 00 0000 E000170C"))).anyMatch(f -> f.startsWith("flaw hops"));
  }
}
