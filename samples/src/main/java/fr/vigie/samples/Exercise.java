package fr.vigie.samples;

import fr.vigie.samples.Capture.Packet;

/**
 * One thing to find and one like it that must stay silent.
 *
 * @param detection id of the detection
 * @param what what happens, English
 * @param nearMiss what almost happens, English
 * @param before what goes before and is learned
 * @param story what must be found; answers the packet that proves it
 * @param other what must stay silent; answers the packet that comes nearest
 */
record Exercise(String detection, String what, String nearMiss, Before before, Play story, Play other) {
  /** What is played from a time on, ns. */
  @FunctionalInterface
  interface Play {
    Packet at(Stage stage, long at);
  }

  /** What is played and needs no label. */
  @FunctionalInterface
  interface Before {
    void at(Stage stage, long at);
  }
}
