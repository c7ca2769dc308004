package fr.vigie.sensor.protocol;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.PacketSource;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.function.Predicate;
import java.util.function.Predicate;
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
  private final List<Column> columns;
  private final List<String> options;
  private String proof = "message";
  private UnaryOperator<Map<String, String>> refined = UnaryOperator.identity();
  private String without = "";
  private final Map<String, int[]> score = new TreeMap<>();
  private final Map<Path, Integer> captures = new TreeMap<>();
  private int present;
  private int read;
  int frames;

  /**
   * Makes an empty comparison.
   *
   * @param protocol our name
   * @param filter tshark's display filter
   * @param options further options of tshark, for example a port it should take for the protocol's
   */
  TsharkAgreement(String protocol, String filter, List<Column> columns, String... options) {
    this.protocol = protocol;
    this.filter = filter;
    this.columns = columns;
    this.options = List.of(options);
  }

  /** Says which field of ours makes a frame the protocol's; a frame without it is nobody's unless tshark takes it. */
  TsharkAgreement proof(String field) {
    proof = field;
    return this;
  }

  /** Says which cells of a row of tshark's are its own conclusions, and not in the frame: the operator takes them out. */
  TsharkAgreement refined(UnaryOperator<Map<String, String>> rows) {
    refined = rows;
    return this;
  }

  /** What share of what tshark shows is compared, in captures that are still to be named. */
  Coverage coverage(List<String> prefixes, Set<String> remarks) {
    return new Coverage(prefixes, columns.stream().map(Column::name).collect(Collectors.toSet()), remarks).bits();
  }

  String filter() {
    return filter;
  }

  static boolean installed() {
    return run(List.of("--version")).startsWith("TShark");
  }

  static String run(List<String> options) {
    List<String> command = new ArrayList<>(List.of("tshark"));
    command.addAll(options);
    try {
      Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(60, TimeUnit.SECONDS);
      return out;
    } catch (IOException absent) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Leaves out captures whose path has this in it. */
  TsharkAgreement without(String part) {
    without = part;
    return this;
  }

  /** Compares one capture. */
  TsharkAgreement with(Path capture) throws IOException {
    if (!without.isEmpty() && capture.toString().contains(without)) {
      return this;
    }
    List<String> command = new ArrayList<>(List.of("-n", "-r", capture.toString(), "-Y", "((" + filter + ") && !icmp) || _ws.malformed", "-T", "fields", "-E", "occurrence=a",
        "-E", "aggregator=;", "-E", "separator=/t", "-e", "frame.number"));
    command.addAll(options);
    for (Column column : columns) {
      command.add("-e");
      command.add(column.name());
    }
    command.addAll(List.of("-e", "_ws.malformed"));
    TreeMap<Long, String[]> theirs = new TreeMap<>();
    TranscriptKeeper keeper = keep(capture);
    for (String line : run(command).split("\n")) {
      if (!line.isEmpty()) {
        String[] cells = line.split("\t", -1);
        long number = Long.parseLong(cells[0]);
        if (cells[cells.length - 1].isEmpty()) {
          theirs.put(number, cells);
        } else {
          // what tshark itself calls malformed is nobody's message
          keeper.frames.remove(number);
        }
      }
    }
    return with(capture, theirs, keeper);
  }

  private TranscriptKeeper keep(Path capture) throws IOException {
    TranscriptKeeper keeper = new TranscriptKeeper(protocol);
    try (PacketSource source = CaptureFiles.open(List.of(capture), "test")) {
      new Sensor(SensorOptions.standard().decoding(keeper)).run(source, TranscriptKeeper.NOBODY);
    }
    return keeper;
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
        TranscriptKeeper keeper = keep(capture);
        TreeMap<Long, String[]> theirs = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
          String[] row = line.split("\t", -1);
          long number = Long.parseLong(row[0]);
          if (!row[header.indexOf("_ws.malformed")].isEmpty() || row[header.indexOf("ip.src")].contains(";")
              || row[header.indexOf("_ws.col.Info")].contains("Retransmission")) {
            // what tshark itself calls malformed or repeated, and what ICMP quotes, is nobody's message
            keeper.frames.remove(number);
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
        with(capture, theirs, keeper);
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

  private TsharkAgreement with(Path capture, TreeMap<Long, String[]> theirs, TranscriptKeeper keeper) {
    TreeSet<Long> all = new TreeSet<>(theirs.keySet());
    all.addAll(keeper.frames.keySet());
    for (long number : all) {
      compare(capture, number, theirs.get(number), keeper.frames.get(number));
    }
    captures.put(capture, theirs.size());
    return this;
  }

  private void compare(Path capture, long number, String[] cells, Frame frame) {
    Frame mine = frame == null || frame.all(proof).isEmpty() ? null : frame;
    if (cells == null && mine == null) {
      return;
    }
    frames++;
    int[] seen = score.computeIfAbsent("(frame)", k -> new int[2]);
    seen[1]++;
    if (cells == null || mine == null) {
      System.out.printf("  %s frame %d: only %s%n", capture.getFileName(), number, cells == null ? "Vigie" : "tshark");
      return;
    }
    seen[0]++;
    Map<String, String> row = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      row.put(columns.get(i).name(), cells[i + 1]);
    }
    row = refined.apply(row);
    for (Column column : columns) {
      String there = column.theirs().apply(row.getOrDefault(column.name(), ""));
      String here = column.ours().apply(mine);
      if (there.isEmpty() && here.isEmpty() || !column.when().test(mine)) {
        continue;
      }
      int[] n = score.computeIfAbsent(column.name(), k -> new int[2]);
      n[1]++;
      if (there.equals(here)) {
        n[0]++;
      } else {
        System.out.printf("  %s frame %d %s: tshark %s, Vigie %s%n", capture.getFileName(), number, column.name(), there, here);
      }
    }
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
    int agree = 0;
    int all = 0;
    for (Map.Entry<String, int[]> e : score.entrySet()) {
      System.out.printf(Locale.ROOT, "%s %s: %d of %d%n", protocol, e.getKey(), e.getValue()[0], e.getValue()[1]);
      agree += e.getValue()[0];
      all += e.getValue()[1];
    }
    System.out.printf(Locale.ROOT, "%s: %d captures, %d frames, %d of %d fields agree (%.3f %%)%n", protocol, captures.size(), frames, agree, all,
        all == 0 ? 100.0 : 100.0 * agree / all);
    if (present > 0) {
      System.out.printf(Locale.ROOT, "%s: %d of %d recorded fields are compared, coverage %.1f %%%n", protocol, read, present, 100.0 * read / present);
    }
    return all == 0 ? 1 : (double) agree / all;
  }
}
