package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import fr.vigie.sensor.protocol.TestExchange;
import fr.vigie.sensor.protocol.Transcript;
import fr.vigie.sensor.wire.Cursor;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Every BACnet/IP message of a capture file through the dissector: Ethernet with VLAN tags, IPv4, UDP, nothing else. */
final class Datagrams {
  private Datagrams() {}

  /** Takes one dissected message. */
  interface Taker {
    /**
     * One message.
     *
     * @param frame frame number in the file, from 1
     * @param sound whether the dissector read it to the end
     */
    void take(long frame, String source, int sourcePort, String target, int targetPort, Decoded message, boolean sound);
  }

  static void read(Path file, Taker taker) throws IOException {
    Bacnet bacnet = new Bacnet();
    TestExchange exchange = new TestExchange();
    Decoded decoded = new Decoded();
    Observer observer = new Listener(decoded);
    Cursor c = new Cursor();
    Packet packet = new Packet();
    try (CaptureFile capture = CaptureFile.open(file, "test")) {
      while (capture.next(packet)) {
        c.set(packet.segment, packet.offset, packet.captured, packet.wire);
        if (packet.linkType != 1) {
          continue;
        }
        c.skip(12);
        int type = c.u16();
        while (type == 0x8100 || type == 0x88A8 || type == 0x9100) {
          c.skip(2);
          type = c.u16();
        }
        int head = (c.peek(0) & 0xF) * 4;
        if (type != 0x0800 || c.peek(0) >> 4 != 4 || c.peek(9) != 17 || (c.peek(6) << 8 & 0x3F00 | c.peek(7)) != 0) {
          continue;
        }
        c.skip(12);
        String source = Endpoint.ipText(4, 0, c.u32());
        String target = Endpoint.ipText(4, 0, c.u32());
        c.skip(head - 20);
        int from = c.u16();
        int to = c.u16();
        int length = c.u16() - 8;
        c.skip(2);
        if (!c.ok() || length < 0) {
          continue;
        }
        exchange.next(exchange.endpoint(source), from, exchange.endpoint(target), to, true);
        Cursor payload = new Cursor().set(packet.segment, c.offset(), Math.min(length, c.remaining()), length);
        if (bacnet.frame(payload, exchange) == length) {
          payload.set(packet.segment, c.offset(), Math.min(length, c.remaining()), length);
          bacnet.dissect(payload, exchange, observer);
          taker.take(packet.index + 1, source, from, target, to, decoded, payload.ok());
        }
      }
    }
  }

  /** Listens to the transcript alone. */
  private record Listener(Transcript transcript) implements Observer {
    @Override
    public void see(Observation observation) {}

    @Override
    public void request(long key, Act act) {}

    @Override
    public boolean outcome(long key, Outcome outcome) {
      return true;
    }

    @Override
    public void claim(Exchange exchange, Endpoint about, Trait trait, String value, Cite cite) {}

    @Override
    public void reading(Exchange exchange, Endpoint owner, long a, long b, PointMaker maker, double value, @Nullable String unit,
        boolean good, boolean written) {}

    @Override
    public void operation(String name) {}

    @Override
    public void flaw(Exchange exchange, Cite cite, String kind, int offset, int length) {}
  }
}
