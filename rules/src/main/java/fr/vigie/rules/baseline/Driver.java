package fr.vigie.rules.baseline;

import fr.vigie.sensor.observe.Act;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What drives traffic of a building, and so what a departure from its normal departs from: the clock, the hands of people, or what happens in the
 * plant. Known by the service and, for writes, by the priority (135-2020 table 19-1: 8 and above are people's and life safety's, below are programs').
 */
public enum Driver {
  /** Polls, renewals, schedules, clocks: they come by the clock. */
  TIME,
  /** Searches, commands at an operator's priority, programming, acknowledgements: somebody does them. */
  PEOPLE,
  /** Notifications, announcements, alarms: something happened. */
  EVENT;

  private static final int MANUAL = 8;
  private static final Set<Known.Kind> BY_CLOCK = Set.of(Known.Kind.READER, Known.Kind.SUBSCRIBER, Known.Kind.PEER, Known.Kind.CONTROLLER, Known.Kind.UNIT,
      Known.Kind.SERVER, Known.Kind.WRITER, Known.Kind.WRITES_TO);
  private static final Set<Known.Kind> BY_EVENT = Set.of(Known.Kind.NOTIFIER, Known.Kind.DEVICE, Known.Kind.HOME, Known.Kind.NATURE);

  /** What drives an act. */
  public static Driver of(Act act) {
    return switch (act.verb()) {
      case WRITE, RELINQUISH -> act.priority() > 0 && act.priority() <= MANUAL ? PEOPLE : TIME;
      case READ, SET_TIME, SERVE -> TIME;
      case NOTIFY, ANNOUNCE -> EVENT;
      default -> PEOPLE;
    };
  }

  /** What mostly drives facts of a kind. */
  public static Driver of(Known.Kind kind) {
    return BY_CLOCK.contains(kind) ? TIME : BY_EVENT.contains(kind) ? EVENT : PEOPLE;
  }

  /** What the memory of a departure follows, or null where that cannot be told. */
  public static @Nullable Driver of(String memory) {
    return switch (memory) {
      case "operator", "operator-hours" -> PEOPLE;
      case "bacnet-silence", "polling", "knx-rhythm", "access-control-server", "nurse-call-server" -> TIME;
      case "value-limits", "value-band", "bacnet-notifier", "bacnet-subscription", "bacnet-notifications", "bacnet-instance", "bacnet-network" -> EVENT;
      default -> null;
    };
  }
}
