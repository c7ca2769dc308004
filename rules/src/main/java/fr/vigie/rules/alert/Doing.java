package fr.vigie.rules.alert;

import org.jspecify.annotations.Nullable;

/**
 * What an alert says was done, and to which point.
 *
 * @param operation the operation as its protocol names it, for example {@code writeProperty}
 * @param point the point, or null
 */
public record Doing(String operation, @Nullable String point) {}
