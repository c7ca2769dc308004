package fr.vigie.inventory.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fr.vigie.sensor.meaning.Datapoint;
import fr.vigie.sensor.meaning.GroupAddresses.Group;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of ETS: projects and tables, good ones and hostile ones. */
final class GroupFileTest {
  private static final String PROJECT = """
      <?xml version="1.0" encoding="utf-8"?>
      <KNX xmlns="http://knx.org/xml/project/21">
        <Project Id="P-0310"><Installations><Installation Name="">
          <Topology><Area Address="1"><Line Address="1"><DeviceInstance Id="P-0310-0_DI-1" Address="7">
            <ComObjectInstanceRefs>
              <ComObjectInstanceRef RefId="O-1_R-1" DatapointType="DPST-1-1" Links="GA-3 GA-1" />
              <ComObjectInstanceRef RefId="O-2_R-2" DatapointType="DPST-5-1"><Connectors><Send GroupAddressRefId="P-0310-0_GA-4" /></Connectors></ComObjectInstanceRef>
              <ComObjectInstanceRef RefId="O-3_R-3" Links="GA-5" />
            </ComObjectInstanceRefs>
          </DeviceInstance></Line></Area></Topology>
          <GroupAddresses><GroupRanges><GroupRange Id="P-0310-0_GR-1" RangeStart="2048" RangeEnd="4095" Name="Bloc">
            <GroupAddress Id="P-0310-0_GA-1" Address="2305" Name="Température salle 1" DatapointType="DPST-9-1" />
            <GroupAddress Id="P-0310-0_GA-2" Address="2306" Name="Compteur" DatapointType="DPT-13" />
            <GroupAddress Id="P-0310-0_GA-3" Address="2307" Name="Éclairage" />
            <GroupAddress Id="P-0310-0_GA-4" Address="2308" Name="Variation" />
            <GroupAddress Id="P-0310-0_GA-5" Address="2309" Name="Inconnu" DatapointType="DPST-999-1" />
          </GroupRange></GroupRanges></GroupAddresses>
        </Installation></Installations></Project>
      </KNX>
      """;

  @TempDir
  private Path folder;

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("site.knxproj");
    try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(e.getKey()));
        zip.write(e.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private Path project(String xml) throws IOException {
    return zip(Map.of("P-0310/0.xml", xml.getBytes(StandardCharsets.UTF_8), "knx_master.xml", new byte[] {1}));
  }

  private SiteError refused(Path file) {
    SiteError e = catchThrowableOfType(SiteError.class, () -> GroupFile.read(file, file.getFileName().toString()));
    assertThat(e).as("%s", file).isNotNull();
    return e;
  }

  private static Map<Integer, Group> byAddress(List<Group> groups) {
    return groups.stream().collect(Collectors.toMap(Group::address, Function.identity(), (a, b) -> b, TreeMap::new));
  }

  private static String type(Group group) {
    Datapoint type = group.type();
    return type == null ? "none" : type.text();
  }

  @Test
  void aProjectNamesItsAddressesAndTheirTypes() throws Exception {
    Map<Integer, Group> groups = byAddress(GroupFile.read(project(PROJECT), "site.knxproj"));
    assertThat(groups.values()).extracting(GroupFileTest::type).containsExactly("DPT 9.001", "DPT 13", "DPT 1.001", "DPT 5.001", "none");
    assertThat(groups.get(2305).name()).isEqualTo("Température salle 1");
  }

  @Test
  void aProjectWithAPasswordIsRefusedWithAWayOut() throws Exception {
    assertThat(refused(zip(Map.of("P-0310.zip", new byte[] {'P', 'K'}, "knx_master.xml", new byte[1]))).sentence())
        .contains("protected by a password").contains("CSV");
  }

  @Test
  void anotherArchiveIsNoProject() throws Exception {
    assertThat(refused(zip(Map.of("P-0310/../0.xml", new byte[1], "../P-0310/0.xml", new byte[1]))).sentence()).contains("not a project of ETS");
    Path text = Files.writeString(folder.resolve("text.knxproj"), "no archive");
    assertThat(refused(text).sentence()).contains("not a readable ZIP archive");
  }

  @Test
  void aDoctypeIsRefused() throws Exception {
    String secret = Files.writeString(folder.resolve("secret"), "streng geheim").toUri().toString();
    String xml = "<?xml version=\"1.0\"?><!DOCTYPE KNX [<!ENTITY x SYSTEM \"" + secret + "\">]><KNX><GroupAddress Address=\"1\" Name=\"&x;\"/></KNX>";
    assertThat(refused(project(xml)).getMessage()).doesNotContain("geheim");
    String laughs = "<?xml version=\"1.0\"?><!DOCTYPE K [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>"
        + "<K><GroupAddress Address=\"1\" Name=\"&c;\"/></K>";
    refused(project(laughs));
  }

  @Test
  void aBombIsStoppedWhileItInflates() throws Exception {
    Path file = folder.resolve("bomb.knxproj");
    byte[] spaces = new byte[1 << 20];
    java.util.Arrays.fill(spaces, (byte) ' ');
    try (OutputStream out = Files.newOutputStream(file); ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("P-1/0.xml"));
      zip.write("<KNX>".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 300; i++) {
        zip.write(spaces);
      }
      zip.closeEntry();
    }
    assertThat(Files.size(file)).isLessThan(1 << 20);
    assertThat(refused(file).sentence()).contains("256 MiB");
  }

  @Test
  void deepAndBrokenDocumentsNameTheirPlace() throws Exception {
    assertThat(refused(project("<a>".repeat(100) + "</a>".repeat(100))).sentence()).contains("nested deeper");
    SiteError broken = refused(project("<KNX>\n  <GroupAddress Address=\"70000\"/>\n</KNX>"));
    assertThat(broken.line()).isEqualTo(2);
    assertThat(broken.sentence()).contains("0 to 65535");
    assertThat(refused(project("<KNX><GroupAddress Address='1'></KNX>")).sentence()).contains("0.xml cannot be read");
    assertThat(refused(project("<KNX/>")).sentence()).contains("no group addresses");
  }

  @Test
  void tablesOfEveryFormAreRead() throws Exception {
    String oneOne = """
        "Group name";"Address";"Central";"Unfiltered";"Description";"DatapointType";"Security"
        "Bloc";"1/-/-";"";"";"";"";"Auto"
        "Salles";"1/1/-";"";"";"";"";"Auto"
        "Température ""salle 1""\";"1/1/1";"";"";"";"DPST-9-1";"Auto"
        "Éclairage";"1/1/3";"";"";"";"DPT-1";"Auto"
        """;
    String threeThree = """
        "Main"\t"Middle"\t"Sub"\t"Main"\t"Middle"\t"Sub"\t"Central"\t"Unfiltered"\t"Description"\t"DatapointType"\t"Security"
        "Bloc"\t\t\t"1"\t\t\t""\t""\t""\t""\t"Auto"
        \t"Salles"\t\t"1"\t"1"\t\t""\t""\t""\t""\t"Auto"
        \t\t"Température ""salle 1""\"\t"1"\t"1"\t"1"\t""\t""\t""\t"DPST-9-1"\t"Auto"
        \t\t"Éclairage"\t"1"\t"1"\t"3"\t""\t""\t""\t"DPT-1"\t"Auto"
        """;
    String threeOne = """
        Main,Middle,Sub,Address,Central,Unfiltered,Description,DatapointType,Security
        Bloc,,,1/-/-,,,,,Auto
        ,Salles,,1/1/-,,,,,Auto
        ,,"Température ""salle 1""\",1/1/1,,,,DPST-9-1,Auto
        ,,Éclairage,1/1/3,,,,DPT-1,Auto
        """;
    String without = "Température \"salle 1\";1/1/1;9.001\r\nÉclairage;1/1/3;DPT-1\r\n";
    for (String table : List.of(oneOne, threeThree, threeOne, without)) {
      Path file = Files.writeString(folder.resolve("groups.csv"), table);
      Map<Integer, Group> groups = byAddress(GroupFile.read(file, "groups.csv"));
      assertThat(groups.keySet()).as(table).containsExactly(2305, 2307);
      assertThat(groups.get(2305).name()).isEqualTo("Température \"salle 1\"");
      assertThat(groups.values()).extracting(GroupFileTest::type).containsExactly("DPT 9.001", "DPT 1");
    }
  }

  @Test
  void whatWindowsWritesIsReadToo() throws Exception {
    Path file = folder.resolve("ansi.csv");
    Files.write(file, "Température;1/1/1;DPST-9-1\n".getBytes(Charset.forName("windows-1252")));
    assertThat(GroupFile.read(file, "ansi.csv").getFirst().name()).isEqualTo("Température");
  }

  @Test
  void errorsNameRowAndReason() throws Exception {
    assertThat(refused(Files.writeString(folder.resolve("a.csv"), "x;1/1/1\ny;1/9/1\n")).getMessage()).startsWith("a.csv:2:3: \"1/9/1\" is no group address");
    assertThat(refused(Files.writeString(folder.resolve("b.csv"), "x;1/1/1\nnonsense\n")).getMessage()).startsWith("b.csv:2:1: no group address in this row");
    assertThat(refused(Files.writeString(folder.resolve("c.csv"), "x;1/1/1;DPST9\n")).getMessage()).startsWith("c.csv:1:9: \"DPST9\" is no datapoint type");
    assertThat(refused(Files.writeString(folder.resolve("d.csv"), "x;1/1/1;\"open\n")).getMessage()).startsWith("d.csv:1:9: the quote");
    assertThat(refused(Files.writeString(folder.resolve("e.csv"), "")).sentence()).contains("no group address in this file");
    assertThat(refused(Files.writeString(folder.resolve("f.csv"), "x".repeat(600) + ";1/1/1")).sentence()).contains("longer than 512");
  }

  @Test
  void randomFilesAreRefusedOrRead() throws Exception {
    Random random = new Random(7);
    Path file = folder.resolve("random.csv");
    byte[] seed = "\"Main\"\t\"x\"\n\"a\";\"1/1/1\";\"DPST-9-1\"\nb;1/2/3\n".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = seed.clone();
      for (int k = 0; k < 4; k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      try {
        assertThat(GroupFile.read(file, "random.csv")).isNotEmpty();
      } catch (SiteError expected) {
        assertThat(expected.line()).isPositive();
      }
    }
  }

  /** An attribute is put together as a whole before its name is known. */
  @Test
  void aTagOfManyMebibytesIsRefused() throws IOException {
    Path file = project(PROJECT.replace("Links=\"GA-5\"", "Links=\"" + "GA-5 ".repeat(4 << 20) + "\""));
    assertThat(Files.size(file)).isLessThan(1 << 20);
    assertThat(refused(file).sentence()).contains("a tag of more than 16 MiB");
  }
}
