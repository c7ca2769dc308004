package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.protocol.Transcript;
import java.util.Arrays;
import java.util.Locale;

/**
 * Where a walk stands within a type: told the tag of each element in order, it says what the element is called and what type it has. Elements that
 * the type does not know have no name. For transcripts only; it allocates.
 */
final class Place {
  private static final int DEEPEST = 16;

  private final Transcript t;
  private final Grammar.Type[] types = new Grammar.Type[DEEPEST];
  private final int[] next = new int[DEEPEST];
  private final boolean[] grouped = new boolean[DEEPEST];
  private int depth;

  /** Name of the element last told, or empty. */
  String name = "";

  /** Type of the element last told. */
  Grammar.Type type = Grammar.ANY;

  /** Object type and property that stood before a value, or -1: what the value is depends on them. */
  int objectType = -1;

  int property = -1;

  Place(Grammar.Type root, Transcript t) {
    this.t = t;
    if (root.composite()) {
      push(root, "");
    }
  }

  private void push(Grammar.Type composite, String group) {
    types[depth] = composite;
    next[depth] = 0;
    grouped[depth] = !group.isEmpty();
    depth++;
    if (!group.isEmpty()) {
      t.begin(group);
    }
  }

  private void pop() {
    depth--;
    if (grouped[depth]) {
      t.close();
    }
  }

  /** Leaves every group that was begun. */
  void end() {
    while (depth > 0) {
      pop();
    }
  }

  /** Tells the tag of the next element. */
  void tell(boolean context, int number) {
    while (depth > 0) {
      Grammar.Type here = types[depth - 1];
      int i = match(here, next[depth - 1], context, number);
      if (i < 0) {
        pop();
        continue;
      }
      Grammar.Field field = here.fields().get(i);
      next[depth - 1] = here.kind() == Grammar.Kind.LIST ? 0 : here.kind() == Grammar.Kind.CHOICE ? here.fields().size() : i + 1;
      boolean inline = field.tag() < 0 && field.type().composite();
      if (!inline || depth == DEEPEST) {
        found(here.kind() == Grammar.Kind.LIST ? "" : field.name(), field.type());
        return;
      }
      if (here.kind() == Grammar.Kind.LIST) {
        property = -1;
        objectType = -1;
      }
      push(field.type(), here.kind() != Grammar.Kind.LIST ? field.name() : field.type().kind() == Grammar.Kind.SEQUENCE ? lower(field.type().name()) : "");
    }
    found("", Grammar.ANY);
  }

  private void found(String called, Grammar.Type what) {
    name = called;
    type = what.kind() == Grammar.Kind.ANY && property >= 0 ? Grammar.property(objectType, property) : what;
  }

  /** {@code timeValue}, but {@code COVSubscription}. */
  private static String lower(String text) {
    return Character.isUpperCase(text.charAt(1)) ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  /** The first field from {@code from} that may have this tag, or -1. */
  private static int match(Grammar.Type type, int from, boolean context, int number) {
    for (int i = from; i < type.fields().size(); i++) {
      if (accepts(type.fields().get(i), context, number)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean accepts(Grammar.Field field, boolean context, int number) {
    if (field.tag() >= 0) {
      return context && number == field.tag();
    }
    Grammar.Type type = field.type();
    return switch (type.kind()) {
      case ANY -> !context;
      case PRIMITIVE -> !context && number == (type.tag() == Grammar.WEEK_N_DAY || type.tag() == Grammar.SECRET ? Tags.OCTETS : type.tag());
      default -> match(type, 0, context, number) >= 0;
    };
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOf(types, depth)) + " " + name;
  }
}
