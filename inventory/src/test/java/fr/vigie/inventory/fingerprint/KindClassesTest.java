package fr.vigie.inventory.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KindClassesTest {
  @Test
  void everyKindThatHospitalsNameHasABrickClassAndHaystackTags() {
    KindClasses classes = KindClasses.shipped();
    for (String kind : "cold-room-sensor heat-pump-chiller ahu-cta bms-supervisor connected-luminaire knx-gateway precision-cooling ups-onduleur generator-set switchboard-energy fire-detection access-control ip-camera nurse-call elevator pneumatic-tube medical-gas dhw-legionella room-controller network-switch serial-gateway telemetry-rtu iot-gateway medical-device-stray"
        .split(" ")) {
      assertThat(Knowledge.shipped().kinds().of(kind)).as(kind).isNotNull();
      assertThat(classes.of(kind)).as(kind).isNotNull();
      assertThat(classes.of(kind).brick()).as(kind).matches("[A-Z][A-Za-z]*(_[A-Za-z]+)*");
      assertThat(classes.of(kind).haystack()).as(kind).isNotEmpty();
    }
    assertThat(classes.of("ahu-cta").brick()).isEqualTo("Air_Handling_Unit");
    assertThat(classes.of("unknown")).isNull();
  }

  @Test
  void aFolderReplacesTheTableAndAWrongLineIsNamed(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("kind_classes.tsv"), "#kind\tbrick\thaystack\tsource\nahu-cta\tAHU\t\there\n");
    assertThat(KindClasses.read(folder).of("ahu-cta").haystack()).isEmpty();
    Files.writeString(folder.resolve("kind_classes.tsv"), "ahu-cta\t\t\there\n");
    assertThatThrownBy(() -> KindClasses.read(folder)).hasMessageStartingWith("kind_classes.tsv:1: ");
  }
}
