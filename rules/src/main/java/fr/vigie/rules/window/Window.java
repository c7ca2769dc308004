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
  private final LinkedHashMap<K, LinkedHashMap<M, Met>> keys = new LinkedHashMap<>();
  private int held;
  private long evicted;

  /** When a member was last met. */
  private static final class Met {
    long at;
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
    LinkedHashMap<M, Met> members = keys.get(key);
    if (members == null) {
      members = new LinkedHashMap<>();
      if (keys.size() >= keyLimit) {
        dropKey();
      }
    }
    keys.putLast(key, members);
    trim(members, at);
    Met met = members.get(member);
    if (met == null) {
      met = new Met();
      if (members.size() >= memberLimit) {
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
    }
    met.at = at;
    members.putLast(member, met);
    return members.size();
  }

  /** Takes a member back, for example a request that was answered after all. */
  public void remove(K key, M member) {
    LinkedHashMap<M, Met> members = keys.get(key);
    if (members != null && members.remove(member) != null) {
      held--;
    }
  }

  /** Distinct members of the key met after {@code at - span}. */
  public int count(K key, long at) {
    LinkedHashMap<M, Met> members = keys.get(key);
    if (members == null) {
      return 0;
    }
    trim(members, at);
    return members.size();
  }

  /** Members of the key met after {@code at - span} and last at or before {@code before}. */
  public int countBefore(K key, long at, long before) {
    LinkedHashMap<M, Met> members = keys.get(key);
    if (members == null) {
      return 0;
    }
    trim(members, at);
    int count = 0;
    for (Met met : members.values()) {
      if (met.at > before) {
        break;
      }
      count++;
    }
    return count;
  }

  /** The members of the key, longest without news first, at most {@code most} of them. */
  public List<M> members(K key, int most) {
    LinkedHashMap<M, Met> members = keys.get(key);
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
    if (keys.isEmpty()) {
      return;
    }
    Iterator<Map.Entry<K, LinkedHashMap<M, Met>>> i = keys.entrySet().iterator();
    while (i.hasNext()) {
      LinkedHashMap<M, Met> members = i.next().getValue();
      trim(members, at);
      if (!members.isEmpty()) {
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

  private void trim(LinkedHashMap<M, Met> members, long at) {
    Iterator<Met> i = members.values().iterator();
    while (i.hasNext() && i.next().at <= at - span) {
      i.remove();
      held--;
    }
  }

  private void dropKey() {
    int gone = keys.pollFirstEntry().getValue().size();
    held -= gone;
    evicted += Math.max(1, gone);
  }

  private void dropMember(LinkedHashMap<M, Met> members) {
    members.pollFirstEntry();
    held--;
    evicted++;
  }
}
