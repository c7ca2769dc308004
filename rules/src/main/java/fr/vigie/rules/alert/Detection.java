package fr.vigie.rules.alert;

import java.util.List;

/**
 * A row of the catalogue: what a rule detects, before a site raises or lowers it.
 *
 * @param id identifier, for example {@code BAC-01}
 * @param version version of the detection, from 1: counts up when its meaning changes
 * @param needs whether it must know what is normal and therefore learns before it judges
 * @param protocol protocol family as the catalogue names it
 * @param trigger what sets it off, one English sentence
 * @param severity severity before care impact and zone
 * @param techniques what an attacker would want with it; empty is an honest answer
 * @param en texts in English
 * @param fr texts in French
 */
public record Detection(String id, int version, boolean needs, String protocol, String trigger, Severity severity,
    List<Technique> techniques, Texts en, Texts fr) {
  /**
   * What a person reads.
   *
   * @param name short name
   * @param meaning what it means for the building
   * @param response what to do
   */
  public record Texts(String name, String meaning, String response) {}
}
