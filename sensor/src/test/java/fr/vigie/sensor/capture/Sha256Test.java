package fr.vigie.sensor.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  @TempDir Path folder;

  private Path file(int octets) throws IOException {
    byte[] content = new byte[octets];
    new Random(octets).nextBytes(content);
    return Files.write(folder.resolve(octets + ".bin"), content);
  }

  @Test
  void theVectorsOfTheStandardComeOut() throws IOException {
    // FIPS 180-4, examples: the empty message and "abc"
    assertThat(Sha256.of(file(0))).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Sha256.of(Files.writeString(folder.resolve("abc"), "abc")))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void theSystemsLibrarySaysWhatTheJdkSays() throws IOException {
    assumeTrue(Sha256.Library.FOUND != null, "no libcrypto on this system");
    Sha256.Library library = Objects.requireNonNull(Sha256.Library.FOUND);
    for (int octets : new int[] {0, 1, 55, 56, 63, 64, 65, 262_143, 262_144, 262_145, 1_000_003}) {
      Path file = file(octets);
      try (FileChannel one = FileChannel.open(file); FileChannel other = FileChannel.open(file)) {
        assertThat(HexFormat.of().formatHex(library.digest(one))).as("%d octets", octets).isEqualTo(HexFormat.of().formatHex(Sha256.byJdk(other)));
      }
    }
  }
}
