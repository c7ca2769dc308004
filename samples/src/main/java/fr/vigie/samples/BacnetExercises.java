package fr.vigie.samples;

import static fr.vigie.samples.Stage.MS;
import static fr.vigie.samples.Stage.SECOND;

import fr.vigie.samples.Capture.Packet;
import fr.vigie.samples.Exercise.Before;
import fr.vigie.samples.Exercise.Play;
import java.util.List;

/** Exercises of BACnet, ASHRAE 135-2020; parameters are written as the octets of clause 20. */
final class BacnetExercises {
  private static final Before NOTHING = (s, at) -> { };
  /** analog-value 3. */
  private static final String OBJECT = "00800003";

  private BacnetExercises() {}

  private static Exercise of(String detection, String what, String nearMiss, Before before, Play story, Play other) {
    return new Exercise(detection, what, nearMiss, before, story, other);
  }

  /** A service that one sends to the device. */
  private static Play service(boolean stranger, int number, String parameters) {
    return (s, at) -> s.confirmed(at, stranger ? s.stranger : s.supervisor, s.device, number, parameters);
  }

  private static Play written(int property, String value) {
    return (s, at) -> s.write(at, s.stranger, s.device, property, Stage.hex(value), 0);
  }

  private static Play read(int property) {
    return (s, at) -> s.read(at, s.supervisor, s.device, property, 21);
  }

  private static Play many(int times, long apart, Play one) {
    return (s, at) -> {
      Packet last = one.at(s, at);
      for (int i = 1; i < times; i++) {
        last = one.at(s, at + i * apart);
      }
      return last;
    };
  }

  private static Play network(String npdu) {
    return (s, at) -> s.wire.udp(at, s.stranger, BacnetWriter.PORT, s.device, BacnetWriter.PORT, BacnetWriter.unicast(Stage.hex(npdu)));
  }

  private static Before known(int instance) {
    return (s, at) -> {
      s.iAm(at, s.device, instance);
      for (int i = 0; i < 20; i++) {
        s.read(at + (30 + i * 55L) * SECOND, s.supervisor, s.device, 85, 21);
      }
    };
  }

  static List<Exercise> all() {
    return List.of(
        of("BAC-01", "a stranger writes a setpoint", "the supervisor reads it", NOTHING, written(85, "4441c80000"), read(85)),
        of("BAC-02", "a setpoint is commanded at priority 1", "it is commanded at priority 3", NOTHING,
            (s, at) -> s.write(at, s.supervisor, s.device, 85, BacnetWriter.real(25), 1), (s, at) -> s.write(at, s.supervisor, s.device, 85, BacnetWriter.real(25), 3)),
        of("BAC-03", "the supervisor, which wrote at priority 16, overrides at priority 8", "it writes at priority 16 once more",
            (s, at) -> s.write(at, s.supervisor, s.device, 85, BacnetWriter.real(21), 16), (s, at) -> s.write(at, s.supervisor, s.device, 85, BacnetWriter.real(22), 8),
            (s, at) -> s.write(at, s.supervisor, s.device, 85, BacnetWriter.real(22), 16)),
        of("BAC-04", "a value above the object's max-pres-value is written", "a value below it is written", (s, at) -> s.read(at, s.supervisor, s.device, 65, 30),
            (s, at) -> s.write(at, s.supervisor, s.device, 85, BacnetWriter.real(45), 16), (s, at) -> s.write(at, s.supervisor, s.device, 85, BacnetWriter.real(25), 16)),
        of("BAC-05", "a point is taken out of service", "it is put back into service", NOTHING, written(81, "11"), written(81, "10")),
        of("BAC-06", "the events of an object are disabled", "its description is written", NOTHING, written(35, "820500"), written(28, "750500612d62")),
        of("BAC-07", "somebody is taken off the recipients of alarms", "an element of another list is taken off", NOTHING, service(true, 9, "0c03c00001" + "1966" + "3e" + "2101" + "3f"),
            service(true, 9, "0c03c00001" + "1935" + "3e" + "2101" + "3f")),
        of("BAC-08", "ten alarms are acknowledged by a stranger", "nine are", NOTHING, many(10, SECOND, service(true, 0, acknowledgement())), many(9, SECOND, service(true, 0, acknowledgement()))),
        of("BAC-09", "a controller is told to be silent", "it may speak again", NOTHING, service(true, 17, "1901"), service(true, 17, "1900")),
        of("BAC-10", "a controller is told to restart", "a backup is begun", NOTHING, service(true, 20, "0900"), service(true, 20, "0902")),
        of("BAC-11", "a stranger begins a backup", "the supervisor does", NOTHING, service(true, 20, "0902"), service(false, 20, "0902")),
        of("BAC-12", "a file of a controller is written", "it is read", NOTHING, service(true, 7, "c402800001" + "0e" + "3100" + "6401020304" + "0f"), service(true, 6, "c402800001" + "0e" + "3100" + "2120" + "0f")),
        of("BAC-13", "an object is created", "an object is read", NOTHING, service(true, 10, "0e" + "0902" + "0f"), read(85)),
        of("BAC-14", "a weekly schedule is written", "it is read", NOTHING, written(123, "0e0f"), read(123)),
        of("BAC-15", "a stranger sets the clocks", "the supervisor does", NOTHING, (s, at) -> s.unconfirmed(at, s.stranger, 6, "a47e030a02" + "b407000000"),
            (s, at) -> s.unconfirmed(at, s.supervisor, 6, "a47e030a02" + "b407000000")),
        of("BAC-16", "a stranger asks who is there, four times", "the supervisor asks", NOTHING, many(4, 900 * MS, (s, at) -> s.unconfirmed(at, s.stranger, 8, "")),
            (s, at) -> s.unconfirmed(at, s.supervisor, 8, "")),
        of("BAC-17", "the object lists of ten controllers are read", "those of nine are", NOTHING, lists(10), lists(9)),
        of("BAC-18", "a stranger says that it is a controller that lives elsewhere", "it says that it is one nobody knows", known(1001), (s, at) -> s.iAm(at, s.stranger, 1001),
            (s, at) -> s.iAm(at, s.stranger, 1999)),
        of("BAC-19", "a stranger reports a change in the name of a controller", "the controller does, as it was subscribed to", notified(), notifies(true), notifies(false)),
        of("BAC-20", "a controller that was subscribed at says nothing for three lifetimes", "it reports at once", NOTHING, subscribed(false), subscribed(true)),
        of("BAC-21", "a stranger offers a way to a network of another router", "it offers one to a new network", (s, at) -> s.wire.broadcast(at, s.device, BacnetWriter.PORT, BacnetWriter.broadcast(BacnetWriter.iAmRouter(5))),
            (s, at) -> s.wire.broadcast(at, s.stranger, BacnetWriter.PORT, BacnetWriter.broadcast(BacnetWriter.iAmRouter(5))),
            (s, at) -> s.wire.broadcast(at, s.stranger, BacnetWriter.PORT, BacnetWriter.broadcast(BacnetWriter.iAmRouter(6)))),
        of("BAC-22", "a routing table is rewritten", "it is asked for", NOTHING, network("01 80 06 01 0007 01 00"), network("01 80 06 00")),
        of("BAC-23", "the broadcast table of a BBMD is written", "it is read", NOTHING,
            (s, at) -> s.wire.udp(at, s.stranger, BacnetWriter.PORT, s.device, BacnetWriter.PORT, BacnetWriter.writeTable(List.of(s.device, s.stranger))),
            (s, at) -> s.wire.udp(at, s.stranger, BacnetWriter.PORT, s.device, BacnetWriter.PORT, BacnetWriter.readTable())),
        of("BAC-24", "a stranger registers as a foreign device", "the supervisor does", NOTHING,
            (s, at) -> s.wire.udp(at, s.stranger, BacnetWriter.PORT, s.device, BacnetWriter.PORT, BacnetWriter.registerForeign(600)),
            (s, at) -> s.wire.udp(at, s.supervisor, BacnetWriter.PORT, s.device, BacnetWriter.PORT, BacnetWriter.registerForeign(600))),
        of("BAC-25", "a host of the Internet reads a controller", "a host of the plant does", NOTHING, (s, at) -> s.read(at, s.outside, s.device, 85, 21), (s, at) -> s.read(at, s.stranger, s.device, 85, 21)),
        of("BAC-26", "a message has gone round", "a message has all of its hops left", NOTHING,
            (s, at) -> s.wire.broadcast(at, s.stranger, BacnetWriter.PORT, BacnetWriter.broadcast(Stage.hex("01 20 ffff 00 04 1008"))),
            (s, at) -> s.wire.broadcast(at, s.stranger, BacnetWriter.PORT, BacnetWriter.broadcast(Stage.hex("01 20 ffff 00 fe 1008")))),
        of("BAC-27", "two controllers have one instance", "two controllers have two", NOTHING, twice(1002), twice(1003)),
        of("BAC-28", "twelve messages are malformed", "two are", NOTHING, many(12, 1100 * MS, malformed()), many(2, 1100 * MS, malformed())),
        of("BAC-29", "a stranger sends a command of a vendor's own", "it reads", NOTHING, service(true, 18, "0919" + "1908"), (s, at) -> s.read(at, s.stranger, s.device, 85, 21)),
        of("BAC-30", "a stranger resets a life-safety device", "it reads", NOTHING, service(true, 27, "0901" + "1b00616e" + "2904"), (s, at) -> s.read(at, s.stranger, s.device, 85, 21)),
        of("BAC-32", "BACnet on port 50000", "BACnet on port 47809", NOTHING,
            (s, at) -> s.wire.udp(at, s.stranger, 50_000, s.device, 50_000, BacnetWriter.unicast(BacnetWriter.npdu(true, BacnetWriter.readProperty(9, 2, 3, 85)))),
            (s, at) -> s.wire.udp(at, s.stranger, 47_809, s.device, 47_809, BacnetWriter.unicast(BacnetWriter.npdu(true, BacnetWriter.readProperty(9, 2, 3, 85))))));
  }

  /** Process 1, the object, off normal, a time as a number, a name, a time as a number. */
  private static String acknowledgement() {
    return "0901" + "1c" + OBJECT + "2902" + "3e1901" + "3f" + "4b006d65" + "5e1902" + "5f";
  }

  private static Play lists(int devices) {
    return (s, at) -> {
      Packet last = null;
      for (int i = 0; i < devices; i++) {
        last = s.bacnet(at + i * 300 * MS, s.stranger, s.controllers.get(i), BacnetWriter.readProperty(s.invoke(), BacnetWriter.DEVICE, 200 + i, BacnetWriter.OBJECT_LIST));
      }
      return java.util.Objects.requireNonNull(last);
    };
  }

  private static Before notified() {
    return (s, at) -> {
      known(1001).at(s, at);
      int id = s.invoke();
      s.bacnet(at + SECOND, s.supervisor, s.device, BacnetWriter.subscribeCov(id, 7, BacnetWriter.ANALOG_VALUE, 3, 3600));
    };
  }

  private static Play notifies(boolean stranger) {
    return (s, at) -> s.bacnet(at, stranger ? s.stranger : s.device, s.supervisor,
        BacnetWriter.covNotification(7, 1001, BacnetWriter.ANALOG_VALUE, 3, 3000, BacnetWriter.real(21)));
  }

  private static Play subscribed(boolean reports) {
    return (s, at) -> {
      Packet p = s.bacnet(at, s.supervisor, s.device, BacnetWriter.subscribeCov(s.invoke(), 7, BacnetWriter.ANALOG_VALUE, 3, 300));
      if (reports) {
        s.bacnet(at + 5 * SECOND, s.device, s.supervisor, BacnetWriter.covNotification(7, 1001, BacnetWriter.ANALOG_VALUE, 3, 290, BacnetWriter.real(21)));
      }
      s.wire.announce(at + 1200 * SECOND, s.plant, s.other.mac, s.other.ip);
      return p;
    };
  }

  private static Play twice(int instance) {
    return (s, at) -> {
      s.iAm(at - SECOND, s.other, 1002);
      return s.iAm(at, s.device, instance);
    };
  }

  /** A read whose object identifier ends early: the datagram is whole, its parameters are not. */
  private static Play malformed() {
    return (s, at) -> s.bacnet(at, s.stranger, s.device, BacnetWriter.confirmed(s.invoke(), 12).raw(Stage.hex("0c0080")).octets());
  }
}
