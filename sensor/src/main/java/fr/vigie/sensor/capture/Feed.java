package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Counters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one interface hears, frame by frame, without ever waiting. One thread reads it; only {@link #drops} may be asked by any. Between
 * {@link #ready} and {@link #pass} the frame at hand stays where it is.
 */
interface Feed {
  /** The interface's name. */
  String name();

  /** LINKTYPE_ value. */
  int linkType();

  /** Who sets the time stamps. */
  LiveCapture.Stamps stamps();

  /** Where oddities are counted; before {@link #start}. */
  void count(Counters counters);

  /** Begins to listen: frames of before are not heard. */
  void start() throws IOException;

  /** Whether a frame is at hand. */
  boolean ready();

  /** Time of the frame at hand, nanoseconds since the epoch. */
  long at();

  /** Describes the frame at hand: all but origin and index. */
  void give(Packet packet);

  /** Lets go of the frame at hand. */
  void pass();

  /** Whether so much waits that the order among interfaces must yield to not losing any. */
  boolean pressed();

  /** Whether nothing will ever come again. */
  boolean ended();

  /** Why it ended, or null. */
  PacketSource.@Nullable Fault fault();

  /** Asks what was lost, so that {@link #drops} is up to date. */
  void ask();

  /** What was lost since {@link #start}, as last asked; any thread. */
  LiveCapture.Drops drops();

  /** Lets go of the interface and of the memory. */
  void close() throws IOException;
}
