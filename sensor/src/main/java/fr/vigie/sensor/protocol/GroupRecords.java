package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.wire.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * The records of a report of IGMP version 3 (RFC 3376 §4.2) and of MLD version 2 (RFC 3810 §5.2), which are the same but for how wide an address is.
 *
 * <pre>
 * | records u16 | { type u8 | words u8 | sources u16 | group | source … | auxiliary data } … |
 * </pre>
 */
final class GroupRecords {
  /** RFC 3376 §4.2.12, RFC 3810 §5.2.12: the first and the third leave where they name no sources, the sixth always; the others listen. */
  private static final int IS_INCLUDE = 1;
  private static final int TO_INCLUDE = 3;
  private static final int BLOCK_OLD = 6;

  /** Told of each group that is listened to. */
  interface Listening {
    void to(Exchange x, Observer o, long high, long low);
  }

  private final boolean wide;
  private final Cite type;
  private final Cite group;
  private final Listening listening;

  /**
   * Makes the reader of one of the two.
   *
   * @param wide whether addresses are of IPv6
   * @param type where the types are defined
   * @param group where it says that a group is multicast
   */
  GroupRecords(boolean wide, Cite type, Cite group, Listening listening) {
    this.wide = wide;
    this.type = type;
    this.group = group;
    this.listening = listening;
  }

  /** Tells the records and proves that they are all there; returns how many, with the cursor behind them. */
  int tell(Cursor m, Observer o) {
    Transcript t = o.transcript();
    int records = m.u16();
    if (t.on()) {
      t.field("records", records);
    }
    for (int i = 0; i < records && m.ok(); i++) {
      record(m, null, o, t);
    }
    return records;
  }

  /** Reads them again, now that the whole message proved sound, for what they claim. */
  void claim(Cursor m, Exchange x, Observer o, int at, int records) {
    m.seek(at);
    m.skip(2);
    for (int i = 0; i < records && m.ok(); i++) {
      record(m, x, o, Transcript.OFF);
    }
  }

  private void record(Cursor m, @Nullable Exchange x, Observer o, Transcript t) {
    int at = m.position();
    int kind = m.u8();
    int auxiliary = m.u8();
    int sources = m.u16();
    long high = wide ? m.u64() : 0;
    long low = wide ? m.u64() : m.u32();
    if (t.on()) {
      t.begin("record");
      t.field("recordType", kind);
      t.field("sources", sources);
      t.field("group", Endpoint.ipText(wide ? 6 : 4, high, low));
    }
    sources(m, t, wide, sources);
    m.skip(auxiliary * 4);
    if (t.on()) {
      t.close();
    }
    if (x == null || !m.ok()) {
      return;
    }
    if (kind < IS_INCLUDE || kind > BLOCK_OLD) {
      o.flaw(x, type, "record type", at, m.wireLength());
    } else if (wide ? high >>> 56 != 0xFF : low >>> 28 != 0xE) {
      o.flaw(x, group, "group", at + 4, m.wireLength());
    } else if (kind != BLOCK_OLD && !((kind == TO_INCLUDE || kind == IS_INCLUDE) && sources == 0)) {
      listening.to(x, o, high, low);
    }
  }

  /** The sources of a record or of a query. */
  static void sources(Cursor m, Transcript t, boolean wide, int count) {
    for (int i = 0; i < count && m.ok(); i++) {
      long high = wide ? m.u64() : 0;
      long low = wide ? m.u64() : m.u32();
      if (t.on() && m.ok()) {
        t.field("source", Endpoint.ipText(wide ? 6 : 4, high, low));
      }
    }
  }
}
