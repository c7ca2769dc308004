package fr.vigie.web.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.web.report.Facts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A command line as a person types it, for tests of other rooms. */
public final class Typed {
  /**
   * What a command left behind.
   *
   * @param code exit code
   * @param error what it wrote on standard error
   */
  public record Ended(int code, String error) {}

  private Typed() {}

  /** Runs the command and answers its exit code. */
  public static int command(String... args) {
    return Main.line().execute(args);
  }

  /** Runs the command and answers its exit code and everything it wrote on standard error. */
  public static Ended heard(String... args) {
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    PrintStream before = System.err;
    try (PrintStream heard = new PrintStream(error, true, StandardCharsets.UTF_8)) {
      System.setErr(heard);
      int code = Main.line().setErr(new PrintWriter(heard, true, StandardCharsets.UTF_8)).execute(args);
      return new Ended(code, error.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  /** Writes the lines that {@code ./vigie decode} prints, and answers how many. */
  public static long decode(Path capture, Writer out) throws IOException {
    try (PacketSource source = CaptureFiles.open(List.of(capture), "default")) {
      DecodeLines lines = new DecodeLines(out, null);
      new Sensor(SensorOptions.standard().decoding(lines)).run(source, new Nowhere());
      lines.end();
      return lines.written();
    }
  }

  /** Decoding has no use for observations. */
  private static final class Nowhere implements Sink {
    @Override
    public void accept(Observation observation) {}

    @Override
    public void quantum(long seq, long at) {}
  }

  /** The facts that {@code ./vigie report} judges, of a hospital of the generator. */
  public static Facts facts(Path capture, Path site) throws IOException, Usage, SiteError {
    Setting setting = Setting.of(new Home.Sample(capture, site));
    try (PacketSource source = CaptureFiles.open(List.of(capture), "default")) {
      Sensor sensor = new Sensor(SensorOptions.standard());
      Road road = new Road(setting.site(), setting.bounds(), setting.policy(), setting.judging(),
          index -> index < source.origins().size() ? source.origins().get(index) : null, o -> { }, Road.NOBODY);
      sensor.run(source, road, packets -> { });
      road.finish();
      SortedMap<String, Long> counters = new TreeMap<>(sensor.counters().values());
      counters.putAll(road.counters());
      List<ObjectNode> alerts = new ArrayList<>();
      road.alerts(alerts::add);
      return road.facts(road.assets(), alerts, counters, source.origins(), "");
    }
  }
}
