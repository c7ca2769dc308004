package fr.vigie.rules.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of a policy folder, as octets: rules ({@code .drl}), decision tables ({@code .drl.csv}, {@code .drl.xlsx}) and the tables of a site. Rules are code, so
 * the folder and its files must belong to root or to the user Vigie runs as and be writable for nobody else.
 */
public final class PolicyFiles {
  /** The largest policy file, octets. */
  private static final long LARGEST = 1 << 20;
  /** The most files of a folder. */
  private static final int MOST = 256;

  private PolicyFiles() {}

  /** Whether a file of this name is part of a policy. */
  static boolean policy(String name) {
    return !name.startsWith(".") && !name.startsWith("~") && (name.endsWith(".drl") || name.endsWith(".csv") || name.endsWith(".xlsx"));
  }

  /** Whether a file of this name holds rules, which are code: such a file comes from the administrator's folder alone. */
  public static boolean code(String name) {
    return name.endsWith(".drl") || name.endsWith(".drl.csv") || name.endsWith(".drl.xlsx");
  }

  /** Reads a folder; what is wrong with it as a folder is a finding. */
  public static SortedMap<String, byte[]> read(Path folder, List<Finding> findings) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try {
      if (!Files.isDirectory(folder)) {
        findings.add(new Finding(folder.toString(), 0, 0, "n’est pas un dossier : nommez celui qui contient les fichiers de politique", "is not a folder: name the folder that holds the policy files"));
        return files;
      }
      guarded(folder, folder.toString(), findings);
      List<Path> paths;
      try (Stream<Path> list = Files.list(folder)) {
        paths = list.filter(p -> policy(p.getFileName().toString())).sorted().limit(MOST + 1L).toList();
      }
      if (paths.size() > MOST) {
        findings.add(new Finding(folder.toString(), 0, 0, "contient plus de " + MOST + " fichiers de politique", "holds more than " + MOST + " policy files"));
        return files;
      }
      for (Path path : paths) {
        String name = path.getFileName().toString();
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          findings.add(new Finding(name, 0, 0, "n’est pas un fichier ordinaire : les liens ne sont pas suivis", "is not a regular file: links are not followed"));
        } else if (Files.size(path) > LARGEST) {
          findings.add(new Finding(name, 0, 0, "dépasse " + LARGEST + " octets", "is larger than " + LARGEST + " octets"));
        } else {
          guarded(path, name, findings);
          files.put(name, Files.readAllBytes(path));
        }
      }
    } catch (IOException e) {
      findings.add(new Finding(folder.toString(), 0, 0, "ne peut pas être lu : " + e.getMessage(), "cannot be read: " + e.getMessage()));
    }
    return files;
  }

  private static void guarded(Path path, String name, List<Finding> findings) throws IOException {
    PosixFileAttributes a = Files.readAttributes(path, PosixFileAttributes.class);
    String owner = a.owner().getName();
    if (!owner.equals("root") && !owner.equals(System.getProperty("user.name"))) {
      findings.add(new Finding(name, 0, 0, "appartient à " + owner + " : les règles sont du code, elles doivent appartenir à root ou au compte de Vigie", "belongs to " + owner + ": rules are code, they must belong to root or to the user Vigie runs as"));
    }
    if (a.permissions().contains(PosixFilePermission.GROUP_WRITE) || a.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      findings.add(new Finding(name, 0, 0, "d’autres que son propriétaire peuvent y écrire : chmod go-w", "is writable for others than its owner: chmod go-w"));
    }
  }
}
