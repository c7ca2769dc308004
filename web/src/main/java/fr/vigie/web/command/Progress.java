package fr.vigie.web.command;

import fr.vigie.sensor.capture.PacketSource;
import java.io.PrintStream;
import java.util.Locale;

/** A progress bar on the terminal: only where somebody looks, redrawn at most five times a second, gone when the work is done. */
final class Progress {
  private static final int WIDTH = 30;
  private static final long REDRAW_NS = 200_000_000L;

  private final PrintStream out;
  private final boolean shown;
  private final PacketSource source;
  private final long start = System.nanoTime();
  private long drawn;

  Progress(PacketSource source, PrintStream out, boolean shown) {
    this.source = source;
    this.out = out;
    this.shown = shown;
  }

  /** Whether somebody sits at the terminal. */
  static boolean terminal() {
    return System.console() != null && System.console().isTerminal() && System.getenv("TERM") != null;
  }

  void packets(long packets) {
    long now = System.nanoTime();
    if (!shown || now - drawn < REDRAW_NS) {
      return;
    }
    drawn = now;
    long size = source.size();
    double part = size <= 0 ? 0 : Math.min(1, (double) source.position() / size);
    double seconds = (now - start) / 1e9;
    int full = (int) Math.round(part * WIDTH);
    String bar = size <= 0 ? "" : "[" + "█".repeat(full) + "░".repeat(WIDTH - full) + "] %3.0f %% ".formatted(part * 100);
    out.print("\r\033[K" + bar + String.format(Locale.ROOT, "%,d packets, %,.0f/s", packets, packets / Math.max(seconds, 1e-3)));
    out.flush();
  }

  void done() {
    if (shown && drawn != 0) {
      out.print("\r\033[K");
      out.flush();
    }
  }
}
