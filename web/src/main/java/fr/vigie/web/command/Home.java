package fr.vigie.web.command;

import fr.vigie.inventory.fingerprint.Knowledge;
import fr.vigie.samples.Hospital;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where Vigie stands on this machine: its programs, its data, its sample hospital. The launcher says so. */
final class Home {
  private Home() {}

  /** The capture and the site file of a hospital. */
  record Sample(Path capture, Path site) {}

  /** The folder of the program. */
  static Path program() {
    return Path.of(System.getProperty("vigie.home", ".")).toAbsolutePath().normalize();
  }

  /** The folder of what is kept. */
  static Path data() {
    return Path.of(System.getProperty("vigie.data", program().resolve("var").toString())).toAbsolutePath().normalize();
  }

  /** The folder of CSAF files: one for all services that lie in the folder of what is kept, its own for one that lies elsewhere. */
  static Path advisories(Path service) {
    return data().equals(service.toAbsolutePath().normalize().getParent()) ? advisories() : service.resolve("advisories");
  }

  /** The folder of CSAF files that {@code ./vigie advisories import} fills and the console follows. */
  static Path advisories() {
    return data().resolve("advisories");
  }

  /**
   * What is known of makers, models and kinds: the shipped data files, and those that stand in the folder {@code knowledge} of what is kept.
   *
   * @throws UncheckedIOException if one of these cannot be read; the message names folder, file and line
   */
  static Knowledge knowledge() {
    Path own = data().resolve("knowledge");
    try {
      return Files.isDirectory(own) ? Knowledge.read(own) : Knowledge.shipped();
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException(own + ": " + e.getMessage(), e));
    }
  }

  /** The hospital that ships with Vigie. */
  static Sample hospital() throws IOException {
    return sample(program().resolve("samples/hospital"));
  }

  /** Another hospital: the same generator, another seed. */
  static Sample hospital(long seed, Path folder) throws IOException {
    Files.createDirectories(folder);
    Hospital.write(seed, folder);
    return sample(folder);
  }

  private static Sample sample(Path folder) throws IOException {
    Path capture = folder.resolve(Hospital.CAPTURE);
    if (!Files.exists(capture)) {
      throw new IOException("the sample hospital is missing at " + capture + "; start Vigie with its launcher ./vigie, from a whole checkout");
    }
    return new Sample(capture, folder.resolve(Hospital.SITE));
  }
}
