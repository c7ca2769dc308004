package fr.vigie.rules.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The build step that compiles the shipped policy into a kjar beside its files, so that Vigie starts without a compiler. */
public final class KjarBuilder {
  private KjarBuilder() {}

  /**
   * Writes {@code policy.kjar} and the digest of the files it was made of.
   *
   * @param args the folder of the compiled classes
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).resolve(Shipped.FOLDER.substring(1));
    List<PolicyFile> files = Shipped.files();
    Files.write(folder.resolve(Shipped.KJAR), Compiler.kjar(files));
    Files.writeString(folder.resolve(Shipped.KJAR_OF), Shipped.digest(files), StandardCharsets.UTF_8);
  }
}
