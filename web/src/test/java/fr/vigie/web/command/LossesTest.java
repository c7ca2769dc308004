package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.web.report.Facts;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A report that says no loss where the kernel dropped frames, or a loss of packets where a memory was full, is wrong for an auditor. */
final class LossesTest {
  @Test
  void whatTheCardAndTheKernelDroppedIsLostAndWhatATableForgotIsNoPacket() {
    var losses = Losses.of(new TreeMap<>(Map.of("packets", 1_000L, "capture.dropped_kernel", 40L, "capture.dropped_ring", 0L, "refused.copies", 9L, "refused.cut_messages", 8L,
        "refused.memory_evicted", 293L, "refused.stream_memory", 2L, "refused.learning", 5L)), Set.of("refused.learning"));
    assertThat(losses).containsExactlyInAnyOrderEntriesOf(Map.of("dropped_kernel", 40L, "stream_memory", 2L, "tables.memory_evicted", 293L, "tables.learning", 5L));
    assertThat(new Facts.Capture(1_000, 0, new TreeSet<>(), new TreeSet<>(), losses, 0, Map.of()).lost()).isEqualTo(42);
  }
}
