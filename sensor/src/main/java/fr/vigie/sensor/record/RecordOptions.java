package fr.vigie.sensor.record;

import java.nio.file.Path;

/**
 * How much is recorded, and where.
 *
 * @param folder the ring's own folder
 * @param size octets on disk in all, indexes included, at least 1 MiB; beyond it the oldest segment goes
 * @param age nanoseconds of capture time after which a segment goes
 * @param reserve octets of the disk that are left to others: the ring gives up old segments, then stops recording, before it takes them
 * @param patient whether a source waits for the disk (files, which lose nothing) or is never held up (an interface, which cannot wait)
 * @param clinical which addresses are clinical
 * @param memory octets between capture and disk, a power of two, at least 1 MiB: what a slow disk may lag behind
 */
public record RecordOptions(Path folder, long size, long age, long reserve, boolean patient, Clinical clinical, int memory) {
  /** 4 GiB: at 20 Mbit/s of building traffic about half an hour, at a full gigabit half a minute. */
  public static final long SIZE = 4L << 30;

  /** A day. */
  public static final long AGE = 86_400_000_000_000L;

  /** The log and the journal come first. */
  public static final long RESERVE = 256L << 20;

  /** A quarter of a second at a full gigabit. */
  public static final int MEMORY = 32 << 20;

  /** Most octets of a segment. */
  static final long SEGMENT = 16L << 20;

  /** The defaults in a folder, for an interface. */
  public static RecordOptions standard(Path folder) {
    return new RecordOptions(folder, SIZE, AGE, RESERVE, false, Clinical.NOWHERE, MEMORY);
  }

  /** The same with other bounds. */
  public RecordOptions bounds(long octets, long nanoseconds) {
    return new RecordOptions(folder, octets, nanoseconds, reserve, patient, clinical, memory);
  }

  /** The same for a source that can wait, or cannot. */
  public RecordOptions patient(boolean waits) {
    return new RecordOptions(folder, size, age, reserve, waits, clinical, memory);
  }

  /** The same with the clinical zones of a site. */
  public RecordOptions clinical(Clinical zones) {
    return new RecordOptions(folder, size, age, reserve, patient, zones, memory);
  }

  /** The same with another reserve. */
  public RecordOptions reserve(long octets) {
    return new RecordOptions(folder, size, age, octets, patient, clinical, memory);
  }

  /** The same with less memory, for tests. */
  RecordOptions memory(int octets) {
    return new RecordOptions(folder, size, age, reserve, patient, clinical, octets);
  }

  /** Octets of a segment: a sixteenth of the ring, at most 16 MiB, so that the ring gives up little at a time. */
  long segment() {
    return Math.clamp(size / 16, 64 << 10, SEGMENT);
  }
}
