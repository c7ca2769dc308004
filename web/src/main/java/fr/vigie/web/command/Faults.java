package fr.vigie.web.command;

import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.report.Inert;

/** Tells on standard error what could not be read. */
final class Faults {
  private Faults() {}

  /** One line for each fault; the exit code that follows from them. */
  static int tell(PacketSource source) {
    for (PacketSource.Fault fault : source.faults()) {
      System.err.println("vigie: " + Inert.visible(fault.message()));
    }
    return source.faults().isEmpty() ? Exit.DONE : Exit.UNREADABLE;
  }
}
