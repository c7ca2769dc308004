package fr.vigie.web.command;

import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.sensor.capture.LiveCapture;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.Evidence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./vigie watch}: listens to an interface, without ever speaking on it, and serves the console. */
@Command(name = "watch", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Listens to a network interface, best the mirror port of a switch, and serves the console. Sends nothing on that interface.")
final class WatchCommand implements Callable<Integer> {
  @Option(names = "--interface", required = true, paramLabel = "IF", description = "the interface to listen to")
  private String name = "";

  @Mixin private Setting setting = new Setting();

  @Option(names = "--port", defaultValue = "8443", description = "TCP port (${DEFAULT-VALUE}); 0 takes a free one")
  private int port = 8443;

  @Option(names = "--listen", defaultValue = "127.0.0.1", paramLabel = "ADDRESS", description = "address to listen on (${DEFAULT-VALUE})")
  private String listen = "127.0.0.1";

  private final CountDownLatch closed = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    if (port < 0 || port > 65_535) {
      throw new Usage("--port is 0 to 65535");
    }
    Path data = Home.data().resolve("watch");
    try (Service service = new Service(data, setting.site(), setting.policy(), setting.judging())) {
      Sensor sensor = new Sensor(SensorOptions.standard(), service.nextSequence());
      try (LiveCapture capture = open(service, sensor)) {
        Console console = service.serve(new Console.Settings(listen, port, data.resolve("console"), Set.of()), Evidence.NONE,
            Privileges::refuseRoot, System.out, Progress.terminal());
        Greeting.print(System.out, console, data, service.devices(), "listening on " + name + ", sending nothing there. Stop with Ctrl-C.");
        endWith(capture);
        service.watch(capture, sensor);
        for (PacketSource.Fault fault : capture.faults()) {
          throw new IOException(fault.message());
        }
        return Exit.DONE;
      }
    } finally {
      closed.countDown();
    }
  }

  private LiveCapture open(Service service, Sensor sensor) throws IOException, Usage {
    try {
      return LiveCapture.open(name, "default", service.origins(), sensor.counters());
    } catch (CaptureException e) {
      throw new Usage(String.valueOf(e.getMessage()));
    }
  }

  /** When the process is told to end: stop listening, and let {@code try} close everything. */
  private void endWith(LiveCapture capture) {
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
