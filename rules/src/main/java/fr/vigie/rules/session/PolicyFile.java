package fr.vigie.rules.session;

import fr.vigie.rules.alert.Ids;
import java.nio.charset.StandardCharsets;

/**
 * One file of rules.
 *
 * @param name file name
 * @param text its content
 * @param sha256 SHA-256 of its text in UTF-8, in hex: of a file of rules that of its octets, of a decision table that of the rules it becomes
 */
record PolicyFile(String name, String text, String sha256) {
  static PolicyFile of(String name, byte[] octets) {
    return of(name, new String(octets, StandardCharsets.UTF_8));
  }

  static PolicyFile of(String name, String text) {
    return new PolicyFile(name, text, Ids.sha256(text.getBytes(StandardCharsets.UTF_8)));
  }
}
