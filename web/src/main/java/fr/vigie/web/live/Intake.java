package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Query;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of documents into an index: the last of each id, laid down by the engine and brought by whoever comes round or searches, so that the
 * engine waits for no index as long as there is room. A document is answered for by {@link #find} from the moment it is laid down.
 *
 * <p>Any thread. Two locks: laying down takes the short one, bringing and refreshing the long one and, for a moment, the short one.
 */
final class Intake {

  /** In place of a document that was deleted and that searches still see. */
  private static final Supplier<ObjectNode> GONE = () -> {
    throw new IllegalStateException("nothing is brought of what was deleted");
  };

  /** Documents that are brought under one lock: so long does the engine wait where there is no room. */
  private static final int AT_ONCE = 256;

  private final Index index;
  private final AtomicLong seq;
  private final int most;
  /** Whether somebody asks for documents by their ids. */
  private final boolean findable;
  private final Object laying = new Object();
  private final Object bringing = new Object();
  private final Map<String, Supplier<ObjectNode>> laid = new LinkedHashMap<>();
  /** Brought or being brought, and not yet seen by searches. */
  private final Map<String, Supplier<ObjectNode>> hidden = new HashMap<>();
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean dirty;
  private volatile long refreshed = System.nanoTime() - 1_000_000_000;

  /**
   * The way into this index.
   *
   * @param seq numbers the documents of all ways into the indexes of an estate
   * @param most documents that wait; whoever lays down one more brings some first. As many may have been brought and not be seen yet
   */
  Intake(Index index, AtomicLong seq, int most) {
    this(index, seq, most, true);
  }

  /**
   * The same.
   *
   * @param findable false where nobody asks for documents by their ids: then what was brought and is not seen yet need not be remembered, and as much
   *     may be brought as comes before anybody looks
   */
  Intake(Index index, AtomicLong seq, int most, boolean findable) {
    this.findable = findable;
    this.index = index;
    this.seq = seq;
    this.most = most;
  }

  /** Lays down a document that is not changed any more. */
  void lay(String id, ObjectNode document) throws IOException {
    lay(id, () -> document);
  }

  /**
   * Lays down what becomes a document when it is brought, in place of what waits under the same id.
   *
   * @throws IOException where there was no room and the index takes nothing: it was not laid down
   */
  void lay(String id, Supplier<ObjectNode> document) throws IOException {
    while (true) {
      synchronized (laying) {
        if (laid.size() < most || laid.containsKey(id)) {
          laid.put(id, document);
          dirty = true;
          return;
        }
      }
      boolean room = false;
      try {
        some();
        room = true;
      } finally {
        if (!room) {
          lost.incrementAndGet();
        }
      }
    }
  }

  /** Puts a document at once; it is seen with the next refresh. What waits under its id is not brought any more. */
  void put(String id, ObjectNode document) throws IOException {
    synchronized (bringing) {
      synchronized (laying) {
        laid.remove(id);
        if (findable) {
          hidden.put(id, () -> document);
        }
        dirty = true;
      }
      index.put(id, seq.incrementAndGet(), document);
    }
  }

  /** Deletes a document, or what would become one. */
  void delete(String id) throws IOException {
    synchronized (bringing) {
      synchronized (laying) {
        laid.remove(id);
        if (findable) {
          hidden.put(id, GONE);
        }
        dirty = true;
      }
      index.delete(id);
    }
  }

  /** The document of that id as it was last laid down or put, the caller's own; null where there is none. */
  @Nullable ObjectNode find(String id) throws IOException {
    if (!findable) {
      throw new IllegalStateException("made for documents that nobody asks for");
    }
    Supplier<ObjectNode> known;
    synchronized (laying) {
      known = laid.get(id);
      if (known == null) {
        known = hidden.get(id);
      }
    }
    return known == null ? index.get(id) : known.equals(GONE) ? null : known.get().deepCopy();
  }

  /** Brings to the index what waits when it is called, some at a time. What it does not take waits on. */
  void bring() throws IOException {
    int left;
    synchronized (laying) {
      left = laid.size();
    }
    do { // once at least: another thread may be bringing what waited
      int done = some();
      left = done == 0 ? 0 : left - done;
    } while (left > 0);
  }

  /** Brings some of what waits, and answers how many. */
  private int some() throws IOException {
    synchronized (bringing) {
      int given = give();
      if (hidden.size() >= most) {
        refresh();
      }
      return given;
    }
  }

  /** Deletes the visible documents that come first by a field, so that at most so many stay; answers how many went. See {@link Index#trim}. */
  int trim(String field, int most) throws IOException, Query.SyntaxError {
    int gone = index.trim(field, most);
    if (gone > 0) {
      dirty = true;
    }
    return gone;
  }

  private int give() throws IOException {
    Map<String, Supplier<ObjectNode>> batch;
    synchronized (laying) {
      if (laid.isEmpty()) {
        return 0;
      }
      batch = first();
      if (findable) {
        hidden.putAll(batch);
      }
    }
    boolean whole = false;
    try {
      for (Map.Entry<String, Supplier<ObjectNode>> each : batch.entrySet()) {
        index.put(each.getKey(), seq.incrementAndGet(), each.getValue().get());
      }
      whole = true;
      return batch.size();
    } finally {
      if (!whole) {
        synchronized (laying) {
          batch.forEach(laid::putIfAbsent); // those that were taken are taken once more, to the same end
        }
      }
    }
  }

  /** Takes out what was laid down first. */
  private Map<String, Supplier<ObjectNode>> first() {
    Map<String, Supplier<ObjectNode>> batch = new LinkedHashMap<>();
    if (laid.size() <= AT_ONCE) {
      batch.putAll(laid);
      laid.clear();
      return batch;
    }
    Iterator<Map.Entry<String, Supplier<ObjectNode>>> all = laid.entrySet().iterator();
    for (int i = 0; i < AT_ONCE; i++) {
      Map.Entry<String, Supplier<ObjectNode>> each = all.next();
      batch.put(each.getKey(), each.getValue());
      all.remove();
    }
    return batch;
  }

  /** Makes what came so far visible to searches. */
  void show() throws IOException {
    bring();
    synchronized (bringing) { // whoever makes it visible may not be done yet
      if (dirty) {
        refresh();
      }
    }
  }

  /** The same, unless it was done less than so many milliseconds ago; answers whether it was done. */
  boolean show(long stale) throws IOException {
    if (!dirty || System.nanoTime() - refreshed < stale * 1_000_000) {
      return false;
    }
    show();
    return true;
  }

  /** Documents that found no room, since the index took nothing. */
  long lost() {
    return lost.get();
  }

  /** Under the long lock. */
  private void refresh() throws IOException {
    dirty = false;
    boolean whole = false;
    try {
      index.refresh();
      whole = true;
    } finally {
      if (!whole) {
        dirty = true;
      }
    }
    synchronized (laying) {
      hidden.clear();
      dirty |= !laid.isEmpty(); // laid down since it was brought
    }
    refreshed = System.nanoTime();
  }
}
