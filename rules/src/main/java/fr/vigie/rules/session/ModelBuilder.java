package fr.vigie.rules.session;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The build step that compiles the shipped policy into classes among our own, so that Vigie starts without a compiler and without a kjar to
 * unpack, and the JVM can keep them in its cache of classes.
 */
public final class ModelBuilder {
  /** Where Drools names the class of the model. */
  private static final String NAME = "META-INF/kie/fr.vigie/policy/drools-model";

  private ModelBuilder() {}

  /**
   * Writes the classes of the policy, and {@code policy.model}, which names the one to start from.
   *
   * @param args the folder of the compiled classes
   */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]).toAbsolutePath().normalize();
    Path folder = root.resolve(Shipped.FOLDER.substring(1));
    clear(folder);
    List<PolicyFile> files = Shipped.files();
    String model = "";
    try (ZipInputStream kjar = new ZipInputStream(new ByteArrayInputStream(Compiler.kjar(files)))) {
      for (ZipEntry entry = kjar.getNextEntry(); entry != null; entry = kjar.getNextEntry()) {
        Path file = root.resolve(entry.getName()).normalize();
        if (entry.getName().equals(NAME)) {
          model = new String(kjar.readAllBytes(), StandardCharsets.UTF_8).lines().toList().getLast();
        } else if (file.startsWith(folder) && entry.getName().endsWith(".class")) {
          Files.createDirectories(file.getParent());
          Files.write(file, kjar.readAllBytes());
        }
      }
    }
    Files.writeString(folder.resolve(Shipped.MODEL), Shipped.digest(files) + '\n' + model + '\n', StandardCharsets.UTF_8);
  }

  /** Takes away the classes of the build before: no class of ours is in this package. */
  private static void clear(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(p -> p.toString().endsWith(".class")).forEach(p -> {
        try {
          Files.delete(p);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }
}
