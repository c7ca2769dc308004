package fr.vigie.rules.alert;

import org.jspecify.annotations.Nullable;

/**
 * A packet that proves an alert.
 *
 * @param file file name without its folder, or the interface when live
 * @param sha256 SHA-256 of the file in hex, or null when live
 * @param index index of the packet within the file, from 0
 * @param time capture time, ns UTC
 */
public record Proof(String file, @Nullable String sha256, long index, long time) {}
