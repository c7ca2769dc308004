package fr.vigie.sensor.observe;

import org.jspecify.annotations.Nullable;

/**
 * A message broke a clause. Folded per speaker, clause and second before it leaves the pipeline.
 *
 * @param whom where the message went
 * @param kind short name of the breach, for example {@code length}, {@code tag}, {@code reserved}
 * @param offset offset of the breach within the message, octets
 * @param length length of the message, octets
 * @param count how many such flaws this one stands for
 */
public record Flaw(Stamp stamp, Endpoint who, String protocol, @Nullable Cite cite, Endpoint whom, String kind, int offset, int length,
    long count) implements Observation {}
