package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;

/**
 * The full decoding of a message, field by field, in wire order. Off on the hot path: check {@link #on()} before doing anything that
 * costs. Groups nest: {@code begin("listOfReadAccessSpecifications") … close()}.
 */
public interface Transcript {
  /** Whether anybody listens. */
  boolean on();

  /** Starts a message. */
  void message(String protocol, String operation);

  /** Names the operation once it is known, in place of the one given to {@link #message}. */
  void operation(String operation);

  void field(String name, long value);

  void field(String name, double value);

  void field(String name, String value);

  void field(String name, boolean value);

  /** A field of octets, printed as hexadecimal; the cursor is not moved. */
  void octets(String name, Cursor cursor, int octets);

  /** A secret: presence and length only. */
  void secret(String name, int octets);

  /** Opens a group of fields. */
  void begin(String name);

  /** Closes the group. */
  void close();

  /** Ends the message. */
  void end();

  /** The transcript nobody reads. */
  Transcript OFF =
      new Transcript() {
        @Override
        public boolean on() {
          return false;
        }

        @Override
        public void message(String protocol, String operation) {}

        @Override
        public void operation(String operation) {}

        @Override
        public void field(String name, long value) {}

        @Override
        public void field(String name, double value) {}

        @Override
        public void field(String name, String value) {}

        @Override
        public void field(String name, boolean value) {}

        @Override
        public void octets(String name, Cursor cursor, int octets) {}

        @Override
        public void secret(String name, int octets) {}

        @Override
        public void begin(String name) {}

        @Override
        public void close() {}

        @Override
        public void end() {}
      };
}
