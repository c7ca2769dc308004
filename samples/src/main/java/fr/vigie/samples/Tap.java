package fr.vigie.samples;

import fr.vigie.samples.Capture.Hop;
import fr.vigie.samples.Capture.Packet;
import org.jspecify.annotations.Nullable;

/** Where frames go: a capture in memory, or a stream that is written while it is made. */
interface Tap {
  /**
   * A frame that the mirror port saw.
   *
   * @param at ns since 1970
   * @param hop what its sender must have resolved, or null
   */
  Packet add(long at, byte[] frame, @Nullable Hop hop);
}
