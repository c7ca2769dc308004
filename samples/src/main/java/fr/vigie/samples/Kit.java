package fr.vigie.samples;

import fr.vigie.samples.Capture.Packet;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Labelled, harmless captures of attacks and faults, for any monitor: for each detection one capture with what must be found and one with what
 * comes near and must stay silent, a site file, and a table of labels. Nothing in them works against a device: addresses are made up, secrets
 * are empty or say that they are made up, bodies say nothing. The same parameters give the same octets.
 */
public final class Kit {
  /** File name of the labels. */
  public static final String LABELS = "kit.tsv";
  /** File name of the site description. */
  public static final String SITE = "site.yaml";
  /** How long the part lasts that is to be learned, ns. */
  public static final long LEARNING = 1200 * Stage.SECOND;
  private static final String HEAD = "file\tdetection\tlabel\tpacket\ttime\tlearn-until\twhat\twho\twhom\talso\n";

  private Kit() {}

  /**
   * What to write.
   *
   * @param seed draws MAC addresses
   * @param begin time of the first packet at the earliest
   * @param network first two octets of the addresses, each 0 to 255, in the high half
   * @param only detections to write; empty for all
   */
  public record Options(long seed, Instant begin, int network, Set<String> only) {
    /** The first hospital's morning in 10.77.0.0/16, all detections. */
    public static final Options DEFAULT = new Options(1, Instant.parse("2026-03-10T06:00:00Z"), 10 << 24 | 77 << 16, Set.of());
  }

  /**
   * One capture of the kit.
   *
   * @param file its name
   * @param detection id of the detection
   * @param attack whether it must be found; else it must stay silent
   * @param packet index of the packet that proves it, from 0
   * @param time time of that packet
   * @param what what happens, English
   * @param who source of that packet, or {@code capture} where the fault is the capture's own
   * @param whom its target, or empty
   * @param also detections that its packets rightly raise besides
   */
  public record Label(String file, String detection, boolean attack, int packet, Instant time, String what, String who, String whom, Set<String> also) {}

  /** The detections for which there is an exercise, in order. */
  public static List<String> detections() {
    return exercises().stream().map(Exercise::detection).distinct().toList();
  }

  /** Writes captures, site file and labels into a directory, which is made where it is absent; answers the labels. */
  public static List<Label> write(Options options, Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Label> labels = new ArrayList<>();
    StringBuilder table = new StringBuilder(HEAD);
    String until = options.begin.plusNanos(LEARNING).toString();
    for (Exercise e : exercises()) {
      if (options.only.isEmpty() || options.only.contains(e.detection())) {
        for (boolean attack : new boolean[] {true, false}) {
          Label label = write(e, attack, options, directory);
          labels.add(label);
          table.append(String.join("\t", label.file, label.detection, attack ? "attack" : "near-miss", Integer.toString(label.packet), label.time.toString(), until, label.what, label.who,
              label.whom, String.join(",", label.also)))
              .append('\n');
        }
      }
    }
    Files.writeString(directory.resolve(SITE), new Stage(options.seed, options.network).site(), StandardCharsets.UTF_8);
    Files.writeString(directory.resolve(LABELS), table, StandardCharsets.UTF_8);
    return labels;
  }

  private static Label write(Exercise e, boolean attack, Options options, Path directory) throws IOException {
    Stage stage = new Stage(options.seed, options.network);
    long begin = Hospital.nanos(options.begin);
    e.before().at(stage, begin + 10 * Stage.SECOND);
    Packet proof = (attack ? e.story() : e.other()).at(stage, begin + LEARNING + 90 * Stage.SECOND);
    // somebody speaks all the time, so that the clock of a monitor does not jump
    long end = stage.capture.packets().stream().mapToLong(p -> p.at).max().orElse(begin);
    for (long at = begin; at < end; at += 60 * Stage.SECOND) {
      stage.wire.announce(at, stage.plant, stage.dhcp.mac, stage.dhcp.ip);
    }
    stage.capture.finish(options.seed);
    String name = e.detection() + (attack ? "-attack" : "-near-miss");
    String file = name + ".pcapng";
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(directory.resolve(file)), 1 << 16)) {
      stage.capture.write(out);
    }
    boolean own = e.detection().startsWith("SEN-");
    return new Label(file, e.detection(), attack, proof.index(), Hospital.instant(proof.at), attack ? e.what() : e.nearMiss(), own ? "capture" : Company.source(proof.frame),
        own ? "" : Company.target(proof.frame), Company.of(name, e.detection(), stage, begin + LEARNING));
  }

  private static List<Exercise> exercises() {
    List<Exercise> all = new ArrayList<>(BacnetExercises.all());
    all.addAll(FieldExercises.all());
    all.addAll(HostExercises.all());
    all.addAll(ChannelExercises.all());
    all.addAll(CaptureExercises.all());
    return all;
  }
}
