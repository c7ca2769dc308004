package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Envelopes built after WS-Discovery 1.1 §4 and §5 and ONVIF Core Specification §7.3. */
final class WsDiscoveryTest extends DissectorContract {
  private static final String ACTION = "http://schemas.xmlsoap.org/ws/2005/04/discovery/";

  private static String envelope(String action, String body) {
    return ascii("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header><a:MessageID>urn:uuid:1</a:MessageID>"
        + "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To><a:Action s:mustUnderstand=\"1\">" + ACTION + action + "</a:Action></s:Header><s:Body>" + body + "</s:Body></s:Envelope>");
  }

  private static final String CAMERA = "<a:EndpointReference><a:Address>urn:uuid:4d454930-0000-1000-8000-00053c048d59</a:Address></a:EndpointReference>"
      + "<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Hall%20B2 onvif://www.onvif.org/hardware/P3245-V\n"
      + " onvif://www.onvif.org/location/country/france onvif://www.onvif.org/Profile/Streaming onvif://www.onvif.org/MAC/00:05:3C:04:8D:59 http://maker.example/x</d:Scopes>"
      + "<d:XAddrs>http://10.0.0.9/onvif/device_service</d:XAddrs><d:MetadataVersion>10</d:MetadataVersion>";

  private static final Message MATCHES = Message.response("probe-matches", 3702, 50000, envelope("ProbeMatches", "<d:ProbeMatches><d:ProbeMatch>" + CAMERA + "</d:ProbeMatch></d:ProbeMatches>"))
      .between("10.0.0.9", "10.0.0.1");

  @Override
  protected Dissector dissector() {
    return new WsDiscovery();
  }

  /** An envelope ends where its datagram does. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  private static Message group(String name, String hex) {
    return Message.request(name, 50000, 3702, hex).between("10.0.0.9", "239.255.255.250");
  }

  @Override
  protected List<Message> messages() {
    return List.of(group("probe", envelope("Probe", "<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>")), MATCHES, group("hello", envelope("Hello", "<d:Hello>" + CAMERA + "</d:Hello>")),
        group("bye", envelope("Bye", "<d:Bye>" + CAMERA + "</d:Bye>")), group("resolve", envelope("Resolve", "<d:Resolve><a:EndpointReference><a:Address>urn:uuid:2</a:Address></a:EndpointReference></d:Resolve>")),
        group("comments-and-empty-elements", envelope("Hello", "<!-- <a> > --><d:Empty/><d:Data><![CDATA[<x>]]></d:Data>")),
        group("not-well-formed-is-a-flaw", envelope("Hello", "<d:Hello>" + CAMERA)), group("document-type-is-a-flaw", ascii("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><Envelope>&a;</Envelope>")),
        group("no-envelope-is-a-flaw", ascii("<html><body>hello</body></html>")), group("deep-nesting-is-a-flaw", ascii("<Envelope>" + "<a>".repeat(80) + "</a>".repeat(80) + "</Envelope>")));
  }

  @Test
  void aCameraSaysWhatItIs() {
    assertThat(Dissected.facts(new WsDiscovery(), MATCHES)).contains("claim BANNER of 10.0.0.9 = wsd-type=NetworkVideoTransmitter by 10.0.0.9 | WS-Discovery 1.1 §5.3",
        "claim NAME of 10.0.0.9 = Hall B2 by 10.0.0.9 | ONVIF Core Specification 22.12 §7.3.2.2", "claim MODEL of 10.0.0.9 = P3245-V by 10.0.0.9 | ONVIF Core Specification 22.12 §7.3.2.2",
        "claim MAC of 10.0.0.9 = 00:05:3c:04:8d:59 by 10.0.0.9 | ONVIF Core Specification 22.12 §7.3.2.2",
        "claim BANNER of 10.0.0.9 = wsd-address=http://10.0.0.9/onvif/device_service by 10.0.0.9 | WS-Discovery 1.1 §5.3");
  }

  @Test
  void aBrokenEnvelopeClaimsNothing() {
    assertThat(Dissected.facts(new WsDiscovery(), group("broken", envelope("Hello", "<d:Hello>" + CAMERA)))).singleElement().asString().startsWith("flaw not well-formed");
  }
}
