package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SsdpTest extends DissectorContract {
  private static String head(String... lines) {
    return Message.ascii(String.join("\r\n", lines) + "\r\n\r\n");
  }

  private static final String[] ALIVE = {"NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", "CACHE-CONTROL: max-age=1800", "LOCATION: http://10.0.0.9:80/desc.xml",
      "NT: urn:schemas-upnp-org:device:Basic:1", "NTS: ssdp:alive", "SERVER: Linux/5.10 UPnP/1.0 Bridge/1.60", "USN: uuid:2f402f80::urn:schemas-upnp-org:device:Basic:1"};

  private static Message group(String name, String hex) {
    return Message.request(name, 50000, 1900, hex).between("10.0.0.9", "239.255.255.250");
  }

  @Override
  protected Dissector dissector() {
    return new Ssdp();
  }

  /** A head in a datagram states no length. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return List.of(group("search", head("M-SEARCH * HTTP/1.1", "HOST: 239.255.255.250:1900", "MAN: \"ssdp:discover\"", "MX: 2", "ST: ssdp:all")),
        group("search-without-target-is-a-flaw", head("M-SEARCH * HTTP/1.1", "HOST: 239.255.255.250:1900")), group("alive", head(ALIVE)),
        group("byebye", head("NOTIFY * HTTP/1.1", "HOST: 239.255.255.250:1900", "NT: upnp:rootdevice", "NTS: ssdp:byebye", "USN: uuid:2f402f80::upnp:rootdevice")),
        Message.response("search-answer", 1900, 50000, head("HTTP/1.1 200 OK", "CACHE-CONTROL: max-age=1800", "EXT:", "LOCATION: http://10.0.0.2/desc.xml",
            "SERVER: Windows/10.0 UPnP/1.1 BMS/2.0", "ST: upnp:rootdevice", "USN: uuid:1::upnp:rootdevice")),
        group("no-empty-line-is-a-flaw", Message.ascii("NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\n")));
  }

  @Test
  void anHttpAnswerOnAnotherPortIsNobodys() {
    assertThat(Dissected.facts(new Ssdp(), Message.response("http", 8080, 50000, head("HTTP/1.1 200 OK", "SERVER: x")))).containsExactly("not mine at 0");
  }
}
