package fr.vigie.inventory.asset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fr.vigie.inventory.site.Site;
import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Trait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every shared capture that has BACnet, against what tshark reads of it: what devices say of model and firmware, and who stands behind routers. */
final class BacnetDevicesTest {
  private static final Pattern STATED = Pattern.compile("^\\s*(model-name|firmware-revision): \\S+ '(.*)'$");
  private static final Pattern SOURCE = Pattern.compile("Internet Protocol Version 4, Src: ([0-9.]+),.*");

  private int stated;
  private int children;
  private final List<String> wrong = new ArrayList<>();

  @Test
  void modelAndFirmwareAreExactlyWhatWasSaidAndChildrenAreThoseThatSpoke() throws Exception {
    Path shared = Captures.shared();
    assumeTrue(shared != null, "the shared captures are not here (VIGIE_CAPTURES)");
    assumeTrue(Files.exists(Path.of("/usr/bin/tshark")), "tshark is not here");
    int captures = 0;
    for (String line : Files.readAllLines(shared.resolve("CATALOG.tsv"))) {
      String[] cells = line.split("\t", -1);
      if (cells.length > 7 && (cells[3].matches(".*\\b(bacapp|bacnet|bvlc):.*") || cells[7].equals("BACnet"))) {
        captures++;
        Path capture = shared.resolve(cells[0]);
        Ledger ledger = Captures.play(Site.EMPTY, capture);
        statements(capture, ledger);
        children(capture, ledger);
      }
    }
    System.out.println("BACnet devices: " + captures + " captures, " + stated + " statements of model and firmware, " + children + " children, wrong "
        + wrong);
    assertThat(captures).isGreaterThanOrEqualTo(15);
    assertThat(stated).isGreaterThanOrEqualTo(62);
    assertThat(children).isGreaterThanOrEqualTo(5);
    assertThat(wrong).isEmpty();
  }

  /** Who stated which model and firmware, in which frame first. */
  private void statements(Path capture, Ledger ledger) throws Exception {
    TreeMap<String, Integer> truth = new TreeMap<>();
    int frame = 0;
    String source = "";
    for (String line : tshark("-r", capture.toString(), "-V", "-Y", "bacapp.type == 3")) {
      if (line.startsWith("Frame ")) {
        frame = Integer.parseInt(line.substring(6, line.indexOf(':')));
      }
      Matcher from = SOURCE.matcher(line);
      if (from.matches()) {
        source = from.group(1);
      }
      Matcher said = STATED.matcher(line);
      if (said.matches()) {
        truth.putIfAbsent(source + "\t" + (said.group(1).startsWith("model") ? Trait.MODEL : Trait.FIRMWARE) + "\t" + said.group(2), frame);
      }
    }
    for (var t : truth.entrySet()) {
      String[] cells = t.getKey().split("\t", -1);
      stated++;
      Asset a = ledger.byKey("ip=" + cells[0]);
      Trait trait = Trait.valueOf(cells[1]);
      boolean found = false;
      for (Evidence e : a == null ? List.<Evidence>of() : a.values(trait)) {
        found |= e.value().equals(cells[2]) && e.confidence() == Evidence.SELF && e.packet() == t.getValue() - 1;
      }
      if (!found || !cells[2].equals(a.trait(trait))) {
        wrong.add(capture.getFileName() + ": " + t + " is " + (a == null ? null : a.values(trait)));
      }
    }
  }

  /** Networks and addresses of those who spoke through a router: its address is the one that the BVLL says they came from. */
  private void children(Path capture, Ledger ledger) throws Exception {
    TreeSet<String> truth = new TreeSet<>();
    for (String line : tshark("-r", capture.toString(), "-Y", "bacnet.snet && !_ws.malformed", "-T", "fields", "-e", "bvlc.fwd_ip", "-e", "ip.src", "-e",
        "eth.src", "-e", "bacnet.snet", "-e", "bacnet.sadr_eth", "-e", "bacnet.sadr_mstp", "-e", "bacnet.sadr_tmp")) {
      String[] c = line.split("\t", -1);
      String router = !c[0].isEmpty() ? c[0] : !c[1].isEmpty() ? c[1] : c[2];
      String address = !c[4].isEmpty() ? c[4].replace(":", "") : !c[5].isEmpty() ? "%02x".formatted(Integer.decode(c[5])) : c[6].replace(":", "");
      truth.add("bacnet=" + c[3] + ":0x" + address + "@" + router);
    }
    TreeSet<String> mine = new TreeSet<>();
    for (Asset a : ledger.assets()) {
      for (Asset.Address at : a.addresses()) {
        if (at.endpoint().below() instanceof Below.Bacnet) {
          mine.add(at.key());
          if (a.addresses().size() != 1) {
            wrong.add(capture.getFileName() + ": " + at.key() + " is one with " + a.keys());
          }
        }
      }
    }
    children += truth.size();
    if (!truth.equals(mine)) {
      wrong.add(capture.getFileName() + ": tshark has " + truth + ", Vigie " + mine);
    }
  }

  private static List<String> tshark(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/tshark"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("tshark", ".txt");
    try {
      Process p = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      p.waitFor();
      return new String(Files.readAllBytes(out), StandardCharsets.UTF_8).lines().toList();
    } finally {
      Files.delete(out);
    }
  }
}
