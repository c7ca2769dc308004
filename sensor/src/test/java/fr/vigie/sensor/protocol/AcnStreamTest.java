package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.AcnTest.CID;
import static fr.vigie.sensor.protocol.AcnTest.large;
import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.hex;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;

import java.util.List;

/** RDMnet between clients and their broker: E1.33-2019 clauses 6 and 7. */
final class AcnStreamTest extends DissectorContract {
  private static String message(int vector, String content) {
    String block = large(String.format("%08x", vector) + CID + content);
    return ascii("ASC-E1.17") + "000000" + String.format("%08x", hex(block).length) + block;
  }

  private static String text(String text, int octets) {
    return ascii(text) + "00".repeat(octets - text.length());
  }

  private static String remote(int vector, String rdm) {
    return message(5, large(String.format("%08x", vector) + ArtNetTest.CONTROLLER + "0000" + ArtNetTest.FIXTURE + "0001 00000005 00"
        + large("00000001" + large("cc" + rdm))));
  }

  @Override
  protected Dissector dissector() {
    return new Acn(Dissector.Transport.TCP);
  }

  @Override
  protected List<Message> messages() {
    Message connect = request("broker-connect", 50_000, 8888, message(9, large("0006" + text("default", 63) + "0001" + text("local.", 231) + "01"
        + large("00000005" + CID + ArtNetTest.CONTROLLER + "01" + CID))));
    Message set = request("rpt-set-start-address", 50_000, 8888, remote(1, ArtNetTest.rdm(ArtNetTest.FIXTURE, ArtNetTest.CONTROLLER, 3, 1, 0x30, 0x00F0, "0001")));
    return List.of(
        connect,
        response("broker-accepts", 8888, 50_000, message(9, large("0007 0000 0001" + ArtNetTest.FIXTURE + ArtNetTest.CONTROLLER))).after(connect),
        response("broker-refuses", 8888, 50_000, message(9, large("0007 0003 0001" + ArtNetTest.FIXTURE + ArtNetTest.CONTROLLER))).after(connect),
        request("broker-disconnect", 50_000, 8888, message(9, large("000b 0000"))),
        request("broker-null", 50_000, 8888, message(9, large("000c"))),
        set,
        response("rpt-notification", 8888, 50_000, remote(3, ArtNetTest.rdm(ArtNetTest.CONTROLLER, ArtNetTest.FIXTURE, 3, 0, 0x31, 0x00F0, ""))).after(set),
        request("rpt-status", 50_000, 8888, message(5, large("00000002" + ArtNetTest.CONTROLLER + "0000" + ArtNetTest.FIXTURE + "0001 00000005 00"
            + large("0001")))));
  }
}
