package fr.vigie.rules.session;

import fr.vigie.rules.alert.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policy that comes with Vigie: its files, and the kjar that {@link KjarBuilder} made of them at build time. */
final class Shipped {
  static final String FOLDER = "/fr/vigie/rules/policy/";
  static final String KJAR = "policy.kjar";
  static final String KJAR_OF = "policy.kjar.sha256";
  private static final List<String> NAMES = List.of("bacnet.drl", "capture.drl", "knx.drl", "modbus.drl", "net.drl", "ups.drl", "web.drl");

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

  /** The kjar, or null where there is none or it was made of other files: then the files are compiled at start, a second later. */
  static byte @Nullable [] kjar() {
    byte[] made = resource(KJAR_OF);
    return made != null && new String(made, StandardCharsets.UTF_8).equals(digest(files())) ? resource(KJAR) : null;
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
