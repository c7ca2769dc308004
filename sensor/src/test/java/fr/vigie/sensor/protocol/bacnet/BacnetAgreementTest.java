package fr.vigie.sensor.protocol.bacnet;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.SharedCaptures;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.protocol.DissectorContract.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every field that tshark reads of BACnet, and whether Vigie reads the same. */
final class BacnetAgreementTest {
  /** The shared captures of which the catalogue says that they hold BACnet. */
  private static List<Path> captures(Path root) throws IOException {
    return Files.readAllLines(root.resolve("CATALOG.tsv")).stream().map(l -> l.split("\t", -1))
        .filter(c -> c.length > 7 && c[7].equals("BACnet")).map(c -> root.resolve(c[0])).filter(Files::isRegularFile).toList();
  }

  @Test
  void everyCaptureIsReadAsTsharkReadsIt() throws IOException {
    Path root = SharedCaptures.root();
    Assumptions.assumeTrue(root != null, "shared captures are absent");
    Assumptions.assumeTrue(Tshark.installed(), "tshark is not installed: the comparison with it is skipped");
    Tshark all = new Tshark();
    for (Path capture : captures(root)) {
      all.with(capture);
    }
    double[] shares = all.tell("captures");
    assertThat(all.frames).isGreaterThan(4_000);
    assertThat(shares[0]).as("share of fields that agree").isGreaterThanOrEqualTo(0.995);
    assertThat(shares[1]).as("share of fields compared").isGreaterThanOrEqualTo(0.95);
  }

  private static final int ETHERNET = 1;
  private static final int MS_TP = 165;
  private static final int HUB = 4_443;

  /**
   * Messages that break a clause, which tshark reads on all the same; frames that it does not know how to decode; and a password, which Vigie does not
   * tell.
   */
  private static final Set<String> OWN_WAY =
      Set.of("authenticate-is-a-secret", "too-many-arguments", "nesting-without-end", "mstp-extended-with-a-wrong-checksum",
          "mstp-extended-that-is-not-stuffed", "mstp-a-wrong-header-checksum-is-a-flaw", "mstp-a-wrong-data-checksum-is-a-flaw-and-no-act",
          "mstp-ipv6-over-mstp", "sc-upgrade-with-credentials", "sc-fragment", "sc-unknown-function", "sc-more-than-a-function-has", "mstp-a-frame-from-everybody-is-a-flaw");

  /** The messages of a contract test, each with those before it, as frames of this link type. */
  private static Path capture(Path folder, String name, int linkType, List<Message> messages, UnaryOperator<byte[]> framed) throws IOException {
    Path file = folder.resolve(name + ".pcap");
    try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), CaptureWriter.Format.PCAP_NANOS)) {
      int card = writer.addInterface(null, linkType);
      long at = 1_767_600_000_000_000_000L;
      for (Message message : messages) {
        if (OWN_WAY.contains(message.name())) {
          continue;
        }
        List<Message> conversation = new ArrayList<>(message.before());
        conversation.add(message);
        for (Message m : conversation) {
          writer.write(card, at, framed.apply(m.octets()));
          at += 10_000_000;
        }
      }
    }
    return file;
  }

  /** One connection to a hub, message after message, on a port where tshark is told to expect an upgrade. */
  private static Path connection(Path folder, List<Message> messages) throws IOException {
    Path file = folder.resolve("sc.pcap");
    int[] sequence = {1000, 1000};
    try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), CaptureWriter.Format.PCAP_NANOS)) {
      int card = writer.addInterface(null, ETHERNET);
      long at = 1_767_600_000_000_000_000L;
      for (Message m : messages) {
        if (OWN_WAY.contains(m.name())) {
          continue;
        }
        int from = m.fromClient() ? 1 : 2;
        int side = from - 1;
        byte[] octets = m.octets();
        byte[] packet = Frames.tcp(m.fromClient() ? 50_000 : HUB, m.fromClient() ? HUB : 50_000, sequence[side], 24, octets);
        writer.write(card, at, Frames.ethernet(from, 3 - from, 0x0800, Frames.ipv4(from, 3 - from, 6, packet)));
        sequence[side] += octets.length;
        at += 10_000_000;
      }
    }
    return file;
  }

  private static final byte[] LLC = HexFormat.of().parseHex("828203");

  private static byte[] llc(byte[] npdu) {
    byte[] frame = Frames.join(LLC, npdu);
    return Frames.ethernet(1, 2, frame.length, frame);
  }

  private static Tshark built(Path folder) throws IOException {
    Tshark all = new Tshark();
    all.with(capture(folder, "ip", ETHERNET, new BacnetTest().messages(),
        m -> Frames.ethernet(1, 2, 0x0800, Frames.ipv4(1, 2, 17, Frames.udp(0xBAC0, 0xBAC0, m)))));
    all.with(capture(folder, "ip6", ETHERNET, new BacnetIp6Test().messages(),
        m -> Frames.ethernet(1, 2, 0x86DD, Frames.ipv6(1, 2, 17, Frames.udp(0xBAC0, 0xBAC0, m)))));
    all.with(capture(folder, "ethernet", ETHERNET, new BacnetEthernetTest().messages(), BacnetAgreementTest::llc));
    all.with(capture(folder, "mstp", MS_TP, new MstpTest().messages(), m -> m));
    all.with(connection(folder, new BacnetScTest().messages()), "-d", "tcp.port==" + HUB + ",http");
    return all;
  }

  @Test
  void everyBuiltMessageIsReadAsTsharkReadsIt(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(Tshark.installed(), "tshark is not installed: the comparison with it is skipped");
    Tshark all = built(folder);
    double[] shares = all.tell("built");
    assertThat(all.frames).isGreaterThan(200);
    assertThat(shares[0]).as("share of fields that agree").isGreaterThanOrEqualTo(0.99);
    assertThat(shares[1]).as("share of fields compared").isGreaterThanOrEqualTo(0.95);
    everythingKnownIsCompared(all);
  }

  /** No service, tag, function or network message that the code knows by name is without a message that tshark reads alike, but for those that tshark 4.0.17 cannot read. */
  private static void everythingKnownIsCompared(Tshark all) {
    SoftAssertions soft = new SoftAssertions();
    soft.assertThat(missing(Codes::confirmed, all.alike("requests"))).as("requests of confirmed services").isEmpty();
    soft.assertThat(missing(Codes::confirmed, all.alike("answers"))).as("answers of confirmed services").isEmpty();
    soft.assertThat(missing(Codes::unconfirmed, all.alike("bacapp.unconfirmed_service"))).as("unconfirmed services").isEmpty();
    soft.assertThat(missing(Codes::network, all.alike("bacnet.mesgtyp"))).as("network messages").isEmpty();
    soft.assertThat(missing(Codes::bvlcFunction, all.alike("bvlc.function"))).as("functions of BACnet/IP").containsExactly(UNREADABLE.get("Secure-BVLL"));
    soft.assertThat(missing(Codes::bvlc6Function, all.alike("bvlc.function_ipv6"))).as("functions of BACnet/IPv6").containsExactly(UNREADABLE.get("Secure-BVLL of IPv6"));
    soft.assertThat(missing(Codes::bvlcScFunction, all.alike("bscvlc.function"))).as("functions of BACnet/SC").isEmpty();
    soft.assertThat(missing(Codes::mstpFrame, all.alike("mstp.frame_type"))).as("frames of MS/TP").containsExactly(UNREADABLE.get("IPv6-over-MS/TP-Encapsulation"));
    soft.assertThat(missing(Codes::pduType, all.alike("bacapp.type"))).as("PDUs").isEmpty();
    // 20.2.1.4: tags 13 to 15 are reserved
    soft.assertThat(missing(i -> i < 13 ? "application tag" : "reserved", all.alike("bacapp.application_tag_number"))).as("application tags").isEmpty();
    soft.assertAll();
  }

  /**
   * What tshark 4.0.17 calls malformed however it is built, because it looks for a message in the clear behind the wrapper that encloses it (135-2016 24.2), and a frame of MS/TP that it names
   * and whose octets it does not read: {@code secure-bvll}, {@code ip6-secure-bvll}, {@code mstp-ipv6-over-mstp} are checked by their clauses alone.
   */
  private static final Map<String, Integer> UNREADABLE = Map.of("Secure-BVLL", 0x0C, "Secure-BVLL of IPv6", 0x0B, "IPv6-over-MS/TP-Encapsulation", 34);

  private static List<Integer> missing(IntFunction<String> names, Set<Integer> alike) {
    return IntStream.range(0, 256).filter(i -> !names.apply(i).matches("(?i).*(unknown|reserved|proprietary|vendor).*|[0-9]+") && !alike.contains(i)).boxed().toList();
  }
}
