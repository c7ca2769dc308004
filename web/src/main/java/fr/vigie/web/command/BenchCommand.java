package fr.vigie.web.command;

import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code ./vigie bench}: what Vigie costs on this machine beside what it cost when the baseline was taken. Each workload is a process of its
 * own, started through the launcher, and stands beside a {@link Loop} of fixed work run just before it: the ratio of their processor times
 * carries over to another machine, and a noisy minute slows both.
 */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Measures whole runs beside a loop of fixed work, in turn, and compares the ratios with a baseline: tells what takes more than 1.3 times "
        + "as long as then, and exits with 1 when something takes more than twice as long.")
final class BenchCommand implements Callable<Integer> {
  private static final int DEVICES = 20_000;
  private static final long CHILD_SECONDS = 600;

  @Option(names = "--baseline", paramLabel = "FILE", description = "ratios to compare with; the repository's bench/baseline.tsv unless told otherwise")
  private @Nullable Path baseline;

  @Option(names = "--save", paramLabel = "FILE", description = "write the ratios measured, as a later baseline")
  private @Nullable Path save;

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "pairs of loop and workload (${DEFAULT-VALUE}); medians are compared")
  private int rounds = 5;

  @Option(names = "--only", paramLabel = "NAME", split = ",", description = "only these workloads: empty, hospital, generated, restart, restart-whole")
  private List<String> only = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  /** One run of a workload; answers the processor seconds of its process. */
  @FunctionalInterface
  private interface Workload {
    double run() throws IOException, InterruptedException;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, Usage {
    if (rounds < 1 || rounds > 100) {
      throw new Usage("--rounds is 1 to 100");
    }
    PrintWriter out = spec.commandLine().getOut();
    Path given = baseline;
    Path compared = given == null ? Home.program().resolve("bench/baseline.tsv") : given;
    Ratios before = given != null || Files.exists(compared) ? Ratios.read(compared) : Ratios.NONE;
    Path scratch = Files.createTempDirectory("vigie-bench");
    try {
      Map<String, Workload> workloads = workloads(scratch);
      for (String name : only) {
        if (!workloads.containsKey(name)) {
          throw new Usage("there is no workload " + name + "; there are " + String.join(", ", workloads.keySet()));
        }
      }
      if (!only.isEmpty()) {
        workloads.keySet().retainAll(only);
      }
      SortedMap<String, List<Double>> seconds = new TreeMap<>();
      SortedMap<String, List<Double>> ratios = new TreeMap<>();
      Loop.seconds(); // once for the compiler
      int step = 0;
      for (int round = 1; round <= rounds; round++) {
        for (Map.Entry<String, Workload> each : workloads.entrySet()) {
          System.err.printf(Locale.ROOT, "\rvigie: round %d of %d, %-14s %3d %%  ", round, rounds, each.getKey(), 100 * step++ / (rounds * workloads.size()));
          double loop = Loop.seconds();
          double spent = each.getValue().run();
          seconds.computeIfAbsent(each.getKey(), k -> new ArrayList<>()).add(spent);
          ratios.computeIfAbsent(each.getKey(), k -> new ArrayList<>()).add(spent / loop);
        }
      }
      System.err.print("\r" + " ".repeat(60) + "\r");
      SortedMap<String, Double> medians = new TreeMap<>();
      ratios.forEach((name, all) -> medians.put(name, Ratios.median(all)));
      Ratios now = new Ratios(medians);
      if (save != null) {
        now.write(save);
      }
      out.printf(Locale.ROOT, "%-15s %12s %10s %10s %8s%n", "workload", "processor s", "ratio", "baseline", "factor");
      seconds.forEach((name, all) -> {
        double factor = now.factor(name, before);
        out.printf(Locale.ROOT, "%-15s %12.2f %10.3f %10s %8s  %s%n", name, Ratios.median(all), medians.get(name),
            before.of().containsKey(name) ? String.format(Locale.ROOT, "%.3f", before.of().get(name)) : "-",
            factor > 0 ? String.format(Locale.ROOT, "%.2f", factor) : "-", Ratios.verdict(factor).words());
      });
      out.flush();
      return now.worst(before) == Ratios.Verdict.FAILED ? Exit.FINDINGS : Exit.DONE;
    } finally {
      remove(scratch);
    }
  }

  private static Map<String, Workload> workloads(Path scratch) throws IOException {
    Path empty = scratch.resolve("empty.pcap");
    // a pcap header and nothing behind it (draft-ietf-opsawg-pcap §4)
    Files.write(empty, ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0)
        .putInt(65_535).putInt(1).array());
    Home.Sample hospital = Home.hospital();
    Path folder = Files.createDirectories(scratch.resolve("seed-7"));
    Hospital.write(7, folder);
    Path kept = scratch.resolve("kept");
    Map<String, Workload> all = new LinkedHashMap<>();
    all.put("empty", () -> replay(scratch, empty, null));
    all.put("hospital", () -> replay(scratch, hospital.capture(), hospital.site()));
    all.put("generated", () -> replay(scratch, folder.resolve(Hospital.CAPTURE), folder.resolve(Hospital.SITE)));
    all.put("restart", () -> restart(crowd(kept), kept));
    all.put("restart-whole", () -> {
      Path data = Files.createTempDirectory(scratch, "whole");
      return restart(crowd(data), data);
    });
    return all;
  }

  /** The store of a large site; a start that has never been there before folds its whole log, the next one has indexes to show. */
  private static Path crowd(Path data) throws IOException, InterruptedException {
    if (!Files.exists(data.resolve("log"))) {
      Files.createDirectories(data);
      Crowd.write(data, DEVICES);
      if (data.endsWith("kept")) {
        restart(data, data);
      }
    }
    return data;
  }

  private static double replay(Path scratch, Path capture, @Nullable Path site) throws IOException, InterruptedException {
    Path out = scratch.resolve("out");
    List<String> arguments = new ArrayList<>(List.of("replay", capture.toString(), "--quiet", "--out", out.toString()));
    if (site != null) {
      arguments.addAll(List.of("--site", site.toString()));
    }
    child(arguments);
    return Json.MAPPER.readTree(out.resolve("summary.json").toFile()).path("run").path("processorSeconds").asDouble();
  }

  private static double restart(Path data, Path said) throws IOException, InterruptedException {
    for (String line : child(List.of("train", "restart", data.toString()))) {
      if (line.startsWith("answered ")) {
        String[] words = line.split(" ");
        if (!words[3].equals(Integer.toString(DEVICES))) {
          throw new IOException("a restart of " + said + " found " + words[3] + " devices of " + DEVICES);
        }
        return Double.parseDouble(words[1]);
      }
    }
    throw new IOException("a restart of " + said + " did not answer");
  }

  /** Runs Vigie as a person would; answers what it printed. */
  private static List<String> child(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Home.program().resolve("vigie").toString()));
    command.addAll(arguments);
    Path said = Files.createTempFile("vigie-bench", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
      if (!process.waitFor(CHILD_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " took longer than " + CHILD_SECONDS + " s");
      }
      List<String> lines = Files.readAllLines(said, StandardCharsets.UTF_8);
      if (process.exitValue() != Exit.DONE) {
        throw new IOException(String.join(" ", command) + " ended with " + process.exitValue() + ": " + String.join(" ", lines));
      }
      return lines;
    } finally {
      Files.delete(said);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(each);
      }
    }
  }
}
