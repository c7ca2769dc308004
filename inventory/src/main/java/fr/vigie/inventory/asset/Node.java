package fr.vigie.inventory.asset;

import fr.vigie.sensor.observe.Below;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One address with what was seen at it: an IP address, a MAC address, or an address below the IP. Assets are groups of nodes; evidence
 * stays at its node, so that a conclusion about identity can be taken back without losing what proved it.
 */
final class Node {
  /** Most values kept of one trait. */
  static final int MAX_VALUES = 16;
  /** Most characters of a value. */
  static final int MAX_TEXT = 512;
  /** Most conflicts kept. */
  static final int MAX_CONFLICTS = 16;
  /** Most addresses without binding that a MAC address is remembered to front. */
  static final int MAX_FRONTED = 64;
  /** So many addresses without binding make a MAC address a router. */
  static final int ROUTER = 3;
  /** A MAC address to which more IPv4 addresses are bound answers for others: proxy ARP (RFC 1027). */
  static final int PROXY = 16;
  /** Most ties of a node; one more and it is crowded: whoever shares it is told apart by address alone. */
  static final int MAX_TIES = 64;
  /** So long silent, in ns of capture time, and another MAC address may take its IP address over: it was replaced. Four hours. */
  static final long REPLACED = 4L * 3600 * 1_000_000_000;
  /** Most past addresses kept of one MAC address. */
  static final int MAX_FORMER = 16;
  /** So many servers asked by one protocol make a poller. */
  static final int POLLER = 8;
  /** Most further keys. */
  static final int MAX_KEYS = 16;

  /** No ties; nothing is put into it. */
  static final Few<Node, Tie> UNTIED = new Few<>();

  final String key;
  final Endpoint endpoint;
  final int order;
  /** The node of the router or gateway in front, for an address below the IP; another one once the router was replaced. */
  @Nullable Node via;
  /** What ties this node to others; IP and MAC nodes only, and a Modbus unit to its gateway. To be read: {@link #tie} and {@link #untie} write. */
  Few<Node, Tie> ties = UNTIED;
  /** To be read, as are the next five: most nodes never have any, and each is made with what it first holds. */
  Set<String> extraKeys = Set.of();
  Map<Trait, List<Evidence>> traits = Map.of();
  /** Which traits those are, a bit for each by its ordinal. */
  int told;
  List<Conflict> conflicts = List.of();
  List<Decision> decisions = List.of();
  /** Nodes below this one. */
  Set<Node> below = Set.of();
  /** MAC node only: addresses seen in frames from it that nothing binds to it. */
  Set<Endpoint> fronted = Set.of();
  /** MAC node only: it says, or the site says, that it routes. */
  boolean declaredRouter;
  boolean announcedRouter;
  /** More ties were shown than are kept. */
  boolean crowded;
  /** IP node only: the address has gone to another device; this node is its past. */
  boolean former;
  /** An Internet address that nothing describes: part of an asset it is tied to, never an asset by itself. */
  boolean passing;
  /** It is no device's own: a MAC address made to be shared, or an address that a router of VRRP or HSRP says is virtual. */
  boolean virtual;
  /** IP node only: it sent something itself, not through a virtual MAC address. */
  boolean spoke;
  int units;
  /** Servers that it asked, by the place of the protocol in {@link Ledger#POLLED}, up to {@link #POLLER}; null where none. */
  byte @Nullable [] polls;
  long first;
  long last;
  /** The asset this node founded, made when first needed; it lives only while this node is the oldest of its group. */
  @Nullable Asset own;
  /** The asset it belongs to. */
  @Nullable Asset asset;
  /** For {@link Groups} alone: its turn that touched the node, and the asset before it; the search that found it. */
  int touched;

  @Nullable Asset was;
  long found;

  /** How two nodes are tied, weakest last. */
  enum Proof {
    BOUND,
    CLAIMED,
    FRAME,
    UNIT
  }

  /** A tie, with the capture time it was last confirmed. */
  static final class Tie {
    Proof proof;
    long at;

    private Tie(Proof proof, long at) {
      this.proof = proof;
      this.at = at;
    }
  }

  Node(String key, Endpoint endpoint, int order, @Nullable Node via, long at) {
    this.key = key;
    this.endpoint = endpoint;
    this.order = order;
    this.via = via;
    this.first = at;
    this.last = at;
    this.virtual = endpoint.family() == 0 && endpoint.below() == null && Identity.virtual(endpoint.mac());
  }

  boolean isIp() {
    return endpoint.family() != 0 && endpoint.below() == null;
  }

  boolean isMac() {
    return endpoint.family() == 0 && endpoint.below() == null;
  }

  boolean isUnit() {
    return endpoint.below() instanceof Below.Modbus;
  }

  void touch(long at) {
    if (at > last) {
      last = at;
    }
    if (at < first) {
      first = at;
    }
  }

  /** Adds a further key. False if it is there. */
  boolean addKey(String further) {
    extraKeys = extraKeys.isEmpty() ? Collections.newSetFromMap(new Few<>()) : extraKeys;
    return extraKeys.add(further);
  }

  /** Whether anything is known of a trait. */
  boolean tells(Trait trait) {
    return (told >>> trait.ordinal() & 1) != 0;
  }

  /** The values of a trait, to add to. */
  List<Evidence> values(Trait trait) {
    traits = traits.isEmpty() ? new Few<>() : traits;
    told |= 1 << trait.ordinal();
    return traits.computeIfAbsent(trait, t -> new ArrayList<>(1));
  }

  void addConflict(Conflict conflict) {
    conflicts = conflicts.isEmpty() ? new ArrayList<>(1) : conflicts;
    conflicts.add(conflict);
  }

  void addDecision(Decision decision) {
    decisions = decisions.isEmpty() ? new ArrayList<>(1) : decisions;
    decisions.add(decision);
  }

  void addBelow(Node node) {
    below = below.isEmpty() ? new LinkedHashSet<>(2) : below;
    below.add(node);
  }

  void removeBelow(Node node) {
    if (!below.isEmpty()) {
      below.remove(node);
    }
  }

  /** Adds an address that nothing binds. False if it is there. */
  boolean addFronted(Endpoint address) {
    fronted = fronted.isEmpty() ? Collections.newSetFromMap(new Few<>()) : fronted;
    return fronted.add(address);
  }

  /** Takes an address away that is bound now. False if it was not there. */
  boolean removeFronted(Endpoint address) {
    return !fronted.isEmpty() && fronted.remove(address);
  }

  /** Forgets what ties this node to another. */
  void untie(Node other) {
    if (!ties.isEmpty()) {
      ties.remove(other);
    }
  }

  private void put(Node other, Tie tie) {
    ties = ties.isEmpty() ? new Few<>() : ties;
    ties.put(other, tie);
  }

  /** Whether this MAC address fronts others. */
  boolean router() {
    if (declaredRouter || crowded || fronted.size() >= ROUTER || bound(4) > PROXY) {
      return true;
    }
    for (int i = 0; i < ties.size(); i++) {
      if (ties.value(i).proof == Proof.BOUND && ties.key(i).declaredRouter) {
        return true;
      }
    }
    return false;
  }

  /** Whether an IP address bound to this MAC address would be one device with it. */
  boolean takes(Endpoint ip) {
    return !crowded && ties.size() < MAX_TIES && (ip.family() != 4 || bound(4) < PROXY);
  }

  int bound(int family) {
    int n = 0;
    for (int i = 0; i < ties.size(); i++) {
      Node other = ties.key(i);
      if (ties.value(i).proof == Proof.BOUND && !other.former && other.endpoint.family() == family) {
        n++;
      }
    }
    return n;
  }

  boolean has(Proof proof) {
    for (int i = 0; i < ties.size(); i++) {
      if (ties.value(i).proof == proof) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the address alone is no device. An IP address that speaks for itself, or that a real MAC address holds, is one whatever anybody
   * claims of it: a forged claim hides nobody.
   */
  boolean nobody() {
    if (!virtual || !isIp()) {
      return virtual;
    }
    boolean held = false;
    for (int i = 0; i < ties.size(); i++) {
      if (ties.value(i).proof == Proof.BOUND) {
        if (!ties.key(i).virtual) {
          return false;
        }
        held = true;
      }
    }
    return held || !spoke;
  }

  /** Whether the tie to {@code other} holds, given all that is known of both. A function of the evidence, not of its order. */
  boolean holds(Node other, Tie tie) {
    if (tie.proof == Proof.UNIT) {
      Node gateway = isUnit() ? other : this;
      Node unit = isUnit() ? this : other;
      return gateway.units == 1 || direct(unit);
    }
    if (isMac() && other.isMac()) {
      return tie.proof == Proof.CLAIMED && !crowded && !other.crowded;
    }
    Node ip = isIp() ? this : other;
    Node mac = isIp() ? other : this;
    return switch (tie.proof) {
      case BOUND -> !mac.crowded && mac.bound(4) <= PROXY;
      case CLAIMED -> !ip.has(Proof.BOUND) && !mac.router() && !seenElsewhere(ip, mac);
      case FRAME -> !ip.has(Proof.BOUND) && !ip.has(Proof.CLAIMED) && !mac.router() && mac.fronted.size() == 1
          && mac.bound(ip.endpoint.family()) == 0;
      case UNIT -> false;
    };
  }

  /**
   * Whether two MAC addresses can be of one switch: makers give a switch and its ports addresses of one block. A bridge that names another's
   * address is not believed.
   */
  static boolean sameBlock(long a, long b) {
    return a >>> 24 == b >>> 24 && Math.abs((a & 0xFFFFFF) - (b & 0xFFFFFF)) < 4096;
  }

  /** MODBUS Messaging on TCP/IP V1.0b §4.4.2: 0 and 255 mean the server itself, not one behind it. */
  static boolean direct(Node unit) {
    return unit.endpoint.below() instanceof Below.Modbus m && (m.unit() == 0 || m.unit() == 255);
  }

  /** Whether frames show the address at a MAC address that is neither this one nor a router. */
  private static boolean seenElsewhere(Node ip, Node mac) {
    for (int i = 0; i < ip.ties.size(); i++) {
      Node other = ip.ties.key(i);
      if (other != mac && ip.ties.value(i).proof == Proof.FRAME && !other.router()) {
        return true;
      }
    }
    return false;
  }

  /** Ties two nodes, or confirms the tie; the stronger proof stays. Answers whether anything is new. */
  static boolean tie(Node a, Node b, Proof proof, long at) {
    Tie t = a.ties.get(b);
    if (t == null && (a.ties.size() >= MAX_TIES || b.ties.size() >= MAX_TIES)) {
      boolean news = (a.ties.size() >= MAX_TIES && !a.crowded) || (b.ties.size() >= MAX_TIES && !b.crowded);
      a.crowded |= a.ties.size() >= MAX_TIES;
      b.crowded |= b.ties.size() >= MAX_TIES;
      return news;
    }
    if (t == null) {
      Tie made = new Tie(proof, at);
      a.put(b, made);
      b.put(a, made);
      return true;
    }
    t.at = Math.max(t.at, at);
    if (proof.compareTo(t.proof) < 0) {
      t.proof = proof;
      return true;
    }
    return false;
  }
}
