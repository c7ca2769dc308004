package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;

/** Changing objects: WriteProperty, WritePropertyMultiple, WriteGroup, lists, creation and deletion (ASHRAE 135-2020 clause 15). */
final class WriteServices {
  private static final Cite ADD = Message.cite("15.1");
  private static final Cite REMOVE = Message.cite("15.2");
  private static final Cite CREATE = Message.cite("15.3");
  private static final Cite DELETE = Message.cite("15.4");
  private static final Cite WRITE = Message.cite("15.9");
  private static final Cite WRITE_MULTIPLE = Message.cite("15.10");
  private static final Cite WRITE_GROUP = Message.cite("15.11");

  private final Message m;
  private final Tags tags;

  WriteServices(Message message) {
    m = message;
    tags = message.tags;
  }

  void writeProperty() {
    tags.must(tags.context(0));
    long object = tags.object("objectIdentifier");
    tags.must(tags.context(1));
    int property = tags.property("propertyIdentifier");
    int index = tags.context(2) ? tags.unsigned31("propertyArrayIndex") : -1;
    tags.value(3, "propertyValue", (int) (object >>> 22), property);
    int priority = tags.context(4) ? priority("priority") : 0;
    if (m.done()) {
      write(object, property, index, priority, WRITE);
    }
  }

  /** 19.2: 1 is the highest, 16 the lowest. */
  private int priority(String name) {
    int priority = tags.unsigned31(name);
    tags.must(priority >= 1 && priority <= 16);
    return priority;
  }

  /** The value is the one last read. */
  private void write(long object, int property, int index, int priority, Cite clause) {
    Value value = tags.toValue();
    boolean relinquish = value instanceof Value.Null;
    m.act(relinquish ? Verb.RELINQUISH : Verb.WRITE, ObjectServices.point(object, property, index), value, priority, "", clause);
    if (property == ObjectServices.PRESENT_VALUE && tags.numeric() && !relinquish) {
      m.observer.reading(
          m.exchange, m.target, object, Message.reference(property, index), ObjectServices.POINT, tags.number(),
          m.units.of(ObjectServices.unitKey(m, m.target, object)), true, true);
    }
  }

  boolean writePropertyMultiple() {
    do {
      tags.begin("writeAccessSpecification");
      tags.must(tags.context(0));
      long object = tags.object("objectIdentifier");
      tags.must(tags.opening(1));
      while (tags.context(0)) {
        int property = tags.property("propertyIdentifier");
        int index = tags.context(1) ? tags.unsigned31("propertyArrayIndex") : -1;
        tags.value(2, "propertyValue", (int) (object >>> 22), property);
        int priority = tags.context(3) ? priority("priority") : 0;
        if (m.reporting) {
          write(object, property, index, priority, WRITE_MULTIPLE);
        }
      }
      tags.must(tags.closing(1));
      tags.end();
    } while (tags.more());
    return true;
  }

  /** Values for channels of a group, to whoever belongs to it: no answer, no object named. */
  boolean writeGroup() {
    tags.must(tags.context(0));
    long group = tags.unsigned("groupNumber");
    tags.must(tags.context(1));
    int priority = priority("writePriority");
    tags.must(tags.opening(2));
    while (tags.context(0)) {
      tags.begin("groupChannelValue");
      int channel = tags.unsigned31("channel");
      int overriding = tags.context(1) ? priority("overridingPriority") : priority;
      tags.must(tags.step("value"));
      if (m.reporting) {
        Value value = tags.toValue();
        Point point = new Point.Named("group", "group " + group + " channel " + channel);
        m.act(value instanceof Value.Null ? Verb.RELINQUISH : Verb.WRITE, point, value, overriding, "", WRITE_GROUP);
      }
      tags.end();
    }
    tags.must(tags.closing(2));
    if (tags.context(3)) {
      tags.flag("inhibitDelay");
    }
    return true;
  }

  void listElement(boolean add) {
    tags.must(tags.context(0));
    long object = tags.object("objectIdentifier");
    tags.must(tags.context(1));
    int property = tags.property("propertyIdentifier");
    int index = tags.context(2) ? tags.unsigned31("propertyArrayIndex") : -1;
    tags.value(3, "listOfElements", (int) (object >>> 22), property);
    if (m.done()) {
      m.act(
          Verb.CONFIGURE, ObjectServices.point(object, property, index), tags.toValue(), 0, add ? "add" : "remove", add ? ADD : REMOVE);
    }
  }

  void createObject() {
    tags.must(tags.opening(0));
    int type = -1;
    long object = -1;
    if (tags.context(0)) {
      type = tags.enumerated("objectType", Codes.OBJECT_TYPE);
    } else {
      tags.must(tags.context(1));
      object = tags.object("objectIdentifier");
    }
    tags.must(tags.closing(0));
    if (tags.opening(1)) {
      initialValues(type >= 0 ? type : (int) (object >>> 22));
    }
    if (m.done()) {
      Point point = object >= 0 ? ObjectServices.point(object, -1, -1) : null;
      m.act(Verb.CREATE, point, null, 0, object >= 0 ? "" : Codes.OBJECT_TYPE.of(type), CREATE);
    }
  }

  /** 15.3.1.1.2: the properties the object is to begin with. */
  private void initialValues(int type) {
    while (tags.context(0)) {
      tags.begin("initialValue");
      int property = tags.property("propertyIdentifier");
      if (tags.context(1)) {
        tags.unsigned31("propertyArrayIndex");
      }
      tags.value(2, "value", type, property);
      if (tags.context(3)) {
        priority("priority");
      }
      tags.end();
    }
    tags.must(tags.closing(1));
  }

  void deleteObject() {
    tags.must(tags.application(Tags.OBJECT));
    long object = tags.object("objectIdentifier");
    if (m.done()) {
      m.act(Verb.DELETE, ObjectServices.point(object, -1, -1), null, 0, "", DELETE);
    }
  }
}
