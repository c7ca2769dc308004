package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.Catalogue;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Value;
import fr.vigie.sensor.observe.Verb;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A story and a near miss for each detection that one act or one meeting proves: the story raises the alert it names, the near miss, which
 * differs in the one thing that matters, raises none of that detection.
 */
class CatalogueStoryTest {
  private static final String STRANGER = "10.1.0.66";
  private static final String SUPERVISOR = "10.1.0.5";
  private static final String DEVICE = "10.1.0.10";
  private static final String OUTSIDE = "8.8.4.4";
  private static final String CLINICAL = "10.3.0.20";

  /** What happens, the alert it must raise, and what almost happens. */
  private record Told(String alert, Consumer<Scene> story, Consumer<Scene> nearMiss) {
    String detection() {
      return alert.substring(0, alert.indexOf(' '));
    }
  }

  private static Told told(String alert, Consumer<Scene> story, Consumer<Scene> nearMiss) {
    return new Told(alert, story, nearMiss);
  }

  private static Point property(int property) {
    return new Point.Bacnet(2, 3, property, -1);
  }

  private static Point named(String text) {
    return new Point.Named("", text);
  }

  private static Consumer<Scene> act(String who, String protocol, int port, Verb verb, String operation, @Nullable Point point, @Nullable Value value, String detail) {
    return s -> s.act(who, s.host(DEVICE), protocol, port, verb, operation, point, value, 0, detail);
  }

  private static Consumer<Scene> bacnet(String who, Verb verb, String operation, @Nullable Point point, @Nullable Value value, String detail) {
    return act(who, "bacnet", 47808, verb, operation, point, value, detail);
  }

  private static Consumer<Scene> knx(String who, Verb verb, String operation, String detail) {
    return act(who, "knx", 3671, verb, operation, null, null, detail);
  }

  private static Consumer<Scene> contact(String who, String whom, String protocol, int port) {
    return s -> s.contact(who, whom, protocol, port, Contact.Answer.ANSWERED);
  }

  /** The detections that are told here, each with its near miss. */
  static Set<String> detections() {
    return stories().stream().map(Told::detection).collect(Collectors.toSet());
  }

  private static List<Told> stories() {
    return List.of(
        told("BAC-05 high " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.WRITE, "writeProperty", property(81), new Value.Bool(true), ""),
            bacnet(STRANGER, Verb.WRITE, "writeProperty", property(81), new Value.Bool(false), "")),
        told("BAC-06 high " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.WRITE, "writeProperty", property(35), new Value.Text("000"), ""),
            bacnet(STRANGER, Verb.WRITE, "writeProperty", property(28), new Value.Text("description"), "")),
        told("BAC-06 high " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.WRITE, "writeProperty", property(45), new Value.Num(90), ""),
            bacnet(SUPERVISOR, Verb.READ, "readProperty", property(45), null, "")),
        told("BAC-07 high " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.CONFIGURE, "removeListElement", property(102), null, "remove"),
            bacnet(STRANGER, Verb.CONFIGURE, "addListElement", property(53), null, "add")),
        told("BAC-11 high " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.RESTART, "reinitializeDevice", null, null, "start-backup, no password"),
            bacnet(SUPERVISOR, Verb.RESTART, "reinitializeDevice", null, null, "start-backup, no password")),
        told("BAC-12 critical " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.DOWNLOAD, "atomicWriteFile", named("file,1"), null, "stream from 0"),
            bacnet(STRANGER, Verb.UPLOAD, "atomicReadFile", named("file,1"), null, "stream from 0")),
        told("BAC-12 critical " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.WRITE, "writeProperty", property(90), new Value.Num(1), ""),
            bacnet(STRANGER, Verb.READ, "readProperty", property(90), null, "")),
        told("BAC-13 high " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.CREATE, "createObject", null, null, "file"),
            bacnet(STRANGER, Verb.DELETE, "Delete-Foreign-Device-Table-Entry", named("foreign-device-table"), null, "")),
        told("BAC-14 medium " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.WRITE, "writeProperty", property(123), null, ""),
            bacnet(STRANGER, Verb.READ, "readProperty", property(123), null, "")),
        told("BAC-15 medium " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.SET_TIME, "timeSynchronization", null, null, "local, broadcast"),
            bacnet(SUPERVISOR, Verb.SET_TIME, "timeSynchronization", null, null, "local, broadcast")),
        told("BAC-22 critical " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.CONFIGURE, "Initialize-Routing-Table", named("routing-table"), null, "2 ports"),
            bacnet(STRANGER, Verb.READ, "Initialize-Routing-Table", named("routing-table"), null, "")),
        told("BAC-25 critical " + OUTSIDE + " > " + DEVICE, contact(OUTSIDE, DEVICE, "bacnet", 47808), contact(STRANGER, DEVICE, "bacnet", 47808)),
        told("BAC-29 medium " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.COMMAND, "confirmedPrivateTransfer", named("vendor 25 service 8"), null, ""),
            bacnet(STRANGER, Verb.COMMAND, "vtData", null, null, "")),
        told("BAC-30 critical " + STRANGER + " > " + DEVICE, bacnet(STRANGER, Verb.COMMAND, "lifeSafetyOperation", named("life-safety-point,1"), null, "reset"),
            bacnet(STRANGER, Verb.READ, "getEventInformation", named("life-safety-point,1"), null, "")),
        told("BAC-32 low " + STRANGER + " > " + DEVICE, contact(STRANGER, DEVICE, "bacnet", 50000), contact(STRANGER, DEVICE, "bacnet", 47823)),
        told("KNX-03 critical " + STRANGER + " > " + DEVICE, knx(STRANGER, Verb.DOWNLOAD, "A_Memory_Write", "2 octets"),
            knx(SUPERVISOR, Verb.DOWNLOAD, "A_Memory_Write", "2 octets")),
        told("KNX-03 critical " + STRANGER + " > " + DEVICE, knx(STRANGER, Verb.CONFIGURE, "A_PropertyValue_Write", "load state control, elements 1 from 1"),
            knx(STRANGER, Verb.CONFIGURE, "A_PropertyValue_Write", "elements 1 from 1")),
        told("KNX-04 high " + STRANGER + " > " + DEVICE, knx(STRANGER, Verb.CONFIGURE, "A_IndividualAddress_Write", "new individual address 1.1.9"),
            knx(STRANGER, Verb.DISCOVER, "A_IndividualAddress_Read", "")),
        told("KNX-05 high " + STRANGER + " > " + DEVICE, knx(STRANGER, Verb.RESTART, "A_Restart", ""), knx(STRANGER, Verb.READ, "A_Memory_Read", "")),
        told("KNX-07 low " + STRANGER + " > " + DEVICE, knx(STRANGER, Verb.DISCOVER, "SEARCH_REQUEST", ""), knx(SUPERVISOR, Verb.DISCOVER, "SEARCH_REQUEST", "")),
        told("MOD-03 high " + STRANGER + " > " + DEVICE, act(STRANGER, "modbus", 502, Verb.DISABLE, "Diagnostics", null, null, "Force Listen Only Mode"),
            act(STRANGER, "modbus", 502, Verb.READ, "Diagnostics", null, null, "")),
        told("MOD-06 high " + STRANGER + " > " + DEVICE,
            act(STRANGER, "modbus", 502, Verb.COMMAND, "Schneider Unity/UMAS (vendor)", null, null, "unit 0, UMAS 0x41 STOP_PLC"),
            act(STRANGER, "modbus", 502, Verb.COMMAND, "Schneider Unity/UMAS (vendor)", null, null, "unit 0, UMAS 0x10 TAKE_PLC_RESERVATION")),
        told("FOX-01 medium " + STRANGER + " > " + DEVICE, contact(STRANGER, DEVICE, "fox", 1911), contact(STRANGER, DEVICE, "foxs", 4911)),
        told("FOX-01 medium " + STRANGER + " > " + DEVICE, contact(STRANGER, DEVICE, "tcp", 3011), contact(STRANGER, DEVICE, "tls", 5011)),
        told("FOX-02 high " + STRANGER + " > " + DEVICE, act(STRANGER, "fox", 1911, Verb.CONNECT, "hello", null, null, "app.name Workbench"),
            act(SUPERVISOR, "fox", 1911, Verb.CONNECT, "hello", null, null, "app.name Workbench")),
        told("FOX-06 high " + STRANGER + " > " + DEVICE, act(STRANGER, "fox", 1911, Verb.DOWNLOAD, "file put", null, null, ""),
            act(STRANGER, "fox", 1911, Verb.READ, "file get", null, null, "")),
        told("LON-01 high " + STRANGER + " > " + DEVICE, act(STRANGER, "lon", 1628, Verb.REGISTER, "deviceRegistration", null, null, ""),
            act(STRANGER, "lon", 1628, Verb.READ, "deviceConfigurationRequest", null, null, "")),
        told("LON-02 high " + STRANGER + " > " + DEVICE, act(STRANGER, "lon", 1628, Verb.CONFIGURE, "updateKey", null, null, ""),
            act(STRANGER, "lon", 1628, Verb.READ, "queryDomain", null, null, "")),
        told("MQT-01 medium " + STRANGER + " > " + DEVICE, act(STRANGER, "mqtt", 1883, Verb.SUBSCRIBE, "SUBSCRIBE", named("#"), null, ""),
            act(STRANGER, "mqtt", 1883, Verb.SUBSCRIBE, "SUBSCRIBE", named("site/#"), null, "")),
        told("MQT-01 low " + STRANGER + " > " + DEVICE, act(STRANGER, "mqtt", 1883, Verb.CONNECT, "CONNECT", null, null, "no user name, client ahu-3"),
            act(STRANGER, "mqtt", 1883, Verb.CONNECT, "CONNECT", null, null, "client bms, user name in clear (8 octets), password in clear (7 octets)")),
        told("MQT-02 high " + STRANGER + " > " + DEVICE,
            act(STRANGER, "mqtt", 1883, Verb.COMMAND, "PUBLISH", named("site/ahu-3/set"), new Value.Num(19), ""),
            act(STRANGER, "mqtt", 1883, Verb.NOTIFY, "PUBLISH", named("site/ahu-3/temperature"), new Value.Num(19), "")),
        told("OPC-01 medium " + STRANGER + " > " + DEVICE, act(STRANGER, "opcua", 4840, Verb.AUTHENTICATE, "ActivateSessionRequest", null, null, "anonymous"),
            act(STRANGER, "opcua", 4840, Verb.AUTHENTICATE, "ActivateSessionRequest", null, new Value.Secret(7), "user name")),
        told("OPC-02 high " + STRANGER + " > " + DEVICE, act(STRANGER, "opcua", 4840, Verb.DELETE, "DeleteNodesRequest", null, null, ""),
            act(STRANGER, "opcua", 4840, Verb.READ, "BrowseRequest", null, null, "")),
        told("S7-01 critical " + STRANGER + " > " + DEVICE, act(STRANGER, "s7comm", 102, Verb.COMMAND, "PLC Stop", null, null, "P_PROGRAM"),
            act(STRANGER, "s7comm", 102, Verb.DISCOVER, "Read SZL", null, null, "")),
        told("S7-01 high " + STRANGER + " > " + DEVICE,
            act(STRANGER, "s7comm", 102, Verb.COMMAND, "PI service", null, null, "P_PROGRAM"),
            act(STRANGER, "s7comm", 102, Verb.READ, "Read Var", null, null, "")),
        told("S7-02 critical " + STRANGER + " > " + DEVICE, act(STRANGER, "s7comm", 102, Verb.DOWNLOAD, "Request download", named("_0800001P"), null, ""),
            act(SUPERVISOR, "s7comm", 102, Verb.DOWNLOAD, "Request download", named("_0800001P"), null, "")),
        told("S7-02 high " + STRANGER + " > " + DEVICE, act(STRANGER, "s7comm", 102, Verb.UPLOAD, "Start upload", null, null, ""),
            act(SUPERVISOR, "s7comm", 102, Verb.UPLOAD, "Start upload", null, null, "")),
        told("MED-01 critical " + STRANGER + " > " + CLINICAL, contact(STRANGER, CLINICAL, "dicom", 11112), contact("10.9.0.7", CLINICAL, "dicom", 11112)),
        told("MED-01 critical " + STRANGER + " > " + CLINICAL, contact(STRANGER, CLINICAL, "tcp", 2575), contact(STRANGER, CLINICAL, "tcp", 443)),
        told("WEB-02 high " + STRANGER + " > " + DEVICE, http(Verb.AUTHENTICATE, "basic", "/", "ups-onduleur"), http(Verb.AUTHENTICATE, "bearer", "/", "ups-onduleur")),
        told("WEB-03 critical " + STRANGER + " > " + DEVICE, http(Verb.REQUEST, "GET", "/card_scan_decoder.php?No=30&door=x", ""), http(Verb.REQUEST, "GET", "/card_scan.php", "")),
        told("CAM-01 critical " + STRANGER + " > " + DEVICE, http(Verb.REQUEST, "PUT", "/SDK/webLanguage", ""), http(Verb.REQUEST, "GET", "/SDK/webLanguage", "")),
        told("UPS-02 high " + STRANGER + " > " + DEVICE, snmp("community (secret, 6 octets, known default)"), snmp("community (secret, 11 octets)")),
        told("NET-05 high " + STRANGER + " > " + OUTSIDE, contact(STRANGER, OUTSIDE, "tcp", 5938), contact("10.9.0.7", OUTSIDE, "tcp", 5938)));
  }

  /** A request to a device of a kind that the site names. */
  private static Consumer<Scene> http(Verb verb, String operation, String path, String kind) {
    return s -> {
      if (!kind.isEmpty()) {
        s.device(DEVICE, kind).claim(DEVICE, Trait.MODEL, "9PX"); // it has spoken before
      }
      act(STRANGER, "http", 80, verb, operation, named(path), null, "").accept(s);
    };
  }

  private static Consumer<Scene> snmp(String detail) {
    return s -> {
      s.device(DEVICE, "ups-onduleur").claim(DEVICE, Trait.MODEL, "9PX");
      act(STRANGER, "snmp", 161, Verb.READ, "GetRequest", named("1.3.6.1.2.1.33.1.2.1.0"), null, detail).accept(s);
    };
  }

  private static Set<String> raised(Consumer<Scene> story) {
    Scene scene = new Scene().named().learned();
    story.accept(scene);
    return new TreeSet<>(Scene.said(scene.judge()));
  }

  @TestFactory
  Stream<DynamicTest> theStoryIsToldAndTheNearMissIsNot() {
    return stories().stream().map(t -> DynamicTest.dynamicTest(t.alert(), () -> {
      assertThat(raised(t.story())).as("the story").contains(t.alert());
      assertThat(raised(t.nearMiss())).as("the near miss").noneMatch(line -> line.startsWith(t.detection() + " "));
    }));
  }

  /** Each detection of the shipped catalogue is in the words of both languages, and in somebody's story. */
  @Test
  void everyDetectionHasItsWords() {
    assertThat(Catalogue.shipped().all()).hasSizeGreaterThan(50).allSatisfy(d -> {
      assertThat(d.en().name()).isNotBlank().isNotEqualTo(d.fr().name());
      assertThat(d.fr().meaning()).isNotBlank();
      assertThat(d.en().response()).isNotBlank();
    });
  }
}
