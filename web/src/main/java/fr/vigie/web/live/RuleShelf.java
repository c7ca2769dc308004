package fr.vigie.web.live;

import fr.vigie.rules.alert.Ids;
import fr.vigie.rules.session.PolicySet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The texts of rules as they were: each that was ever in force ({@link PolicySet.Source}), under the SHA-256 of its octets, in a folder of its own. An alert
 * names its file by that digest, so what it rests on can be read long after the file was changed. Bounded; a file that does not match its name is
 * not believed. Safe for use by several threads.
 */
public final class RuleShelf {
  /** Most files that are kept. */
  private static final int MOST = 2_000;
  /** Where a rule begins; rules of decision tables stand on one line each. */
  private static final Pattern RULE = Pattern.compile("(?m)^[ \\t]*(rule\\s+\"([^\"]+)\")");
  /** A rule up to its last word. */
  private static final Pattern END = Pattern.compile("(?s).*\\bend\\b");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private final Path folder;
  private final Map<String, String> names = new HashMap<>();
  private int size;
  private long refused;

  /**
   * The text of a detection's rules.
   *
   * @param file name of the policy file today, or of several, or the empty text where it is in force no more
   * @param rules the rules, whole, as they stand in the file
   */
  public record Text(String file, String rules) {}

  /** Opens the shelf; the folder is made when the first file comes. */
  public RuleShelf(Path folder) throws IOException {
    this.folder = folder;
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        size = (int) files.count();
      }
    }
  }

  /** Keeps the files of a policy that is in force from now on. */
  public synchronized void keep(PolicySet policy) throws IOException {
    names.clear();
    Files.createDirectories(folder);
    for (PolicySet.Source source : policy.sources()) {
      names.put(source.sha256(), source.file());
      Path file = folder.resolve(source.sha256());
      if (Files.exists(file)) {
        continue;
      }
      if (size >= MOST) {
        refused++;
        continue;
      }
      Path part = folder.resolve("." + source.sha256() + ".part");
      Files.writeString(part, source.text(), StandardCharsets.UTF_8);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      size++;
    }
  }

  /** The rules of a detection in the file of that digest, or null where it is not kept. */
  public synchronized @Nullable Text find(String sha256, String detection) throws IOException {
    if (!DIGEST.matcher(sha256).matches() || !Files.exists(folder.resolve(sha256))) {
      return null;
    }
    byte[] octets = Files.readAllBytes(folder.resolve(sha256));
    if (!Ids.sha256(octets).equals(sha256)) {
      return null;
    }
    List<String> rules = new ArrayList<>();
    String text = new String(octets, StandardCharsets.UTF_8);
    Matcher m = RULE.matcher(text);
    boolean found = m.find();
    while (found) {
      int begin = m.start(1);
      boolean own = m.group(2).startsWith(detection + " ");
      found = m.find();
      String rule = text.substring(begin, found ? m.start() : text.length());
      Matcher end = END.matcher(rule);
      if (own && end.lookingAt()) {
        rules.add(end.group());
      }
    }
    return new Text(names.getOrDefault(sha256, ""), String.join("\n\n", rules));
  }

  /** Files that are not kept because there were too many. */
  public synchronized long refused() {
    return refused;
  }
}
