package fr.vigie.sensor.record;

import fr.vigie.sensor.capture.Statement;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Packets copied out of the ring: those of some addresses around some moments, as a pcapng file of its own, and the account of what is
 * missing in it. Where the bounds bite, the packets at the moments themselves come first, then those between the two parties, then others of
 * theirs; among equals the nearest in time.
 *
 * @param pcapng the file; without packets where {@code kept} is 0
 * @param found packets of the addresses in the ring within the time
 * @param kept how many of them are in the file
 * @param octets captured octets in it
 * @param cuts packets in the file that are not as on the wire, by cause ({@link Cut#key}, and {@code snaplen} for what the capture cut)
 * @param missing what is not in it and why
 */
public record Excerpt(byte[] pcapng, int found, int kept, long octets, SortedMap<String, Long> cuts, List<Missing> missing) {
  /** Octets that a block adds to its packet at most, comment included: what the bound reckons with. */
  private static final int FRAME = 160;

  private static final int OPTIONS = 28;

  /**
   * What is asked for.
   *
   * @param who addresses of one party
   * @param whom addresses of the other
   * @param moments capture times, ns; at least one
   * @param around nanoseconds before and after each moment
   * @param mostPackets bound of the packets
   * @param mostOctets bound of the file's octets
   */
  public record Wanted(List<Endpoint> who, List<Endpoint> whom, long[] moments, long around, int mostPackets, long mostOctets) {
    long from() {
      return Arrays.stream(moments).min().orElse(0) - around;
    }

    /** When everything wanted has come. */
    public long to() {
      return Arrays.stream(moments).max().orElse(0) + around;
    }

    long distance(long at) {
      long nearest = Long.MAX_VALUE;
      for (long moment : moments) {
        nearest = Math.min(nearest, Math.abs(at - moment));
      }
      return nearest;
    }

    /** The least that anything from the one time to the other is away from a moment. */
    long distance(long from, long to) {
      long nearest = Long.MAX_VALUE;
      for (long moment : moments) {
        nearest = Math.min(nearest, moment < from ? from - moment : Math.max(0, moment - to));
      }
      return nearest;
    }

    /** Whether all of that time is around one moment. */
    boolean covers(long from, long to) {
      for (long moment : moments) {
        if (moment - around <= from && to <= moment + around) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Packets that an excerpt lacks.
   *
   * @param reason {@code turned_over}: the ring gave them up; {@code not_yet_recorded}: recording began later; {@code slow_disk},
   *     {@code full_disk}, {@code disk_error}: recording dropped packets then, of anybody; {@code bound}: beyond the bounds; {@code pending}:
   *     still to come; {@code unreadable}: the ring's file could not be read
   * @param from capture time of the first that may be missing, ns
   * @param to of the last
   * @param packets how many, or -1 where nobody counted
   */
  public record Missing(String reason, long from, long to, long packets) {}

  private record Pick(Segment segment, int offset, long at, int rank, long distance) {}

  private static final Comparator<Pick> TIME = (a, b) -> {
    if (a.at != b.at) {
      return Long.compare(a.at, b.at);
    }
    return a.segment.number != b.segment.number ? Long.compare(a.segment.number, b.segment.number) : Integer.compare(a.offset, b.offset);
  };

  /** The best first. */
  private static final Comparator<Pick> BEST = (a, b) -> { // compared by the hundred thousand: by hand
    if (a.rank != b.rank) {
      return Integer.compare(b.rank, a.rank);
    }
    return a.distance != b.distance ? Long.compare(a.distance, b.distance) : TIME.compare(a, b);
  };

  /**
   * Takes an excerpt of what is in the ring now.
   *
   * @param title what the section's comment says, given the account: identity first
   * @param proof comment of the packets at the moments themselves
   */
  public static Excerpt take(Recorder recorder, Wanted wanted, String proof, Function<Excerpt, String> title) throws IOException {
    List<Missing> missing = new ArrayList<>();
    Ring ring = recorder.ring();
    long from = wanted.from();
    long to = wanted.to();
    Choice choice = new Choice(wanted);
    long[] addresses = addresses(wanted);
    ring.find(interfaces -> new Asked(interfaces, wanted, addresses), from, to, choice);
    Copy copy = new Copy(wanted, proof, missing);
    copy.read(choice.best());
    copy.account();
    gaps(recorder, ring, from, to, missing);
    if (copy.kept < choice.found) {
      missing.add(new Missing("bound", from, to, choice.found - copy.kept));
    }
    Excerpt account = new Excerpt(new byte[0], choice.found, copy.kept, copy.octets, copy.cuts, List.copyOf(missing));
    return new Excerpt(copy.file(recorder, title.apply(account)), choice.found, copy.kept, copy.octets, copy.cuts, account.missing());
  }

  /**
   * The best of many. Gathered and sorted now and then, and not kept in order: the ring gives them nearly in the order of time, which a sort finds out
   * and an ordered queue does not.
   */
  private static final class Choice implements Ring.Found {
    private final Wanted wanted;
    private final int most;
    private final List<Pick> picks = new ArrayList<>();
    private @Nullable Pick worst;
    private int found;

    Choice(Wanted wanted) {
      this.wanted = wanted;
      most = wanted.mostPackets();
    }

    @Override
    public void packet(Segment segment, int offset, long at, int flow) {
      long distance = wanted.distance(at);
      if (distance > wanted.around()) {
        return;
      }
      found++;
      int rank = distance == 0 ? 3 : flow;
      Pick bar = worst;
      if (bar != null && (rank < bar.rank || rank == bar.rank && distance > bar.distance)) {
        return;
      }
      Pick pick = new Pick(segment, offset, at, rank, distance);
      if (bar != null && BEST.compare(pick, bar) > 0) {
        return;
      }
      picks.add(pick);
      if (picks.size() >= 2 * most + 64) {
        cut();
      }
    }

    @Override
    public boolean needless(Segment segment, int rank) {
      Pick bar = worst;
      long from = segment.first();
      long to = segment.last();
      return bar != null && wanted.covers(from, to) && (rank < bar.rank && wanted.distance(from, to) > 0
          || rank == bar.rank && wanted.distance(from, to) > bar.distance);
    }

    @Override
    public void passed(int packets) {
      found += packets;
    }

    private void cut() {
      picks.sort(BEST);
      if (picks.size() > most) {
        picks.subList(most, picks.size()).clear();
        worst = picks.isEmpty() ? null : picks.getLast();
      }
    }

    List<Pick> best() {
      cut();
      return picks;
    }
  }

  private static void gaps(Recorder recorder, Ring ring, long from, long to, List<Missing> missing) {
    long first = ring.first();
    if (first > from) {
      missing.add(new Missing(ring.turnedOver() ? "turned_over" : "not_yet_recorded", from, Math.min(first, to), -1));
    }
    for (Holes.Hole hole : recorder.holes().within(from, to)) {
      missing.add(new Missing(hole.cause().key(), Math.max(from, hole.from()), Math.min(to, hole.to()), hole.packets()));
    }
  }

  /** What an alert asks each flow. */
  private record Asked(List<Segment.Iface> interfaces, Wanted wanted, long @Nullable [] addresses) implements FlowIndex.Matcher {
    @Override
    public int rank(Key flow) {
      return Excerpt.rank(flow, interfaces, wanted);
    }
  }

  /** The IP addresses of both parties, two numbers each; null where one is known by its MAC address alone. */
  private static long @Nullable [] addresses(Wanted wanted) {
    long[] all = new long[2 * (wanted.who().size() + wanted.whom().size())];
    int n = 0;
    for (List<Endpoint> party : List.of(wanted.who(), wanted.whom())) {
      for (Endpoint e : party) {
        if (e.family() == 0) {
          return null;
        }
        all[n++] = e.ipHigh();
        all[n++] = e.ipLow();
      }
    }
    return all;
  }

  private static int rank(Key flow, List<Segment.Iface> interfaces, Wanted wanted) {
    String zone = flow.iface < interfaces.size() ? interfaces.get(flow.iface).zone() : "";
    boolean whoA = any(wanted.who(), flow, zone, true);
    boolean whoB = any(wanted.who(), flow, zone, false);
    boolean whomA = any(wanted.whom(), flow, zone, true);
    boolean whomB = any(wanted.whom(), flow, zone, false);
    return whoA && whomB || whoB && whomA ? 2 : whoA || whoB || whomA || whomB ? 1 : 0;
  }

  private static boolean any(List<Endpoint> all, Key flow, String zone, boolean sideA) {
    for (int i = 0; i < all.size(); i++) { // asked for each flow of each segment: without an iterator
      Endpoint e = all.get(i);
      if (is(e, flow, sideA) && e.realm().equals(zone)) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(Endpoint e, Key flow, boolean sideA) {
    if (e.family() != 0) {
      return flow.family == e.family() && (sideA ? flow.highA : flow.highB) == e.ipHigh() && (sideA ? flow.lowA : flow.lowB) == e.ipLow();
    }
    return e.mac() != Endpoint.NO_MAC && (sideA ? flow.macA : flow.macB) == e.mac();
  }

  /** The copying: reads the best picks until the bound, then writes them in the order of time. */
  private static final class Copy {
    private final Wanted wanted;
    private final String proof;
    private final List<Missing> missing;
    private final SortedMap<String, Long> cuts = new TreeMap<>();
    private final Map<Pick, ByteBuffer> blocks = new HashMap<>();
    private final Map<Segment, List<Segment.Iface>> interfaces = new HashMap<>();
    private int kept;
    private long octets;

    Copy(Wanted wanted, String proof, List<Missing> missing) {
      this.wanted = wanted;
      this.proof = proof;
      this.missing = missing;
    }

    void read(List<Pick> picks) throws IOException {
      Map<Segment, FileChannel> channels = new HashMap<>();
      long left = wanted.mostOctets();
      try {
        for (Pick pick : picks) {
          ByteBuffer block = block(pick, channels);
          if (block == null) {
            continue;
          }
          if (block.limit() + FRAME > left) {
            break;
          }
          left -= block.limit() + FRAME;
          blocks.put(pick, block);
          kept++;
          octets += block.getInt(Block.CAPTURED);
        }
      } finally {
        for (FileChannel channel : channels.values()) {
          channel.close();
        }
      }
    }

    private @Nullable ByteBuffer block(Pick pick, Map<Segment, FileChannel> channels) {
      try {
        FileChannel channel = channels.get(pick.segment());
        if (channel == null) {
          channel = FileChannel.open(pick.segment().file, StandardOpenOption.READ);
          channels.put(pick.segment(), channel);
          interfaces.put(pick.segment(), pick.segment().interfaces());
        }
        ByteBuffer block = Segment.block(channel, pick.offset());
        if (block.getInt(0) != Block.PACKET || block.limit() < Block.OCTETS + 4) {
          throw new IOException("no packet at " + pick.offset());
        }
        return block;
      } catch (NoSuchFileException e) {
        missing.add(new Missing("turned_over", pick.at(), pick.at(), 1));
      } catch (IOException e) {
        missing.add(new Missing("unreadable", pick.at(), pick.at(), 1));
      }
      return null;
    }

    byte[] file(Recorder recorder, String title) throws IOException {
      List<Pick> order = new ArrayList<>(blocks.keySet());
      order.sort(TIME);
      Map<Segment.Iface, Integer> ids = new LinkedHashMap<>();
      for (Pick pick : order) {
        ids.computeIfAbsent(iface(pick), i -> ids.size());
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream((int) octets + kept * FRAME + (1 << 12)); // megabytes: not copied to grow
      out.writeBytes(Block.section(title));
      ids.keySet().forEach(i -> out.writeBytes(Block.iface(i.name().isEmpty() ? null : i.name(), i.zone(), i.linkType())));
      for (Pick pick : order) {
        ByteBuffer block = blocks.get(pick);
        if (block != null) {
          byte[] of = new byte[block.getInt(Block.CAPTURED)];
          block.get(Block.OCTETS, of);
          out.writeBytes(Block.packet(ids.getOrDefault(iface(pick), 0), pick.at(), of, block.getInt(Block.WIRE), comment(block, pick)));
        }
      }
      counted(ids, recorder).forEach((id, sum) -> out.writeBytes(Block.statistics(id, sum)));
      return out.toByteArray();
    }

    private Segment.Iface iface(Pick pick) {
      ByteBuffer block = blocks.get(pick);
      List<Segment.Iface> known = interfaces.getOrDefault(pick.segment(), List.of());
      int index = block == null ? known.size() : block.getInt(Block.IFACE);
      return index < known.size() ? known.get(index) : new Segment.Iface("", "", 1);
    }

    /** What was lost on the interfaces in the time of the segments that packets were taken from: more than the excerpt's, never less. */
    private SortedMap<Integer, Statement> counted(Map<Segment.Iface, Integer> ids, Recorder recorder) throws IOException {
      SortedMap<Integer, Statement> sums = new TreeMap<>();
      interfaces.forEach((segment, known) -> {
        for (Statement each : statements(segment)) {
          Integer id = each.origin() < known.size() ? ids.get(known.get(each.origin())) : null;
          if (id != null) {
            sums.merge(id, each, Tally::sum);
          }
        }
      });
      for (Statement each : recorder.tally().since()) { // the segment under the pen
        Origin o = each.start() <= wanted.to() ? recorder.origin(each.origin()) : null;
        Integer id = o == null ? null : ids.get(Segment.Iface.of(o));
        if (id != null) {
          sums.merge(id, each, Tally::sum);
        }
      }
      return sums;
    }

    private List<Statement> statements(Segment segment) {
      try {
        return segment.counted();
      } catch (IOException e) {
        return List.of(); // the ring turned over meanwhile; what its packets lack is told already
      }
    }

    private @Nullable String comment(ByteBuffer block, Pick pick) {
      String said = said(block);
      if (pick.rank() < 3) {
        return said;
      }
      return said == null ? proof : proof + "; " + said;
    }

    private static @Nullable String said(ByteBuffer block) {
      int captured = block.getInt(Block.CAPTURED);
      return Block.text(block, OPTIONS + (captured + 3 & ~3), Block.COMMENT);
    }

    /** Counts what was done to the packets kept. */
    void account() {
      for (ByteBuffer block : blocks.values()) {
        String said = said(block);
        Cut cut = said == null ? null : Cut.of(said);
        if (cut != null) {
          cuts.merge(cut.key(), 1L, Long::sum);
        } else if (block.getInt(Block.CAPTURED) < block.getInt(Block.WIRE)) {
          cuts.merge("snaplen", 1L, Long::sum);
        }
      }
    }
  }
}
