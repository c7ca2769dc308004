package fr.vigie.sensor.capture;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file or an interface from which not one packet can be had, and why, in one sentence a person can act on. */
public final class CaptureException extends IOException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  CaptureException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What stands in the way. */
  public Kind kind() {
    return kind;
  }

  /** What can stand in the way. */
  public enum Kind {
    /** There is no such file or interface: wrong usage. */
    ABSENT,
    /** It is a folder: wrong usage. */
    FOLDER,
    /** The system does not let us read it. */
    UNREADABLE,
    /** Its first octets are neither pcap nor pcapng nor gzip nor zstd of them. */
    NOT_A_CAPTURE,
    /** libpcap does not understand the filter: wrong usage. */
    FILTER
  }
}
