package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Advertisements built after RFC 3768 §5.1 and RFC 9568 §5.1; checked against tshark by {@link LinkTsharkTest}. */
final class VrrpTest extends DissectorContract {
  private static final Message VERSION_3 = vrrp("version-3", "31 07 C8 01 0064 0000 0A000001");

  static final List<Message> MESSAGES = List.of(vrrp("version-2", "21 07 C8 02 00 01 0000 0A000001 0A000002 0000000000000000"),
      vrrp("version-2-with-password", "21 07 64 01 01 01 0000 0A000001 7661756C74313233"), VERSION_3, vrrp("resign", "31 07 00 01 0064 0000 0A000001"),
      vrrp("owner", "31 08 FF 01 0064 0000 0A000003"),
      Message.request("version-3-of-ipv6", 0, 0, "31 07 C8 01 0064 0000 FE800000000000000000000000000001").between("fe80::3", "ff02::12"),
      vrrp("no-router-and-no-address", "31 00 C8 00 0064 0000"));

  private static Message vrrp(String name, String hex) {
    return Message.request(name, 0, 0, hex).between("10.0.0.3", "224.0.0.18");
  }

  @Override
  protected Dissector dissector() {
    return new Vrrp();
  }

  @Override
  protected List<Message> messages() {
    return MESSAGES;
  }

  @Test
  void theAddressIsVirtualAndNotTheRouters() {
    assertThat(Dissected.facts(new Vrrp(), VERSION_3)).contains("claim ROLE of 10.0.0.1 = virtual-address by 10.0.0.3 | RFC 9568 §5.2",
        "claim ROLE of 00:00:5e:00:01:07 = virtual-address by 10.0.0.3 | RFC 9568 §7.3");
  }

  @Test
  void anOwnersAddressIsItsOwn() {
    assertThat(Dissected.facts(new Vrrp(), MESSAGES.get(4))).noneMatch(f -> f.startsWith("claim ROLE of 10.0.0.3 = virtual-address"));
  }

  @Test
  void whatARouterPassedOnIsAFlawAndNotBelieved() {
    assertThat(Dissected.facts(new Vrrp(), new TestExchange().hops(250), VERSION_3)).containsExactly("operation advertisement",
        "flaw hops at 0 of 12: 10.0.0.3 | RFC 9568 §5.1.1.3");
  }

  @Test
  void thePasswordIsNowhere() {
    assertThat(Dissected.facts(new Vrrp(), MESSAGES.get(1)).toString()).contains("vrrp-authentication=clear text").doesNotContain("vault123");
  }

  @Test
  void carpIsNobodys() {
    assertThat(Dissected.facts(new Vrrp(), vrrp("carp", "21 01 00 07 00 01 0000" + "00".repeat(28)))).containsExactly("not mine at 0");
  }
}
