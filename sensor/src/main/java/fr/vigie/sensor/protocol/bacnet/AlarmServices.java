package fr.vigie.sensor.protocol.bacnet;

import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import org.jspecify.annotations.Nullable;

/** Alarms, events and changes of value (ASHRAE 135-2020 clause 13). */
final class AlarmServices {
  private static final int STATUS_FLAGS = 111;

  /** BACnetEventType (clause 21). */
  private static final int ACCESS_EVENT = 13;

  /** Seconds after which the same notification is told again. */
  private static final int SOON = 60;

  private static final Cite ACKNOWLEDGE = Message.cite("13.5");
  private static final Cite COV = Message.cite("13.6");
  private static final Cite EVENT = Message.cite("13.8");
  private static final Cite LIFE_SAFETY = Message.cite("13.13");
  private static final Cite SUBSCRIBE = Message.cite("13.14");
  private static final Cite SUBSCRIBE_PROPERTY = Message.cite("13.15");
  private static final Cite SUBSCRIBE_MULTIPLE = Message.cite("13.16");
  private static final Cite COV_MULTIPLE = Message.cite("13.17");

  private final Message m;
  private final Tags tags;

  AlarmServices(Message message) {
    m = message;
    tags = message.tags;
  }

  void acknowledgeAlarm() {
    tags.must(tags.context(0));
    tags.unsigned("acknowledgingProcessIdentifier");
    tags.must(tags.context(1));
    long object = tags.object("eventObjectIdentifier");
    tags.must(tags.context(2));
    int state = tags.enumerated("eventStateAcknowledged", Codes.EVENT_STATE);
    tags.construction(3, "timeStamp", "TimeStamp");
    tags.must(tags.context(4));
    tags.text("acknowledgmentSource");
    int at = tags.valueAt();
    int length = tags.valueLength();
    tags.construction(5, "timeOfAcknowledgment", "TimeStamp");
    if (m.done()) {
      m.act(
          Verb.ACKNOWLEDGE, ObjectServices.point(object, -1, -1), new Value.Text(tags.text(at, length)), 0, Codes.EVENT_STATE.of(state),
          ACKNOWLEDGE);
    }
  }

  /** Confirmed and unconfirmed alike: readings of the monitored object, and once an hour who notifies whom and as which device. */
  boolean covNotification() {
    tags.must(tags.context(0));
    long process = tags.unsigned("subscriberProcessIdentifier");
    tags.must(tags.context(1));
    long device = tags.object("initiatingDeviceIdentifier");
    tags.must(tags.context(2));
    long object = tags.object("monitoredObjectIdentifier");
    tags.must(tags.context(3));
    tags.unsigned("timeRemaining");
    if (m.reporting) {
      notified(process, device, object, COV);
    }
    tags.must(tags.opening(4));
    values(object, false);
    tags.must(tags.closing(4));
    return true;
  }

  private void notified(long process, long device, long object, Cite clause) {
    if (m.news(Message.NOTIFICATION, Message.mix(device, process), Message.HOURLY)) {
      m.act(
          Verb.NOTIFY, ObjectServices.point(object, -1, -1), null, 0,
          "initiating device " + (device & 0x3FFFFF) + ", process " + process, clause);
    }
  }

  /**
   * A list of values; the first numeric one is held until the status flags that follow it have been seen.
   *
   * @param timed whether tag 3 is the time of change (13.17) rather than a priority (13.6)
   */
  private void values(long object, boolean timed) {
    boolean held = false;
    double value = 0;
    int heldProperty = 0;
    int heldIndex = -1;
    boolean good = true;
    while (tags.context(0)) {
      tags.begin("propertyValue");
      int property = tags.property("propertyIdentifier");
      int index = tags.context(1) ? tags.unsigned31("propertyArrayIndex") : -1;
      tags.value(2, "value", (int) (object >>> 22), property);
      if (property == STATUS_FLAGS && tags.type() == Tags.BITS) {
        good = ObjectServices.soundFlags(tags);
      } else if (tags.numeric()) {
        if (held && m.reporting) {
          reading(object, heldProperty, heldIndex, value, true);
        }
        held = true;
        value = tags.number();
        heldProperty = property;
        heldIndex = index;
      }
      if (tags.context(3)) {
        if (timed) {
          tags.time("timeOfChange");
        } else {
          tags.unsigned("priority");
        }
      }
      tags.end();
    }
    if (held && m.reporting) {
      reading(object, heldProperty, heldIndex, value, good);
    }
  }

  private void reading(long object, int property, int index, double value, boolean good) {
    @Nullable String unit =
        property == ObjectServices.PRESENT_VALUE ? m.units.of(ObjectServices.unitKey(m, m.speaker, object)) : null;
    m.observer.reading(
        m.exchange, m.speaker, object, Message.reference(property, index), ObjectServices.POINT, value, unit, good, false);
  }

  boolean covNotificationMultiple() {
    tags.must(tags.context(0));
    long process = tags.unsigned("subscriberProcessIdentifier");
    tags.must(tags.context(1));
    long device = tags.object("initiatingDeviceIdentifier");
    tags.must(tags.context(2));
    tags.unsigned("timeRemaining");
    if (tags.atOpening(3)) {
      tags.construction(3, "timestamp", "DateTime");
    }
    tags.must(tags.opening(4));
    while (tags.context(0)) {
      tags.begin("covNotification");
      long object = tags.object("monitoredObjectIdentifier");
      if (m.reporting) {
        notified(process, device, object, COV_MULTIPLE);
      }
      tags.must(tags.opening(1));
      values(object, true);
      tags.must(tags.closing(1));
      tags.end();
    }
    tags.must(tags.closing(4));
    return true;
  }

  /** Confirmed and unconfirmed alike; one notification sent again is not news. */
  void eventNotification() {
    int at = tags.cursor().position();
    tags.must(tags.context(0));
    long process = tags.unsigned("processIdentifier");
    tags.must(tags.context(1));
    long device = tags.object("initiatingDeviceIdentifier");
    tags.must(tags.context(2));
    long object = tags.object("eventObjectIdentifier");
    tags.construction(3, "timeStamp", "TimeStamp");
    tags.must(tags.context(4));
    tags.unsigned("notificationClass");
    tags.must(tags.context(5));
    tags.unsigned("priority");
    tags.must(tags.context(6));
    int type = tags.enumerated("eventType", Codes.EVENT_TYPE);
    int textAt = 0;
    int textLength = 0;
    if (tags.context(7)) {
      tags.text("messageText");
      textAt = tags.valueAt();
      textLength = tags.valueLength();
    }
    tags.must(tags.context(8));
    int notify = tags.enumerated("notifyType", Codes.NOTIFY_TYPE);
    if (tags.context(9)) {
      tags.flag("ackRequired");
    }
    int from = tags.context(10) ? tags.enumerated("fromState", Codes.EVENT_STATE) : -1;
    tags.must(tags.context(11));
    int to = tags.enumerated("toState", Codes.EVENT_STATE);
    if (tags.atOpening(12)) {
      if (type == ACCESS_EVENT) {
        // the authentication factor is among them: a badge's number
        tags.credentials(12, "eventValues");
      } else {
        tags.construction(12, "eventValues", "NotificationParameters");
      }
    }
    int end = tags.cursor().position();
    if (m.done() && m.news(Message.NOTIFICATION, Message.digest(tags.cursor(), at, end - at), SOON)) {
      m.act(
          Verb.NOTIFY, ObjectServices.point(object, -1, -1), textLength > 0 ? new Value.Text(tags.text(textAt, textLength)) : null, 0,
          Codes.NOTIFY_TYPE.of(notify) + " " + Codes.EVENT_TYPE.of(type) + ", " + (from < 0 ? "" : Codes.EVENT_STATE.of(from) + " ") + "to "
              + Codes.EVENT_STATE.of(to) + ", initiating device " + (device & 0x3FFFFF) + ", process " + process,
          EVENT);
    }
  }

  void lifeSafetyOperation() {
    tags.must(tags.context(0));
    tags.unsigned("requestingProcessIdentifier");
    tags.must(tags.context(1));
    tags.text("requestingSource");
    int at = tags.valueAt();
    int length = tags.valueLength();
    tags.must(tags.context(2));
    int request = tags.enumerated("request", Codes.LIFE_SAFETY);
    long object = tags.context(3) ? tags.object("objectIdentifier") : -1;
    if (m.done()) {
      m.act(
          Verb.COMMAND, object < 0 ? null : ObjectServices.point(object, -1, -1), new Value.Text(tags.text(at, length)), 0,
          Codes.LIFE_SAFETY.of(request), LIFE_SAFETY);
    }
  }

  /** SubscribeCOV and SubscribeCOVProperty: without lifetime and kind of notification it cancels (13.14.1.3). */
  void subscribeCov(boolean ofProperty) {
    tags.must(tags.context(0));
    long process = tags.unsigned("subscriberProcessIdentifier");
    tags.must(tags.context(1));
    long object = tags.object("monitoredObjectIdentifier");
    boolean cancel = true;
    boolean confirmed = false;
    if (tags.context(2)) {
      cancel = false;
      confirmed = tags.flag("issueConfirmedNotifications");
    }
    long lifetime = -1;
    if (tags.context(3)) {
      cancel = false;
      lifetime = tags.unsigned("lifetime");
    }
    int property = -1;
    int index = -1;
    if (ofProperty) {
      tags.must(tags.opening(4));
      tags.must(tags.context(0));
      property = tags.property("propertyIdentifier");
      index = tags.context(1) ? tags.unsigned31("propertyArrayIndex") : -1;
      tags.must(tags.closing(4));
      if (tags.context(5)) {
        tags.real("covIncrement");
      }
    }
    if (m.done()) {
      subscribed(object, property, index, process, cancel, confirmed, lifetime, ofProperty ? SUBSCRIBE_PROPERTY : SUBSCRIBE);
    }
  }

  private static String subscription(boolean cancel, boolean confirmed, long lifetime, long process) {
    return (cancel ? "cancel" : (confirmed ? "confirmed" : "unconfirmed") + (lifetime > 0 ? ", lifetime " + lifetime + " s" : ", indefinite"))
        + ", process " + process;
  }

  /** One act for each property that is news. */
  boolean subscribeCovPropertyMultiple() {
    tags.must(tags.context(0));
    long process = tags.unsigned("subscriberProcessIdentifier");
    boolean cancel = true;
    boolean confirmed = false;
    if (tags.context(1)) {
      cancel = false;
      confirmed = tags.flag("issueConfirmedNotifications");
    }
    long lifetime = -1;
    if (tags.context(2)) {
      cancel = false;
      lifetime = tags.unsigned("lifetime");
    }
    if (tags.context(3)) {
      tags.unsigned("maxNotificationDelay");
    }
    tags.must(tags.opening(4));
    while (tags.context(0)) {
      tags.begin("covSubscriptionSpecification");
      long object = tags.object("monitoredObjectIdentifier");
      tags.must(tags.opening(1));
      while (tags.opening(0)) {
        tags.must(tags.context(0));
        int property = tags.property("propertyIdentifier");
        int index = tags.context(1) ? tags.unsigned31("propertyArrayIndex") : -1;
        tags.must(tags.closing(0));
        if (tags.context(1)) {
          tags.real("covIncrement");
        }
        if (tags.context(2)) {
          tags.flag("timestamped");
        }
        if (m.reporting) {
          subscribed(object, property, index, process, cancel, confirmed, lifetime, SUBSCRIBE_MULTIPLE);
        }
      }
      tags.must(tags.closing(1));
      tags.end();
    }
    tags.must(tags.closing(4));
    return true;
  }

  /** A supervisor subscribes to hundreds of objects of a device and renews them: a behaviour, told in steps as reads are. */
  private void subscribed(long object, int property, int index, long process, boolean cancel, boolean confirmed, long lifetime, Cite clause) {
    long digest = Message.mix(Message.mix(Message.mix(object, Message.reference(property, index)), process), cancel ? 1 : 0);
    int told = m.exchange.reads(m.speaker, Message.mix(m.targetDigest(), Message.SUBSCRIPTION + (cancel ? 1L << 32 : 0)), digest);
    if (told > 0) {
      m.step(
          Verb.SUBSCRIBE, ObjectServices.point(object, property, index), subscription(cancel, confirmed, lifetime, process), told, clause);
    }
  }
}
