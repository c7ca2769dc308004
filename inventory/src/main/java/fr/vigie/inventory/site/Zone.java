package fr.vigie.inventory.site;

import java.util.List;

/**
 * A zone of the site: address ranges and VLANs under one trust and one importance for care.
 *
 * @param id short name used by conduits and devices
 * @param name name for people
 * @param cidr address ranges; may be empty
 * @param vlan VLAN identifiers 1..4094; may be empty
 * @param kind free word from the site, for example {@code building}, {@code clinical}, {@code it}, {@code dmz}, {@code internet}
 * @param care importance for care, 0 (not stated) to 5 (a stop touches patients within minutes)
 */
public record Zone(String id, String name, List<Cidr> cidr, List<Integer> vlan, String kind, int care) {}
