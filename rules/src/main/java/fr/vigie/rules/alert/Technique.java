package fr.vigie.rules.alert;

import java.util.List;

/**
 * A technique of MITRE ATT&amp;CK for ICS.
 *
 * @param id identifier in {@code version}, for example {@code T1692.001}
 * @param version version of ATT&amp;CK the identifier belongs to, for example {@code v19}
 * @param name name of the technique, empty where the shipped table does not state it
 * @param aliases identifiers of the same technique in v18, for tools that still know those
 */
public record Technique(String id, String version, String name, List<String> aliases) {}
