package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The protection of Initial packets, which is no secret: the keys of both sides follow from the destination connection identifier of the client's first
 * (RFC 9001 §5.2; RFC 9369 §3.3 for version 2). What opens with them is QUIC and nothing else, for the tag says so. Allocates: only for
 * packets that may hold a hello.
 */
final class QuicInitial {
  /** RFC 9000. */
  static final int V1 = 1;

  /** RFC 9369. */
  static final int V2 = 0x6B3343CF;

  private static final int TAG = 16;
  private static final int SAMPLE = 16;

  /** RFC 9001 §5.2. */
  private static final byte[] SALT_1 = HexFormat.of().parseHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");

  /** RFC 9369 §3.3.1. */
  private static final byte[] SALT_2 = HexFormat.of().parseHex("0dede3def700a6db819381be6e269dcbf9bd2ed9");

  /** draft-ietf-quic-tls-29 §5.2, to draft 32. */
  private static final byte[] SALT_29 = HexFormat.of().parseHex("afbfec289993d24c9e9786f19c6111e04390a899");

  /** draft-ietf-quic-tls-23 §5.2, to draft 28. */
  private static final byte[] SALT_23 = HexFormat.of().parseHex("c3eef712c72ebb5a11a7d2432bb46365bef9f502");

  /** draft-ietf-quic-tls-21 §5.2 and 22. */
  private static final byte[] SALT_21 = HexFormat.of().parseHex("7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a");

  private final Mac hmac;
  private final Cipher header;
  private final Cipher payload;

  QuicInitial() {
    try {
      hmac = Mac.getInstance("HmacSHA256");
      header = Cipher.getInstance("AES/ECB/NoPadding");
      payload = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether this version's Initial packets can be opened: 1, 2, and the drafts 21 to 32 that some devices still speak. */
  static boolean known(int version) {
    return version == V1 || version == V2 || salt(version) != null;
  }

  private static byte @Nullable [] salt(int version) {
    if (version == V1) {
      return SALT_1;
    }
    if (version == V2) {
      return SALT_2;
    }
    int draft = draft(version);
    return draft >= 29 && draft <= 32 ? SALT_29 : draft >= 23 && draft <= 28 ? SALT_23 : draft >= 21 && draft <= 22 ? SALT_21 : null;
  }

  /** RFC 9000 §15: drafts are 0xff0000 and their number; Facebook's two versions are drafts by another name. 0 for what is none. */
  static int draft(int version) {
    return switch (version) {
      case 0xFACEB001 -> 22;
      case 0xFACEB002 -> 27;
      default -> version >>> 8 == 0xFF0000 ? version & 0xFF : 0;
    };
  }

  /** Of the packet opened last: its number as far as it is sent, how many octets of it, and the reserved bits. */
  long packetNumber;

  int packetNumberLength;
  int reserved;

  /**
   * Opens a packet.
   *
   * @param m where the packet lies
   * @param from first octet of the packet
   * @param number first octet of the packet number
   * @param end behind the packet
   * @param identifier the destination connection identifier of the client's first packet
   * @param server whether the server sends it
   * @return the frames, or null where the keys do not open it
   */
  byte @Nullable [] open(Cursor m, int version, int from, int number, int end, byte[] identifier, boolean server) {
    byte[] salt = salt(version);
    if (salt == null || number + 4 + SAMPLE > end || end > m.length()) {
      return null;
    }
    String prefix = version == V2 ? "quicv2 " : "quic ";
    try {
      byte[] secret = expand(mac(salt, identifier), server ? "server in" : "client in", 32);
      byte[] mask = mask(expand(secret, prefix + "hp", 16), slice(m, number + 4, SAMPLE));
      byte[] head = slice(m, from, number + 4 - from);
      // RFC 9001 §5.4.1: four bits of the first octet, and as many octets of number as it then says
      head[0] ^= (byte) (mask[0] & 0x0F);
      int length = (head[0] & 3) + 1;
      int at = number - from;
      long packet = 0;
      for (int i = 0; i < length; i++) {
        head[at + i] ^= mask[1 + i];
        packet = packet << 8 | head[at + i] & 0xFF;
      }
      packetNumber = packet;
      packetNumberLength = length;
      reserved = head[0] >> 2 & 3;
      byte[] nonce = expand(secret, prefix + "iv", 12);
      for (int i = 0; i < 8; i++) {
        nonce[4 + i] ^= (byte) (packet >>> 56 - 8 * i);
      }
      payload.init(Cipher.DECRYPT_MODE, new SecretKeySpec(expand(secret, prefix + "key", 16), "AES"), new GCMParameterSpec(8 * TAG, nonce));
      payload.updateAAD(head, 0, at + length);
      return payload.doFinal(slice(m, number + length, end - number - length));
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] mask(byte[] key, byte[] sample) throws GeneralSecurityException {
    header.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    return header.doFinal(sample);
  }

  private byte[] mac(byte[] key, byte[] octets) throws GeneralSecurityException {
    hmac.init(new SecretKeySpec(key, "HmacSHA256"));
    return hmac.doFinal(octets);
  }

  /** RFC 8446 §7.1, HKDF-Expand-Label without context; never longer than one block. */
  private byte[] expand(byte[] secret, String label, int octets) throws GeneralSecurityException {
    String full = "tls13 " + label;
    byte[] info = new byte[2 + 1 + full.length() + 1 + 1];
    info[1] = (byte) octets;
    info[2] = (byte) full.length();
    for (int i = 0; i < full.length(); i++) {
      info[3 + i] = (byte) full.charAt(i);
    }
    info[info.length - 1] = 1;
    return Arrays.copyOf(mac(secret, info), octets);
  }

  static byte[] slice(Cursor m, int from, int octets) {
    int back = m.position();
    m.seek(from);
    byte[] slice = m.bytes(octets);
    m.seek(back);
    return slice;
  }
}
