package fr.vigie.rules.session;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.rules.alert.AlertLog;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Cite;
import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Point;
import fr.vigie.sensor.observe.Stamp;
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
import org.junit.jupiter.api.TestFactory;

/**
 * A story and a near miss for each detection that rests on what is remembered or counted over time: what went before is learned, the story
 * raises the alert it names, the near miss, which differs in the one thing that matters, raises none of that detection.
 */
class RecollectionStoryTest {
  private static final String STRANGER = "10.1.0.66";
  private static final String SUPERVISOR = "10.1.0.5";
  private static final String OPERATOR = "10.1.0.6";
  private static final String DEVICE = "10.1.0.10";
  private static final String OTHER = "10.1.0.11";
  private static final String ROOM = "10.2.0.10";
  private static final String OUTSIDE = "8.8.4.4";
  private static final Consumer<Scene> NOTHING = s -> { };

  /** What was before, what happens, the alert it must raise, and what almost happens. */
  private record Told(String alert, Consumer<Scene> before, Consumer<Scene> story, Consumer<Scene> nearMiss) {
    String detection() {
      return alert.substring(0, alert.indexOf(' '));
    }
  }

  private static Told told(String alert, Consumer<Scene> before, Consumer<Scene> story, Consumer<Scene> nearMiss) {
    return new Told(alert, before, story, nearMiss);
  }

  private static Point named(String text) {
    return new Point.Named("", text);
  }

  private static Act act(Scene s, String who, String whom, String protocol, int port, Verb verb, String operation, @Nullable Point point,
      @Nullable Value value, String detail) {
    return s.act(who, s.host(whom), protocol, port, verb, operation, point, value, 0, detail);
  }

  private static Consumer<Scene> does(String who, String whom, String protocol, int port, Verb verb, String operation, @Nullable Point point, String detail) {
    return s -> act(s, who, whom, protocol, port, verb, operation, point, null, detail);
  }

  private static Consumer<Scene> times(int n, Consumer<Scene> one) {
    return s -> {
      for (int i = 0; i < n; i++) {
        one.accept(s);
        s.pause(1);
      }
    };
  }

  private static Consumer<Scene> refused(String who, String whom, String protocol, int port, Verb verb, String operation, String code) {
    return s -> s.end(act(s, who, whom, protocol, port, verb, operation, null, null, ""), Outcome.error(code));
  }

  private static Consumer<Scene> meets(String who, String whom, String protocol, String transport, int port) {
    return s -> s.talk(who, s.host(whom), protocol, transport, port, Contact.Phase.OPEN, 1, 1);
  }

  private static Consumer<Scene> kind(String ip, String kind) {
    return s -> s.device(ip, kind).claim(ip, "snmp", Trait.NAME, "it has spoken before");
  }

  private static Consumer<Scene> then(Consumer<Scene> first, Consumer<Scene> second) {
    return first.andThen(second);
  }

  /** An analog value that lies between 20 and 22 for a day and a half. */
  private static void watched(Scene s) {
    for (int i = 0; i < 150; i++) {
      s.reading(DEVICE, 7, 85, 20 + i % 3);
      s.pause(900);
    }
  }

  private static Consumer<Scene> sets(double value) {
    return s -> act(s, SUPERVISOR, DEVICE, "bacnet", 47808, Verb.WRITE, "writeProperty", new Point.Bacnet(2, 7, 85, -1), new Value.Num(value), "");
  }

  private static Consumer<Scene> overrides(String who, int priority) {
    return s -> s.write(who, ROOM, 3, priority);
  }

  private static Consumer<Scene> announces(String who, Trait trait, String value) {
    return s -> s.claim(who, "bacnet", trait, value);
  }

  private static Consumer<Scene> group(String who, int group) {
    return s -> act(s, who, DEVICE, "knx", 3671, Verb.WRITE, "A_GroupValue_Write", new Point.KnxGroup(group), new Value.Num(1), "");
  }

  private static void sends(Scene s, int times, int seconds) {
    for (int i = 0; i < times; i++) {
      group(DEVICE, 77).accept(s);
      s.pause(seconds);
    }
  }

  private static Consumer<Scene> registers(String who, int address) {
    return does(who, DEVICE, "modbus", 502, Verb.READ, "Read Holding Registers", new Point.Modbus("holding-register", address, 2), "");
  }

  private static void doors(Scene s, int controllers, int from, int minutes) {
    for (int m = from; m < from + minutes; m++) {
      for (int i = 0; i < controllers; i++) {
        s.talk("10.1.1." + (10 + i), s.host("10.1.1.5"), "tcp", "tcp", 3001, m == 0 ? Contact.Phase.OPEN : Contact.Phase.UPDATE, 1 + 5L * m, 1 + 5L * m);
      }
      s.pause(60);
    }
  }

  private static void plant(Scene s, int devices, int from, int minutes) {
    for (int m = from; m < from + minutes; m++) {
      for (int i = 0; i < devices; i++) {
        s.talk(SUPERVISOR, s.host("10.1.2." + (10 + i)), "modbus", "tcp", 502, m == 0 ? Contact.Phase.OPEN : Contact.Phase.UPDATE, 1 + 9L * m, 1 + 9L * m);
      }
      s.pause(60);
    }
  }

  private static void cameras(Scene s) {
    kind(DEVICE, "ip-camera").accept(s);
    meets(DEVICE, SUPERVISOR, "rtsp", "tcp", 554).accept(s);
  }

  /** The detections that are told here, each with its near miss. */
  static Set<String> detections() {
    return stories().stream().map(Told::detection).collect(Collectors.toSet());
  }

  private static List<Told> stories() {
    return List.of(
        told("BAC-03 medium " + SUPERVISOR + " > " + DEVICE, s -> bacnetWrite(s, 16), s -> bacnetWrite(s, 8), s -> bacnetWrite(s, 15)),
        told("BAC-03 high " + OPERATOR + " > " + ROOM, s -> s.operators("00:00-00:01"), overrides(OPERATOR, 8), overrides(OPERATOR, 9)),
        told("BAC-04 high " + SUPERVISOR + " > " + DEVICE, RecollectionStoryTest::watched, sets(45), sets(22.5)),
        told("BAC-04 high " + SUPERVISOR + " > " + DEVICE, s -> s.reading(DEVICE, 7, 65, 30), sets(31), sets(29)),
        told("BAC-08 medium " + STRANGER + " > " + DEVICE, NOTHING, times(10, acknowledges(STRANGER)), times(10, acknowledges(SUPERVISOR))),
        told("BAC-08 medium " + STRANGER + " > " + DEVICE, NOTHING, times(10, acknowledges(STRANGER)), times(9, acknowledges(STRANGER))),
        told("BAC-18 high " + STRANGER + " > " + DEVICE, announces(DEVICE, Trait.INSTANCE, "1001"),
            then(s -> s.pause(700), announces(STRANGER, Trait.INSTANCE, "1001")), then(s -> s.pause(700), announces(STRANGER, Trait.INSTANCE, "1002"))),
        told("BAC-19 high " + STRANGER + " > " + SUPERVISOR, announces(DEVICE, Trait.INSTANCE, "1001"), notifies(STRANGER, SUPERVISOR, 1001), notifies(DEVICE, SUPERVISOR, 1001, SUPERVISOR)),
        told("BAC-19 medium " + DEVICE + " > " + STRANGER, announces(DEVICE, Trait.INSTANCE, "1001"), notifies(DEVICE, STRANGER, 1001), notifies(DEVICE, STRANGER, 1001, STRANGER)),
        told("BAC-20 medium " + DEVICE + " > " + SUPERVISOR, s -> chatter(s, 0, 12, 10), s -> chatter(s, 12, 2, 2000), s -> chatter(s, 12, 2, 200)),
        told("BAC-20 medium " + DEVICE + " > " + SUPERVISOR, NOTHING, then(subscribes(), s -> s.pause(2000)), then(then(subscribes(), s -> s.pause(1).reading(DEVICE, 7, 85, 20)), s -> s.pause(2000))),
        told("BAC-21 high " + STRANGER + " > " + DEVICE, announces(DEVICE, Trait.ROUTES, "5"), then(s -> s.pause(700), announces(STRANGER, Trait.ROUTES, "5")),
            then(s -> s.pause(700), announces(ROOM, Trait.ROUTES, "5"))),
        told("BAC-21 medium " + STRANGER + " > " + DEVICE, NOTHING, times(10, does(STRANGER, DEVICE, "bacnet", 47808, Verb.ANNOUNCE, "Router-Busy-To-Network", null, "network 5")),
            times(9, does(STRANGER, DEVICE, "bacnet", 47808, Verb.ANNOUNCE, "Router-Busy-To-Network", null, "network 5"))),
        told("BAC-26 medium " + STRANGER + " > " + DEVICE, NOTHING, s -> s.flaw(STRANGER, DEVICE, "bacnet", null, "hop-count", 1), s -> s.flaw(STRANGER, DEVICE, "bacnet", null, "tag", 1)),
        told("BAC-26 medium " + STRANGER + " > 255.255.255.255", NOTHING, s -> broadcasts(s, 4000), s -> broadcasts(s, 300)),
        told("BAC-27 low " + OTHER + " > " + DEVICE, NOTHING, then(announces(DEVICE, Trait.INSTANCE, "1001"), announces(OTHER, Trait.INSTANCE, "1001")),
            then(announces(DEVICE, Trait.INSTANCE, "1001"), announces(DEVICE, Trait.INSTANCE, "1001"))),
        told("BAC-27 low " + OTHER + " > " + DEVICE, NOTHING, then(announces(DEVICE, Trait.ROLE, "bbmd"), announces(OTHER, Trait.ROLE, "bbmd")),
            then(announces(DEVICE, Trait.ROLE, "bbmd"), announces(ROOM, Trait.ROLE, "bbmd"))),
        told("BAC-28 medium " + STRANGER + " > " + DEVICE, NOTHING, s -> s.flaw(STRANGER, DEVICE, "bacnet", null, "tag", 12), s -> s.flaw(STRANGER, DEVICE, "bacnet", null, "tag", 9)),
        told("BAC-28 medium " + STRANGER + " > " + DEVICE, NOTHING, times(10, refused(STRANGER, DEVICE, "bacnet", 47808, Verb.READ, "readProperty", "reject/invalid-tag")),
            times(10, refused(STRANGER, DEVICE, "bacnet", 47808, Verb.READ, "readProperty", "object/unknown-object"))),
        told("BAC-31 medium " + DEVICE + " > " + STRANGER, meets(DEVICE, SUPERVISOR, "tls", "tcp", 47808), meets(DEVICE, STRANGER, "tls", "tcp", 47808), meets(DEVICE, SUPERVISOR, "tls", "tcp", 47808)),
        told("BAC-31 medium " + DEVICE + " > " + OTHER, meets(DEVICE, SUPERVISOR, "tls", "tcp", 47808), meets(DEVICE, OTHER, "bacnet", "udp", 47808), meets(OTHER, DEVICE, "bacnet", "udp", 47808)),
        told("BAC-31 medium " + SUPERVISOR + " > -", then(meets(DEVICE, SUPERVISOR, "tls", "tcp", 47808), s -> s.claim(SUPERVISOR, "tls", Trait.BANNER, "tls-certificate=hub; one")),
            s -> s.claim(SUPERVISOR, "tls", Trait.BANNER, "tls-certificate=hub; two"), s -> s.claim(DEVICE, "tls", Trait.BANNER, "tls-certificate=node; two")),
        told("KNX-02 high " + STRANGER + " > " + DEVICE, NOTHING, times(6, does(STRANGER, DEVICE, "knx", 3671, Verb.AUTHENTICATE, "A_Authorize_Request", null, "")),
            times(5, does(STRANGER, DEVICE, "knx", 3671, Verb.AUTHENTICATE, "A_Authorize_Request", null, ""))),
        told("KNX-08 medium " + STRANGER + " > " + DEVICE, NOTHING, times(3, refused(STRANGER, DEVICE, "knx", 3671, Verb.CONNECT, "CONNECT_REQUEST", "E_NO_MORE_CONNECTIONS")),
            times(3, refused(STRANGER, DEVICE, "knx", 3671, Verb.CONNECT, "CONNECT_REQUEST", "E_CONNECTION_TYPE"))),
        told("KNX-09 medium " + STRANGER + " > " + DEVICE, group(OTHER, 77), group(STRANGER, 77), group(OTHER, 77)),
        told("KNX-09 medium " + STRANGER + " > " + DEVICE, NOTHING, s -> s.flaw(STRANGER, DEVICE, "knx", new Cite("KNX 03_07_02", "3"), "length", 1),
            s -> s.flaw(STRANGER, DEVICE, "knx", new Cite("KNX 03_08_02", "2.3"), "length", 1)),
        told("KNX-10 medium " + DEVICE + " > " + DEVICE, s -> sends(s, 66, 60), s -> sends(s, 70, 2), s -> sends(s, 70, 61)),
        told("KNX-11 medium " + OTHER + " > " + DEVICE, s -> s.talk(OTHER, s.host(DEVICE), "knx", "udp", 3671, Contact.Phase.OPEN, 1, 1, "SESSION_REQUEST", "SECURE_WRAPPER"),
            s -> s.talk(OTHER, s.host(DEVICE), "knx", "udp", 3671, Contact.Phase.UPDATE, 9, 9, "SESSION_REQUEST", "SECURE_WRAPPER", "TUNNELLING_REQUEST"),
            s -> s.talk(OTHER, s.host(DEVICE), "knx", "udp", 3671, Contact.Phase.UPDATE, 9, 9, "SESSION_REQUEST", "SECURE_WRAPPER", "SEARCH_REQUEST")),
        told("MOD-02 medium " + SUPERVISOR + " > " + DEVICE, then(registers(SUPERVISOR, 0), registers(SUPERVISOR, 99)), registers(SUPERVISOR, 4000), registers(SUPERVISOR, 40)),
        told("MOD-05 low " + STRANGER + " > " + DEVICE, NOTHING, times(21, refused(STRANGER, DEVICE, "modbus", 502, Verb.READ, "Read Coils", "Illegal Data Address")),
            times(21, refused(STRANGER, DEVICE, "modbus", 502, Verb.READ, "Read Coils", "Gateway Target Device Failed to Respond"))),
        told("FOX-03 high " + STRANGER + " > " + DEVICE, NOTHING, times(5, refused(STRANGER, DEVICE, "fox", 1911, Verb.AUTHENTICATE, "login", "rejected")),
            times(4, refused(STRANGER, DEVICE, "fox", 1911, Verb.AUTHENTICATE, "login", "rejected"))),
        told("FOX-04 high " + DEVICE + " > -", NOTHING, s -> s.claim(DEVICE, "fox", Trait.SOFTWARE, "4.14.1.16"), s -> s.claim(DEVICE, "fox", Trait.SOFTWARE, "4.14.2.20")),
        told("FOX-05 medium " + DEVICE + " > " + OTHER, s -> s.claim(DEVICE, "fox", Trait.BANNER, "fox-app=Station"), meets(DEVICE, OTHER, "syslog", "udp", 514), meets(SUPERVISOR, OTHER, "syslog", "udp", 514)),
        told("LON-03 high " + STRANGER + " > " + DEVICE, s -> s.claim(DEVICE, "http", Trait.BANNER, "http-server=i.LON 100"),
            s -> act(s, STRANGER, DEVICE, "ftp", 21, Verb.AUTHENTICATE, "PASS", null, new Value.Secret(4, "", true), "in clear"),
            s -> act(s, STRANGER, DEVICE, "ftp", 21, Verb.AUTHENTICATE, "PASS", null, new Value.Secret(14, "", false), "in clear")),
        // a log-in that is another's in nothing but its password is not the one that was judged before
        told("LON-03 high " + STRANGER + " > " + DEVICE, then(s -> s.claim(DEVICE, "http", Trait.BANNER, "http-server=i.LON 100"), logsIn(false)), logsIn(true), logsIn(false)),
        told("UPS-01 critical " + STRANGER + " > " + DEVICE, NOTHING, does(STRANGER, DEVICE, "snmp", 161, Verb.COMMAND, "SetRequest", named("1.3.6.1.4.1.4555.1.1.7.1.9.1.0"), "stop"),
            does(STRANGER, DEVICE, "snmp", 161, Verb.WRITE, "SetRequest", named("1.3.6.1.2.1.1.4.0"), "")),
        told("UPS-01 critical " + STRANGER + " > " + DEVICE, NOTHING, does(STRANGER, DEVICE, "snmp", 161, Verb.WRITE, "SetRequest", named("1.3.6.1.4.1.534.1.9.1.0"), ""),
            does(STRANGER, DEVICE, "snmp", 161, Verb.COMMAND, "SetRequest", named("1.3.6.1.4.1.318.1.1.20.1.3.1.0"), "door lock: unlock")),
        told("UPS-03 critical " + STRANGER + " > " + DEVICE, kind(DEVICE, "ups-onduleur"), does(STRANGER, DEVICE, "ftp", 21, Verb.DOWNLOAD, "STOR", named("apc_hw05_aos_640.bin"), ""),
            does(STRANGER, OTHER, "ftp", 21, Verb.DOWNLOAD, "STOR", named("apc_hw05_aos_640.bin"), "")),
        told("UPS-04 high " + DEVICE + " > " + OUTSIDE, kind(DEVICE, "ups-onduleur"), does(DEVICE, OUTSIDE, "tls", 443, Verb.CONNECT, "clientHello", named("updates.example.net"), ""),
            does(DEVICE, OUTSIDE, "tls", 443, Verb.CONNECT, "clientHello", named("smartconnect.apc.com"), "")),
        told("UPS-05 high " + DEVICE + " > " + SUPERVISOR, NOTHING, then(does(STRANGER, DEVICE, "snmp", 161, Verb.COMMAND, "SetRequest", named("1.3.6.1.2.1.33.1.8.2.0"), "shutdown"), battery()), battery()),
        told("CAM-02 medium " + DEVICE + " > " + OTHER, RecollectionStoryTest::cameras, meets(DEVICE, OTHER, "tcp", "tcp", 8443), meets(DEVICE, SUPERVISOR, "rtsp", "tcp", 554)),
        told("CAM-03 high " + STRANGER + " > " + DEVICE, NOTHING, does(STRANGER, DEVICE, "http", 80, Verb.REQUEST, "POST", named("/onvif/device_service"), "action SystemReboot"),
            does(STRANGER, DEVICE, "http", 80, Verb.REQUEST, "POST", named("/onvif/device_service"), "action GetDeviceInformation")),
        told("CAM-04 medium " + STRANGER + " > " + DEVICE, NOTHING, guesses(3), guesses(2)),
        told("ACC-01 critical " + STRANGER + " > " + DEVICE, NOTHING, meets(STRANGER, DEVICE, "udp", "udp", 4070), meets(STRANGER, DEVICE, "tcp", "tcp", 4070)),
        told("ACC-01 critical " + STRANGER + " > " + DEVICE, kind(DEVICE, "access-control"), meets(STRANGER, DEVICE, "tcp", "tcp", 3001), meets(STRANGER, OTHER, "tcp", "tcp", 3001)),
        told("ACC-02 high 10.1.1.5 > -", then(then(kind("10.1.1.10", "access-control"), kind("10.1.1.11", "access-control")), s -> doors(s, 2, 0, 15)), s -> s.pause(600), s -> doors(s, 1, 15, 10)),
        told("PTS-01 critical " + STRANGER + " > " + DEVICE, kind(DEVICE, "pneumatic-tube"), meets(STRANGER, DEVICE, "udp", "udp", 12345), meets(SUPERVISOR, DEVICE, "udp", "udp", 12345)),
        told("PTS-01 critical " + STRANGER + " > " + DEVICE, kind(DEVICE, "pneumatic-tube"), does(STRANGER, DEVICE, "tftp", 69, Verb.DOWNLOAD, "write", named("panel.img"), ""),
            does(STRANGER, DEVICE, "tftp", 69, Verb.UPLOAD, "read", named("panel.log"), "")),
        told("NUR-01 critical " + DEVICE + " > " + STRANGER, then(kind(DEVICE, "nurse-call"), does(DEVICE, OTHER, "sip", 5060, Verb.REGISTER, "REGISTER", named("sip:ward"), "")),
            does(DEVICE, STRANGER, "sip", 5060, Verb.REGISTER, "REGISTER", named("sip:ward"), ""), does(DEVICE, OTHER, "sip", 5060, Verb.REGISTER, "REGISTER", named("sip:ward"), "")),
        told("NUR-01 critical " + STRANGER + " > " + DEVICE, kind(DEVICE, "nurse-call"), calls(30), calls(20)),
        told("LFT-01 high " + STRANGER + " > " + DEVICE, kind(DEVICE, "elevator"), meets(STRANGER, DEVICE, "rdp", "tcp", 3389), meets(SUPERVISOR, DEVICE, "rdp", "tcp", 3389)),
        told("LFT-01 high " + OUTSIDE + " > " + DEVICE, kind(DEVICE, "elevator"), meets(OUTSIDE, DEVICE, "tcp", "tcp", 9999), meets(STRANGER, DEVICE, "tcp", "tcp", 9999)),
        told("MED-02 critical " + STRANGER + " > 10.3.0.20", does("10.3.0.30", "10.3.0.20", "dicom", 11112, Verb.READ, "C-FIND-RQ", null, ""), does(STRANGER, "10.3.0.20", "dicom", 11112, Verb.READ, "C-FIND-RQ", null, ""),
            does("10.3.0.30", "10.3.0.20", "dicom", 11112, Verb.READ, "C-FIND-RQ", null, "")),
        told("MED-03 critical 10.3.0.30 > 10.3.0.20", NOTHING, s -> s.flaw("10.3.0.30", "10.3.0.20", "hl7", null, "control-id-reused", 1), s -> s.flaw("10.3.0.30", "10.3.0.20", "hl7", null, "required", 1)),
        told("NET-03 high " + STRANGER + " > " + DEVICE, does(OTHER, DEVICE, "dhcp", 67, Verb.SERVE, "DHCPOFFER", null, "address 10.1.0.10"), does(STRANGER, DEVICE, "dhcp", 67, Verb.SERVE, "DHCPOFFER", null, "address 10.1.0.10"),
            does(OTHER, DEVICE, "dhcp", 67, Verb.SERVE, "DHCPACK", null, "address 10.1.0.10")),
        told("NET-03 high " + STRANGER + " > -", s -> s.claim(OTHER, "ntp", Trait.ROLE, "ntp-server"), s -> s.claim(STRANGER, "ntp", Trait.ROLE, "ntp-server"), s -> s.claim(OTHER, "ntp", Trait.ROLE, "ntp-server")),
        told("NET-06 critical " + STRANGER + " > " + DEVICE, kind(DEVICE, "bms-supervisor"), does(STRANGER, DEVICE, "smb", 445, Verb.CONNECT, "treeConnect", named("\\\\10.1.0.10\\ADMIN$"), ""),
            does(STRANGER, DEVICE, "smb", 445, Verb.CONNECT, "treeConnect", named("\\\\10.1.0.10\\IPC$"), "")),
        told("NET-06 high " + STRANGER + " > " + DEVICE, kind(DEVICE, "bms-supervisor"), meets(STRANGER, DEVICE, "rdp", "tcp", 3389), meets(STRANGER, OTHER, "rdp", "tcp", 3389)),
        told("NET-08 medium 10.2.0.77 > -", s -> s.arp("10.1.0.77", 0x0A0000000077L), s -> s.arp("10.2.0.77", 0x0A0000000077L), s -> s.arp("10.1.0.78", 0x0A0000000077L)),
        told("NET-09 medium " + DEVICE + " > -", s -> s.claim(DEVICE, "bacnet", Trait.FIRMWARE, "2.1"), s -> s.claim(DEVICE, "bacnet", Trait.FIRMWARE, "6.6"), s -> s.claim(DEVICE, "bacnet", Trait.FIRMWARE, "2.1")),
        told("NET-10 critical " + SUPERVISOR + " > -", s -> plant(s, 6, 0, 15), s -> plant(s, 4, 15, 10), s -> plant(s, 5, 15, 10)));
  }

  private static void bacnetWrite(Scene s, int priority) {
    s.act(SUPERVISOR, s.host(DEVICE), "bacnet", 47808, Verb.WRITE, "writeProperty", new Point.Bacnet(2, 3, 85, -1), new Value.Num(1), priority, "");
  }

  private static Consumer<Scene> acknowledges(String who) {
    return does(who, DEVICE, "bacnet", 47808, Verb.ACKNOWLEDGE, "acknowledgeAlarm", new Point.Bacnet(2, 3, -1, -1), "offnormal");
  }

  private static Consumer<Scene> notifies(String who, String whom, int device) {
    return does(who, whom, "bacnet", 47808, Verb.NOTIFY, "confirmedCOVNotification", new Point.Bacnet(2, 3, -1, -1), "initiating device " + device + ", process 7");
  }

  private static Consumer<Scene> notifies(String who, String whom, int device, String subscriber) {
    return then(does(subscriber, who, "bacnet", 47808, Verb.SUBSCRIBE, "subscribeCOV", new Point.Bacnet(2, 3, -1, -1), "confirmed, indefinite, process 7"), notifies(who, whom, device));
  }

  private static Consumer<Scene> subscribes() {
    return does(SUPERVISOR, DEVICE, "bacnet", 47808, Verb.SUBSCRIBE, "subscribeCOV", new Point.Bacnet(2, 7, -1, -1), "confirmed, lifetime 300 s, process 7");
  }

  private static void chatter(Scene s, int from, int minutes, int packets) {
    for (int m = from; m < from + minutes; m++) {
      Endpoint whom = s.host(SUPERVISOR);
      s.talk(DEVICE, whom, "bacnet", "udp", 47808, m == 0 ? Contact.Phase.OPEN : Contact.Phase.UPDATE, 20L * m + (m >= 12 ? (long) packets * (m - 11) : 0), 1, "confirmedCOVNotification");
      s.pause(60);
    }
  }

  private static void broadcasts(Scene s, long packets) {
    for (int m = 0; m < 3; m++) {
      s.talk(STRANGER, s.host("255.255.255.255"), "bacnet", "udp", 47808, m == 0 ? Contact.Phase.OPEN : Contact.Phase.UPDATE, packets * m, 0, "whoIs");
      s.pause(60);
    }
  }

  private static Consumer<Scene> calls(int n) {
    return s -> {
      for (int i = 0; i < n; i++) {
        does(STRANGER, DEVICE, "sip", 5060, Verb.CONNECT, "INVITE", named("sip:bed" + i), "").accept(s);
        s.pause(1);
      }
    };
  }

  /** Different credentials refused, told at the first, and then two at a time. */
  private static Consumer<Scene> guesses(int times) {
    return s -> {
      for (int i = 0; i < times; i++) {
        Endpoint camera = s.host(DEVICE);
        Stamp stamp = s.stamp();
        s.story.add(new Act(stamp, s.host(STRANGER), "rtsp", null, stamp.seq() + ".0", camera, 554, Verb.AUTHENTICATE, "login", null, null, 0, "credentials refused",
            i == 0 ? 1 : 2, Outcome.error("401")));
      }
    };
  }

  private static Consumer<Scene> logsIn(boolean known) {
    return s -> act(s, STRANGER, DEVICE, "ftp", 21, Verb.AUTHENTICATE, "PASS", null, new Value.Secret(9, "", known), "in clear");
  }

  private static Consumer<Scene> battery() {
    return does(DEVICE, SUPERVISOR, "snmp", 162, Verb.NOTIFY, "SNMPv2-Trap", named("1.3.6.1.2.1.33.2.1"), "upsTrapOnBattery");
  }

  private static Set<String> raised(Consumer<Scene> before, Consumer<Scene> story) {
    Scene scene = new Scene().named();
    before.accept(scene);
    scene.learned();
    story.accept(scene);
    AlertLog log = scene.judge();
    return new TreeSet<>(Scene.said(log));
  }

  @TestFactory
  Stream<DynamicTest> theStoryIsToldAndTheNearMissIsNot() {
    return stories().stream().map(t -> DynamicTest.dynamicTest(t.alert(), () -> {
      assertThat(raised(t.before(), t.story())).as("the story").contains(t.alert());
      assertThat(raised(t.before(), t.nearMiss())).as("the near miss").noneMatch(line -> line.startsWith(t.detection() + " "));
    }));
  }
}
