package fr.vigie.web.live;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.web.api.Changes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What changed since the last beat, told to every open page: ids of alerts and devices, never their content, so that a page asks for what
 * it shows and sees only what its user may. A burst becomes one message; what goes on and on is told twice a second, and a new alert of severity
 * H or C at the next beat all the same. The engine never waits for a browser.
 */
public final class Broadcast implements Changes {
  /** Beats between two messages: what comes after a pause goes out with the next beat, what goes on and on with each of so many. */
  private static final int PAUSE = 5;
  /** More changes than this in one beat are told as a number. */
  private static final int MOST_IDS = 50;
  /** Grave alerts that are remembered so that only new ones are told at once. */
  private static final int MOST_TOLD = 10_000;

  private final Set<String> alerts = new LinkedHashSet<>();
  private final Set<String> assets = new LinkedHashSet<>();
  /** Grave alerts of which somebody was told, the latest. */
  private final Map<String, Boolean> told = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > MOST_TOLD;
    }
  };
  private boolean urgent;
  private long moreAlerts;
  private boolean desk;
  private long moreAssets;
  /** Beats since the last message. */
  private int quiet = PAUSE;
  private final Map<Long, Consumer<ObjectNode>> listeners = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /**
   * An alert came or changed.
   *
   * @param grave whether it is of those a person must see at once: where it is new, it goes out with the next beat whatever went before
   */
  public synchronized void alert(String id, boolean grave) {
    urgent |= grave && told.put(id, true) == null;
    alert(id);
  }

  /** An alert changed. */
  public synchronized void alert(String id) {
    if (alerts.size() < MOST_IDS) {
      alerts.add(id);
    } else if (!alerts.contains(id)) {
      moreAlerts++;
    }
  }

  /** A device came or changed. */
  public synchronized void asset(String id) {
    if (assets.size() < MOST_IDS) {
      assets.add(id);
    } else if (!assets.contains(id)) {
      moreAssets++;
    }
  }

  /** Something that people decide among themselves came or changed: incidents, exceptions, decisions that wait. */
  public synchronized void desk() {
    desk = true;
  }

  @Override
  public Runnable listen(Consumer<ObjectNode> listener) {
    long number = numbers.incrementAndGet();
    listeners.put(number, listener);
    return () -> listeners.remove(number);
  }

  @Override
  public void beat() {
    ObjectNode message;
    synchronized (this) {
      quiet++;
      if (alerts.isEmpty() && assets.isEmpty() && !desk || quiet < PAUSE && !urgent) {
        return;
      }
      quiet = 0;
      urgent = false;
      message = JsonNodeFactory.instance.objectNode();
      alerts.forEach(message.putArray("alerts")::add);
      message.put("moreAlerts", moreAlerts);
      assets.forEach(message.putArray("assets")::add);
      message.put("moreAssets", moreAssets).put("desk", desk);
      desk = false;
      alerts.clear();
      assets.clear();
      moreAlerts = 0;
      moreAssets = 0;
    }
    for (Consumer<ObjectNode> listener : listeners.values()) {
      listener.accept(message);
    }
  }
}
