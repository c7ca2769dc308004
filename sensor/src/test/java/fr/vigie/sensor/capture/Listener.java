package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Counters;
import java.io.IOException;
import java.util.List;

/** A process of its own for tests: it watches standard input or gives up its rights, and says what comes of it. */
final class Listener {
  private Listener() {}

  /** {@code stream}, or {@code rights INTERFACE USER}. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("stream")) {
      stream();
    } else {
      rights(args[1], Integer.parseInt(args[2]));
    }
  }

  private static void stream() throws IOException {
    try (LiveStream stream = LiveStream.open("default", List.of(), new Counters())) {
      Packet packet = new Packet();
      while (stream.next(packet)) {
        System.out.println(packet.tick ? "tick" : "packet " + packet.index + " of " + packet.captured + " octets at " + packet.at);
      }
      System.out.println("end " + stream.faults().stream().map(PacketSource.Fault::message).toList());
    }
  }

  private static void rights(String name, int user) throws IOException {
    Thread before = Thread.ofPlatform().daemon().name("older").start(() -> {
      while (true) {
        Thread.onSpinWait();
      }
    });
    Counters counters = new Counters();
    try (LiveCapture capture = LiveCapture.open(Listening.to(name))) {
      Rights.become(user, user);
      Thread.ofPlatform().daemon().name("younger").start(() -> {
        while (before.isAlive()) {
          Thread.onSpinWait();
        }
      });
      capture.start(List.of(), counters); // with no right left
      for (Rights.OfThread thread : Rights.threads()) {
        System.out.println(thread.name() + " " + thread.user() + " " + thread.capabilities());
      }
      Packet packet = new Packet();
      while (capture.next(packet) && packet.captured != 60) {
        counters.counter("other").increment();
      }
      System.out.println("heard " + packet.captured);
    }
    try {
      LiveCapture.open(Listening.to(name)).close();
      System.out.println("opened again");
    } catch (IOException e) {
      System.out.println("refused " + e.getMessage());
    }
  }
}
