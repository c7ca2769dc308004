package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Multicast listener discovery built after RFC 2710 §3 and RFC 3810 §5; checked against tshark by {@link LinkTsharkTest}. */
final class MldTest extends DissectorContract {
  static final List<Message> MESSAGES = List.of(
      Icmpv6Test.from("listener-query", "fe80::1", "ff02::1", "82 00 0000 2710 0000 00000000000000000000000000000000"),
      Icmpv6Test.from("listener-query-v2", "fe80::1", "ff02::1", "82 00 0000 2710 0000 FF02000000000000000000000000000C 0A 7D 0001" + Icmpv6Test.HOST),
      Icmpv6Test.from("listener-report", "fe80::7", "ff02::c", "83 00 0000 0000 0000 FF02000000000000000000000001000C"),
      Icmpv6Test.from("listener-done", "fe80::7", "ff02::2", "84 00 0000 0000 0000 FF02000000000000000000000001000C"),
      Icmpv6Test.from("listener-report-v2", "fe80::7", "ff02::16", "8F 00 0000 0000 0003  04 00 0000 FF0500000000000000000000000000FB"
          + "04 00 0000 FF0200000000000000000001FF048D59  03 00 0001 FF0500000000000000000000000000FC" + Icmpv6Test.HOST),
      Icmpv6Test.from("listener-report-record-type", "fe80::7", "ff02::16", "8F 00 0000 0000 0001  0B 00 0000 FF0500000000000000000000000000FB"));

  @Override
  protected Dissector dissector() {
    return new Icmpv6();
  }

  /** A report states how many records it has, not how long it is. */
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
  void groupsOfTheLinksOwnControlSayNothing() {
    assertThat(Dissected.facts(new Icmpv6(), new TestExchange().hops(1), MESSAGES.stream().filter(m -> m.name().equals("listener-report-v2")).findFirst().orElseThrow()))
        .containsExactly("claim BANNER of fe80::7 = multicast-group=ff05::fb by fe80::7 | RFC 3810 §5.2",
            "claim BANNER of fe80::7 = multicast-group=ff05::fc by fe80::7 | RFC 3810 §5.2");
  }
}
