package fr.vigie.sensor.record;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a recorded packet is not as it was on the wire. Its words stand in the comment of the packet, where any tool shows them. */
public enum Cut {
  /** Nothing is missing. */
  NONE(""),
  /** A clinical protocol, or a flow that nobody recognises and that touches a clinical zone. */
  CLINICAL("cut to headers: clinical"),
  /** Media or encrypted payload. */
  BULK("cut: bulk payload"),
  /** Octets of a protocol with credentials which no dissector has read: out of order, incomplete, repeated or malformed. */
  DOUBT("cut or overwritten: may hold a secret"),
  /** Credentials, overwritten at equal length. */
  SECRET("secret overwritten"),
  /** A fragment of an IP datagram: what it belongs to is known only once the others have come. */
  FRAGMENT("cut to headers: fragment"),
  /** Headers that cannot be read to their end, or a link type that nobody reads. */
  HEADERS("cut: headers not understood"),
  /** The packet within an ICMP error. */
  QUOTED("cut: quoted packet");

  /** In front of the words. */
  static final String PREFIX = "vigie: ";

  private static final Cut[] ALL = values();

  private final String words;
  private final MemorySegment option;

  Cut(String words) {
    this.words = words;
    byte[] text = (PREFIX + words).getBytes(StandardCharsets.US_ASCII);
    int padded = text.length + 3 & ~3;
    option = Arena.global().allocate(words.isEmpty() ? 0 : 4 + padded, 8);
    if (!words.isEmpty()) {
      option.set(Block.U16, 0, (short) Block.COMMENT);
      option.set(Block.U16, 2, (short) text.length);
      MemorySegment.copy(text, 0, option, ValueLayout.JAVA_BYTE, 4, text.length);
    }
  }

  /** The name in counters and answers: {@code clinical}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the comment says. */
  public String words() {
    return words;
  }

  /** The comment as a pcapng option, padded. */
  MemorySegment option() {
    return option;
  }

  /** Whose comment this is, or null. */
  static @Nullable Cut of(String comment) {
    for (Cut cut : ALL) {
      if (cut != NONE && comment.startsWith(PREFIX) && comment.startsWith(cut.words, PREFIX.length())) {
        return cut;
      }
    }
    return null;
  }
}
