package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Counters;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Stamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of contacts, by client, server, server port and protocol, and the reports of their lives: OPEN at the first packet, UPDATE each
 * 60 s in which packets came and at once when the answer changes, CLOSE on the first such minute with 300 s of silence behind it, or at the
 * end. Bounded: a contact that finds no place, or none but far from its own among those made to collide, is counted and not reported.
 */
final class Talks {
  static final long SILENCE = 5_000_000_000L;
  private static final long MINUTE = 60_000_000_000L;
  private static final long IDLE = 300_000_000_000L;

  private final Current current;
  private final Handover handover;
  private final Timers timers;
  private final int limit;
  private final Counters.Counter full;
  private Talk[] table = new Talk[1 << 8];
  private int size;
  private long births;
  private long probes;

  Talks(Current current, Handover handover, Timers timers, int limit, Counters counters) {
    this.current = current;
    this.handover = handover;
    this.timers = timers;
    this.limit = limit;
    full = counters.counter("refused.contacts_full");
  }

  /** Places looked at by {@link #find} since this was last asked. */
  long probes() {
    long looked = probes;
    probes = 0;
    return looked;
  }

  /** The contact, new or known; null when there is no place. */
  @Nullable Talk find(Endpoint client, Endpoint server, int port, String protocol, String transport, boolean group) {
    long hash = Hash.mix(Hash.mix(Hash.mix(Hash.of(client), Hash.of(server)), port), protocol.hashCode() * 31L + transport.hashCode());
    int mask = table.length - 1;
    int i = (int) hash & mask;
    int looked = 1;
    probes++;
    for (Talk t = table[i]; t != null; i = i + 1 & mask, t = table[i], probes++, looked++) {
      if (t.hash == hash && t.port == port && t.client.equals(client) && t.server.equals(server) && t.protocol.equals(protocol)
          && t.transport.equals(transport)) {
        return t;
      }
      if (looked > Flows.PROBES) {
        break;
      }
    }
    if (size >= limit || looked > Flows.PROBES) {
      full.increment();
      return null;
    }
    Talk made = new Talk(this, client, server, protocol, transport, port, hash, births++);
    made.first = current.at;
    made.firstOrigin = current.origin;
    made.firstPacket = current.packet;
    if (group) {
      made.answer = Contact.Answer.GROUP;
    }
    table[i] = made;
    if (++size * 2 > table.length) {
      grow();
    }
    return made;
  }

  /** Counts packets into a contact. */
  void count(Talk talk, boolean fromClient, long packets, long bytes) {
    talk.last = current.at;
    talk.origin = current.origin;
    talk.packet = current.packet;
    if (fromClient) {
      talk.packetsOut += packets;
      talk.bytesOut += bytes;
    } else {
      talk.packetsBack += packets;
      talk.bytesBack += bytes;
    }
  }

  /** Takes the first packet of a flow for that of its contact, if it came before. */
  void begin(Talk talk, Flow flow) {
    if (!talk.opened && flow.first <= talk.first) {
      talk.first = flow.first;
      talk.firstOrigin = flow.firstOrigin;
      talk.firstPacket = flow.firstPacket;
    }
  }

  /** Moves what a flow counted before its contact had a name into the contact. */
  void carry(Talk talk, Flow flow, long packetsOut, long bytesOut, long packetsBack, long bytesBack) {
    talk.packetsOut += packetsOut;
    talk.bytesOut += bytesOut;
    talk.packetsBack += packetsBack;
    talk.bytesBack += bytesBack;
    if (flow.last >= talk.last) {
      talk.last = flow.last;
      talk.origin = flow.lastOrigin;
      talk.packet = flow.lastPacket;
    }
  }

  /** Reports the contact for the first time, if it was not yet. */
  void open(Talk talk) {
    if (!talk.opened && !talk.closed) {
      talk.opened = true;
      report(talk, Contact.Phase.OPEN);
      boolean pending = talk.answer == Contact.Answer.PENDING;
      timers.schedule(talk, Math.max(current.at, pending ? talk.first + SILENCE : talk.first + MINUTE));
    }
  }

  /** Notes how the server answers; a change is reported at once when the contact is known outside. */
  void answer(Talk talk, Contact.Answer answer) {
    if (talk.answer != answer && talk.answer != Contact.Answer.GROUP && !talk.closed) {
      talk.answer = answer;
      if (talk.opened) {
        report(talk, Contact.Phase.UPDATE);
      }
    }
  }

  void due(Talk talk, long at) {
    if (talk.answer == Contact.Answer.PENDING && at - talk.first >= SILENCE) {
      answer(talk, Contact.Answer.SILENT);
    }
    if (at - talk.last >= IDLE) {
      close(talk);
      return;
    }
    if (at - talk.first >= MINUTE && talk.told != talk.packetsOut + talk.packetsBack) {
      report(talk, Contact.Phase.UPDATE);
    }
    // the minutes of a contact count from its first packet
    long minutes = (at - talk.first) / MINUTE + 1;
    timers.schedule(talk, talk.first + minutes * MINUTE);
  }

  /** Ends every contact, in the order of their births. */
  void end() {
    List<Talk> all = new ArrayList<>(size);
    for (Talk t : table) {
      if (t != null) {
        all.add(t);
      }
    }
    all.sort(Comparator.comparingLong(t -> t.birth));
    for (Talk t : all) {
      open(t);
      close(t);
    }
  }

  private void close(Talk talk) {
    if (talk.opened) {
      report(talk, Contact.Phase.CLOSE);
    }
    talk.closed = true;
    timers.cancel(talk);
    remove(talk);
  }

  private void report(Talk t, Contact.Phase phase) {
    t.told = t.packetsOut + t.packetsBack;
    // what opened it proves an OPEN, however late its protocol was known or its answer came; the last packet proves the rest
    boolean opens = phase == Contact.Phase.OPEN;
    Stamp stamp = opens ? current.stamp(t.firstOrigin, t.firstPacket) : current.stamp(t.origin, t.packet);
    handover.see(new Contact(stamp, t.client, t.protocol, null, t.server, t.transport, t.port, phase, t.answer,
        t.first, t.last, t.packetsOut, t.bytesOut, t.packetsBack, t.bytesBack, t.operations()));
  }

  private void remove(Talk talk) {
    int mask = table.length - 1;
    int i = (int) talk.hash & mask;
    while (table[i] != talk) {
      if (table[i] == null) {
        return;
      }
      i = i + 1 & mask;
    }
    size--;
    refill(i, mask);
  }

  /** Closes the hole at {@code i} by moving back what was displaced past it. */
  private void refill(int hole, int mask) {
    int i = hole;
    int j = i;
    while (true) {
      j = j + 1 & mask;
      Talk t = table[j];
      if (t == null) {
        break;
      }
      int home = (int) t.hash & mask;
      if ((j - home & mask) >= (j - i & mask)) {
        table[i] = t;
        i = j;
      }
    }
    clear(i);
  }

  @SuppressWarnings("NullAway") // an empty place of the table is null by design
  private void clear(int i) {
    table[i] = null;
  }

  private void grow() {
    Talk[] bigger = new Talk[table.length * 2];
    int mask = bigger.length - 1;
    for (Talk t : table) {
      if (t != null) {
        int i = (int) t.hash & mask;
        while (bigger[i] != null) {
          i = i + 1 & mask;
        }
        bigger[i] = t;
      }
    }
    table = bigger;
  }
}
