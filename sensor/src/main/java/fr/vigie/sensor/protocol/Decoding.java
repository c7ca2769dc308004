package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Endpoint;

/**
 * A transcript that is told, before each message, whose it is: the listener of {@code ./vigie decode}. Called by the thread that runs the
 * sensor.
 */
public interface Decoding extends Transcript {
  /**
   * The next message, whose {@link #message} follows if its dissector recognised it.
   *
   * @param at capture time of the packet that completed the message, ns
   * @param origin index of the packet's origin
   * @param index index of that packet within its file, from 0
   * @param vlan innermost VLAN identifier of that packet, or -1
   * @param source the sender
   * @param sourcePort its port, or 0
   * @param target the receiver
   * @param targetPort its port, or 0
   */
  void about(long at, int origin, long index, int vlan, Endpoint source, int sourcePort, Endpoint target, int targetPort);
}
