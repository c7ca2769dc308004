package fr.vigie.web.api;

import java.io.IOException;

/** The console's port belongs to another program; the message is one sentence that says so and what to do. */
public final class PortInUse extends IOException {
  private static final long serialVersionUID = 1;

  PortInUse(String address, int port) {
    super("port " + port + " on " + address + " is in use: stop the program that holds it, or choose another with --port");
  }
}
