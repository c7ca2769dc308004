package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * A point had values: one closed bucket of a minute of capture time, or a single value of a watched point.
 *
 * @param who the device that has the point
 * @param point the point
 * @param from start of the bucket, ns, a multiple of a minute; for a single value its time
 * @param to end of the bucket, exclusive; equal to {@code from} for a single value
 * @param count values in the bucket, at least 1
 * @param minimum smallest value
 * @param maximum largest value
 * @param sum sum of the values
 * @param last last value
 * @param unit unit by the protocol's name, or null
 * @param good whether the last value was reported without fault
 * @param written whether any of the values was written rather than measured
 */
public record Reading(Stamp stamp, Endpoint who, String protocol, @Nullable Cite cite, Point point, long from, long to, long count,
    double minimum, double maximum, double sum, double last, @Nullable String unit, boolean good, boolean written)
    implements Observation {}
