package fr.vigie.samples;

import fr.vigie.samples.Capture.Packet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * What happens after the quiet part: incidents that must be found and near misses that must stay silent, each in a minute of its own, in an
 * order drawn from the seed. One row says one thing: an intruder who does three things that Vigie tells apart is three rows.
 */
final class Story {
  private static final String HEAD = "kind\ttime\tactor\ttarget\tact\tdetection\tpacket\twhy\n";
  private final Random random;
  private final long begin;
  private final long end;
  private final List<Row> rows = new ArrayList<>();
  private final Incidents incidents;
  private final NearMisses nearMisses;

  /** One line of the story; the packet proves it. */
  private record Row(boolean incident, Packet packet, String actor, String target, String act, String detection, String why) {}

  Story(Building building, Talk talk, long seed, long begin, long end) {
    random = new Random(seed * 1_000_003 + 3);
    this.begin = begin;
    this.end = end;
    incidents = new Incidents(building, talk, random, this);
    nearMisses = new NearMisses(building, talk, random, this);
  }

  /** Gives every act its minute. The announced work comes early, the same hands outside the announced hours come late. */
  void play() {
    List<LongConsumer> acts = new ArrayList<>(incidents.acts());
    acts.addAll(nearMisses.acts());
    Collections.shuffle(acts, random);
    acts.add(3, nearMisses::announcedWork);
    acts.add(acts.size() - 2, incidents::unannouncedWork);
    long first = begin + 120 * Talk.SECOND;
    long slot = (end - first - 120 * Talk.SECOND) / acts.size();
    for (int i = 0; i < acts.size(); i++) {
      acts.get(i).accept(first + i * slot + random.nextInt(12_000) * Talk.MS + random.nextInt(1_000_000));
    }
  }

  void incident(Packet packet, String actor, String target, String act, String detection) {
    rows.add(new Row(true, packet, actor, target, act, detection, ""));
  }

  void nearMiss(Packet packet, String actor, String target, String act, String detection, String why) {
    rows.add(new Row(false, packet, actor, target, act, detection, why));
  }

  /** Start of the announced work, ns. */
  long workFrom() {
    return nearMisses.workAt() - 300 * Talk.SECOND;
  }

  /** End of the announced work, ns. */
  long workTo() {
    return nearMisses.workAt() + 300 * Talk.SECOND;
  }

  /** The story as a table, in order of time; only after {@link Capture#finish}. */
  String text() {
    StringBuilder s = new StringBuilder(HEAD);
    rows.sort(Comparator.comparingInt((Row r) -> r.packet.index()).thenComparing(Row::detection));
    for (Row r : rows) {
      s.append(String.join("\t", r.incident ? "incident" : "near-miss", time(r.packet.at), r.actor, r.target, r.act, r.detection,
          Integer.toString(r.packet.index()), r.why)).append('\n');
    }
    return s.toString();
  }

  /** RFC 3339 with nanoseconds. */
  private static String time(long at) {
    String s = Hospital.instant(at / Talk.SECOND * Talk.SECOND).toString();
    return s.substring(0, 19) + "." + String.format(java.util.Locale.ROOT, "%09d", at % Talk.SECOND) + "Z";
  }
}
