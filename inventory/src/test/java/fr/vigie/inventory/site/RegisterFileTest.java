package fr.vigie.inventory.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fr.vigie.sensor.meaning.Meanings;
import fr.vigie.sensor.meaning.Register.Table;
import fr.vigie.sensor.meaning.Register.Type;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Register maps as tables, and the site file that names them. */
final class RegisterFileTest {
  private static final String MAP = """
      unit,register,address,type,scale,unitOfMeasure,name,words
      3,input-register,100,float32,0.001,kW,Puissance,low-first
      3,coil,7,,,,Marche,
      ,,40,int16,0.1,°C,Consigne,
      """;

  @TempDir
  private Path folder;

  private static RegisterFile.Line line(String text, int index) throws SiteError {
    return RegisterFile.read("map.csv", Csv.read("map.csv", text, 10)).get(index);
  }

  @Test
  void everyColumnIsRead() throws Exception {
    assertThat(line(MAP, 0)).isEqualTo(new RegisterFile.Line(3,
        new fr.vigie.sensor.meaning.Register(Table.INPUT_REGISTER, 100, Type.FLOAT32, true, 0.001, "kW", "Puissance")));
    assertThat(line(MAP, 1).register().type()).isEqualTo(Type.BOOL);
    assertThat(line(MAP, 2).unit()).isEqualTo(-1);
    assertThat(line(MAP, 2).register().table()).isEqualTo(Table.HOLDING_REGISTER);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "addres|map.csv:1:1: unknown heading \"addres\", perhaps \"address\"",
    "address,name,name|map.csv:1:14: the heading \"name\" stands here a second time",
    "name|map.csv:1:1: the heading \"address\" is missing",
    "address,type#70000,|map.csv:2:1: \"70000\" is not a whole number from 0 to 65535",
    "address,type#65535,float32|map.csv:2:1: \"65535\" is not a whole number from 0 to 65534",
    "address,type#1,float|map.csv:2:3: unknown type \"float\"",
    "address,scale#1,zero|map.csv:2:3: \"zero\" is not a number",
    "address,scale#1,0|map.csv:2:3: a scale is finite and not 0",
    "address,unit#1,256|map.csv:2:3: \"256\" is not a whole number from 0 to 255",
    "address,register#1,coils|map.csv:2:3: unknown table \"coils\"",
    "register,address,type#coil,1,int16|map.csv:2:8: a coil is one bit",
    "address,words#1,swapped|map.csv:2:3: \"swapped\" is no order of words",
    "address#1,2|map.csv:2:3: more cells than headings",
    "address#1#1|map.csv:3:1: the register holding-register:1 of this unit is given twice",
  })
  void mistakesNameLineAndColumn(String table, String message) {
    SiteError e = catchThrowableOfType(SiteError.class, () -> RegisterFile.read("map.csv", Csv.read("map.csv", table.replace('#', '\n'), 10)));
    assertThat(e).isNotNull();
    assertThat(e.getMessage()).startsWith(message);
  }

  private Path site(String more) throws Exception {
    return Files.writeString(folder.resolve("site.yaml"), """
        site: {id: x}
        devices:
          - {match: {ip: 10.20.0.30, unit: 5}, name: Compteur}
          - {match: {mac: "00:00:00:00:00:01"}, name: Sans adresse}
        """ + more);
  }

  @Test
  void theSiteFileNamesMapsAndGroups() throws Exception {
    Files.writeString(folder.resolve("map.csv"), MAP);
    Files.createDirectory(folder.resolve("knx"));
    Files.writeString(folder.resolve("knx/groups.csv"), "Température;1/1/1;DPST-9-1\n");
    Site site = SiteFile.read(site("""
        registerMaps:
          - {device: Compteur, file: map.csv}
        groupAddresses: knx/groups.csv
        """));
    Meanings meanings = site.meanings();
    assertThat(site.files()).hasSize(2);
    assertThat(meanings.groups().at(2305).type().unit()).isEqualTo("°C");
    Endpoint server = new Endpoints(10).ip("elsewhere", 4, 0, 0x0A14001EL, Endpoint.NO_MAC, Endpoint.NO_VLAN);
    assertThat(meanings.registers().of(server, 3)).hasSize(2);
    assertThat(meanings.registers().of(server, 5)).extracting(r -> r.name()).containsExactly("Consigne");
    assertThat(meanings.registers().of(server, 4)).isEmpty();
  }

  @Test
  void aLinkMayLeadBelowTheSiteFileAndNowhereElse() throws Exception {
    Path file = site("groupAddresses: link.csv\n");
    Files.createDirectory(folder.resolve("knx"));
    Files.writeString(folder.resolve("knx/groups.csv"), "Température;1/1/1;DPST-9-1\n");
    Path link = file.resolveSibling("link.csv");
    Files.createSymbolicLink(link, Path.of("knx", "groups.csv"));
    assertThat(SiteFile.read(file).files()).containsExactly(file.resolveSibling("knx").resolve("groups.csv").toRealPath());
    Path outside = Files.createTempFile("groups", ".csv");
    Files.delete(link);
    Files.createSymbolicLink(link, outside);
    SiteError e = catchThrowableOfType(SiteError.class, () -> SiteFile.read(file));
    assertThat(e).isNotNull();
    assertThat(e.sentence()).contains("leads out of the folder");
    assertThat(e.line()).isEqualTo(5);
    Files.delete(outside);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "groupAddresses: /etc/passwd|must lie beside the site file",
    "groupAddresses: ../groups.csv|must lie beside the site file",
    "groupAddresses: absent.csv|there is no file",
    "registerMaps: [{device: Sans adresse, file: map.csv}]|has no ip in its match",
    "registers: [{device: Compteur, address: 1, words: both}]|is no order of words",
  })
  void whatTheSiteFileMayNotSay(String more, String sentence) throws Exception {
    Path file = site(more + "\n");
    SiteError e = catchThrowableOfType(SiteError.class, () -> SiteFile.read(file));
    assertThat(e).isNotNull();
    assertThat(e.sentence()).contains(sentence);
    assertThat(e.line()).isEqualTo(5);
  }
}
