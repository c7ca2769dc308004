package fr.vigie.sensor.protocol.bacnet;

/**
 * What the first walk of a list found that is to be reported once the whole message is known to be sound: then it need not be walked again. A
 * list with more than there is room for is walked again all the same. Mutable and reused; allocates nothing.
 */
final class Notes {
  static final int ROOM = 128;

  /** In place of a property: the object ends here. */
  static final int END = -1;

  final long[] object = new long[ROOM];
  final int[] property = new int[ROOM];
  final int[] index = new int[ROOM];
  final int[] type = new int[ROOM];
  final double[] number = new double[ROOM];
  final int[] valueAt = new int[ROOM];
  final int[] valueLength = new int[ROOM];
  private int count;

  void clear() {
    count = 0;
  }

  /** How many there are; more than {@link #ROOM} where some found none. */
  int count() {
    return count;
  }

  boolean complete() {
    return count <= ROOM;
  }

  /** Notes that somebody asks for a property. */
  void asked(long ofObject, int which, int element) {
    if (count < ROOM) {
      object[count] = ofObject;
      property[count] = which;
      index[count] = element;
    }
    count++;
  }

  /** Notes the value last read. */
  void read(long ofObject, int which, int element, Tags tags) {
    if (count < ROOM) {
      type[count] = tags.type();
      number[count] = tags.number();
      valueAt[count] = tags.valueAt();
      valueLength[count] = tags.valueLength();
    }
    asked(ofObject, which, element);
  }
}
