package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealKeyTest {
  @TempDir private Path folder;

  @Test
  void theKeyIsMadeOnceAndForItsOwnerAlone() throws Exception {
    SealKey.of(folder);
    Path file = folder.resolve(SealKey.NAME);
    byte[] key = Files.readAllBytes(file);
    assertThat(key).hasSize(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    SealKey.of(folder);
    assertThat(Files.readAllBytes(file)).isEqualTo(key);
  }

  @Test
  void twoInstallationsHaveTwoKeys() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    SealKey.of(folder);
    SealKey.of(other);
    assertThat(Files.readAllBytes(folder.resolve(SealKey.NAME))).isNotEqualTo(Files.readAllBytes(other.resolve(SealKey.NAME)));
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws Exception {
    SealKey.of(folder);
    Files.setPosixFilePermissions(folder.resolve(SealKey.NAME), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> SealKey.of(folder)).isInstanceOf(Usage.class).hasMessageContaining("chmod 600");
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() throws Exception {
    SealKey.of(folder);
    Files.write(folder.resolve(SealKey.NAME), new byte[5]);
    assertThatThrownBy(() -> SealKey.of(folder)).isInstanceOf(Usage.class).hasMessageContaining("32 octets");
  }
}
