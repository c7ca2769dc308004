package fr.vigie.sensor.protocol.bacnet;

import static fr.vigie.sensor.protocol.DissectorContract.Message.ascii;
import static fr.vigie.sensor.protocol.DissectorContract.Message.request;
import static fr.vigie.sensor.protocol.DissectorContract.Message.response;

import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** One message at least of each service and function, most of them the examples of ASHRAE 135-2020 annex F, in a B/IP frame. */
final class BacnetTest extends DissectorContract {
  private static final int CLIENT = 50_000;
  private static final int SERVER = 0xBAC0;

  /** NPDU without addresses, expecting a reply; then without. */
  private static final String ASKS = "01 04 ";

  private static final String TELLS = "01 00 ";

  /** 135-2016 24.2: a secured network message of device 100 on network 7 to device 1001 on network 5, and what stands behind it. */
  private static final String WRAPPER = " 80 01 0001 000064 00000001 5f000000 0003e9 0005 00 0007 01 0a ";

  private static final String SIGNATURE = " 000102030405060708090a0b0c0d0e0f";
  private static final String GLOBAL = "01 20 ffff 00 ff ";

  @Override
  protected Dissector dissector() {
    return new Bacnet();
  }

  /** The function, the length that fits, the contents. */
  private static String bvlc(int function, String contents) {
    int length = Message.hex(contents).length + 4;
    return "81" + HexFormat.of().toHexDigits((byte) function) + HexFormat.of().toHexDigits((short) length) + contents;
  }

  private static Message ask(String name, String apdu) {
    return request(name, CLIENT, SERVER, bvlc(0x0A, ASKS + apdu));
  }

  private static Message answer(String name, Message asked, String apdu) {
    return response(name, SERVER, CLIENT, bvlc(0x0A, TELLS + apdu)).after(asked);
  }

  private static Message tell(String name, String apdu) {
    return request(name, CLIENT, SERVER, bvlc(0x0B, TELLS + apdu)).between("10.0.0.1", "10.0.0.255");
  }

  private static Message link(String name, int function, String contents) {
    return request(name, CLIENT, SERVER, bvlc(function, contents));
  }

  private static Message linkAnswer(String name, Message asked, int function, String contents) {
    return response(name, SERVER, CLIENT, bvlc(function, contents)).after(asked);
  }

  private static Message network(String name, String contents) {
    return request(name, CLIENT, SERVER, bvlc(0x0A, "01 80 " + contents));
  }

  @Override
  protected List<Message> messages() {
    List<Message> all = new ArrayList<>();
    all.addAll(links());
    all.addAll(networks());
    all.addAll(discovery());
    all.addAll(objects());
    all.addAll(values());
    all.addAll(events());
    all.addAll(alarms());
    all.addAll(devices());
    all.addAll(ends());
    all.addAll(done(all));
    return all;
  }

  /** 20.1.4 and 20.1.5: answers that say no more than that it was done, and those of services that newer editions have no more. */
  private static List<Message> done(List<Message> asked) {
    List<Message> all = new ArrayList<>();
    for (String name : List.of("confirmed-cov-notification", "confirmed-event-notification", "add-list-element", "remove-list-element", "delete-object", "reinitialize-device", "life-safety-operation",
        "subscribe-cov-property", "subscribe-cov-property-multiple", "confirmed-cov-notification-multiple", "confirmed-audit-notification", "request-key-is-a-secret")) {
      Message request = asked.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
      byte[] octets = request.octets();
      // invoke identifier and service stand behind link, network, type and sizes
      all.add(answer(name + "-done", request, "20 " + HexFormat.of().formatHex(octets, 8, 10)));
    }
    Message conditional = asked.stream().filter(m -> m.name().equals("read-property-conditional")).findFirst().orElseThrow();
    all.add(answer("read-property-conditional-ack", conditional, "30 23 0d 0c 00000005 1e 29 55 4e 44 42c80000 4f 1f"));
    Message authorize = asked.stream().filter(m -> m.name().equals("auth-request-is-a-secret")).findFirst().orElseThrow();
    all.add(answer("auth-request-ack-is-a-secret", authorize, "30 53 22 09 01 1d 07 00" + ascii("secret")));
    Message authenticate = asked.stream().filter(m -> m.name().equals("authenticate-is-a-secret")).findFirst().orElseThrow();
    all.add(answer("authenticate-ack-is-a-secret", authenticate, "30 53 18 21 07"));
    return all;
  }

  private static List<Message> links() {
    Message write = link("write-bdt", 0x01, "0a000002 bac0 ffffffff 0a010002 bac0 ffffffff");
    Message register = link("register-foreign-device", 0x05, "003c");
    Message delete = link("delete-fdt-entry", 0x08, "0a090909 bac0");
    Message readTable = link("read-bdt", 0x02, "");
    Message readDevices = link("read-fdt", 0x06, "");
    return List.of(
        write,
        linkAnswer("write-bdt-refused", write, 0x00, "0010"),
        readTable,
        linkAnswer("read-bdt-ack", readTable, 0x03, "0a000002 bac0 ffffffff 0a010002 bac0 ffffffff"),
        register,
        linkAnswer("register-foreign-device-done", register, 0x00, "0000"),
        readDevices,
        linkAnswer("read-fdt-ack", readDevices, 0x07, "0a090909 bac0 003c 0025"),
        delete,
        linkAnswer("delete-fdt-entry-refused", delete, 0x00, "0050"),
        link("forwarded-i-am-names-the-originator", 0x04, "0a020007 bac0" + GLOBAL + "10 00 c4 02000007 22 01e0 91 03 21 05"),
        link("distribute-broadcast", 0x09, GLOBAL + "10 08"),
        link("secure-bvll", 0x0C, "01020304"));
  }

  private static List<Message> networks() {
    Message rewrite = network("initialize-routing-table", "06 02 0001 01 00 0002 02 03 414243");
    Message ask = network("initialize-routing-table-asks", "06 00");
    return List.of(
        network("who-is-router-to-network", "00 0005"),
        network("who-is-router-to-all", "00"),
        network("i-am-router-to-network", "01 0001 0002 07d1"),
        network("i-could-be-router", "02 0003 0a"),
        network("reject-message-to-network", "03 01 0005"),
        network("router-busy", "04 0001 0002"),
        network("router-available", "05"),
        rewrite,
        response("initialize-routing-table-done", SERVER, CLIENT, bvlc(0x0A, "01 80 07 00")).after(rewrite),
        ask,
        response("initialize-routing-table-ack", SERVER, CLIENT, bvlc(0x0A, "01 80 07 01 0001 01 00")).after(ask),
        network("establish-connection", "08 0007 1e"),
        network("disconnect-connection", "09 0007"),
        network("challenge-request", "0a" + WRAPPER + "01 00000002 5f000001" + SIGNATURE),
        network("security-payload", "0b" + WRAPPER + "0004 01020304" + SIGNATURE),
        network("security-payload-encrypted", "0b c0" + WRAPPER.substring(3) + "0102030405060708" + SIGNATURE),
        network("security-payload-authenticated", "0b 90" + WRAPPER.substring(3) + "01 0007 02 0003 aabbcc 0004 01020304" + SIGNATURE),
        network("security-response", "0c" + WRAPPER + "06 00000002 5f000001" + SIGNATURE),
        network("security-response-that-all-is-well", "0c" + WRAPPER + "00 00000002 5f000001" + SIGNATURE),
        network("request-key-update", "0d" + WRAPPER + "01 5f000001 5f000002 02 5f000003 5f000004 03" + SIGNATURE),
        network("update-key-set-is-a-secret", "0e" + WRAPPER + "d8 01 5f000001 5f000002 01 00 01 04 11111111 02 5f000003 5f000004 01 00 02 04 22222222"
            + SIGNATURE),
        network("update-distribution-key-is-a-secret", "0f" + WRAPPER + "01 00 02 04 33333333" + SIGNATURE),
        network("request-master-key", "10" + WRAPPER + "01 00" + SIGNATURE),
        network("set-master-key-is-a-secret", "11" + WRAPPER + "00 01 10 00112233445566778899aabbccddeeff" + SIGNATURE),
        network("set-master-key-without-a-wrapper", "11 00112233445566778899aabbccddeeff"),
        network("what-is-network-number", "12"),
        network("network-number-is", "13 0005 01"),
        network("reserved-network-message", "20 01"),
        network("proprietary-network-message", "80 0008 01020304"),
        request("low-hop-count-is-a-loop", CLIENT, SERVER, bvlc(0x0B, "01 20 ffff 00 03 10 08")));
  }

  private static List<Message> discovery() {
    return List.of(
        tell("who-is", "10 08"),
        tell("who-is-range", "10 08 09 03 19 03"),
        request("who-is-global", CLIENT, SERVER, bvlc(0x0B, GLOBAL + "10 08")),
        tell("i-am", "10 00 c4 02000001 22 01e0 91 01 21 63"),
        request("i-am-behind-a-router", CLIENT, SERVER, bvlc(0x0B, "01 28 ffff 00 07d1 01 0a fe 10 00 c4 02000803 22 01e0 91 03 21 0a")),
        tell("i-am-of-no-device", "10 00 c4 00000001 22 01e0 91 01 21 63"),
        tell("who-has-name", "10 07 3d 07 00" + ascii("OATemp")),
        tell("who-has-object", "10 07 09 01 19 ff 2c 00000003"),
        tell("i-have", "10 01 c4 02000008 c4 00000003 75 07 00" + ascii("OATemp")),
        tell("i-have-the-device-itself", "10 01 c4 0200003d c4 0200003d 75 08 00" + ascii("SYNERGY")),
        tell("who-am-i", "10 0d 21 0f 75 06 00" + ascii("VAV-7") + "75 05 00" + ascii("S123")),
        tell("you-are", "10 0e 21 0f 75 06 00" + ascii("VAV-7") + "75 05 00" + ascii("S123") + "c4 02000003 62 0a0b"));
  }

  private static List<Message> objects() {
    Message read = ask("read-property", "00 02 01 0c 0c 00000005 19 55");
    Message model = ask("read-model-name", "00 02 02 0c 0c 02000064 19 46");
    Message units = ask("read-units", "00 02 03 0c 0c 00000005 19 75");
    Message multiple = ask("read-property-multiple", "02 04 f1 0e 0c 00000010 1e 09 55 09 67 1f 0c 02000064 1e 09 08 1f");
    Message write = ask("write-property", "00 02 59 0f 0c 00800001 19 55 3e 44 43340000 3f");
    Message relinquish = ask("write-null-relinquishes", "00 02 5a 0f 0c 00400001 19 55 3e 00 3f 49 08");
    Message writes =
        ask("write-property-multiple", "00 02 01 10"
            + "0c 00800005 1e 09 55 2e 44 42860000 2f 1f 0c 00800006 1e 09 55 2e 44 42860000 2f 1f 0c 00800007 1e 09 55 2e 44 42900000 2f 1f");
    Message range = ask("read-range", "02 02 01 1a 0c 05000001 19 83 7e a4 62031703 b4 13344a00 31 04 7f");
    Message add = ask("add-list-element", "00 02 01 08 0c 02c00003 19 35 3e 0c 00000009 1e 09 55 09 6f 1f 3f");
    Message create = ask("create-object", "00 04 56 0a 0e 09 0a 0f 1e 09 4d 2e 75 08 00" + ascii("Trend 1") + "2f 09 29 2e 91 00 2f 1f");
    Message delete = ask("delete-object", "00 04 57 0b c4 01800006");
    Message routed =
        request("read-property-behind-a-router", CLIENT, SERVER, bvlc(0x0A, "01 24 07d1 01 0a ff 00 02 07 0c 0c 00000005 19 55"));
    return List.of(
        read,
        answer("read-property-ack", read, "30 01 0c 0c 00000005 19 55 3e 44 4290999a 3f"),
        model,
        answer("read-model-name-ack", model, "30 02 0c 0c 02000064 19 46 3e 75 08 00" + ascii("DDC-900") + "3f"),
        units,
        answer("read-units-ack", units, "30 03 0c 0c 00000005 19 75 3e 91 3e 3f"),
        multiple,
        answer("read-property-multiple-ack", multiple,
            "30 f1 0e 0c 00000010 1e 29 55 4e 44 3dcccccd 4f 29 6f 4e 82 04 40 4f 29 75 4e 91 3e 4f 29 67 5e 91 02 91 20 5f 1f"
                + "0c 02000064 1e 29 79 4e 75 05 00" + ascii("ACME") + "4f 29 78 4e 21 63 4f 29 4c 39 01 4e c4 02000064 4f 1f"),
        answer("read-array-ack", read, "30 01 0c 0c 00c00005 19 57 3e 00 00 44 41a80000 00 3f"),
        routed,
        response("read-property-ack-behind-a-router", SERVER, CLIENT,
            bvlc(0x0A, "01 08 07d1 01 0a 30 07 0c 0c 00000005 19 55 3e 44 4290999a 3f")).after(routed),
        range,
        answer("read-range-ack", range, "30 01 1a 0c 05000001 19 83 3a 05c0 49 02 5e 0e a4 62031701 b4 13361b00 0f 1e 2c 41900000 1f"
            + "0e a4 62031701 b4 13381b00 0f 1e 2c 41900000 1f 5f 6b 01352e"),
        write,
        answer("write-property-done", write, "20 59 0f"),
        answer("write-property-refused", write, "50 59 0f 91 02 91 28"),
        relinquish,
        ask("write-life-safety-priority", "00 02 5b 0f 0c 01000001 19 55 3e 91 01 3f 49 01"),
        ask("write-priority-seventeen-is-a-flaw", "00 02 5b 0f 0c 01000001 19 55 3e 91 01 3f 49 11"),
        ask("write-out-of-service", "00 02 5c 0f 0c 00000001 19 51 3e 11 3f"),
        ask("write-event-enable", "00 02 5d 0f 0c 00000001 19 23 3e 82 05 00 3f"),
        ask("write-weekly-schedule", "00 02 5e 0f 0c 04400001 19 7b 29 01 3e 0e b4 08000000 91 01 b4 12000000 00 0f 3f"),
        writes,
        answer("write-property-multiple-done", writes, "20 01 10"),
        answer("write-property-multiple-fails-at-the-second", writes, "50 01 10 0e 91 02 91 28 0f 1e 0c 00800006 19 55 1f"),
        tell("write-group", "10 0a 09 17 19 08 2e 0a 010c 44 42860000 09 0d 19 01 91 01 2f"),
        add,
        answer("add-list-element-refused", add, "50 01 08 0e 91 02 91 28 0f 19 01"),
        ask("remove-list-element", "00 02 34 09 0c 03c00003 19 66 3e 82 01fe b4 00000000 b4 173b3b63 0c 0200000a 21 07 11 82 05e0 3f"),
        create,
        answer("create-object-ack", create, "30 56 0a c4 0280000d"),
        delete,
        answer("delete-object-refused", delete, "50 57 0b 91 01 91 17"));
  }

  /** The answer to a read: object, property and its value. */
  private static Message has(String name, String object, int property, String value) {
    String id = property < 256 ? "19" + HexFormat.of().toHexDigits((byte) property)
        : property < 65_536 ? "1a" + HexFormat.of().toHexDigits((short) property) : "1c" + HexFormat.of().toHexDigits(property);
    return response("has-" + name, SERVER, CLIENT, bvlc(0x0A, TELLS + "30 01 0c 0c " + object + id + "3e" + value + "3f"));
  }

  private static final String DEVICE = "02000064 ";
  private static final String NOON = " a4 7b010502 b4 0c000000 ";

  /** Every constructed type of clause 21 that a property can have, and every primitive. */
  private static List<Message> values() {
    return List.of(
        has("null", "00800001", 104, "00"),
        has("boolean", "00000001", 81, "11"),
        has("unsigned-64", "0c000001", 85, "25 08 0102030405060708"),
        has("signed", "0b400001", 85, "31 fe"),
        has("double", "0b800001", 85, "55 08 4059000000000000"),
        has("octets", "0bc00001", 85, "63 0a0b0c"),
        has("text-in-utf-16", DEVICE, 28, "75 07 04 004300480043"),
        has("text-in-ucs-4", DEVICE, 28, "75 09 03 0000004300000048"),
        has("text-in-code-page-850", DEVICE, 28, "75 06 01 0352 436882"),
        has("text-in-jis", DEVICE, 28, "73 02 2430"),
        has("text-in-latin-1", DEVICE, 28, "74 05 4368e9"),
        has("bits", "09c00001", 85, "82 04 b0"),
        has("enumerated", "01400001", 85, "91 02"),
        has("date-pattern", "0a400001", 85, "a4 ff 0d 20 05"),
        has("time-pattern", "0c400001", 85, "b4 0e ff ff ff"),
        has("object-list", DEVICE, 76, "c4 02000064 c4 00000001 c4 00800002"),
        has("services-supported", DEVICE, 97, "85 07 04 000bc010 0020"),
        has("object-types-supported", DEVICE, 96, "84 05 fffe e0"),
        has("device-address-binding", DEVICE, 30, "c4 02000065 21 05 61 0a c4 02000066 21 00 65 06 0a000002bac0"),
        has("time-synchronization-recipients", DEVICE, 116, "0c 02000065 1e 21 05 61 0a 1f"),
        has("active-cov-subscriptions", DEVICE, 152,
            "0e 0e 1e 21 00 65 06 0a000001bac0 1f 0f 19 12 0f 1e 0c 00000001 19 55 1f 29 01 3a 0e10 4c 3f800000"),
        has("active-cov-multiple-subscriptions", DEVICE, 481,
            "0e 0e 0c 02000065 0f 19 12 0f 19 01 29 3c 39 05 4e 0c 00000001 1e 0e 09 55 0f 1c 3f800000 29 01 1f 4f"),
        has("last-restore-time", DEVICE, 157, "2e" + NOON + "2f"),
        has("vt-session", DEVICE, 5, "21 01 21 02 21 05 61 0a"),
        has("date-list", "01800001", 23, "0c 7b010502 1e a4 7b010502 a4 7b011f04 1f 2b ff0601"),
        has("weekly-schedule", "04400001", 123, "0e b4 08000000 91 01 b4 12000000 00 0f 0e 0f 0e b4 09000000 44 41a80000 0f"),
        has("exception-schedule", "04400001", 38,
            "0e 0c 7b010502 0f 2e b4 08000000 91 01 2f 39 0a 0e 1e a4 7b010502 a4 7b011f04 1f 0f 2e 2f 39 0b 0e 2b 0d0605 0f 2e b4 08000000 00 2f 39 0c"
                + "1c 01800001 2e b4 0a000000 91 00 2f 39 0d"),
        has("effective-period", "04400001", 32, "a4 7b010101 a4 7b0c1f04"),
        has("object-property-references", "04400001", 54, "0c 00800001 19 55 0c 00c00001 19 55 29 01 3c 02000065"),
        has("recipient-list", "03c00001", 102, "82 01fe b4 00000000 b4 173b3b63 0c 0200000a 21 07 11 82 05e0 82 0104 b4 08000000 b4 12000000"
            + "1e 21 05 61 0a 1f 21 08 10 82 0580"),
        has("priority-array", "00800001", 87, "00 00 44 41a80000 91 01 21 05 0e 44 41a80000 0f 1e" + NOON + "1f 00"),
        has("action", "01c00001", 2, "0e 0c 02000065 1c 00800001 29 55 4e 44 41a80000 4f 59 08 69 05 79 01 89 00 0f"),
        has("event-time-stamps", "00000001", 130, "0c 08000000 19 05 2e" + NOON + "2f"),
        has("log-buffer-by-range", "05000001", 131, "0e" + NOON + "0f 1e 2c 41900000 1f 2a 0400"),
        has("log-buffer-multiple", "06c00001", 131, "0e" + NOON + "0f 1e 1e 09 01 1c 41900000 29 02 39 03 49 fd 5a 0440 68 7e 91 02 91 20 7f 8e 75 03 00 4f4b 8f 1f 1f"
            + "0e" + NOON + "0f 1e 0a 0540 1f 0e" + NOON + "0f 1e 2c 40400000 1f"),
        has("log-buffer-of-events", "06400001", 131, "0e" + NOON + "0f 1e 0a 0540 1f 0e" + NOON + "0f 1e 1e 09 01 1c 02000004 2c 00000002 3e 19 10 3f 49 04 59 64"
            + "69 05 89 00 99 01 a9 00 b9 03 ce 5e 0c 42a03333 1a 0480 2c 3f000000 3c 42a00000 5f cf 1f 1f"),
        has("log-buffer-kinds", "05000001", 131, "0e" + NOON + "0f 1e 09 02 1f 0e" + NOON + "0f 1e 19 01 1f 0e" + NOON + "0f 1e 39 02 1f 0e" + NOON + "0f 1e 49 07 1f 0e"
            + NOON + "0f 1e 59 fd 1f 0e" + NOON + "0f 1e 6a 0440 1f 0e" + NOON + "0f 1e 78 1f 0e" + NOON + "0f 1e 8e 91 02 91 20 8f 1f 0e" + NOON
            + "0f 1e 9c 40400000 1f 0e" + NOON + "0f 1e ae 21 05 af 1f"),
        has("client-cov-increment", "05000001", 127, "44 3f800000"),
        has("prescale", "05c00001", 185, "09 05 19 0a"),
        has("scale", "05c00001", 187, "19 fe"),
        has("logging-record", "05c00001", 184, "0e" + NOON + "0f 19 05 29 07 39 00"),
        has("setpoint-reference", "03000001", 109, "0e 0c 00800001 19 55 0f"),
        has("shed-level", "07000001", 218, "2c 41a00000"),
        has("structured-view", "07400001", 211, "1c 00000001 0c 02000065 1c 00000002"),
        has("access-rules", "08800001", 302, "09 00 1e 0c 04400001 19 55 1f 29 00 3e 1c 08400001 3f 49 01"),
        has("assigned-access-rights", "08000001", 256, "0e 1c 08800001 0f 19 01"),
        has("authentication-factors-are-a-secret", "08000001", 257, "09 00 1e 09 05 19 00 2a 0a0b 1f"),
        has("a-read-badge-is-a-secret", "09400001", 85, "09 05 19 00 2a 0a0b"),
        has("authentication-policy-list", "08400001", 258, "0e 0e 1c 09400001 0f 19 01 0f 19 01 29 0a"),
        has("supported-formats", "09400001", 304, "09 02 1a 0008 29 07"),
        has("negative-access-rules-of-nobody", "08800001", 288, ""),
        has("key-sets", "09800001", 330, "09 01 1e" + NOON + "1f 2e" + NOON + "2f 3e 09 00 19 01 3f"),
        has("network-access-security-policies", "09800001", 332, "09 01 19 01"),
        has("event-parameters-in-the-device", "02400001", 83, "5e 09 05 1c 42a00000 2c 41200000 3c 3f800000 5f"),
        has("port-filter", "0cc00001", 363, "09 01 19 01"),
        has("subscribed-recipients", "0cc00001", 362, "0e 0c 02000065 0f 19 07 29 01 39 3c"),
        has("process-identifier-filter", "0cc00001", 361, "00"),
        has("lighting-command", "0d800001", 380, "09 02 1c 42480000 2c 40a00000 4a 01f4 59 08"),
        has("timer-state-changes", "07c00001", 396, "00 08 44 41a80000 2e" + NOON + "2f 3e 09 01 1c 42480000 3f"),
        has("distribution-table", "0e000001", 414, "0e 0e 1c 0a000002 0f 1a bac0 0f 1c ffffff00"),
        has("foreign-device-table", "0e000001", 415, "0d 06 0a000009bac0 19 3c 29 14"),
        has("routing-table", "0e000001", 428, "0a 07d1 19 0a 29 00 39 05"),
        has("virtual-addresses", "0e000001", 429, "0b 000064 1d 12 20010db8000000000000000000000007bac0"),
        has("fd-bbmd-address", "0e000001", 418, "0e 2d 09 00" + ascii("bbmd.lan") + "0f 1a bac0"),
        has("hub-connection", "0e000001", 4_194_324, "09 01 1e" + NOON + "1f 2e" + NOON + "2f"),
        has("hub-function-connections", "0e000001", 4_194_321, "09 01 1e" + NOON + "1f 2e" + NOON + "2f 3e 0e 1c 0a000002 0f 1a 01bb 3f 4d 06 0a0b0c0d0e0f 5d 10"
            + "00112233445566778899aabbccddeeff 6e 91 07 91 20 6f 7d 05 00" + ascii("gone")),
        has("failed-connections", "0e000001", 4_194_315, "0e" + NOON + "0f 1e 0e 1c 0a000002 0f 1a 01bb 1f 2d 06 0a0b0c0d0e0f 4e 91 07 91 20 4f"),
        has("direct-connections", "0e000001", 4_194_312, "0d 07 00" + ascii("wss://") + "19 01 2e" + NOON + "2f 3e" + NOON + "3f"),
        has("value-source", "00800001", 433, "1e 0c 02000065 1c 00000001 1f"),
        has("value-sources", "00800001", 434, "08 1e 0c 02000065 1c 00000001 1f 2e 21 05 61 0a 2f"),
        has("landing-calls", "0e400001", 470, "09 03 19 03 3d 03 00" + ascii("03") + "09 04 29 07"),
        has("landing-doors", "0ec00001", 472, "0e 09 03 19 01 0f"),
        has("assigned-landing-calls", "0ec00001", 447, "0e 09 03 19 03 0f"),
        has("registered-car-calls", "0ec00001", 480, "0e 21 03 21 05 0f"),
        has("tags", DEVICE, 486, "0d 06 00" + ascii("floor") + "21 03 0d 03 00" + ascii("AC")),
        has("subordinate-tags", "07400001", 488, "0e 0d 03 00" + ascii("AC") + "0f"),
        has("stages", "0f000001", 494, "44 41a80000 82 0740 44 3f800000"),
        has("audit-log-buffer", "0f400001", 131, "09 07 1e 0e" + NOON + "0f 1e 1e 2e 0c 0200000a 2f 49 01 ae 0c 0200000b af 1f 1f 1f"),
        has("fault-parameters", "02400001", 358, "6e 0e 44 41200000 0f 1e 44 42a00000 1f 6f"),
        has("fault-of-states", "02400001", 358, "4e 0e 79 02 19 01 0f 4f"),
        has("group-present-value", "02c00001", 85, "0c 00000001 1e 29 55 4e 44 41a80000 4f 29 67 5e 91 02 91 20 5f 1f"),
        has("global-group-present-value", "06800001", 85, "0c 00000001 19 55 3c 02000065 4e 44 41a80000 4f 0c 00000002 19 55 5e 91 02 91 20 5f"),
        has("xy-color", "0fc00001", 85, "44 3e99999a 44 3ea8f5c3"),
        has("color-command", "0fc00001", 4_194_334, "09 01 1e 44 3e99999a 44 3ea8f5c3 1f 3a 01f4"),
        has("a-value-of-another-type-than-the-standard-has", "04400001", 123, "44 41a80000 1e 21 05 1f 2a 0102"));
  }

  /** A notification with these event values, and an enrollment with these event parameters: every choice of both types. */
  private static List<Message> events() {
    List<Message> all = new ArrayList<>();
    String flags = "1a 0480 ";
    String reference = "0c 00000001 19 55 ";
    String[][] values = {
        {"0", "0a 04b0 " + flags}, {"1", "0e 19 01 0f " + flags}, {"2", "0e 1c 41a80000 0f " + flags},
        {"3", "0e 91 01 0f " + flags + "2e 91 00 2f"}, {"4", "0c 41a80000 " + flags + "2c 41a00000 3c 3f800000"},
        {"5", "0c 42a03333 " + flags + "2c 3f000000 3c 42a00000"}, {"6", "09 55 2e 44 41a80000 2f 09 6f 2e 82 0480 2f"},
        {"8", "09 02 19 01 2a 0480 39 02"}, {"9", "09 0f 19 07 2e 44 41a80000 0e 1c 00000001 29 55 4e 21 05 4f 0f 2f"},
        {"10", "0e 0c 05000001 19 83 0f 19 05 29 0a"}, {"11", "09 0a " + flags + "29 08"},
        {"13", "09 01 " + flags + "29 07 3e 19 05 3f 4e 1c 08000001 4f 5e 09 05 19 00 2a 0a0b 5f"},
        {"14", "0d 08 4059000000000000 " + flags + "2d 08 3ff0000000000000 3d 08 4056800000000000"}, {"15", "09 fe " + flags + "29 01 39 fd"},
        {"16", "09 0a " + flags + "29 01 39 08"}, {"17", "0d 05 00" + ascii("trip") + flags + "2d 05 00" + ascii("trip")},
        {"18", "0e 91 01 0f " + flags}, {"19", "09 07 " + flags + "2e 09 55 2e 44 41a80000 2f 2f"}, {"21", "0e 21 05 0f " + flags},
        {"22", "09 01 " + flags + "2e" + NOON + "2f 39 01 49 3c 5e" + NOON + "5f"}};
    for (String[] v : values) {
      int type = Integer.parseInt(v[0]);
      all.add(tell("event-values-" + v[0], "10 03 09 01 1c 02000009 2c 00000002 3e 19 10 3f 49 04 59 64 69 " + HexFormat.of().toHexDigits((byte) type)
          + "89 00 99 01 a9 00 b9 03 ce" + opening(type) + v[1] + closing(type) + "cf"));
    }
    String delay = "09 05 ";
    String[][] parameters = {
        {"0", delay + "1a 04f0 2e 82 0430 82 0410 2f"}, {"1", delay + "1e 19 01 79 02 1f"}, {"2", delay + "1e 1c 3f800000 1f"},
        {"3", delay + "1e" + reference + "1f"}, {"4", delay + "1e" + reference + "1f 2c 3f800000 3c 3f800000 4c 3f000000"},
        {"8", delay + "1e 91 02 1f 2e 91 01 2f 3e" + reference + "3f"}, {"9", "09 0f 19 07 2e 44 41a80000 00 0e" + reference + "0f 2f"},
        {"10", "09 0a 19 05"}, {"11", delay + "19 05 29 0a"}, {"13", "0e 91 01 91 03 0f 1e" + reference + "1f"},
        {"14", delay + "1d 08 4059000000000000 2d 08 4069000000000000 3d 08 3ff0000000000000"}, {"15", delay + "19 fe 29 05 39 01"},
        {"16", delay + "19 05 29 0a 39 01"}, {"17", delay + "1e 75 05 00" + ascii("trip") + "1f"}, {"18", delay + "1a 0480"},
        {"21", delay}, {"22", delay + "1e 91 01 1f 2e" + reference + "2f"}};
    for (String[] v : parameters) {
      int type = Integer.parseInt(v[0]);
      all.add(has("event-parameters-" + v[0], "02400001", 83, opening(type) + v[1] + closing(type)));
    }
    all.add(has("event-parameters-20", "02400001", 83, "f8 14"));
    return all;
  }

  private static String opening(int tag) {
    return tag < 15 ? HexFormat.of().toHexDigits((byte) (tag << 4 | 14)) : "fe" + HexFormat.of().toHexDigits((byte) tag);
  }

  private static String closing(int tag) {
    return tag < 15 ? HexFormat.of().toHexDigits((byte) (tag << 4 | 15)) : "ff" + HexFormat.of().toHexDigits((byte) tag);
  }

  private static List<Message> alarms() {
    Message acknowledge =
        ask("acknowledge-alarm", "00 02 07 00 09 01 1c 00000002 29 03 3e 19 10 3f 4c 00" + ascii("MDL") + "5e 2e a4 5c061503 b4 0d032909 2f 5f");
    Message alarms = ask("get-alarm-summary", "00 02 01 03");
    Message enrollments = ask("get-enrollment-summary", "00 02 01 04 09 01 29 02");
    Message events = ask("get-event-information", "00 02 01 1d 0c 00000002");
    Message subscribe = ask("subscribe-cov", "00 02 0f 05 09 12 1c 0000000a 29 01 3a 1c20");
    Message multiple =
        ask("subscribe-cov-property-multiple", "00 02 0f 1e 09 12 19 01 29 3c 39 05 4e 0c 0000000a 1e 0e 09 55 0f 1c 3f800000 29 01 1f 4f");
    Message subscribeProperty = ask("subscribe-cov-property", "00 02 0f 1c 09 12 1c 0000000a 29 01 39 3c 4e 09 55 4f 5c 3f800000");
    return List.of(
        acknowledge,
        answer("acknowledge-alarm-done", acknowledge, "20 07 00"),
        ask("confirmed-cov-notification", "00 02 0f 01 09 12 1c 02000004 2c 0000000a 39 00 4e 09 55 2e 44 42820000 2f 09 6f 2e 82 0400 2f 4f"),
        tell("unconfirmed-cov-notification", "10 02 09 12 1c 02000004 2c 0000000a 39 00 4e 09 55 2e 44 42820000 2f 09 6f 2e 82 0400 2f 4f"),
        tell("cov-notification-in-fault", "10 02 09 12 1c 02000004 2c 0000000a 39 00 4e 09 55 2e 44 42820000 2f 09 6f 2e 82 0440 2f 4f"),
        tell("cov-notification-multiple", "10 0b 09 12 1c 02000004 29 3c 3e a4 74011903 b4 10000000 3f"
            + "4e 0c 0000000a 1e 09 55 2e 44 42820000 2f 3c 10000000 09 6f 2e 82 0400 2f 1f 4f"),
        tell("cov-notification-multiple-without-time", "10 0b 09 12 1c 02000004 29 1b 4e 0c 0000000a 1e 09 55 2e 44 42820000 2f 1f 4f"),
        ask("confirmed-event-notification", "00 02 10 02 09 01 1c 02000004 2c 00000002 3e 19 10 3f 49 04 59 64 69 05 89 00 99 01 a9 00 b9 03"
            + "ce 5e 0c 42a03333 1a 0480 2c 3f000000 3c 42a00000 5f cf"),
        tell("unconfirmed-event-notification", "10 03 09 01 1c 02000009 2c 00000002 3e 19 10 3f 49 04 59 64 69 05 7d 05 00" + ascii("fire")
            + "89 00 99 01 a9 00 b9 03 ce 5e 0c 42a03333 1a 0480 2c 3f000000 3c 42a00000 5f cf"),
        alarms,
        answer("get-alarm-summary-ack", alarms, "30 01 03 c4 00000002 91 03 82 05 60 c4 00000003 91 04 82 05 e0"),
        enrollments,
        answer("get-enrollment-summary-ack", enrollments, "30 01 04 c4 00000002 91 05 91 03 21 64 21 04 c4 00000006 91 01 91 00 21 32 21 02"),
        ask("get-enrollment-summary-of-a-recipient", "00 02 01 04 09 01 1e 0e 0c 02000011 0f 19 09 1f 29 02 39 05 4e 09 00 19 0a 4f 59 04"),
        events,
        answer("get-event-information-ack", events,
            "30 01 1d 0e 0c 00000002 19 03 2a 0560 3e 0c 0f230000 19 10 2e a4 5c061503 b4 0d032909 2f 3f 49 00 5a 05e0 6e 21 0f 21 0f 21 14 6f 0f 19 00"),
        ask("life-safety-operation", "00 02 0f 1b 09 12 1c 00" + ascii("MDL") + "29 04 3c 05400001"),
        subscribe,
        answer("subscribe-cov-done", subscribe, "20 0f 05"),
        ask("subscribe-cov-cancels", "00 02 0f 05 09 12 1c 0000000a"),
        subscribeProperty,
        multiple,
        answer("subscribe-cov-property-multiple-refused", multiple, "50 0f 1e 0e 91 02 91 20 0f 1e 0c 0000000a 1e 09 55 1f 2e 91 02 91 20 2f 1f"),
        ask("confirmed-cov-notification-multiple", "00 02 0f 1f 09 12 1c 02000004 29 3c 3e a4 74011903 b4 10000000 3f"
            + "4e 0c 0000000a 1e 09 55 2e 44 42820000 2f 3c 10000000 1f 0c 0000000b 1e 09 55 2e 44 42840000 2f 1f 4f"),
        ask("life-safety-operation-for-all", "00 02 0f 1b 09 12 1c 00" + ascii("MDL") + "29 02"));
  }

  private static List<Message> devices() {
    Message silence = ask("device-communication-control", "00 04 05 11 09 05 19 01 2d 08 00" + ascii("#egbdf!"));
    Message restart = ask("reinitialize-device", "00 04 02 14 09 01 1d 09 00" + ascii("AbCdEfGh"));
    Message readFile = ask("atomic-read-file", "00 02 00 06 c4 02800001 0e 31 00 21 1b 0f");
    Message writeFile = ask("atomic-write-file", "00 02 55 07 c4 02800001 0e 31 1e 65 0b" + ascii("Chiller01 O") + "0f");
    Message readRecords = ask("atomic-read-file-records", "00 02 12 06 c4 02800002 1e 31 0e 21 03 1f");
    Message open = ask("vt-open", "00 02 50 15 91 01 21 05");
    Message close = ask("vt-close", "00 02 51 16 21 1d");
    Message data = ask("vt-data-is-a-secret", "00 02 52 17 21 05 64" + ascii("FRED") + "21 00");
    Message query = ask("audit-log-query", "00 02 22 21 0c 0f400001 1e 0e 0c 0200000b 2c 00000001 39 55 6a 0640 0f 1f 29 05 39 0a");
    Message conditional = ask("read-property-conditional", "00 02 23 0d 0e 09 01 1e 09 55 29 00 3e 44 42c80000 3f 1f 0f 1e 09 1c 1f");
    Message transfer = ask("confirmed-private-transfer", "00 04 55 12 09 19 19 08 2e 44 4290cccd 62 1649 2f");
    return List.of(
        silence,
        answer("device-communication-control-done", silence, "20 05 11"),
        ask("disable-without-password-for-ever", "00 04 05 11 19 01"),
        ask("an-enumeration-too-large-is-a-flaw", "00 04 05 11 1c a0000001"),
        ask("enable-communication", "00 04 06 11 19 00"),
        restart,
        answer("reinitialize-device-refused", restart, "50 02 14 91 04 91 1a"),
        tell("time-synchronization", "10 06 a4 5c0b1102 b4 16 2d 1e 46"),
        request("utc-time-synchronization-global", CLIENT, SERVER, bvlc(0x0B, GLOBAL + "10 09 a4 5c0b1102 b4 162d1e46")),
        readFile,
        answer("atomic-read-file-ack", readFile, "30 00 06 10 0e 31 00 65 0b" + ascii("Chiller01 O") + "0f"),
        writeFile,
        answer("atomic-write-file-ack", writeFile, "30 55 07 09 1e"),
        ask("atomic-write-file-records", "00 02 55 07 c4 02800002 1e 31 ff 21 02 65 05" + ascii("12:00") + "65 05" + ascii("13:00") + "1f"),
        transfer,
        answer("confirmed-private-transfer-refused", transfer, "50 55 12 0e 91 05 91 00 0f 19 19 29 08"),
        tell("unconfirmed-private-transfer", "10 04 09 19 19 08 2e 44 4290cccd 62 1649 2f"),
        ask("confirmed-text-message", "00 02 67 13 0c 02000005 29 00 3d 09 00" + ascii("PM ready")),
        tell("unconfirmed-text-message", "10 05 0c 02000005 1e 09 02 1f 29 01 3d 05 00" + ascii("fire")),
        answer("confirmed-private-transfer-ack", transfer, "30 55 12 09 19 19 08 2e 44 4290cccd 2f"),
        answer("confirmed-text-message-done", ask("text", "00 02 67 13 0c 02000005 29 00 3d 09 00" + ascii("PM ready")), "20 67 13"),
        readRecords,
        answer("atomic-read-file-records-ack", readRecords, "30 12 06 11 1e 31 0e 21 02 65 05" + ascii("12:00") + "65 05" + ascii("12:15") + "1f"),
        answer("atomic-write-file-records-ack", writeFile, "30 55 07 19 0e"),
        open,
        answer("vt-open-ack", open, "30 50 15 21 1d"),
        close,
        answer("vt-close-done", close, "20 51 16"),
        answer("vt-close-refused", close, "50 51 16 0e 91 05 91 26 0f 1e 21 1d 1f"),
        data,
        answer("vt-data-ack", data, "30 52 17 09 01"),
        answer("vt-data-ack-in-part", data, "30 52 17 09 00 19 02"),
        ask("request-key-is-a-secret", "00 02 53 19 c4 02000001 21 01 62 0a0b c4 0200000a 21 01 62 0a0c"),
        ask("auth-request-is-a-secret", "00 02 53 22 09 01 1d 07 00" + ascii("secret")),
        ask("confirmed-audit-notification", "00 02 21 20" + AUDIT),
        tell("unconfirmed-audit-notification", "10 0c" + AUDIT),
        query,
        ask("audit-log-query-by-source", "00 02 22 21 0c 0f400001 1e 1e 0c 0200000a 1e 21 05 62 0a0b 1f 3a 0640 49 01 1f 1f 29 05 39 0a"),
        answer("audit-log-query-ack", query, "30 22 21 0c 0f400001 1e 09 07 1e 0e a4 7b010502 b4 08000000 0f 1e 1e"
            + "2e 0c 0200000a 2f 49 01 ae 0c 0200000b af 1f 1f 1f 1f 29 01"),
        conditional,
        ask("authenticate-is-a-secret", "00 02 53 18 09 01 2d 07 00" + ascii("secret")));
  }

  /** 13.19: a write of 21.5 degrees by device 10 on device 11 that was refused. */
  private static final String AUDIT =
      "0e 0e 19 10 0f 2e 0c 0200000a 2f 49 01 5d 05 00" + ascii("who?") + "79 59 ae 0c 0200000b af bc 00800001 ce 09 55 cf d9 08"
          + " ee 44 41ac0000 ef fe 0f 44 41a80000 ff 0f fe 10 91 02 91 28 ff 10 0f";

  private static List<Message> ends() {
    Message read = ask("read-that-fails", "00 02 01 0c 0c 00000005 19 55");
    Message first = ask("first-segment", "0c 02 2a 00 04 0f 0c 00800001 19 55 3e");
    return List.of(
        answer("error", read, "50 01 0c 91 02 91 20"),
        answer("reject", read, "60 01 09"),
        answer("abort", read, "71 01 04"),
        answer("segment-ack", read, "41 01 00 04"),
        first,
        ask("last-segment-completes-the-write", "08 02 2a 01 04 0f 44 43340000 3f 49 08").after(first),
        ask("second-segment-alone-says-nothing", "08 02 2b 01 04 0f 44 43340000 3f 49 08"),
        ask("reserved-pdu-type", "90 01"),
        ask("unknown-service", "00 02 01 c8 09 01"),
        ask("too-many-arguments", "00 04 57 0b c4 01800006 21 01"),
        ask("nesting-without-end", "00 04 58 12 09 19 19 08 2e" + "0e".repeat(40) + "0f".repeat(40) + "2f"),
        ask("extended-tag-and-length", "00 04 59 12 09 19 19 08 2e f9 20 01 fd 20 05 0102030405 65 fe 0005 0102030405 65 ff 00000001 07 2f"),
        ask("length-past-the-end", "00 04 57 0b c5 ff 7fffffff 01800006"));
  }
}
