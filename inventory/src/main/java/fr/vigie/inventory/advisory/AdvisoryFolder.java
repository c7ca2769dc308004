package fr.vigie.inventory.advisory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A folder of CSAF files, as a provider's tree is mirrored: {@code *.json}, each with {@code .sha256} or {@code .sha512} beside it where its
 * provider gives one (CSAF 2.0 §7.1.18, §7.1.19). A file whose checksum differs, or whose content is not what it must be, is refused whole and
 * named. Links are not followed; depth, number and size of files are bounded; names are never used to write.
 */
public final class AdvisoryFolder {
  private static final int DEEPEST = 12;
  private static final int MOST_FILES = 100_000;
  /** Most refused files that are named; more are counted. */
  private static final int MOST_NAMED = 500;
  private static final int LARGEST_CHECKSUM = 4_096;
  private static final Pattern FIRST_WORD = Pattern.compile("\\s+");
  /** CSAF 2.0 §5.1: what a file name may not have becomes an underline. */
  private static final Pattern NOT_NAME = Pattern.compile("[^+\\-a-z0-9]+");

  /** Told after each file how many have been read. */
  @FunctionalInterface
  public interface Progress {
    /** So many files so far. */
    void files(int read);
  }

  /**
   * A file that was refused.
   *
   * @param file its path below the folder, as it is spelled there: hostile input
   * @param kind short name for counters
   * @param line from 1, or 0
   */
  public record Refusal(String file, String kind, int line, String reason) {}

  /**
   * What a folder holds.
   *
   * @param advisories by id, of each the newest
   * @param refused files that were refused, at most 500
   * @param counters {@code read}, {@code verified}, {@code unverified}, {@code refused}, {@code refused.KIND}, {@code older}, {@code skipped.…}
   */
  public record Content(Map<String, Advisory> advisories, List<Refusal> refused, SortedMap<String, Long> counters) {}

  private final Path folder;
  private final Progress progress;
  private final Map<String, Advisory> advisories = new LinkedHashMap<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final SortedMap<String, Long> counters = new TreeMap<>();
  private int seen;

  private AdvisoryFolder(Path folder, Progress progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Reads a folder.
   *
   * @throws IOException if the folder itself cannot be read
   */
  public static Content read(Path folder, Progress progress) throws IOException {
    AdvisoryFolder reading = new AdvisoryFolder(folder, progress);
    reading.walk();
    return new Content(reading.advisories, List.copyOf(reading.refused), reading.counters);
  }

  /** What the folder looks like from outside: differs when a file came, went or was written. */
  public static String state(Path folder) {
    long[] sum = {17, 0};
    if (!Files.isDirectory(folder)) {
      return "";
    }
    try {
      Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), DEEPEST, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
          sum[0] += file.toString().hashCode() * 31L + a.size() * 7 + a.lastModifiedTime().toMillis();
          return ++sum[1] > 2L * MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
          return FileVisitResult.CONTINUE; // read() names it
        }
      });
    } catch (IOException e) {
      return "unreadable: " + e.getMessage();
    }
    return sum[1] + ":" + sum[0];
  }

  private void count(String name) {
    counters.merge(name, 1L, Long::sum);
  }

  private void walk() throws IOException {
    Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), DEEPEST, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
        if (++seen > MOST_FILES) {
          refuse(file, new Refused("too_many", "more than " + MOST_FILES + " files: what comes after this one is not read", 0));
          return FileVisitResult.TERMINATE;
        }
        take(file, a);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        if (file.equals(folder)) {
          throw e;
        }
        refuse(file, new Refused("unreadable", "it cannot be read: " + e.getClass().getSimpleName(), 0));
        return FileVisitResult.CONTINUE;
      }
    });
  }

  private void refuse(Path file, Refused why) {
    count("refused");
    count("refused." + why.kind());
    if (refused.size() < MOST_NAMED) {
      refused.add(new Refusal(folder.relativize(file).toString(), why.kind(), why.line(), why.reason()));
    }
  }

  private void take(Path file, BasicFileAttributes a) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (a.isSymbolicLink()) {
      count("skipped.link");
    } else if (!a.isRegularFile()) {
      count("skipped.no_file");
    } else if (!name.endsWith(".json")) {
      if (!name.endsWith(".sha256") && !name.endsWith(".sha512") && !name.endsWith(".asc")) {
        count("skipped.other");
      }
    } else {
      count("read");
      try {
        put(one(file));
      } catch (Refused e) {
        if (e.kind().equals("other")) {
          count("skipped.no_advisory");
        } else {
          refuse(file, e);
        }
      }
      progress.files(seen);
    }
  }

  private void put(Advisory a) {
    Advisory known = advisories.get(key(a));
    if (known != null) {
      count("older");
    }
    if (known == null || known.revised().compareTo(a.revised()) <= 0) {
      advisories.put(key(a), a);
    }
  }

  private static String key(Advisory a) {
    return a.id().toLowerCase(Locale.ROOT);
  }

  private Advisory one(Path file) throws Refused {
    byte[] bytes = bytes(file, Csaf.LARGEST);
    boolean verified = checked(file, ".sha256", "SHA-256", bytes) | checked(file, ".sha512", "SHA-512", bytes);
    Advisory a = Csaf.read(bytes, folder.relativize(file).toString(), hex("SHA-256", bytes));
    count(verified ? "verified" : "unverified");
    return a;
  }

  private static byte[] bytes(Path file, int most) throws Refused {
    try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new Refused("too_large", "the file is larger than " + (most >> 20) + " MB", 0);
      }
      return bytes;
    } catch (IOException e) {
      throw new Refused("unreadable", "it cannot be read: " + e.getClass().getSimpleName(), 0);
    }
  }

  /** Whether a checksum lies beside the file and is right; one that is wrong or unreadable refuses the file. */
  private static boolean checked(Path file, String suffix, String algorithm, byte[] bytes) throws Refused {
    Path beside = file.resolveSibling(file.getFileName() + suffix);
    if (!Files.isRegularFile(beside, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    String said = FIRST_WORD.split(new String(bytes(beside, LARGEST_CHECKSUM), StandardCharsets.UTF_8).strip(), 2)[0].toLowerCase(Locale.ROOT);
    if (!said.equals(hex(algorithm, bytes))) {
      throw new Refused("checksum", "its " + algorithm + " is not the one in " + suffix.substring(1) + " beside it: fetch both again", 0);
    }
    return true;
  }

  private static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no " + algorithm, e);
    }
  }

  /**
   * Copies what another folder holds and can be used into this one, under names made of the advisories' ids, each with its checksum.
   *
   * @return how many files were written; those that were there already, octet for octet, are not
   * @throws IOException if it cannot be written
   */
  public static int copy(Path from, Collection<Advisory> advisories, Path to) throws IOException {
    Map<String, Path> found = locate(from);
    Files.createDirectories(to);
    int written = 0;
    for (Advisory a : advisories) {
      Path source = found.get(a.origin());
      String sha256 = a.sha256();
      if (source == null || sha256 == null) {
        continue;
      }
      byte[] bytes;
      try {
        bytes = bytes(source, Csaf.LARGEST);
      } catch (Refused e) {
        throw new IOException(source + ": " + e.reason(), e);
      }
      if (!hex("SHA-256", bytes).equals(sha256)) {
        throw new IOException(source + " changed while it was being imported: import again");
      }
      Path target = to.resolve(name(a));
      if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) && Files.mismatch(source, target) < 0) {
        continue;
      }
      write(target, bytes);
      write(to.resolve(target.getFileName() + ".sha256"), (sha256 + "  " + target.getFileName() + "\n").getBytes(StandardCharsets.UTF_8));
      written++;
    }
    return written;
  }

  private static Map<String, Path> locate(Path from) throws IOException {
    Map<String, Path> found = new TreeMap<>();
    try (var files = Files.walk(from, DEEPEST)) {
      files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).limit(MOST_FILES)
          .forEach(f -> found.put(from.relativize(f).toString(), f));
    }
    return found;
  }

  private static void write(Path target, byte[] bytes) throws IOException {
    Path part = Files.createTempFile(target.toAbsolutePath().getParent(), ".import", ".part",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(part, bytes);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** CSAF 2.0 §5.1: the id in small letters, what is neither letter, digit, plus nor dash as an underline, and {@code .json}. */
  static String name(Advisory a) {
    String plain = NOT_NAME.matcher(a.id().toLowerCase(Locale.ROOT)).replaceAll("_");
    return (plain.length() > 120 ? plain.substring(0, 120) : plain) + ".json";
  }

  /** All that is known: what is shipped, and what was imported, of each id the newer; ids compare without case. */
  public static List<Advisory> together(Collection<Advisory> shipped, Collection<Advisory> imported) {
    Map<String, Advisory> all = new LinkedHashMap<>();
    shipped.forEach(a -> all.put(key(a), a));
    for (Advisory a : imported) {
      Advisory known = all.get(key(a));
      if (known == null || known.revised().compareTo(a.revised()) <= 0) {
        all.put(key(a), a);
      }
    }
    return List.copyOf(all.values());
  }
}
