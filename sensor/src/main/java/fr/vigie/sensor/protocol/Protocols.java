package fr.vigie.sensor.protocol;

import fr.vigie.sensor.meaning.Meanings;
import fr.vigie.sensor.protocol.bacnet.Bacnet;
import fr.vigie.sensor.protocol.bacnet.BacnetEthernet;
import fr.vigie.sensor.protocol.knx.KnxNetIp;
import fr.vigie.sensor.protocol.modbus.Modbus;
import fr.vigie.sensor.protocol.modbus.ModbusRtu;
import fr.vigie.sensor.protocol.bacnet.BacnetIp6;
import fr.vigie.sensor.protocol.bacnet.BacnetSc;
import fr.vigie.sensor.protocol.bacnet.Mstp;
import java.util.List;

/** The one list that names every protocol Vigie reads. The order is the order in which framings are asked on unknown ports. */
public final class Protocols {
  private Protocols() {}

  /** A fresh set of dissectors for one pipeline, where nothing is known of the site. */
  public static List<Dissector> all() {
    return all(Meanings.NONE);
  }

  /** A fresh set of dissectors for one pipeline, with what the site says of its values. */
  public static List<Dissector> all(Meanings meanings) {
    return List.of(
        new Lldp(),
        new Arp(),
        new Igmp(),
        new Icmpv6(),
        new Stp(),
        new Cdp(),
        new Vrrp(),
        new Hsrp(),
        new Eapol(),
        new Dhcp6(),
        new NetBios(),
        new NetBiosDatagram(),
        new Syslog(),
        new Radius(),
        new WsDiscovery(),
        new Dhcp(),
        Dns.datagrams(),
        Dns.stream(),
        Dns.multicast(),
        Dns.linkLocal(),
        new BacnetSc(),
        new Http(),
        new Bacnet(),
        new BacnetIp6(),
        new BacnetEthernet(),
        new Mstp(),
        new Profinet(),
        new Goose(),
        new SampledValues(),
        new Iec104(),
        new Dlms(Dissector.Transport.TCP),
        new Dlms(Dissector.Transport.UDP),
        new Coap(Dissector.Transport.UDP),
        new Coap(Dissector.Transport.TCP),
        new Dnp3(Dissector.Transport.TCP),
        new Dnp3(Dissector.Transport.UDP),
        new Modbus(meanings.registers()),
        new Fox(),
        new Lon(),
        new Sbus(),
        new ArtNet(),
        new Acn(Dissector.Transport.UDP),
        new Acn(Dissector.Transport.TCP),
        new MBus(Dissector.Transport.TCP),
        new MBus(Dissector.Transport.UDP),
        new EnOcean(Dissector.Transport.TCP),
        new EnOcean(Dissector.Transport.UDP),
        new HelvarNet(Dissector.Transport.TCP),
        new HelvarNet(Dissector.Transport.UDP),
        new Dali(),
        new KnxNetIp(Dissector.Transport.UDP, meanings.groups()),
        new KnxNetIp(Dissector.Transport.TCP, meanings.groups()),
        new Snmp(),
        new Tls(),
        new Mqtt(),
        new OpcUa(),
        new S7comm(),
        new Mms(),
        new EtherNetIp(Dissector.Transport.TCP),
        new EtherNetIp(Dissector.Transport.UDP),
        new Rtsp(),
        new Ssh(),
        new Dicom(),
        new Hl7(),
        new Ftp(),
        new Telnet(),
        new Tftp(),
        new Sip(Dissector.Transport.UDP),
        new Sip(Dissector.Transport.TCP),
        new ModbusRtu(meanings.registers()),
        new Quic(),
        new Smb(),
        new Rdp(),
        new Ssdp(),
        new Ntp(),
        new Rtcp(),
        new Rtp());
  }
}
