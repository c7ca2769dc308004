package fr.vigie.web.command;

import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.Protocols;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./vigie decode}: every application message of a capture, one JSON object a line. */
@Command(name = "decode", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Prints every application message of a capture, one JSON object a line, with its fields by the standards' names.")
final class DecodeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "capture files, or - for standard input")
  private List<Path> files = List.of();

  @Option(names = "--protocol", paramLabel = "P", description = "only this protocol")
  private @Nullable String protocol;

  @Option(names = "--site", paramLabel = "FILE",
      description = "site file (docs/site-file.md): its register maps and KNX group addresses give values names, types and units")
  private @Nullable Path siteFile;

  /** Decoding has no use for observations. */
  private static final class Nowhere implements Sink {
    @Override
    public void accept(Observation observation) {}

    @Override
    public void quantum(long seq, long at) {}
  }

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    TreeSet<String> names = new TreeSet<>();
    Protocols.all().stream().map(Dissector::name).forEach(names::add);
    if (protocol != null && !names.contains(protocol)) {
      throw new Usage("there is no protocol " + protocol + "; the protocols are " + String.join(", ", names));
    }
    try (PacketSource source = CaptureFiles.open(files, "default");
        Writer out = new BufferedWriter(new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8), 1 << 16)) {
      DecodeLines lines = new DecodeLines(out, protocol);
      SensorOptions options = siteFile == null ? SensorOptions.standard() : Setting.expecting(SensorOptions.standard(), SiteFile.read(siteFile));
      new Sensor(options.decoding(lines)).run(source, new Nowhere());
      lines.end();
      out.flush();
      return Faults.tell(source);
    }
  }
}
