package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MqttTest extends DissectorContract {
  private static String text(String value) {
    return String.format("%04x", value.length()) + Message.ascii(value);
  }

  private static String packet(int first, String body) {
    int octets = Message.hex(body).length;
    String length = octets < 128 ? String.format("%02x", octets) : String.format("%02x%02x", octets & 0x7F | 0x80, octets >> 7);
    return String.format("%02x", first) + length + body;
  }

  private static String connect(int version, int flags, String properties, String rest) {
    return packet(0x10, text("MQTT") + String.format("%02x%02x", version, flags) + "003c" + properties + rest);
  }

  private static String publish(String topic, String payload) {
    return packet(0x30, text(topic) + Message.ascii(payload));
  }

  private static Message client(String name, String hex) {
    return Message.request(name, 50000, 1883, hex);
  }

  private static Message broker(String name, String hex) {
    return Message.response(name, 1883, 50000, hex);
  }

  private static final Message CONNECT = client("connect", connect(4, 2, "", text("ahu-3")));
  private static final Message CONNECT5 =
      client("connect-5-with-user-will-and-properties", connect(5, 0xC6, "05 1100000e10", text("bms") + "00" + text("site/bms/state") + text("gone")
          + text("operator") + text("hunter2")));
  private static final Message SUBSCRIBE = client("subscribe", packet(0x82, "000a" + text("site/+/temp") + "01" + text("site/#") + "00"));

  /** Metric: name, alias, type and a value. */
  private static String metric(String name, int alias, int type, String value) {
    String body = (name.isEmpty() ? "" : "0a" + String.format("%02x", name.length()) + Message.ascii(name)) + String.format("10%02x", alias)
        + String.format("20%02x", type) + value;
    return "12" + String.format("%02x", Message.hex(body).length) + body;
  }

  private static String sparkplug(String type, String... metrics) {
    return packet(0x30, text("spBv1.0/plant/" + type + "/edge-1/ahu-3") + "08 80d2bd8fe733" + String.join("", metrics) + "1807");
  }

  @Override
  protected Dissector dissector() {
    return new Mqtt();
  }

  @Override
  protected List<Message> messages() {
    Message birth = client("sparkplug-device-birth", sparkplug("DBIRTH", metric("supply/temperature", 1, 9, "65 0000ac41"), metric("fan", 2, 11, "7001"),
        metric("offset", 3, 3, "50 feffffff0f"), metric("model", 4, 12, "7a03" + Message.ascii("AX1"))));
    return List.of(CONNECT, CONNECT5,
        client("connect-31", packet(0x10, text("MQIsdp") + "0302003c" + text("old"))),
        client("connect-on-a-foreign-port", connect(4, 2, "", text("x"))).between("10.0.0.1", "10.0.0.2"),
        broker("connack", packet(0x20, "0000")).after(CONNECT),
        broker("connack-refused", packet(0x20, "0005")).after(CONNECT),
        broker("connack-5-not-authorized", packet(0x20, "0087 06 1f0003" + Message.ascii("no!"))).after(CONNECT5),
        client("publish-a-number", publish("site/ahu-3/temp", "21.5")),
        client("publish-text", publish("site/ahu-3/state", "running")),
        client("publish-qos1-retained", packet(0x33, text("site/ahu-3/temp") + "0007" + Message.ascii("-3e1"))),
        client("publish-5-with-properties", packet(0x30, text("site/ahu-3/temp") + "02 0101" + Message.ascii("22"))).after(CONNECT5),
        client("publish-a-command", publish("site/ahu-3/setpoint/set", "19")),
        client("publish-to-a-wildcard-is-a-flaw", publish("site/#", "1")),
        broker("publish-by-the-broker-is-no-reading", publish("site/ahu-3/temp", "21.5")),
        broker("puback", packet(0x40, "0007")), client("pubrel", packet(0x62, "0007")), SUBSCRIBE,
        broker("suback-with-a-refusal", packet(0x90, "000a 80 00")).after(SUBSCRIBE),
        client("unsubscribe", packet(0xA2, "000b" + text("site/#"))), client("pingreq", "c000"), broker("pingresp", "d000"),
        client("disconnect", "e000"), client("disconnect-5-with-reason", packet(0xE0, "04 00")),
        broker("auth-5", packet(0xF0, "18 0a 150003" + Message.ascii("SCR") + "160001aa")),
        client("subscribe-with-wrong-flags-is-a-flaw", packet(0x82, "000a" + text("a") + "00")), birth,
        client("sparkplug-device-data-by-alias", sparkplug("DDATA", metric("", 1, 9, "65 0000b041"))).after(birth),
        client("sparkplug-command-is-a-write", sparkplug("DCMD", metric("supply/setpoint", 9, 9, "65 00009841"))),
        client("sparkplug-with-a-broken-metric-is-a-flaw", packet(0x30, text("spBv1.0/plant/DDATA/edge-1/ahu-3") + "1203 0a4041")));
  }

  @Test
  void noCredentialLeaves() {
    assertThat(String.join("\n", Dissected.facts(new Mqtt(), CONNECT5))).doesNotContain("hunter2").doesNotContain("operator")
        .contains("password in clear (7 octets)");
  }

  @Test
  void aFlowOnAForeignPortMustBeginWithConnect() {
    assertThat(Dissected.facts(new Mqtt(), Message.request("publish", 50000, 9001, publish("a", "1")))).containsExactly("not mine at 0");
    assertThat(Dissected.facts(new Mqtt(), Message.request("connect", 50000, 9001, connect(4, 2, "", text("x"))))).anyMatch(f -> f.contains("CONNECT"));
  }

  @Test
  void aValueByAliasHasTheNameItsBirthGaveIt() {
    List<Message> all = messages();
    Message data = all.stream().filter(m -> m.name().equals("sparkplug-device-data-by-alias")).findFirst().orElseThrow();
    assertThat(Dissected.facts(new Mqtt(), data.before().getFirst(), data)).anyMatch(f -> f.contains("plant/edge-1/ahu-3/supply/temperature") && f.contains("22"));
  }

  @Test
  void aLongPayloadIsPassedOver() {
    Mqtt mqtt = new Mqtt();
    // remaining length 5 + 32·128 + 5·16384 = 86,021, of which five octets are the topic
    assertThat(Dissected.facts(mqtt, client("image", "30 85a005" + text("abc")))).contains("operation PUBLISH");
    assertThat(mqtt.skip(new TestExchange())).isEqualTo(86_021 - 5);
  }
}
