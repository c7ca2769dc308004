package fr.vigie.sensor.protocol;

import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.protocol.DissectorContract.Message;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A protocol's transcript beside what the tshark of this machine reads of the same frames, column by column, through the whole sensor. A frame
 * that only one of the two takes for the protocol counts as one field that differs.
 */
final class TsharkAgreement {
  /**
   * One column of tshark and how our transcript says the same; values of one frame are joined by semicolons.
   *
   * @param when which frames it is compared in: not those whose octets one of the two leaves together
   */
  record Column(String name, Function<Frame, String> ours, Function<String, String> theirs, Predicate<Frame> when) {
    Column(String name, Function<Frame, String> ours, Function<String, String> theirs) {
      this(name, ours, theirs, f -> true);
    }

    Column(String name, String... ours) {
      this(name, f -> f.joined(ours), t -> t);
    }

    /** The same column, said otherwise by us. */
    Column with(Function<Frame, String> said) {
      return new Column(name, said, theirs);
    }

    /** The same column, read otherwise from tshark. */
    Column theirs(Function<String, String> read) {
      return new Column(name, ours, read);
    }

    /** The same column, of frames of ours that the test takes; nothing else is compared. */
    Column only(Predicate<Frame> taken) {
      return new Column(name, f -> taken.test(f) ? ours.apply(f) : "", theirs);
    }
  }

  private final String protocol;
  private final String filter;
  private final Predicate<Pdml.Row> taken;
  private final List<Column> columns = new ArrayList<>();
  private final List<String> options;
  private final Set<String> names = new TreeSet<>();
  private final Set<String> prefixes = new TreeSet<>();
  private final Set<String> remarks = new TreeSet<>();
  private String proof = "message";
  private Predicate<Frame> own = f -> true;
  private UnaryOperator<Map<String, String>> refined = UnaryOperator.identity();
  private String without = "";
  private final Set<String> pooled = new TreeSet<>();
  private final Map<String, List<String>> theirPool = new TreeMap<>();
  private final Map<String, List<String>> ourPool = new TreeMap<>();
  private final Map<String, int[]> score = new TreeMap<>();
  private final Map<Path, Integer> captures = new TreeMap<>();
  private final Map<Path, String> misses = new TreeMap<>();
  private final Coverage coverage = new Coverage(prefixes, names, remarks);
  private int present;
  private int read;
  int frames;

  /**
   * Makes an empty comparison.
   *
   * @param protocol our name
   * @param filter tshark's display filter, of the kind that {@link DisplayFilter} knows
   * @param options further options of tshark, for example a port it should take for the protocol's
   */
  TsharkAgreement(String protocol, String filter, List<Column> columns, String... options) {
    this.protocol = protocol;
    this.filter = filter;
    taken = DisplayFilter.of(filter);
    this.options = List.of(options);
    columns.forEach(this::also);
  }

  private void also(Column column) {
    columns.add(column);
    names.add(column.name());
    prefixes.add(column.name().substring(0, column.name().indexOf('.') + 1));
  }

  /** Further columns, each as tshark's name and ours behind it; numbers, truths and octets are compared as what they are, however they are written. */
  TsharkAgreement also(String... said) {
    for (String pair : said) {
      String[] all = pair.split("[ ,]+");
      String[] ours = Arrays.copyOfRange(all, 1, all.length);
      also(new Column(all[0], f -> plain(f.joined(ours)), TsharkAgreement::plain));
    }
    return this;
  }

  /** Further columns that need more than names. */
  TsharkAgreement also(Column... further) {
    List.of(further).forEach(this::also);
    return this;
  }

  /** {@code True}, {@code 0x0063} and {@code 0a:0b} as 1, 99 and {@code 0a0b}. */
  static String plain(String cell) {
    return cell.isEmpty() ? "" : Arrays.stream(cell.split(";")).filter(v -> !v.isEmpty()).map(TsharkAgreement::plainOne).collect(Collectors.joining(";"));
  }

  private static String plainOne(String value) {
    return value.equalsIgnoreCase("true") ? "1" : value.equalsIgnoreCase("false") ? "0"
        : value.matches("0x[0-9a-fA-F]{1,15}") ? Long.decode(value).toString()
        : value.matches("([0-9a-fA-F]{2}:)+[0-9a-fA-F]{2}") ? value.replace(":", "") : value;
  }

  /** Says which field of ours makes a frame the protocol's; a frame without it is nobody's unless tshark takes it. */
  TsharkAgreement proof(String field) {
    proof = field;
    return this;
  }

  /** Says which frames of ours are compared, where the filter leaves out their like. */
  TsharkAgreement taking(Predicate<Frame> frames) {
    own = frames;
    return this;
  }

  /** Says which cells of a row of tshark's are its own conclusions, and not in the frame: the operator takes them out. */
  TsharkAgreement refined(UnaryOperator<Map<String, String>> rows) {
    refined = rows;
    return this;
  }

  /** Names that tshark adds of itself and that are no fields of the message: folders, times, numbers of other frames, verdicts, what is secret. */
  TsharkAgreement remarks(String... names) {
    remarks.addAll(List.of(names));
    return this;
  }

  /** Says which names are counted for coverage, by their beginnings; without it, all of the protocols that have a column. */
  TsharkAgreement counting(String... beginnings) {
    prefixes.clear();
    prefixes.addAll(List.of(beginnings));
    return this;
  }

  /** Bits and parts that tshark names beside the whole; the whole is compared. */
  TsharkAgreement parts(String... bits) {
    names.addAll(List.of(bits));
    return this;
  }

  /**
   * Says of some columns that their values are compared one by one over a whole capture and not frame by frame, because the two tell of the same octets with different packets: one where
   * they begin, the other where they end.
   */
  TsharkAgreement pooled(String... names) {
    pooled.addAll(List.of(names));
    return this;
  }

  private static void pool(Map<String, List<String>> pool, String name, String cell) {
    if (!cell.isEmpty()) {
      pool.computeIfAbsent(name, k -> new ArrayList<>()).addAll(Arrays.asList(cell.split(";")));
    }
  }

  /** Compares what was pooled of a capture, value by value. */
  private void drain(StringBuilder told, Path capture) {
    for (String name : pooled) {
      List<String> there = theirPool.getOrDefault(name, List.of());
      List<String> here = new ArrayList<>(ourPool.getOrDefault(name, List.of()));
      List<String> missing = new ArrayList<>();
      for (String value : there) {
        if (!here.remove(value)) {
          missing.add(value);
        }
      }
      int differ = Math.max(missing.size(), here.size());
      int[] n = score.computeIfAbsent(name, k -> new int[2]);
      n[0] += there.size() - missing.size();
      n[1] += there.size() - missing.size() + differ;
      if (differ > 0) {
        told.append(String.format("  %s: %s, all frames, %s: only tshark %s, only Vigie %s%n", protocol, named(capture), name, missing, here));
      }
    }
    theirPool.clear();
    ourPool.clear();
  }

  /** Leaves out captures whose path has this in it, or one of several with bars between. */
  TsharkAgreement without(String part) {
    without = part;
    return this;
  }

  boolean takes(Path capture) {
    return without.isEmpty() || Arrays.stream(without.split("\\|")).noneMatch(capture.toString()::contains);
  }

  String protocol() {
    return protocol;
  }

  String filter() {
    return filter;
  }

  List<String> options() {
    return options;
  }

  /** What share of what tshark shows of the frames compared so far is compared. */
  double coverage() {
    return coverage.share();
  }

  static boolean installed() {
    try {
      Process process = new ProcessBuilder("tshark", "--version").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).startsWith("TShark");
    } catch (IOException absent) {
      return false;
    }
  }

  /** Compares one capture. */
  TsharkAgreement with(Path capture) {
    new Survey().ask(this, capture).run();
    return this;
  }

  /** Compares one capture with what tshark reads of its frames: those that the filter takes, and those that tshark calls malformed, which are nobody's messages. */
  synchronized void compare(Path capture, TreeMap<Long, Pdml.Row> rows, Map<Long, Frame> ours) {
    TreeMap<Long, String[]> theirs = new TreeMap<>();
    TreeMap<Long, Frame> mine = new TreeMap<>(ours);
    rows.forEach((number, row) -> {
      if (row.has("_ws.malformed")) {
        mine.remove(number);
      } else if (taken.test(row) && !row.has("icmp")) {
        String[] cells = new String[columns.size() + 1];
        for (int i = 0; i < columns.size(); i++) {
          cells[i + 1] = String.join(";", row.all(columns.get(i).name()));
        }
        theirs.put(number, cells);
        if (mine.containsKey(number)) {
          coverage.count(row);
        }
      }
    });
    with(capture, theirs, mine);
  }

  /** Compares every capture whose reading by tshark 4.0.17 was recorded under {@code _tshark}, in files named after the protocol. */
  TsharkAgreement recorded(Path root, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("_tshark"))) {
      for (Path truth : files.filter(p -> p.toString().endsWith("." + suffix + ".tsv")).sorted().toList()) {
        String name = root.resolve("_tshark").relativize(truth).toString();
        Path capture = root.resolve(name.substring(0, name.length() - suffix.length() - 5));
        if (!Files.exists(capture)) {
          continue;
        }
        List<String> lines = Files.readAllLines(truth);
        List<String> header = Arrays.asList(lines.getFirst().split("\t", -1));
        TreeMap<Long, Frame> ours = Survey.transcript(capture, protocol).frames;
        TreeMap<Long, String[]> theirs = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
          String[] row = line.split("\t", -1);
          long number = Long.parseLong(row[0]);
          if (!row[header.indexOf("_ws.malformed")].isEmpty() || row[header.indexOf("ip.src")].contains(";")
              || row[header.indexOf("_ws.col.Info")].contains("Retransmission")) {
            // what tshark itself calls malformed or repeated, and what ICMP quotes, is nobody's message
            ours.remove(number);
            continue;
          }
          String[] cells = new String[columns.size() + 1];
          cells[0] = row[0];
          for (int i = 0; i < columns.size(); i++) {
            cells[i + 1] = row[header.indexOf(columns.get(i).name())];
          }
          theirs.put(number, cells);
          covered(header, row);
        }
        with(capture, theirs, ours);
      }
    }
    return this;
  }

  /** Counts the fields of the protocol that a row has, and those of them that are compared. */
  private void covered(List<String> header, String[] row) {
    for (int i = header.indexOf("udp.dstport") + 1; i < header.indexOf("_ws.col.Info"); i++) {
      if (!row[i].isEmpty()) {
        String name = header.get(i);
        present++;
        read += columns.stream().anyMatch(c -> c.name().equals(name)) ? 1 : 0;
      }
    }
  }

  private synchronized void with(Path capture, TreeMap<Long, String[]> theirs, Map<Long, Frame> ours) {
    TreeSet<Long> all = new TreeSet<>(theirs.keySet());
    all.addAll(ours.keySet());
    StringBuilder told = new StringBuilder();
    for (long number : all) {
      compare(told, capture, number, theirs.get(number), ours.get(number));
    }
    drain(told, capture);
    captures.put(capture, theirs.size());
    misses.merge(capture, told.toString(), String::concat);
  }

  private void compare(StringBuilder told, Path capture, long number, String[] cells, Frame frame) {
    Frame mine = frame == null || frame.all(proof).isEmpty() || !own.test(frame) ? null : frame;
    if (cells == null && mine == null) {
      return;
    }
    Map<String, String> row = new HashMap<>();
    for (int i = 0; cells != null && i < columns.size(); i++) {
      row.put(columns.get(i).name(), cells[i + 1]);
    }
    row = cells == null ? row : refined.apply(row);
    boolean others = pooled.isEmpty();
    for (Column column : columns) {
      String there = column.theirs().apply(row.getOrDefault(column.name(), ""));
      String here = mine == null ? "" : column.ours().apply(mine);
      if (pooled.contains(column.name())) {
        pool(theirPool, column.name(), there);
        pool(ourPool, column.name(), here);
      } else {
        others |= !there.isEmpty() || !here.isEmpty();
      }
    }
    if ((cells == null || mine == null) && !others) {
      // all there is of it is in the pool
      return;
    }
    frames++;
    int[] seen = score.computeIfAbsent("(frame)", k -> new int[2]);
    seen[1]++;
    if (cells == null || mine == null) {
      told.append(String.format("  %s: %s frame %d: only %s%n", protocol, named(capture), number, cells == null ? "Vigie" : "tshark"));
      return;
    }
    seen[0]++;
    for (Column column : columns) {
      if (pooled.contains(column.name())) {
        continue;
      }
      String there = column.theirs().apply(row.getOrDefault(column.name(), ""));
      String here = column.ours().apply(mine);
      if (there.isEmpty() && here.isEmpty() || !column.when().test(mine)) {
        continue;
      }
      int[] n = score.computeIfAbsent(column.name(), k -> new int[2]);
      n[1]++;
      // octets are written with colons and without
      if (there.equals(here) || there.indexOf(':') > 0 && plain(there).equals(plain(here))) {
        n[0]++;
      } else {
        told.append(String.format("  %s: %s frame %d %s: tshark %s, Vigie %s%n", protocol, named(capture), number, column.name(), there, here));
      }
    }
  }

  /** Some hundred captures are called input.pcap, each in a folder of its own. */
  private static String named(Path capture) {
    return capture.getFileName().toString().startsWith("input.") ? capture.getParent().getFileName() + "/" + capture.getFileName() : capture.getFileName().toString();
  }

  /** Compares a capture made of the contract's messages, each on a flow of its own. */
  TsharkAgreement with(Path folder, boolean stream, List<Message> messages) throws IOException {
    Path file = folder.resolve(protocol + ".pcap");
    Map<Integer, Integer> sequences = new HashMap<>();
    try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), CaptureWriter.Format.PCAP_NANOS)) {
      int card = writer.addInterface(null, 1);
      long at = 1_767_600_000_000_000_000L;
      int flow = 0;
      for (Message message : messages) {
        flow++;
        List<Message> conversation = new ArrayList<>(message.before());
        conversation.add(message);
        for (Message m : conversation) {
          int from = m.fromClient() ? 1 : 2;
          // the client's end tells the flows apart
          int clientPort = 20_000 + flow;
          int sourcePort = m.fromClient() ? clientPort : m.sourcePort();
          int targetPort = m.fromClient() ? m.targetPort() : clientPort;
          byte[] octets = m.octets();
          for (int done = 0; done < octets.length; done += 1400) {
            byte[] part = Arrays.copyOfRange(octets, done, Math.min(octets.length, done + 1400));
            int sequence = sequences.merge(flow * 2 + from, part.length, Integer::sum) - part.length + 1000;
            byte[] packet = stream ? Frames.tcp(sourcePort, targetPort, sequence, 24, part) : Frames.udp(sourcePort, targetPort, part);
            writer.write(card, at, Frames.ethernet(from, 3 - from, 0x0800, Frames.ipv4(from, 3 - from, stream ? 6 : 17, packet)));
            at += 10_000_000;
          }
        }
      }
    }
    return with(file);
  }

  /** Compares a capture made of these Ethernet frames. */
  TsharkAgreement frames(Path folder, List<byte[]> made) throws IOException {
    Path file = folder.resolve(protocol + "-frames.pcap");
    try (CaptureWriter writer = new CaptureWriter(Files.newOutputStream(file), CaptureWriter.Format.PCAP_NANOS)) {
      int card = writer.addInterface(null, 1);
      long at = 1_767_600_000_000_000_000L;
      for (byte[] frame : made) {
        writer.write(card, at, frame);
        at += 10_000_000;
      }
    }
    return with(file);
  }

  /** Compares the contract's messages on the link layer, each in a frame of this EtherType. */
  TsharkAgreement linked(Path folder, int etherType, List<Message> messages) throws IOException {
    return frames(folder, messages.stream().map(m -> Frames.join(Frames.hex(m.target().replace(":", "")), Frames.hex(m.source().replace(":", "")),
        Frames.u16(etherType), m.octets())).toList());
  }

  /** Prints the score and returns the share of fields that agree, 1 where there were none. */
  double tell() {
    misses.values().forEach(System.out::print);
    int agree = 0;
    int all = 0;
    for (Map.Entry<String, int[]> e : score.entrySet()) {
      System.out.printf(Locale.ROOT, "%s %s: %d of %d%n", protocol, e.getKey(), e.getValue()[0], e.getValue()[1]);
      agree += e.getValue()[0];
      all += e.getValue()[1];
    }
    System.out.printf(Locale.ROOT, "%s: %d captures, %d frames, %d of %d fields agree (%.3f %%)%n", protocol, captures.size(), frames, agree, all,
        all == 0 ? 100.0 : 100.0 * agree / all);
    if (coverage.counted()) {
      coverage.tell(protocol);
    }
    if (present > 0) {
      System.out.printf(Locale.ROOT, "%s: %d of %d recorded fields are compared, coverage %.1f %%%n", protocol, read, present, 100.0 * read / present);
    }
    return all == 0 ? 1 : (double) agree / all;
  }
}
