package fr.vigie.rules.window;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Distinct members met per key within a sliding span of capture time: exact, deterministic and bounded. When there are too many keys the
 * one longest without news goes, when a key has too many members its oldest goes, and when there are too many members in all those of the
 * key longest without news go; all are counted. Single-threaded.
 *
 * @param <K> what is counted for, for example the source of a scan
 * @param <M> what is counted, for example the peers it tried
 */
public final class Window<K, M> {
  private final long span;
  private final int keyLimit;
  private final int memberLimit;
  private final int most;
  private final LinkedHashMap<K, Members<M>> keys = new LinkedHashMap<>();
  private int held;
  private long evicted;

  /** When a member was last met, and for how many it stands. */
  private static final class Met {
    long at;
    int times;
  }

  /** The members of a key, longest without news first. */
  private static final class Members<M> {
    final LinkedHashMap<M, Met> met = new LinkedHashMap<>();
    /** How many they are, each as often as it stands for. */
    int count;
  }

  /**
   * An empty window.
   *
   * @param span how long a member counts after it was last met, ns of capture time
   * @param keyLimit the most keys
   * @param memberLimit the most members of one key
   * @param most the most members of all keys together
   */
  public Window(long span, int keyLimit, int memberLimit, int most) {
    this.span = span;
    this.keyLimit = keyLimit;
    this.memberLimit = memberLimit;
    this.most = most;
  }

  /**
   * Counts a member.
   *
   * @param at capture time, ns; not before that of the call before, except by the disorder of one quantum
   * @return distinct members of the key met after {@code at - span}
   */
  public int add(K key, M member, long at) {
    Members<M> members = members(key, at);
    Met met = members.met.get(member);
    if (met == null) {
      met = new Met();
      make(members, met, member);
    }
    met.at = at;
    members.met.putLast(member, met);
    return members.count;
  }

  /**
   * Counts several members that nobody will meet again, as if each were added.
   *
   * @param member stands for all of them, and for nothing else ever
   * @param times how many, at least 1
   * @param at capture time, ns
   */
  public void addAll(K key, M member, int times, long at) {
    Members<M> members = members(key, at);
    Met met = new Met();
    met.at = at;
    for (int i = 0; i < times; i++) {
      make(members, met, member);
    }
  }

  /** The members of a key that were met lately; the key has news. */
  private Members<M> members(K key, long at) {
    Members<M> members = keys.get(key);
    if (members == null) {
      members = new Members<>();
      if (keys.size() >= keyLimit) {
        dropKey();
      }
    }
    keys.putLast(key, members);
    trim(members, at);
    return members;
  }

  /** Makes room for one more, and takes it. */
  private void make(Members<M> members, Met met, M member) {
    if (members.count >= memberLimit) {
      dropMember(members);
    }
    while (held >= most) {
      if (keys.size() > 1) {
        dropKey();
      } else {
        dropMember(members);
      }
    }
    held++;
    members.count++;
    if (met.times++ == 0) {
      members.met.putLast(member, met);
    }
  }

  /** Takes a member back, for example a request that was answered after all. */
  public void remove(K key, M member) {
    Members<M> members = keys.get(key);
    Met met = members == null ? null : members.met.remove(member);
    if (members != null && met != null) {
      held -= met.times;
      members.count -= met.times;
    }
  }

  /** Distinct members of the key met after {@code at - span}. */
  public int count(K key, long at) {
    Members<M> members = keys.get(key);
    if (members == null) {
      return 0;
    }
    trim(members, at);
    return members.count;
  }

  /** Members of the key met after {@code at - span} and last at or before {@code before}. */
  public int countBefore(K key, long at, long before) {
    Members<M> members = keys.get(key);
    if (members == null) {
      return 0;
    }
    trim(members, at);
    int count = 0;
    for (Met met : members.met.values()) {
      if (met.at > before) {
        break;
      }
      count += met.times;
    }
    return count;
  }

  /** The members of the key, longest without news first, at most {@code most} of them; one that stands for several is listed once and takes as many places. */
  public List<M> members(K key, int most) {
    Members<M> members = keys.get(key);
    if (members == null) {
      return List.of();
    }
    List<M> list = new ArrayList<>(Math.min(most, members.met.size()));
    int taken = 0;
    for (Map.Entry<M, Met> m : members.met.entrySet()) {
      if (taken >= most) {
        break;
      }
      list.add(m.getKey());
      taken += m.getValue().times;
    }
    return list;
  }

  /** Forgets the keys all of whose members are too old; oldest first, so its cost follows what it forgets. */
  public void sweep(long at) {
    if (keys.isEmpty()) {
      return;
    }
    Iterator<Members<M>> i = keys.values().iterator();
    while (i.hasNext()) {
      Members<M> members = i.next();
      trim(members, at);
      if (members.count > 0) {
        return;
      }
      i.remove();
    }
  }

  /** How many keys and members had to go because a limit was reached; a key counts as its members do, an empty one as one. */
  public long evicted() {
    return evicted;
  }

  /** Members of all keys together, those that are too old and were not yet met again or swept included. */
  public int held() {
    return held;
  }

  private void trim(Members<M> members, long at) {
    Iterator<Met> i = members.met.values().iterator();
    while (i.hasNext()) {
      Met met = i.next();
      if (met.at > at - span) {
        return;
      }
      i.remove();
      held -= met.times;
      members.count -= met.times;
    }
  }

  private void dropKey() {
    int gone = keys.pollFirstEntry().getValue().count;
    held -= gone;
    evicted += Math.max(1, gone);
  }

  private void dropMember(Members<M> members) {
    if (--members.met.firstEntry().getValue().times == 0) {
      members.met.pollFirstEntry();
    }
    members.count--;
    held--;
    evicted++;
  }
}
