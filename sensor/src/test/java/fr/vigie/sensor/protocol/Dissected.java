package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.wire.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Messages of a test, dissected one after another in one exchange, and what was told of them. */
final class Dissected {
  private Dissected() {}

  static List<String> facts(Dissector dissector, DissectorContract.Message... messages) {
    return facts(dissector, new TestExchange(), messages);
  }

  /** Streams may hold several messages, one after another, with bodies between them. */
  static List<String> facts(Dissector dissector, TestExchange exchange, DissectorContract.Message... messages) {
    List<String> facts = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      for (DissectorContract.Message message : messages) {
        byte[] octets = message.octets();
        MemorySegment memory = arena.allocate(Math.max(1, octets.length)).copyFrom(MemorySegment.ofArray(octets)).asSlice(0, octets.length);
        long at = 0;
        while (at < octets.length) {
          exchange.next(exchange.endpoint(message.source()), message.sourcePort(), exchange.endpoint(message.target()),
              message.targetPort(), message.fromClient());
          long left = octets.length - at;
          int end = dissector.frame(new Cursor().set(memory, at, left, left), exchange);
          if (end <= 0 || end > left) {
            facts.add(end == Dissector.NOT_MINE ? "not mine at " + at : "more at " + at);
            break;
          }
          Recorder recorder = Recorder.full();
          Cursor cursor = new Cursor().set(memory, at, end, end);
          dissector.dissect(cursor, exchange, recorder);
          assertThat(recorder.ended()).isTrue();
          facts.addAll(recorder.facts());
          if (!cursor.ok()) {
            facts.add("broken at " + cursor.failedAt());
          }
          at += end + Math.min(octets.length, dissector.skip(exchange));
        }
      }
    }
    return facts;
  }
}
