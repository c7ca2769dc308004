package fr.vigie.sensor.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The decompressed octets of a gzip file (RFC 1952), all its members one after another. Unlike {@code GZIPInputStream} it finds the next
 * member without asking {@code available()}, so it reads pipes right; zero padding behind the last member (tapes, block devices) is
 * allowed, as gzip allows it.
 */
final class Gunzip extends InputStream {
  /** RFC 1952 §2.3.1: FHCRC, FEXTRA, FNAME, FCOMMENT. */
  private static final int HEADER_CRC = 2;

  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final InputStream in;
  private final byte[] input = new byte[1 << 16];
  private final byte[] one = new byte[1];
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private int from;
  private int to;
  private boolean within;
  private boolean ended;
  private long members;

  Gunzip(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      if (!within && !header()) {
        ended = true;
        break;
      }
      int got = inflate(target, offset, length);
      if (got > 0) {
        crc.update(target, offset, got);
        return got;
      }
      if (inflater.finished()) {
        trailer();
      } else if (!fill()) {
        throw new EOFException("the gzip stream ends within a member");
      }
    }
    return -1;
  }

  private int inflate(byte[] target, int offset, int length) throws IOException {
    if (inflater.needsInput() && from < to) {
      inflater.setInput(input, from, to - from);
      from = to;
    }
    try {
      int got = inflater.inflate(target, offset, length);
      if (inflater.needsDictionary()) {
        throw new IOException("the gzip stream asks for a dictionary");
      }
      return got;
    } catch (DataFormatException e) {
      throw new IOException("the gzip stream is damaged", e);
    }
  }

  /** RFC 1952 §2.3. False at the end of the file or where only zero padding is left. */
  private boolean header() throws IOException {
    int first = octetOrEnd();
    while (first == 0 && members > 0) {
      first = octetOrEnd();
    }
    if (first < 0 && members > 0) {
      return false;
    }
    if (first != 0x1F || octet() != 0x8B) {
      throw new IOException(members == 0 ? "not gzip" : "something that is not gzip follows the gzip stream");
    }
    if (octet() != 8) {
      throw new IOException("the gzip stream names an unknown compression method");
    }
    int flags = octet();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(octet() | octet() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    crc.reset();
    within = true;
    members++;
    return true;
  }

  /** RFC 1952 §2.3.1: CRC32 and ISIZE, little-endian. */
  private void trailer() throws IOException {
    from = to - inflater.getRemaining();
    within = false;
    long sum = word();
    long size = word();
    if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
      throw new IOException("the gzip stream fails its own checksum");
    }
  }

  private long word() throws IOException {
    return octet() | octet() << 8 | octet() << 16 | (long) octet() << 24;
  }

  private void skip(int octets) throws IOException {
    for (int i = 0; i < octets; i++) {
      octet();
    }
  }

  private void skipText() throws IOException {
    int c = octet();
    while (c != 0) {
      c = octet();
    }
  }

  private int octet() throws IOException {
    int octet = octetOrEnd();
    if (octet < 0) {
      throw new EOFException("the gzip stream ends within a header");
    }
    return octet;
  }

  private int octetOrEnd() throws IOException {
    return from < to || fill() ? input[from++] & 0xFF : -1;
  }

  private boolean fill() throws IOException {
    int got = in.read(input, 0, input.length);
    from = 0;
    to = Math.max(got, 0);
    return got > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
