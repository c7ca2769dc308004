package fr.vigie.sensor;

import fr.vigie.sensor.capture.Listening;
import fr.vigie.sensor.capture.LiveCapture;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.wire.Headers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * A listener to be timed: it hears interfaces until nothing has come for two seconds and says what each packet cost, the compiler and the
 * collector included; nothing is warmed. {@code bench/live} calls it. Arguments: {@code ring|pcap}, {@code headers|sensor}, interfaces.
 */
final class LiveBench {
  private LiveBench() {}

  public static void main(String[] args) throws IOException {
    Listening how = Listening.to(args[2].split(",")).by(Listening.Method.valueOf(args[0].toUpperCase(Locale.ROOT)));
    Counters counters = new Counters();
    Sensor sensor = new Sensor(SensorOptions.standard());
    try (LiveCapture capture = LiveCapture.open(how)) {
      capture.start(List.of(), args[1].equals("sensor") ? sensor.counters() : counters);
      System.out.println("listening");
      long before = processor();
      long packets = args[1].equals("sensor") ? sensor(capture, sensor) : headers(capture);
      long cost = processor() - before;
      LiveCapture.Drops drops = capture.drops();
      System.out.printf(Locale.ROOT, "%s %s: %d packets, %.3f s of processor, %.0f ns a packet, lost: kernel %d, loop %d, interface %d%n", args[0], args[1],
          packets, cost / 1e9, (double) cost / Math.max(1, packets), drops.kernel(), drops.ring(), drops.network());
    }
  }

  /** Processor time of the whole process, ns. */
  private static long processor() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  private static long headers(LiveCapture capture) {
    Packet packet = new Packet();
    Headers headers = new Headers();
    long packets = 0;
    int silent = 0;
    while (capture.next(packet)) {
      if (packet.tick) {
        if (packets > 0 && ++silent == 2) {
          capture.stop();
        }
        continue;
      }
      silent = 0;
      packets++;
      headers.parse(packet.segment, packet.offset, packet.captured, packet.wire, packet.linkType, packet.vlan);
    }
    return packets;
  }

  private static long sensor(LiveCapture capture, Sensor sensor) {
    Thread.ofPlatform().daemon().start(() -> {
      long seen = 0;
      int silent = 0;
      while (silent < 2) {
        try {
          Thread.sleep(1_000);
        } catch (InterruptedException e) {
          return;
        }
        long now = sensor.counters().value("packets");
        silent = now > 0 && now == seen ? silent + 1 : 0;
        seen = now;
      }
      capture.stop();
    });
    sensor.run(capture, new Sink() {
      @Override
      public void accept(Observation observation) {}

      @Override
      public void quantum(long seq, long at) {}
    });
    return sensor.counters().value("packets");
  }
}
