package fr.vigie.rules.session;

import fr.vigie.rules.alert.Ids;
import java.nio.charset.StandardCharsets;

/**
 * One file of rules.
 *
 * @param name file name
 * @param text its content
 * @param sha256 SHA-256 of its octets, in hex
 */
record PolicyFile(String name, String text, String sha256) {
  static PolicyFile of(String name, byte[] octets) {
    return new PolicyFile(name, new String(octets, StandardCharsets.UTF_8), Ids.sha256(octets));
  }
}
