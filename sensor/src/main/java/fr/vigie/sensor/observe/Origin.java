package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * Where packets came from: one interface of a capture file or of this machine.
 *
 * @param index index used in {@link Stamp#origin()}
 * @param realm the capture zone
 * @param file file name without its folder, or the interface name when live; {@code -} for standard input
 * @param sha256 SHA-256 of the file in hex, or null when live
 * @param name interface name where the file states one
 * @param linkType link type (LINKTYPE_ value)
 */
public record Origin(int index, String realm, String file, @Nullable String sha256, @Nullable String name, int linkType) {}
