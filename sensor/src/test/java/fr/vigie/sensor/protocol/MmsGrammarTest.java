package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.protocol.MmsGrammar.Member;
import fr.vigie.sensor.protocol.MmsGrammar.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every message of MMS with all that its grammar allows in it, alternatives in turn, read by tshark: one that the grammar got wrong is malformed there, or full of errors of the Basic Encoding
 * Rules.
 */
class MmsGrammarTest {
  /** What tshark 4.0.17 has no grammar for: types of floating-point numbers, of strings and of IEC 61850's times, and REAL. */
  private static final Set<String> FOREIGN = Set.of("floating-point", "mMSString", "utc-time", "real", "generalized-time", "csObjectClass", "undefined", "encodedString", "coded", "success");

  /** How often each message is built, each time with other alternatives. */
  private static final int ROUNDS = 4;

  private int turn;

  private static String element(int octet, String content) {
    int length = content.length() / 2;
    return "%02x".formatted(octet) + (length < 128 ? "%02x".formatted(length) : length < 256 ? "81%02x".formatted(length) : "82%04x".formatted(length)) + content;
  }

  private static String context(int number, boolean constructed, String content) {
    int form = 0x80 | (constructed ? 0x20 : 0);
    if (number < 31) {
      return element(form | number, content);
    }
    String low = element(form | 31, content);
    return low.substring(0, 2) + "%02x".formatted(number) + low.substring(2);
  }

  private static boolean constructed(String type) {
    return MmsGrammar.SHAPES.containsKey(type) || type.startsWith("[]");
  }

  private static boolean choice(String type) {
    Shape shape = MmsGrammar.SHAPES.get(type);
    return shape != null && shape.choice();
  }

  /** A value with the tag of its type. */
  private String own(String type, int depth) {
    Shape shape = MmsGrammar.SHAPES.get(type);
    if (shape != null && shape.choice()) {
      List<Member> possible = shape.members().stream().filter(m -> !FOREIGN.contains(m.name()) && (depth < 4 || !m.type().contains(type))).toList();
      Member chosen = possible.get(turn++ % possible.size());
      return member(chosen, depth + 1);
    }
    return element(constructed(type) ? 0x30 : MmsGrammar.SIMPLE.get(type), content(type, depth));
  }

  private String member(Member member, int depth) {
    if (member.tag() < 0) {
      return own(member.type(), depth);
    }
    boolean inside = choice(member.type()) || member.explicit();
    return context(member.tag(), inside || constructed(member.type()), inside ? own(member.type(), depth) : content(member.type(), depth));
  }

  private String content(String type, int depth) {
    if (type.startsWith("[]")) {
      return depth > 6 ? "" : own(type.substring(2), depth + 1) + own(type.substring(2), depth + 1);
    }
    Shape shape = MmsGrammar.SHAPES.get(type);
    if (shape != null) {
      StringBuilder all = new StringBuilder();
      for (Member member : shape.members()) {
        if (!FOREIGN.contains(member.name())) {
          all.append(member(member, depth + 1));
        }
      }
      return all.toString();
    }
    return switch (type) {
      case "Bool" -> "ff";
      case "Int" -> "05";
      case "Bits" -> "04a0";
      case "Octets", "Content" -> "0a0b0c";
      case "Float" -> "0840490fdb";
      case "TimeOfDay" -> "008440483219";
      case "UtcTime" -> "5f5e10000000000a";
      case "Null" -> "";
      case "Oid" -> "28ca220203";
      case "GeneralizedTime" -> "32303236313132363039303030305a";
      default -> "5a31";
    };
  }

  /** Confirmed requests and answers of all services, and the other messages, each several times for its alternatives. */
  private Map<String, String> messages() {
    Map<String, String> all = new TreeMap<>();
    String[] pdus = {"ConfirmedErrorPDU", "UnconfirmedPDU", "RejectPDU", "", "", "CancelErrorPDU", "InitiateRequestPDU", "InitiateResponsePDU"};
    for (int round = 0; round < ROUNDS; round++) {
      turn = round;
      for (Map.Entry<String, Integer> kind : Map.of("ConfirmedServiceRequest", 0xA0, "ConfirmedServiceResponse", 0xA1).entrySet()) {
        for (Member service : MmsGrammar.SHAPES.get(kind.getKey()).members()) {
          all.put("%s %02d %d".formatted(kind.getKey(), service.tag(), round), element(kind.getValue(), "020105" + member(service, 0)));
        }
      }
      for (int i = 0; i < pdus.length; i++) {
        if (!pdus[i].isEmpty()) {
          all.put(pdus[i] + " " + round, element(0xA2 + i, content(pdus[i], 0)));
        }
      }
    }
    return all;
  }

  @Test
  void everyMessageThatTheGrammarAllowsIsSoundToTshark(@TempDir Path folder) throws IOException {
    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    Map<String, String> messages = messages();
    List<DissectorContract.Message> made = new ArrayList<>();
    messages.forEach((name, pdu) -> made.add(MmsTest.associated(DissectorContract.Message.request(name.replace(' ', '-'), 50_001, 102, MmsTest.mms(pdu)))));
    TsharkAgreement agreement = Iec61850Columns.mms();
    agreement.with(folder, true, made);
    Path file = folder.resolve("mms.pcap");
    TreeMap<Long, Pdml.Row> rows = Pdml.read(file, "mms", List.of());
    Map<Long, TranscriptKeeper.Frame> ours = Survey.transcript(file, "mms").frames;
    Set<String> wrong = new TreeSet<>();
    Set<String> names = new TreeSet<>();
    rows.forEach((number, row) -> {
      String told = row.all("mms.confirmedServiceRequest") + " " + row.all("mms.confirmedServiceResponse");
      if (row.has("_ws.malformed") || row.fields.stream().anyMatch(f -> f[0].startsWith("ber.error") || f[0].startsWith("ber.") && f[0].contains("wrong"))) {
        wrong.add(told + " of frame " + number);
      }
      row.fields.forEach(f -> names.add(f[0]));
      TranscriptKeeper.Frame mine = ours.get(number);
      if (mine == null || !mine.all("unreadOctets").isEmpty()) {
        wrong.add(told + " of frame " + number + " unread by Vigie");
      }
    });
    System.out.println("mms: " + rows.size() + " frames of " + messages.size() + " built messages, wrong: " + wrong + "; names " + names.stream().filter(n -> n.startsWith("mms.")).count());
    assertThat(wrong).isEmpty();
    assertThat(rows.size()).isGreaterThanOrEqualTo(messages.size() * 9 / 10);
    assertThat(agreement.tell()).isGreaterThanOrEqualTo(0.99);
    assertThat(agreement.coverage()).isGreaterThanOrEqualTo(0.95);
  }
}
