package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;

/** Who is there: Who-Is, I-Am, Who-Has, I-Have (ASHRAE 135-2020 clauses 16.9 and 16.10), Who-Am-I and You-Are (16.11). */
final class DiscoveryServices {
  private static final Cite WHO_HAS = Message.cite("16.9.1");
  private static final Cite I_HAVE = Message.cite("16.9.2");
  private static final Cite WHO_IS = Message.cite("16.10.1");
  private static final Cite I_AM = Message.cite("16.10.2");
  private static final Cite WHO_AM_I = Message.cite("16.11");

  /** Object type device (clause 21, BACnetObjectType). */
  static final int DEVICE = 8;

  private final Message m;
  private final Tags tags;

  DiscoveryServices(Message message) {
    m = message;
    tags = message.tags;
  }

  void whoIs() {
    long low = tags.context(0) ? tags.unsigned("deviceInstanceRangeLowLimit") : -1;
    long high = tags.context(1) ? tags.unsigned("deviceInstanceRangeHighLimit") : -1;
    tags.must(low < 0 == high < 0);
    if (m.done() && m.news(Message.DISCOVERY, range(low, high), 1)) {
      m.act(Verb.DISCOVER, null, null, 0, scope(low, high), WHO_IS);
    }
  }

  private long range(long low, long high) {
    return Message.mix(Message.mix(m.global ? 1 : 2, low), high);
  }

  /** {@code unbounded, global} or {@code 100-199}. */
  private String scope(long low, long high) {
    return (low < 0 ? "unbounded" : low + "-" + high) + (m.global ? ", global" : "");
  }

  void iAm() {
    tags.must(tags.application(Tags.OBJECT));
    long device = tags.object("iAmDeviceIdentifier");
    tags.must(tags.application(Tags.UNSIGNED));
    long maxApdu = tags.unsigned("maxAPDULengthAccepted");
    tags.must(tags.application(Tags.ENUMERATED));
    int segmentation = tags.enumerated("segmentationSupported", Codes.SEGMENTATION);
    tags.must(tags.application(Tags.UNSIGNED));
    int vendor = tags.unsigned31("vendorID");
    tags.must(device >>> 22 == DEVICE);
    if (!m.done()) {
      return;
    }
    long instance = device & 0x3FFFFF;
    long digest = Message.mix(Message.mix(instance, vendor), maxApdu << 8 | segmentation);
    if (!m.exchange.news(m.speaker, Message.IDENTITY, digest, Exchange.FOREVER)) {
      return;
    }
    m.claimNumber(m.speaker, Trait.INSTANCE, instance, I_AM);
    m.claimVendor(m.speaker, vendor, I_AM);
    m.act(
        Verb.ANNOUNCE, new Point.Bacnet(DEVICE, (int) instance, -1, -1), null, 0,
        "vendor " + vendor + ", max APDU " + maxApdu + ", " + Codes.SEGMENTATION.of(segmentation), I_AM);
  }

  void whoHas() {
    long low = tags.context(0) ? tags.unsigned("deviceInstanceRangeLowLimit") : -1;
    long high = tags.context(1) ? tags.unsigned("deviceInstanceRangeHighLimit") : -1;
    tags.must(low < 0 == high < 0);
    long object = -1;
    if (tags.context(2)) {
      object = tags.object("objectIdentifier");
    } else {
      tags.must(tags.context(3));
      tags.text("objectName");
    }
    if (!m.done()) {
      return;
    }
    long what = object >= 0 ? object : Message.digest(tags.cursor(), tags.valueAt(), tags.valueLength());
    if (m.news(Message.DISCOVERY, Message.mix(range(low, high), what), 1)) {
      Point point =
          object >= 0 ? new Point.Bacnet((int) (object >>> 22), (int) (object & 0x3FFFFF), -1, -1)
              : new Point.Named("name", tags.text(tags.valueAt(), tags.valueLength()));
      m.act(Verb.DISCOVER, point, null, 0, scope(low, high), WHO_HAS);
    }
  }

  void iHave() {
    tags.must(tags.application(Tags.OBJECT));
    long device = tags.object("deviceIdentifier");
    tags.must(tags.application(Tags.OBJECT));
    long object = tags.object("objectIdentifier");
    tags.must(tags.application(Tags.TEXT));
    tags.text("objectName");
    tags.must(device >>> 22 == DEVICE);
    if (!m.done()) {
      return;
    }
    m.claimNumber(m.speaker, Trait.INSTANCE, device & 0x3FFFFF, I_HAVE);
    if (object == device) {
      m.claimText(m.speaker, Trait.NAME, tags.valueAt(), tags.valueLength(), I_HAVE);
    }
  }

  /** A device without an identifier asks for one. */
  void whoAmI() {
    identity(m.speaker, true);
    m.done();
  }

  private void identity(Endpoint about, boolean claim) {
    tags.must(tags.application(Tags.UNSIGNED));
    int vendor = tags.unsigned31("vendorID");
    tags.must(tags.application(Tags.TEXT));
    tags.text("modelName");
    int modelAt = tags.valueAt();
    int modelLength = tags.valueLength();
    tags.must(tags.application(Tags.TEXT));
    tags.text("serialNumber");
    if (claim && m.sound() && !tags.more()) {
      m.claimVendor(about, vendor, WHO_AM_I);
      m.claimText(about, Trait.MODEL, modelAt, modelLength, WHO_AM_I);
      m.claimText(about, Trait.SERIAL, tags.valueAt(), tags.valueLength(), WHO_AM_I);
    }
  }

  /** A supervisor gives a device its identifier, its address or both. */
  void youAre() {
    identity(m.target, false);
    int serialAt = tags.valueAt();
    int serialLength = tags.valueLength();
    long device = -1;
    if (tags.application(Tags.OBJECT)) {
      device = tags.object("deviceIdentifier");
    }
    if (tags.application(Tags.OCTETS)) {
      tags.octets("deviceMACAddress");
    }
    if (m.done()) {
      Point point = device < 0 ? null : new Point.Bacnet((int) (device >>> 22), (int) (device & 0x3FFFFF), -1, -1);
      m.act(Verb.CONFIGURE, point, new Value.Text(tags.text(serialAt, serialLength)), 0, "value is the serial number addressed", WHO_AM_I);
    }
  }
}
