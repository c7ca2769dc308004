package fr.vigie.inventory.past;

import fr.vigie.inventory.asset.Asset;
import fr.vigie.inventory.asset.Ledger;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which services each device answers and whom it exchanged answers with: a fold of contacts, bound to the device that held the address at
 * that moment, because addresses move. Single-threaded, as the ledger is. Bounded: {@value #SERVICES} services and {@value Picture#PEERS}
 * peers a device, beyond which {@link #refused()} counts.
 */
public final class Relations {
  static final int SERVICES = 64;

  private final Ledger ledger;
  private final Map<String, Known> byId = new HashMap<>();
  /** By the id that remains: ids that were merged into it, perhaps for a time only. */
  private final Map<String, SortedSet<String>> merged = new HashMap<>();
  private long refused;

  private static final class Known {
    final SortedSet<String> services = new TreeSet<>();
    final SortedSet<String> peers = new TreeSet<>();
  }

  /** Of the devices of a ledger. */
  public Relations(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Services and peers that found no room; a counter to show. */
  public long refused() {
    return refused;
  }

  /**
   * Folds a contact, once the ledger has.
   *
   * @return ids of the devices of which it says something new, at most two
   */
  public List<String> fold(Contact c) {
    if (c.answer() != Contact.Answer.ANSWERED) {
      return List.of();
    }
    Asset client = ledger.assetOf(c.who());
    Asset server = ledger.assetOf(c.whom());
    boolean first = client != null && client != server && peer(client.id(), name(server, c.whom()));
    boolean second = server != null && client != server && peer(server.id(), name(client, c.who()));
    if (server != null && c.port() > 0) {
      second |= service(server.id(), c.transport() + "/" + c.port() + " " + c.protocol());
    }
    return first && second && client != null && server != null ? List.of(client.id(), server.id())
        : first && client != null ? List.of(client.id()) : second && server != null ? List.of(server.id()) : List.of();
  }

  /** What to write down of the other side: its id, or its address where it is of the Internet; null for what is no device's. */
  private static @Nullable String name(@Nullable Asset asset, Endpoint at) {
    return asset != null ? asset.id() : at.global() ? at.ip() : null;
  }

  private boolean peer(String of, @Nullable String other) {
    return other != null && add(byId.computeIfAbsent(of, k -> new Known()).peers, other, Picture.PEERS);
  }

  private boolean service(String of, String service) {
    return add(byId.computeIfAbsent(of, k -> new Known()).services, service, SERVICES);
  }

  private boolean add(SortedSet<String> set, String value, int most) {
    if (set.contains(value)) {
      return false;
    }
    if (set.size() >= most) {
      refused++;
      return false;
    }
    return set.add(value);
  }

  /** Two devices proved to be one: for as long as the ledger says so, what was known of both is known of the one that remains. */
  public void merged(String gone, String into) {
    merged.computeIfAbsent(into, k -> new TreeSet<>()).add(gone);
  }

  private List<Known> all(Asset a) {
    List<Known> all = new ArrayList<>(1);
    Known own = byId.get(a.id());
    if (own != null) {
      all.add(own);
    }
    for (String gone : merged.getOrDefault(a.id(), Collections.emptySortedSet())) {
      Known other = byId.get(gone);
      if (other != null && ledger.byId(gone) == a) {
        all.add(other);
      }
    }
    return all;
  }

  /** What the device was seen to answer, sorted. */
  List<String> services(Asset a) {
    SortedSet<String> services = new TreeSet<>();
    all(a).forEach(known -> services.addAll(known.services));
    return List.copyOf(services);
  }

  /** Whom it exchanged answers with, by the ids that those devices have now, sorted. */
  List<String> peers(Asset a) {
    SortedSet<String> now = new TreeSet<>();
    for (Known known : all(a)) {
      for (String peer : known.peers) {
        Asset other = peer.startsWith("a-") ? ledger.byId(peer) : null;
        if (other != a) {
          now.add(other == null ? peer : other.id());
        }
      }
    }
    return List.copyOf(now);
  }
}
