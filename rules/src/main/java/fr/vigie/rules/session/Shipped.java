package fr.vigie.rules.session;

import fr.vigie.rules.alert.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.drools.model.Model;
import org.jspecify.annotations.Nullable;

/** The policy that comes with Vigie: its files, and the classes that {@link ModelBuilder} made of them at build time. */
final class Shipped {
  static final String FOLDER = "/fr/vigie/rules/policy/";
  /** Digest of the files the classes were made of, and the name of the class that is the executable model, a line each. */
  static final String MODEL = "policy.model";
  private static final List<String> NAMES = List.of("access.drl", "bacnet.drl", "camera.drl", "capture.drl", "clinical.drl", "fox.drl", "house.drl", "knx.drl", "lon.drl", "modbus.drl", "mqtt.drl",
      "net.drl", "opcua.drl", "s7.drl", "ups.drl", "web.drl");

  private Shipped() {}

  /** The files, by name. */
  static List<PolicyFile> files() {
    List<PolicyFile> files = new ArrayList<>();
    for (String name : NAMES) {
      byte[] octets = resource(name);
      if (octets == null) {
        throw new UncheckedIOException(new IOException("policy file " + name + " is not shipped"));
      }
      files.add(PolicyFile.of(name, octets));
    }
    return files;
  }

  /** The executable model, or null where there is none or it was made of other files: then the files are compiled at start, a second later. */
  static @Nullable Model model() {
    byte[] made = resource(MODEL);
    List<String> lines = made == null ? List.of() : new String(made, StandardCharsets.UTF_8).lines().toList();
    if (lines.size() != 2 || !lines.getFirst().equals(digest(files()))) {
      return null;
    }
    try {
      return (Model) Class.forName(lines.getLast()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the shipped policy was built without its model: build Vigie again", e);
    }
  }

  /** One digest over all files. */
  static String digest(List<PolicyFile> files) {
    StringBuilder all = new StringBuilder();
    for (PolicyFile f : files) {
      all.append(f.name()).append(' ').append(f.sha256()).append('\n');
    }
    return Ids.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static byte @Nullable [] resource(String name) {
    try (InputStream in = Shipped.class.getResourceAsStream(FOLDER + name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
