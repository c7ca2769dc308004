package fr.vigie.web.command;

import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.sensor.capture.Card;
import fr.vigie.sensor.capture.Listening;
import fr.vigie.sensor.capture.LiveCapture;
import fr.vigie.sensor.capture.LiveSource;
import fr.vigie.sensor.capture.LiveStream;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.record.RecordOptions;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.Evidence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./vigie watch}: listens to interfaces, without ever speaking on them, and serves the console. */
@Command(name = "watch", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Listens to network interfaces, best the mirror port of a switch, and serves the console. Sends nothing on them.")
final class WatchCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";
  private static final String REALM = "default";

  @Option(names = "--interface", split = ",", paramLabel = "IF",
      description = "interface to listen to; several (named again, or with commas) are one conversation, as the two directions of a tap")
  private List<String> names = new ArrayList<>();

  @Parameters(paramLabel = "-", arity = "0..1",
      description = "a capture that another machine takes and sends: ssh sensor tcpdump -U -w - | ./vigie watch -")
  private String stream = "";

  @Option(names = "--filter", paramLabel = "EXPRESSION", description = "what to hear, in the language of pcap-filter(7); without it, everything")
  private @Nullable String filter;

  @Option(names = "--capture", paramLabel = "ring|pcap",
      description = "what reads the interfaces: the kernel's packet ring (Linux, and the default there) or libpcap's loop")
  private Listening.Method method = Listening.standard();

  @Option(names = "--ring", defaultValue = "64", paramLabel = "MIB",
      description = "memory of the packet ring of each interface, MiB (${DEFAULT-VALUE}): traffic that it can hold while the program is busy")
  private int ring = 64;

  @Option(names = "--heartbeat-url", paramLabel = "URL",
      description = "web address that gets a small POST while capture makes progress, so that somebody notices when it ends; without it, none")
  private @Nullable String heartbeatUrl;

  @Option(names = "--heartbeat-every", defaultValue = "60", paramLabel = "S", description = "seconds between two of them (${DEFAULT-VALUE})")
  private int heartbeatEvery = 60;

  @Mixin private Setting setting = new Setting();

  @Mixin private Recordings recordings = new Recordings();

  @Option(names = "--port", defaultValue = "8443", description = "TCP port (${DEFAULT-VALUE}); 0 takes a free one")
  private int port = 8443;

  @Option(names = "--listen", defaultValue = "127.0.0.1", paramLabel = "ADDRESS", description = "address to listen on (${DEFAULT-VALUE})")
  private String listen = "127.0.0.1";

  private final CountDownLatch closed = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    ClassCache.words(); // while /proc may be read: a process that changed its user may not
    if (port < 0 || port > 65_535) {
      throw new Usage("--port is 0 to 65535");
    }
    if (ring < 2 || ring > 4_096) {
      throw new Usage("--ring is 2 to 4096");
    }
    if (!stream.isEmpty() && !stream.equals(STANDARD_INPUT)) {
      throw new Usage("interfaces are named by --interface; the only other source is standard input, -");
    }
    List<String> wanted = new ArrayList<>(new LinkedHashSet<>(names));
    if (!stream.isEmpty()) {
      wanted.add(STANDARD_INPUT);
    }
    if (wanted.isEmpty()) {
      throw new Usage("name the interface to listen to: --interface IF; ./vigie doctor lists those of this machine");
    }
    if (!wanted.contains(STANDARD_INPUT)) {
      return listen(wanted);
    }
    if (wanted.size() > 1 || filter != null) {
      throw new Usage("standard input is watched alone, and its filter is the sender's: ssh sensor tcpdump -U -w - EXPRESSION | ./vigie watch -");
    }
    Privileges.giveUp();
    return serve(null);
  }

  /** Opens the interfaces while the rights are there, gives up the rights, and only then reads or serves anything. */
  private int listen(List<String> interfaces) throws IOException, Usage, SiteError {
    try (LiveCapture capture = open(interfaces)) {
      Privileges.giveUp();
      return serve(capture);
    }
  }

  private LiveCapture open(List<String> interfaces) throws IOException, Usage {
    try {
      return LiveCapture.open(new Listening(interfaces, REALM, method, filter, (long) ring << 20));
    } catch (CaptureException e) {
      throw new Usage(String.valueOf(e.getMessage()));
    }
  }

  /** Serves the console over what is heard; {@code capture} is null for standard input. */
  private int serve(@Nullable LiveCapture capture) throws IOException, Usage, SiteError {
    Heartbeat.To to = Heartbeat.To.of(heartbeatUrl, heartbeatEvery);
    Path data = Home.data().resolve("watch");
    Site site = setting.site();
    RecordOptions recording = recordings.options(data, site, "4G");
    try (Service service = new Service(data, site, setting.bounds(), setting.policy(), setting.judging(), setting.expectation()); Recorder recorder = recorder(recording)) {
      Sensor sensor = new Sensor(setting.sensor(site).seals(SealKey.of(data)).live(SensorOptions.LIVE_ROOM).recorder(recorder), service.nextSequence());
      Evidence evidence = recorder == null || recording == null ? Evidence.NONE
          : service.record(recorder, recording, recordings.choice(), recordings.reason(), Evidence.NONE);
      Console console = service.serve(new Console.Settings(listen, port, data.resolve("console"), Set.of()), evidence,
          Privileges::refuseRoot, System.out, Progress.terminal());
      try (LiveSource source = capture == null ? LiveStream.open(REALM, service.origins(), sensor.counters()) : capture) {
        if (capture != null) {
          capture.start(service.origins(), sensor.counters());
        }
        service.follow(setting.policyFolder());
        Greeting.print(System.out, console, data, service.devices(),
            capture == null ? "listening to the capture on standard input. Stop with Ctrl-C." : heard(capture));
        endWith(source);
        // a tick counts as progress: an interface that is silent is no reason to start again
        try (Heartbeat beat = new Heartbeat(to, () -> sensor.counters().value("packets") + sensor.counters().value("capture.ticks"), service::pulse)) {
          service.beating(beat.begin());
          service.watch(source, sensor);
        }
        System.out.println(heard(sensor.counters()));
        for (PacketSource.Fault fault : source.faults()) {
          throw new IOException(fault.message());
        }
        return Exit.DONE;
      }
    } finally {
      closed.countDown();
    }
  }

  /** Null where nothing is to be recorded, or nothing can be: watching comes first. */
  private static @Nullable Recorder recorder(@Nullable RecordOptions recording) {
    try {
      return recording == null ? null : Recorder.open(recording);
    } catch (IOException e) {
      System.err.println("vigie: packets are not recorded as evidence (" + e.getMessage() + "); watching goes on");
      return null;
    }
  }

  /** The last line: what was heard and what was not. */
  private static String heard(Counters counters) {
    return String.format(Locale.ROOT, "  heard %,d packets; lost: %,d by the kernel, %,d by libpcap's loop, %,d by the interface", counters.value("packets"),
        counters.value("capture.dropped_kernel"), counters.value("capture.dropped_ring"), counters.value("capture.dropped_interface"));
  }

  private String heard(LiveCapture capture) {
    List<String> each = new ArrayList<>();
    for (int i = 0; i < capture.stamps().size(); i++) {
      Card card = capture.cards().get(i);
      each.add(card.name() + (capture.stamps().get(i) == LiveCapture.Stamps.CARD ? " (time by the card)" : " (time by the kernel)")
          + (card.present() && !card.up() ? " which is down: ip link set " + card.name() + " up" : ""));
    }
    return "listening on " + String.join(", ", each) + ", sending nothing there. Stop with Ctrl-C.";
  }

  /** When the process is told to end: stop listening, and let {@code try} close everything. */
  private void endWith(LiveSource capture) {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
      capture.stop();
      try {
        closed.await(5, TimeUnit.SECONDS); // long enough to sync the log; the journal is on disk already
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }));
  }
}
