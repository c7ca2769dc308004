package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import fr.vigie.sensor.observe.Stamp;
import fr.vigie.sensor.protocol.Exchange;

/** The message under way: who, to whom, when. Filled by the pipeline, read by dissectors. */
final class Current extends Exchange {
  /** After so long a behaviour is told anew, s. */
  private static final int READ_SECONDS = 600;

  private final Endpoints endpoints;
  private final News news;
  private final News memory;
  private final News behaviours;

  long seq;
  int n;
  long at;
  int origin;
  long packet;
  int vlan = -1;
  Endpoint source;
  Endpoint target;
  int sourcePort;
  int targetPort;
  int serverPort;
  boolean fromClient;
  boolean gap;
  boolean recognised;
  int hops;
  long flow;
  /** Number of the dissector at work; mixed into the keys of news and memory. */
  int protocol;

  private long recalledA;
  private long recalledB;

  Current(Endpoints endpoints, News news, News memory, News behaviours) {
    this.endpoints = endpoints;
    this.news = news;
    this.memory = memory;
    this.behaviours = behaviours;
    source = endpoints.mac("", 0, Endpoint.NO_VLAN);
    target = source;
  }

  @Override
  public long at() {
    return at;
  }

  @Override
  public Endpoint source() {
    return source;
  }

  @Override
  public Endpoint target() {
    return target;
  }

  @Override
  public int sourcePort() {
    return sourcePort;
  }

  @Override
  public int targetPort() {
    return targetPort;
  }

  @Override
  public int serverPort() {
    return serverPort;
  }

  @Override
  public boolean fromClient() {
    return fromClient;
  }

  @Override
  public boolean gap() {
    return gap;
  }

  @Override
  public boolean recognised() {
    return recognised;
  }

  @Override
  public int hops() {
    return hops;
  }

  @Override
  public long flow() {
    return flow;
  }

  @Override
  public Stamp stamp() {
    return stamp(origin, packet);
  }

  /** A stamp in the present order that names another packet as its proof. */
  Stamp stamp(int ofOrigin, long ofPacket) {
    return new Stamp(seq, n++, at, ofOrigin, ofPacket);
  }

  /** A stamp at a mark that names another packet as its proof, and its number until the merger gives one. */
  Stamp stamp(long ofSeq, int ofOrigin, long ofPacket) {
    return new Stamp(ofSeq, n++, at, ofOrigin, ofPacket);
  }

  @Override
  public Endpoints endpoints() {
    return endpoints;
  }

  @Override
  public boolean news(Endpoint speaker, int what, long digest, int seconds) {
    return news.fresh(Hash.mix(Hash.mix(Hash.of(speaker), (long) protocol << 32 | what & 0xFFFFFFFFL), digest), at, seconds);
  }

  @Override
  public int reads(Endpoint reader, long behaviour, long point) {
    long who = Hash.mix(Hash.mix(Hash.of(reader), protocol), behaviour);
    if (!news.fresh(Hash.mix(who, point), at, READ_SECONDS)) {
      return 0;
    }
    return behaviours.steps(who, at, READ_SECONDS);
  }

  @Override
  public void remember(long key, long a, long b) {
    memory.put(Hash.mix(key, protocol), a, b, at);
  }

  @Override
  public boolean recall(long key) {
    boolean there = memory.take(Hash.mix(key, protocol));
    if (there) {
      recalledA = memory.first();
      recalledB = memory.second();
    }
    return there;
  }

  @Override
  public long recalledA() {
    return recalledA;
  }

  @Override
  public long recalledB() {
    return recalledB;
  }
}
