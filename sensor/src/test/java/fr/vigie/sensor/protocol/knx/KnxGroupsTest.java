package fr.vigie.sensor.protocol.knx;

import static fr.vigie.sensor.protocol.DissectorContract.Message.request;

import fr.vigie.sensor.meaning.Datapoint;
import fr.vigie.sensor.meaning.GroupAddresses;
import fr.vigie.sensor.meaning.GroupAddresses.Group;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import java.util.List;

/** Group values where the site's export names their types: 1/1/1 a temperature, 1/1/2 a switch, 1/1/3 a time, 1/1/4 an access code, 1/1/5 nothing. */
final class KnxGroupsTest extends DissectorContract {
  private static final GroupAddresses GROUPS = GroupAddresses.of(List.of(
      new Group(0x0901, Datapoint.of(9, 1), "Température salle 1"), new Group(0x0902, Datapoint.of(1, 1), "Éclairage"),
      new Group(0x0903, Datapoint.of(10, 1), "Heure"), new Group(0x0904, Datapoint.of(15, 0), "Badge"), new Group(0x0905, null, "Sans type")));

  @Override
  protected Dissector dissector() {
    return new KnxNetIp(Dissector.Transport.UDP, GROUPS);
  }

  @Override
  protected String folder() {
    return "knx-groups";
  }

  private static Message routed(String name, String telegram) {
    int length = 6 + Message.hex(telegram).length;
    return request(name, KnxNetIp.PORT, KnxNetIp.PORT, String.format("0610 0530 %04x %s", length, telegram)).between("10.0.0.3", "224.0.23.12");
  }

  @Override
  protected List<Message> messages() {
    return List.of(
        routed("a-temperature-is-read", "29 00 bc e0 1104 0901 03 00 40 0c1a"),
        routed("a-temperature-is-written", "29 00 bc e0 1104 0901 03 00 80 0c1a"),
        routed("an-invalid-temperature", "29 00 bc e0 1104 0901 03 00 80 7fff"),
        routed("a-value-of-another-length-is-a-flaw", "29 00 bc e0 1104 0901 02 00 80 15"),
        routed("a-switch-is-written", "29 00 bc e0 1104 0902 01 00 81"),
        routed("a-switch-is-asked", "29 00 bc e0 1104 0902 01 00 00"),
        routed("a-time-is-text", "29 00 bc e0 1104 0903 04 00 80 2a1e05"),
        routed("an-access-code-stays-here", "29 00 bc e0 1104 0904 05 00 80 12345680"),
        routed("an-address-without-a-type", "29 00 bc e0 1104 0905 03 00 80 0c1a"),
        routed("an-address-that-nobody-named", "29 00 bc e0 1104 0906 01 00 81"));
  }
}
