package fr.vigie.sensor.capture;

/** A source that ends when it is told to, and ticks while nothing comes, see {@link Packet#tick}. */
public sealed interface LiveSource extends PacketSource permits LiveCapture, LiveStream {
  /** Ends listening; {@link #next} says false when what was captured until now is read, or two seconds later. Any thread. */
  void stop();
}
