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
    all.addAll(alarms());
    all.addAll(devices());
    all.addAll(ends());
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
        network("set-master-key-is-a-secret", "11 00112233445566778899aabbccddeeff"),
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

  private static List<Message> alarms() {
    Message acknowledge =
        ask("acknowledge-alarm", "00 02 07 00 09 01 1c 00000002 29 03 3e 19 10 3f 4c 00" + ascii("MDL") + "5e 2e a4 5c061503 b4 0d032909 2f 5f");
    Message subscribe = ask("subscribe-cov", "00 02 0f 05 09 12 1c 0000000a 29 01 3a 1c20");
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
        ask("get-alarm-summary", "00 02 01 03"),
        ask("get-enrollment-summary", "00 02 01 04 09 01 29 02"),
        ask("get-event-information", "00 02 01 1d 0c 00000002"),
        ask("life-safety-operation", "00 02 0f 1b 09 12 1c 00" + ascii("MDL") + "29 04 3c 05400001"),
        subscribe,
        answer("subscribe-cov-done", subscribe, "20 0f 05"),
        ask("subscribe-cov-cancels", "00 02 0f 05 09 12 1c 0000000a"),
        subscribeProperty,
        ask("subscribe-cov-property-multiple", "00 02 0f 1e 09 12 19 01 29 3c 39 05 4e 0c 0000000a 1e 0e 09 55 0f 1c 3f800000 29 01 1f 4f"));
  }

  private static List<Message> devices() {
    Message silence = ask("device-communication-control", "00 04 05 11 09 05 19 01 2d 08 00" + ascii("#egbdf!"));
    Message restart = ask("reinitialize-device", "00 04 02 14 09 01 1d 09 00" + ascii("AbCdEfGh"));
    Message readFile = ask("atomic-read-file", "00 02 00 06 c4 02800001 0e 31 00 21 1b 0f");
    Message writeFile = ask("atomic-write-file", "00 02 55 07 c4 02800001 0e 31 1e 65 0b" + ascii("Chiller01 O") + "0f");
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
        ask("vt-open", "00 02 50 15 91 01 21 05"),
        ask("vt-close", "00 02 51 16 21 1d"),
        ask("vt-data-is-a-secret", "00 02 52 17 21 05 64" + ascii("FRED") + "21 00"),
        ask("authenticate-is-a-secret", "00 02 53 18 09 01 2d 07 00" + ascii("secret")));
  }

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
