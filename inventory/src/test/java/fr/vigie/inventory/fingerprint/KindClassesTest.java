package fr.vigie.inventory.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KindClassesTest {
  @Test
  void everyKindHasABrickClassAndHaystackTags() {
    KindClasses classes = KindClasses.shipped();
    for (Kinds.Kind kind : Knowledge.shipped().kinds().all()) {
      KindClasses.Classes named = classes.of(kind.id());
      assertThat(named).as(kind.id()).isNotNull();
      assertThat(named.brick()).as(kind.id()).matches("[A-Z][A-Za-z]*(_[A-Za-z]+)*");
      assertThat(named.haystack()).as(kind.id()).isNotEmpty().doesNotHaveDuplicates();
    }
    assertThat(classes.of("ahu-cta").brick()).isEqualTo("Air_Handling_Unit");
    assertThat(classes.of("unknown")).isNull();
  }

  @Test
  void everyClassAndTagIsOneOfTheirStandards() throws IOException {
    Path reference = Path.of("../../shared/reference/schemas");
    Path schemas = Files.isDirectory(reference) ? reference : Path.of("/work/shared/reference/schemas");
    assumeTrue(Files.isDirectory(schemas), "the shared reference is not here");
    Set<String> brick = first(schemas.resolve("brick/brick_equipment.tsv"));
    Set<String> haystack = first(schemas.resolve("haystack/haystack_equip_tags.tsv"));
    brick.add("Equipment");
    for (Kinds.Kind kind : Knowledge.shipped().kinds().all()) {
      KindClasses.Classes named = KindClasses.shipped().of(kind.id());
      assertThat(brick).as(kind.id()).contains(named.brick());
      assertThat(haystack).as(kind.id()).containsAll(named.haystack());
    }
  }

  private static Set<String> first(Path table) throws IOException {
    Set<String> all = new HashSet<>();
    Files.readAllLines(table).forEach(line -> all.add(line.split("\t", 2)[0]));
    return all;
  }

  @Test
  void aFolderReplacesTheTableAndAWrongLineIsNamed(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("kind_classes.tsv"), "#kind\tbrick\thaystack\tsource\nahu-cta\tAHU\t\there\n");
    assertThat(KindClasses.read(folder).of("ahu-cta").haystack()).isEmpty();
    Files.writeString(folder.resolve("kind_classes.tsv"), "ahu-cta\t\t\there\n");
    assertThatThrownBy(() -> KindClasses.read(folder)).hasMessageStartingWith("kind_classes.tsv:1: ");
  }
}
