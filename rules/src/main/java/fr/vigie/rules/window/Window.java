package fr.vigie.rules.window;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Distinct members met per key within a sliding span of capture time: exact, deterministic and bounded. When there are too many keys the
 * one longest without news goes, when a key has too many members its oldest goes; both are counted. Single-threaded.
 *
 * @param <K> what is counted for, for example the source of a scan
 * @param <M> what is counted, for example the peers it tried
 */
public final class Window<K, M> {
  private final long span;
  private final int keyLimit;
  private final int memberLimit;
  private final LinkedHashMap<K, LinkedHashMap<M, Long>> keys = new LinkedHashMap<>();
  private long evicted;

  /**
   * An empty window.
   *
   * @param span how long a member counts after it was last met, ns of capture time
   * @param keyLimit the most keys
   * @param memberLimit the most members of one key
   */
  public Window(long span, int keyLimit, int memberLimit) {
    this.span = span;
    this.keyLimit = keyLimit;
    this.memberLimit = memberLimit;
  }

  /**
   * Counts a member.
   *
   * @param at capture time, ns; not before that of the call before, except by the disorder of one quantum
   * @return distinct members of the key met after {@code at - span}
   */
  public int add(K key, M member, long at) {
    LinkedHashMap<M, Long> members = keys.remove(key);
    if (members == null) {
      members = new LinkedHashMap<>();
      if (keys.size() >= keyLimit) {
        dropOldest(keys);
      }
    }
    keys.put(key, members);
    members.remove(member);
    trim(members, at);
    if (members.size() >= memberLimit) {
      dropOldest(members);
    }
    members.put(member, at);
    return members.size();
  }

  /** Takes a member back, for example a request that was answered after all. */
  public void remove(K key, M member) {
    LinkedHashMap<M, Long> members = keys.get(key);
    if (members != null) {
      members.remove(member);
    }
  }

  /** Distinct members of the key met after {@code at - span}. */
  public int count(K key, long at) {
    LinkedHashMap<M, Long> members = keys.get(key);
    if (members == null) {
      return 0;
    }
    trim(members, at);
    return members.size();
  }

  /** Members of the key met after {@code at - span} and last at or before {@code before}. */
  public int countBefore(K key, long at, long before) {
    LinkedHashMap<M, Long> members = keys.get(key);
    if (members == null) {
      return 0;
    }
    trim(members, at);
    int count = 0;
    for (long last : members.values()) {
      if (last > before) {
        break;
      }
      count++;
    }
    return count;
  }

  /** The members of the key, longest without news first, at most {@code most} of them. */
  public List<M> members(K key, int most) {
    LinkedHashMap<M, Long> members = keys.get(key);
    if (members == null) {
      return List.of();
    }
    List<M> list = new ArrayList<>(Math.min(most, members.size()));
    for (M m : members.keySet()) {
      if (list.size() == most) {
        break;
      }
      list.add(m);
    }
    return list;
  }

  /** Forgets the keys all of whose members are too old; oldest first, so its cost follows what it forgets. */
  public void sweep(long at) {
    Iterator<Map.Entry<K, LinkedHashMap<M, Long>>> i = keys.entrySet().iterator();
    while (i.hasNext()) {
      LinkedHashMap<M, Long> members = i.next().getValue();
      trim(members, at);
      if (!members.isEmpty()) {
        return;
      }
      i.remove();
    }
  }

  /** How many keys and members had to go because a limit was reached. */
  public long evicted() {
    return evicted;
  }

  private void trim(LinkedHashMap<M, Long> members, long at) {
    Iterator<Long> i = members.values().iterator();
    while (i.hasNext() && i.next() <= at - span) {
      i.remove();
    }
  }

  private <X, Y> void dropOldest(LinkedHashMap<X, Y> map) {
    Iterator<X> i = map.keySet().iterator();
    i.next();
    i.remove();
    evicted++;
  }
}
