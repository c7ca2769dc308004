package fr.vigie.inventory.json;

import fr.vigie.sensor.observe.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Takes the members of a JSON object one after another, in their order: into a {@link Tree}, or straight to the octets of a line. So an output
 * is described once, and who writes a hundred thousand lines makes no tree of each. Single-threaded.
 *
 * @param <X> what may happen where they go
 */
public interface Members<X extends Exception> {
  /** A text, or null. */
  Members<X> put(String name, @Nullable String text) throws X;

  /** A number. */
  Members<X> put(String name, int number) throws X;

  /** True or false. */
  Members<X> put(String name, boolean is) throws X;

  /** A 64-bit integer, as {@link Json#whole} writes it. */
  Members<X> whole(String name, long value) throws X;

  /** A time, ns UTC, as {@link Json#time(long)} writes it. */
  Members<X> time(String name, long ns) throws X;

  /** An address as {@link Json#endpoint(Endpoint)} writes it, or null. */
  Members<X> endpoint(String name, @Nullable Endpoint endpoint) throws X;

  /** Begins an object: what follows are its members. */
  Members<X> open(String name) throws X;

  /** Begins an object as the next entry of a list. */
  Members<X> open() throws X;

  /** Ends the object that was begun last. */
  Members<X> close() throws X;

  /** Begins a list: what follows are its entries. */
  Members<X> list(String name) throws X;

  /** A text as the next entry of a list. */
  Members<X> entry(String text) throws X;

  /** Ends the list that was begun last. */
  Members<X> end() throws X;

  /** A whole list of texts. */
  default Members<X> list(String name, Iterable<String> texts) throws X {
    list(name);
    for (String text : texts) {
      entry(text);
    }
    return end();
  }
}
