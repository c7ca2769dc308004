package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.Exchange;
import fr.vigie.sensor.protocol.Observer;
import org.jspecify.annotations.Nullable;

/** Reading objects: ReadProperty, ReadPropertyMultiple and ReadRange with their acknowledgements (ASHRAE 135-2020 15.5, 15.7, 15.8). */
final class ObjectServices {
  static final int ALL = 8;
  static final int OBJECT_LIST = 76;
  static final int PRESENT_VALUE = 85;
  /** The limits an object states of its present value. */
  private static final int MAX_PRES_VALUE = 65;
  private static final int MIN_PRES_VALUE = 69;
  private static final int OUT_OF_SERVICE = 81;
  private static final int STATUS_FLAGS = 111;
  private static final int UNITS = 117;
  private static final int PROPERTY_LIST = 371;
  private static final int OPTIONAL = 80;
  private static final int REQUIRED = 105;
  private static final int NETWORK_PORT = 56;
  private static final int IP_ADDRESS = 400;

  /** 4194303 stands for whatever device is asked (15.5.1.1.1). */
  private static final long WILDCARD = 0x3FFFFF;

  private static final Cite READ_PROPERTY = Message.cite("15.5");
  private static final Cite READ_MULTIPLE = Message.cite("15.7");
  private static final Cite READ_RANGE = Message.cite("15.8");
  private static final Cite DEVICE_OBJECT = Message.cite("12.11");
  private static final Cite PORT_OBJECT = Message.cite("12.56");

  /** Makes the point of a reading from {@code (type << 22 | instance, property << 32 | index + 1)}. */
  static final Observer.PointMaker POINT =
      (a, b) -> new Point.Bacnet((int) (a >>> 22), (int) (a & 0x3FFFFF), (int) (b >>> 32), (int) (b & 0xFFFFFFFFL) - 1);

  private final Message m;
  private final Tags tags;
  private final Notes notes = new Notes();

  // of the object whose results are read
  private double presentValue;
  private boolean present;
  private boolean good;

  ObjectServices(Message message) {
    m = message;
    tags = message.tags;
  }

  void readProperty() {
    tags.must(tags.context(0));
    long object = tags.object("objectIdentifier");
    tags.must(tags.context(1));
    int property = tags.property("propertyIdentifier");
    int index = tags.context(2) ? tags.unsigned31("propertyArrayIndex") : -1;
    if (m.done()) {
      read(m.targetDigest(), object, property, index, READ_PROPERTY);
    }
  }

  /**
   * Reads are told by the steps of their behaviour, each object counted once whatever its properties. The properties that sweep (all,
   * optional, required, and the two long lists, whatever their elements) are told each for itself.
   *
   * @param device digest of the device that is read
   */
  private void read(long device, long object, int property, int index, Cite clause) {
    if (sweeps(property)) {
      if (m.news(Message.READ, Message.mix(object, Message.reference(property, -1)), Message.AGAIN)) {
        m.act(Verb.READ, point(object, property, index), null, 0, "", clause);
      }
      return;
    }
    int told = m.exchange.reads(m.speaker, device, object);
    if (told > 0) {
      m.step(Verb.READ, point(object, property, index), "", told, clause);
    }
  }

  private static boolean sweeps(int property) {
    return switch (property) {
      case ALL, OPTIONAL, REQUIRED, OBJECT_LIST, PROPERTY_LIST -> true;
      default -> false;
    };
  }

  static Point.Bacnet point(long object, int property, int index) {
    return new Point.Bacnet((int) (object >>> 22), (int) (object & 0x3FFFFF), property, index);
  }

  boolean readPropertyMultiple() {
    notes.clear();
    do {
      tags.begin("readAccessSpecification");
      tags.must(tags.context(0));
      long object = tags.object("objectIdentifier");
      tags.must(tags.opening(1));
      while (tags.context(0)) {
        int property = tags.property("propertyIdentifier");
        int index = tags.context(1) ? tags.unsigned31("propertyArrayIndex") : -1;
        if (m.reporting) {
          read(m.targetDigest(), object, property, index, READ_MULTIPLE);
        } else {
          notes.asked(object, property, index);
        }
      }
      tags.must(tags.closing(1));
      tags.end();
    } while (tags.more());
    return true;
  }

  /** Reports the request just walked from what was noted of it; false where that is not all. */
  boolean readPropertyMultipleNoted() {
    if (!notes.complete()) {
      return false;
    }
    long device = m.targetDigest();
    long counted = -1;
    for (int i = 0; i < notes.count(); i++) {
      long object = notes.object[i];
      // a further property of the object just counted is no further point
      if (object != counted || sweeps(notes.property[i])) {
        read(device, object, notes.property[i], notes.index[i], READ_MULTIPLE);
        counted = sweeps(notes.property[i]) ? counted : object;
      }
    }
    return true;
  }

  void readPropertyAck() {
    tags.must(tags.context(0));
    long object = tags.object("objectIdentifier");
    tags.must(tags.context(1));
    int property = tags.property("propertyIdentifier");
    int index = tags.context(2) ? tags.unsigned31("propertyArrayIndex") : -1;
    tags.value(3, "propertyValue", (int) (object >>> 22), property);
    if (m.done()) {
      told(object, property, index);
      if (property == PRESENT_VALUE && tags.numeric()) {
        reading(object, index, tags.number(), true);
      }
      limit(object, property, index);
    }
  }

  /** The value last read may be a limit that the object states of its present value. */
  private void limit(long object, int property, int index) {
    if ((property == MAX_PRES_VALUE || property == MIN_PRES_VALUE) && index < 0 && tags.numeric()) {
      m.observer.reading(m.exchange, m.speaker, object, Message.reference(property, -1), POINT, tags.number(), null, true, false);
    }
  }

  boolean readPropertyMultipleAck() {
    notes.clear();
    do {
      tags.begin("readAccessResult");
      tags.must(tags.context(0));
      long object = tags.object("objectIdentifier");
      tags.must(tags.opening(1));
      results(object);
      tags.must(tags.closing(1));
      tags.end();
    } while (tags.more());
    return true;
  }

  /** Reports the answer just walked from what was noted of it; false where that is not all. */
  boolean readPropertyMultipleAckNoted() {
    if (!notes.complete()) {
      return false;
    }
    begin();
    for (int i = 0; i < notes.count(); i++) {
      if (notes.property[i] == Notes.END) {
        end(notes.object[i]);
        begin();
      } else {
        tags.again(notes.type[i], notes.number[i], notes.valueAt[i], notes.valueLength[i]);
        result(notes.object[i], notes.property[i], notes.index[i]);
      }
    }
    return true;
  }

  /** The results of one object. */
  private void results(long object) {
    begin();
    while (tags.context(2)) {
      tags.begin("result");
      int property = tags.property("propertyIdentifier");
      int index = tags.context(3) ? tags.unsigned31("propertyArrayIndex") : -1;
      if (tags.opening(5)) {
        tags.must(tags.application(Tags.ENUMERATED));
        tags.enumerated("errorClass", Codes.ERROR_CLASS);
        tags.must(tags.application(Tags.ENUMERATED));
        tags.enumerated("errorCode", Codes.ERROR_CODE);
        tags.must(tags.closing(5));
      } else {
        tags.value(4, "propertyValue", (int) (object >>> 22), property);
        if (m.reporting) {
          result(object, property, index);
        } else if (counts(object, property)) {
          notes.read(object, property, index, tags);
        }
      }
      tags.end();
    }
    if (m.reporting) {
      end(object);
    } else {
      notes.asked(object, Notes.END, -1);
    }
  }

  private void begin() {
    presentValue = 0;
    present = false;
    good = true;
  }

  /** The value last read is of this property; a present value is held until its units and status flags have been seen as well. */
  private void result(long object, int property, int index) {
    told(object, property, index);
    if (property == PRESENT_VALUE && index < 0 && tags.numeric()) {
      presentValue = tags.number();
      present = true;
    }
    limit(object, property, index);
    good &= sane(property);
  }

  private void end(long object) {
    if (present) {
      reading(object, -1, presentValue, good);
    }
  }

  /** Whether {@link #result} has any use for the property. */
  private static boolean counts(long object, int property) {
    int type = (int) (object >>> 22);
    return switch (property) {
      case PRESENT_VALUE, OUT_OF_SERVICE, STATUS_FLAGS, UNITS, MAX_PRES_VALUE, MIN_PRES_VALUE -> true;
      default -> type == DiscoveryServices.DEVICE || type == NETWORK_PORT;
    };
  }

  /** Whether the value last read leaves its object's present value believable: neither in fault nor out of service. */
  private boolean sane(int property) {
    if (property == OUT_OF_SERVICE) {
      return !tags.numeric() || tags.number() == 0;
    }
    return property != STATUS_FLAGS || tags.type() != Tags.BITS || soundFlags(tags);
  }

  /** BACnetStatusFlags: in-alarm, fault, overridden, out-of-service, from the first bit. */
  static boolean soundFlags(Tags tags) {
    return tags.valueLength() < 2 || (tags.cursor().at(tags.valueAt() + 1) & 0x50) == 0;
  }

  private void reading(long object, int index, double value, boolean good) {
    @Nullable String unit = m.units.of(unitKey(m, m.speaker, object));
    m.observer.reading(m.exchange, m.speaker, object, Message.reference(PRESENT_VALUE, index), POINT, value, unit, good, false);
  }

  static long unitKey(Message m, Endpoint owner, long object) {
    return Message.mix(Message.mix(m.exchange.flow(), owner.hashCode()), object + 1);
  }

  /** What a device tells of itself or of a point in the value last read. */
  private void told(long object, int property, int index) {
    int type = (int) (object >>> 22);
    if (property == UNITS && tags.type() == Tags.ENUMERATED) {
      m.units.put(unitKey(m, m.speaker, object), (int) tags.number());
    } else if (type == DiscoveryServices.DEVICE && index < 0) {
      device(object, property);
    } else if (type == NETWORK_PORT && property == IP_ADDRESS && tags.type() == Tags.OCTETS && tags.valueLength() == 4) {
      port();
    }
  }

  private void device(long object, int property) {
    if (tags.type() == Tags.TEXT) {
      Trait trait = trait(property);
      if (trait != null) {
        m.claimText(m.speaker, trait, tags.valueAt(), tags.valueLength(), DEVICE_OBJECT);
      }
    } else if (property == 120 && tags.type() == Tags.UNSIGNED) {
      m.claimVendor(m.speaker, (int) tags.number(), DEVICE_OBJECT);
    }
    if ((object & 0x3FFFFF) != WILDCARD) {
      m.claimNumber(m.speaker, Trait.INSTANCE, object & 0x3FFFFF, DEVICE_OBJECT);
    }
  }

  /** Which trait a property of the device object is (12.11). */
  private static @Nullable Trait trait(int property) {
    return switch (property) {
      case 121 -> Trait.VENDOR;
      case 70 -> Trait.MODEL;
      case 44 -> Trait.FIRMWARE;
      case 12 -> Trait.SOFTWARE;
      case 77 -> Trait.NAME;
      case 28 -> Trait.DESCRIPTION;
      case 58 -> Trait.LOCATION;
      case 372 -> Trait.SERIAL;
      default -> null;
    };
  }

  /** A network port object names the IP address of its device (12.56). */
  private void port() {
    int at = tags.valueAt();
    long ip = 0;
    for (int i = 0; i < 4; i++) {
      ip = ip << 8 | tags.cursor().at(at + i);
    }
    if (ip != 0 && m.exchange.news(m.speaker, Message.CLAIM + Trait.ADDRESS.ordinal(), ip, Exchange.FOREVER)) {
      m.observer.claim(m.exchange, m.speaker, Trait.ADDRESS, Endpoint.ipText(4, 0, ip), PORT_OBJECT);
    }
  }

  void readRange() {
    tags.must(tags.context(0));
    long object = tags.object("objectIdentifier");
    tags.must(tags.context(1));
    int property = tags.property("propertyIdentifier");
    int index = tags.context(2) ? tags.unsigned31("propertyArrayIndex") : -1;
    if (tags.opening(3)) {
      position("byPosition", "referenceIndex");
      tags.must(tags.closing(3));
    } else if (tags.opening(6)) {
      position("bySequenceNumber", "referenceSequenceNumber");
      tags.must(tags.closing(6));
    } else if (tags.opening(7)) {
      tags.begin("byTime");
      tags.must(tags.application(Tags.DATE));
      tags.date("referenceDate");
      tags.must(tags.application(Tags.TIME));
      tags.time("referenceTime");
      tags.must(tags.application(Tags.SIGNED));
      tags.signed("count");
      tags.end();
      tags.must(tags.closing(7));
    }
    if (m.done()) {
      read(m.targetDigest(), object, property, index, READ_RANGE);
    }
  }

  private void position(String name, String reference) {
    tags.begin(name);
    tags.must(tags.application(Tags.UNSIGNED));
    tags.unsigned(reference);
    tags.must(tags.application(Tags.SIGNED));
    tags.signed("count");
    tags.end();
  }

  void readRangeAck() {
    tags.must(tags.context(0));
    long object = tags.object("objectIdentifier");
    tags.must(tags.context(1));
    int property = tags.property("propertyIdentifier");
    if (tags.context(2)) {
      tags.unsigned31("propertyArrayIndex");
    }
    tags.must(tags.context(3));
    tags.bits("resultFlags", Codes.RESULT_FLAGS);
    tags.must(tags.context(4));
    tags.unsigned31("itemCount");
    tags.value(5, "itemData", (int) (object >>> 22), property);
    if (tags.context(6)) {
      tags.unsigned("firstSequenceNumber");
    }
    m.done();
  }
}
