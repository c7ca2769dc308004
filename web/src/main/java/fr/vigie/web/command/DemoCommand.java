package fr.vigie.web.command;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.record.RecordOptions;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.Evidence;
import fr.vigie.web.live.CaptureEvidence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./vigie demo}: plays the sample hospital and serves the console. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Plays the sample hospital and serves the console on https://127.0.0.1:8443. What you decide there is kept for the next demo.")
final class DemoCommand implements Callable<Integer> {
  @Option(names = "--port", defaultValue = "8443", description = "TCP port (${DEFAULT-VALUE}); 0 takes a free one")
  private int port = 8443;

  @Option(names = "--listen", defaultValue = "127.0.0.1", paramLabel = "ADDRESS", description = "address to listen on (${DEFAULT-VALUE})")
  private String listen = "127.0.0.1";

  @Option(names = "--seed", paramLabel = "N", description = "play another hospital of the generator")
  private @Nullable Long seed;

  @Option(names = "--policy", paramLabel = "DIR", description = "folder of rules (.drl) in place of the shipped ones; followed while the demo runs")
  private @Nullable Path policy;

  @Option(names = "--speed", defaultValue = "0", paramLabel = "X",
      description = "play at X times the real speed; 0 (the default) as fast as it goes")
  private double speed;

  @Mixin private Recordings recordings = new Recordings();

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    if (port < 0 || port > 65_535) {
      throw new Usage("--port is 0 to 65535");
    }
    Path data = Home.data().resolve(seed == null ? "demo" : "demo-" + seed);
    Home.Sample hospital = seed == null ? Home.hospital() : Home.hospital(seed, data.resolve("hospital"));
    Setting setting = Setting.of(hospital, policy);
    Site site = setting.site();
    RecordOptions recording = recordings.options(data, site, "0");
    RecordOptions patient = recording == null ? null : recording.patient(true);
    try (Service service = new Service(data, site, setting.bounds(), setting.policy(), setting.judging(), setting.expectation());
        Recorder recorder = patient == null ? null : Recorder.open(patient);
        PacketSource source = CaptureFiles.open(List.of(hospital.capture()), "default")) {
      service.follow(setting.policyFolder());
      Evidence file = new CaptureEvidence(List.of(hospital.capture()));
      Evidence evidence = recorder == null || patient == null ? file
          : service.record(recorder, patient, recordings.choice(), recordings.reason(), file);
      Console console = service.serve(new Console.Settings(listen, port, data.resolve("console"), Set.of()),
          evidence, Privileges::refuseRoot, System.out, Progress.terminal());
      Greeting.print(System.out, console, data, service.devices(), "");
      Progress progress = new Progress(source, System.err, Progress.terminal());
      Sensor sensor = new Sensor(setting.sensor(site).recorder(recorder));
      service.play(speed > 0 ? new Paced(source, speed) : source, sensor, "playing", "done", progress::packets);
      progress.done();
      System.out.printf("  the sample hospital is played: %,d packets. Stop with Ctrl-C.%n", sensor.counters().value("packets"));
      System.out.flush();
      forever();
      return Exit.DONE;
    }
  }

  /** Waits until the process is told to end, then lets {@code try} close everything. */
  static void forever() {
    Thread waiting = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
      waiting.interrupt();
      try {
        waiting.join(3_000); // long enough to sync the log; the journal is on disk already
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      System.err.println("vigie: stopping");
    }
  }
}
