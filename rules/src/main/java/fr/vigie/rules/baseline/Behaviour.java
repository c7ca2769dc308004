package fr.vigie.rules.baseline;

/** A class of behaviour: what of a device is learned apart from the rest. */
public enum Behaviour {
  /** Whom it speaks with, and by which service. */
  PEERS,
  /** What it does to others: reads, searches, registers, programs, notifies, serves. */
  OPERATIONS,
  /** What it is asked for: Modbus units and registers. */
  POINTS,
  /** Who writes it, by object, and who overrides it. */
  WRITERS,
  /** When it says what it says: the intervals of KNX telegrams. */
  RHYTHM,
  /** The values of its points. */
  BAND,
  /** Which devices there are, what they say they are and where they stand: of the site as a whole. */
  DEVICES;

  /** The class that a fact belongs to. */
  public static Behaviour of(Known.Kind kind) {
    return switch (kind) {
      case PEER, CONTROLLER -> PEERS;
      case SUPERVISOR, READER, CLIENT, ENGINEER, NOTIFIER, SUBSCRIBER, SERVER -> OPERATIONS;
      case UNIT -> POINTS;
      case WRITER, WRITES_TO, OPERATOR -> WRITERS;
      case DEVICE, HOME, NATURE -> DEVICES;
    };
  }

  /** Which of a fact's texts is the device whose behaviour it is: the written one, the one that is asked, else the one that acts. */
  public static String subject(Known.Kind kind, String a, String b) {
    return switch (kind) {
      case DEVICE, HOME, NATURE -> Learning.SITE;
      case WRITER, WRITES_TO, OPERATOR -> b.isEmpty() ? a : b;
      default -> a;
    };
  }
}
