package fr.vigie.rules.session;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.rules.baseline.Memory;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Stamp;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of who keeps speaking with whom: the channels of supervisors and of door and nurse-call servers, learned by ten minutes of
 * steady talk, and how much is said in a minute. Where the site file names supervisors, others are none. A channel is idle after three of its longest pauses, three minutes at least. Bounded.
 * Single-threaded.
 */
final class ChannelMemory {
  private static final long SECOND = 1_000_000_000L;
  /** Contacts are told each minute: so many reports of talk make a channel known. */
  private static final int LEARNED = 10;
  private static final long SHORTEST_PAUSE = 60 * SECOND;
  private static final long LONGEST_PAUSE = 3600 * SECOND;
  /** A supervisor with fewer channels is none. */
  private static final int CHANNELS = 5;
  /** Of a hundred channels of a supervisor, so many idle make it blind. */
  private static final int BLIND = 30;
  /** Of a hundred channels of a door or nurse-call server. */
  private static final int LOST = 100;
  /** Questions without an answer that make a channel deaf. */
  private static final int UNANSWERED = 8;
  /** Reports of a rate before it is judged, and by how much it must grow. */
  private static final int RATES = 10;
  private static final int FACTOR = 10;
  /** Messages a minute below which no rate is a flood, and from which on any is. */
  private static final long QUIET = 600;
  private static final long FLOOD = 3000;

  private static final Set<String> POLLED = Set.of("bacnet", "modbus", "knx", "lon", "fox", "s7comm", "opcua", "enip", "dnp3", "iec104", "mms", "sbus",
      "helvarnet", "snmp");
  private static final String DOORS = "access-control";
  private static final String NURSES = "nurse-call";

  private record Key(Endpoint client, Endpoint server, String protocol, int port) {}

  /** Somebody who has channels: a supervisor, or a server with its controllers. */
  private static final class Hub {
    final Endpoint endpoint;
    final String role;
    int channels;
    int idle;
    boolean told;

    Hub(Endpoint endpoint, String role) {
      this.endpoint = endpoint;
      this.role = role;
    }
  }

  private record HubKey(Endpoint endpoint, String role) {}

  private static final class Channel {
    final Hub hub;
    Contact last;
    int talks;
    /** The pauses of these talks together, ns. */
    long silent;
    long pause = SHORTEST_PAUSE;
    boolean learned;
    boolean idle;
    /** Questions since the last answer. */
    long asked;

    Channel(Hub hub, Contact first) {
      this.hub = hub;
      this.last = first;
    }

    /** It spoke again after a pause. What pauses for longer than an hour is not spoken with all the time. */
    void talked(long since) {
      if (!learned && since > LONGEST_PAUSE) {
        talks = 0;
        silent = 0;
        pause = SHORTEST_PAUSE;
        return;
      }
      pause = Math.clamp(since, pause, LONGEST_PAUSE);
      silent += since;
      talks++;
    }

    /** Whether it is polled and not looked at now and then: no pause was twice as long as they are on the average. */
    boolean steady() {
      return talks >= LEARNED && pause <= Math.max(SHORTEST_PAUSE, 2 * silent / talks);
    }

    long due() {
      return last.at() + 3 * pause;
    }
  }

  /** How much was said in a minute. */
  private static final class Rate {
    long packets;
    long at;
    long most;
    int reports;
  }

  private final Desk desk;
  private final Memory<Key, Channel> channels;
  private final Memory<HubKey, Hub> hubs;
  private final Memory<Key, Rate> rates;
  private final Deadlines<Key> pauses;

  /**
   * Remembers nothing yet.
   *
   * @param limit the most channels, and the most rates
   */
  ChannelMemory(Desk desk, int limit) {
    this.desk = desk;
    this.channels = new Memory<>(limit);
    this.hubs = new Memory<>(limit);
    this.rates = new Memory<>(limit);
    this.pauses = new Deadlines<>(limit);
  }

  long forgotten() {
    return channels.evicted() + hubs.evicted() + rates.evicted() + pauses.refused();
  }

  void contact(Contact c, Party who, Party whom, Agenda agenda) {
    if (c.phase() == Contact.Phase.CLOSE || c.transport().equals("ethernet")) {
      return;
    }
    Key key = new Key(c.who(), c.whom(), c.protocol(), c.port());
    rate(key, c, who, whom, agenda);
    if (!group(c)) {
      String role = role(c, who, whom);
      if (role != null) {
        talk(key, c, role, agenda);
      }
    }
  }

  /** What a channel means, or null where silence on it means nothing. */
  private @Nullable String role(Contact c, Party who, Party whom) {
    if (kind(who, DOORS) || kind(whom, DOORS)) {
      return DOORS;
    }
    if (kind(who, NURSES) || kind(whom, NURSES)) {
      return NURSES;
    }
    return POLLED.contains(c.protocol()) && (desk.site.supervisors().isEmpty() || desk.baseline.supervisor(c.who(), who.asset)) ? "" : null;
  }

  private static boolean kind(Party p, String kind) {
    Asset asset = p.asset;
    return asset != null && asset.kind().equals(kind);
  }

  private void talk(Key key, Contact c, String role, Agenda agenda) {
    Channel channel = channels.get(key);
    if (channel == null) {
      Endpoint one = role.isEmpty() || kind(desk.parties.of(c.whom()), role) ? c.who() : c.whom();
      HubKey hubKey = new HubKey(one, role);
      Hub hub = hubs.get(hubKey);
      if (hub == null) {
        hub = new Hub(one, role);
      }
      hubs.put(hubKey, hub);
      channel = new Channel(hub, c);
    } else if (c.packetsOut() + c.packetsBack() != channel.last.packetsOut() + channel.last.packetsBack() || c.phase() == Contact.Phase.OPEN) {
      boolean again = c.phase() == Contact.Phase.OPEN;
      boolean answered = again || c.packetsBack() != channel.last.packetsBack();
      channel.asked = answered ? 0 : channel.asked + c.packetsOut() - channel.last.packetsOut();
      channel.talked(c.at() - channel.last.at());
      channel.last = c;
      boolean deaf = channel.asked >= UNANSWERED;
      if (channel.learned && channel.idle != deaf) {
        turn(channel, deaf, c, "%d of %d asked %s without an answer", agenda);
      } else if (!channel.learned && channel.steady() && !deaf) {
        channel.learned = true;
        channel.hub.channels++;
      }
    }
    channels.put(key, channel);
    if (!channel.idle) {
      pauses.set(key, channel.due());
    }
  }

  /** Channels on which nothing was said for too long. */
  void due(long now, Stamp last, Agenda agenda) {
    for (Key key = pauses.passed(now); key != null; key = pauses.passed(now)) {
      Channel channel = channels.get(key);
      if (channel == null || channel.idle) {
        continue;
      }
      long due = channel.due();
      if (due > now) {
        pauses.set(key, due);
      } else if (channel.learned) {
        turn(channel, true, Silences.again(channel.last, last, Math.max(due, last.at())), "%d of %d silent %s", agenda);
      }
    }
  }

  private void turn(Channel channel, boolean idle, Contact c, String how, Agenda agenda) {
    Hub hub = channel.hub;
    channel.idle = idle;
    hub.idle += idle ? 1 : -1;
    int bound = hub.role.isEmpty() ? BLIND : LOST;
    int least = hub.role.isEmpty() ? CHANNELS : 2;
    boolean lost = hub.channels >= least && hub.idle * 100 >= bound * hub.channels;
    if (!lost) {
      hub.told = hub.told && hub.idle > 0;
      return;
    }
    if (!hub.told) {
      hub.told = true;
      String memory = hub.role.isEmpty() ? "polling" : hub.role + "-server";
      desk.departs(c, desk.parties.of(hub.endpoint), null, memory, hub.channels + " devices spoken with all the time",
          String.format(Locale.ROOT, how, hub.idle, hub.channels, "for minutes"), 100.0 * hub.idle / hub.channels, desk.evidenced(c.at()), agenda);
    }
  }

  private void rate(Key key, Contact c, Party who, Party whom, Agenda agenda) {
    boolean group = group(c);
    boolean bacnet = c.protocol().equals("bacnet");
    if (!(bacnet && (group || notifies(c)) || c.protocol().equals("sip"))) {
      return;
    }
    Rate rate = rates.get(key);
    if (rate == null || c.phase() == Contact.Phase.OPEN) {
      rate = rate == null ? new Rate() : rate;
      rate.packets = c.packetsOut() + c.packetsBack();
      rate.at = c.at();
      rates.put(key, rate);
      return;
    }
    long seconds = (c.at() - rate.at) / SECOND;
    if (seconds < 30) {
      return;
    }
    long minute = (c.packetsOut() + c.packetsBack() - rate.packets) * 60 / seconds;
    rate.packets = c.packetsOut() + c.packetsBack();
    rate.at = c.at();
    rates.put(key, rate);
    String now = minute + " packets a minute";
    if (minute >= FLOOD && (group || c.protocol().equals("sip"))) {
      desk.departs(c, who, whom, c.protocol() + (group ? "-broadcasts" : "-messages"), "fewer than " + FLOOD + " packets a minute", now, minute,
          desk.evidenced(c.at()), agenda);
    } else if (bacnet && !group && rate.reports >= RATES && minute >= QUIET && minute > FACTOR * Math.max(1, rate.most)) {
      desk.departs(c, who, whom, "bacnet-notifications", "at most " + rate.most + " packets a minute", now, minute, desk.evidenced(c.at()), agenda);
      return;
    }
    rate.most = Math.max(rate.most, minute);
    rate.reports++;
  }

  private static boolean group(Contact c) {
    return c.whom().group() || c.answer() == Contact.Answer.GROUP;
  }

  private static boolean notifies(Contact c) {
    for (String operation : c.operations()) {
      if (operation.endsWith("ovNotification") || operation.endsWith("OVNotification") || operation.endsWith("ventNotification")) {
        return true;
      }
    }
    return false;
  }
}
