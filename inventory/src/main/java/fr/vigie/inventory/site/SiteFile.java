package fr.vigie.inventory.site;

import fr.vigie.sensor.meaning.GroupAddresses;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Verb;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The reader of {@code site.yaml}: every key is known, every value checked, or a {@link SiteError} names line and column. The keys are
 * documented in {@code docs/site-file.md}.
 */
public final class SiteFile {
  private static final long MAX_BYTES = 8L << 20;

  private final List<Zone> zones = new ArrayList<>();
  private final List<Device> devices = new ArrayList<>();
  private Calendar calendar = Site.EMPTY.calendar();

  /** Folder of the site file, where other files lie that it names; null where it is text alone. */
  private final @Nullable Path folder;

  /** The files it names. */
  private final List<Path> files = new ArrayList<>();

  private SiteFile(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * Reads a site file.
   *
   * @throws IOException if it cannot be read
   * @throws SiteError if something in it is wrong
   */
  public static Site read(Path file) throws IOException, SiteError {
    String name = String.valueOf(file.getFileName());
    byte[] bytes;
    try {
      bytes = PlainFile.octets(file, MAX_BYTES);
    } catch (PlainFile.Refused e) {
      throw new SiteError(name, 1, 1, "this " + e.why());
    }
    try {
      String content = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return read(name, content, file.toAbsolutePath().getParent());
    } catch (CharacterCodingException e) {
      throw new SiteError(name, 1, 1, "the file is not UTF-8 text");
    }
  }

  /**
   * Reads the text of a site file.
   *
   * @param name name of the file, for messages
   * @throws SiteError if something in it is wrong
   */
  public static Site read(String name, String content) throws SiteError {
    return read(name, content, null);
  }

  private static Site read(String name, String content, @Nullable Path folder) throws SiteError {
    Item root = Item.read(name, content);
    return root == null ? Site.EMPTY : new SiteFile(folder).site(root);
  }

  private Site site(Item root) throws SiteError {
    root.known("the site file", "site", "zones", "conduits", "devices", "writers", "supervisors", "servers", "calendar", "maintenance",
        "vlansExpected", "registers", "registerMaps", "groupAddresses", "redundant");
    Item head = root.need("the site file", "site").known("site", "id", "name", "tz");
    String id = Words.id(head.need("site", "id"));
    String name = head.textOf("name");
    calendar = calendar(root.find("calendar"), Words.timeZone(head.find("tz")));
    for (Item i : list(root, "zones")) {
      zone(i);
    }
    for (Item i : list(root, "devices")) {
      device(i);
    }
    List<Conduit> conduits = new ArrayList<>();
    for (Item i : list(root, "conduits")) {
      conduits.add(conduit(i));
    }
    List<Writer> writers = new ArrayList<>();
    for (Item i : list(root, "writers")) {
      writers.add(writer(i));
    }
    List<Maintenance> maintenance = new ArrayList<>();
    for (Item i : list(root, "maintenance")) {
      maintenance.add(maintenance(i));
    }
    return new Site(id, name == null ? id : name, List.copyOf(zones), List.copyOf(conduits), List.copyOf(devices), List.copyOf(writers),
        parties(root, "supervisors"), servers(root.find("servers")), calendar, List.copyOf(maintenance),
        vlans(root, "vlansExpected"), registers(root), redundant(root), groups(root), List.copyOf(files));
  }

  private static List<Item> list(Item root, String key) throws SiteError {
    Item found = root.find(key);
    return found == null ? List.of() : found.list(key);
  }

  private static Calendar calendar(@Nullable Item item, ZoneId tz) throws SiteError {
    if (item == null) {
      return new Calendar(tz, Map.of(), Set.of());
    }
    item.known("calendar", "hours", "holidays", "publicHolidays");
    Map<String, Hours> named = new LinkedHashMap<>();
    Item hours = item.find("hours");
    if (hours != null) {
      for (Map.Entry<String, Item> key : hours.keys().entrySet()) {
        Words.id(key.getValue());
        named.put(key.getKey(), hours(hours.need("hours", key.getKey()), Map.of()));
      }
    }
    Set<LocalDate> holidays = new TreeSet<>();
    for (Item day : item.several("holidays")) {
      if (!holidays.add(Words.date(day))) {
        throw day.error("the holiday " + day.text() + " is given twice");
      }
    }
    Item law = item.find("publicHolidays");
    PublicHolidays publicHolidays = law == null ? PublicHolidays.NONE : PublicHolidays.of(law.text());
    if (publicHolidays == null) {
      throw item.need("calendar", "publicHolidays").error("\"" + Item.shown(item.need("calendar", "publicHolidays").text())
          + "\" are no public holidays; write none, france or alsace-moselle");
    }
    return new Calendar(tz, Map.copyOf(named), Set.copyOf(holidays), publicHolidays);
  }

  private static Hours hours(Item item, Map<String, Hours> named) throws SiteError {
    Hours known = named.get(item.text());
    Hours h = known != null ? known : Hours.parse(item.text());
    if (h == null) {
      throw item.error("\"" + Item.shown(item.text()) + "\" are no hours; write for example \"mon-fri 07:00-19:00, sat 08:00-12:00\""
          + (named.isEmpty() ? "" : " or a name of calendar.hours: " + String.join(", ", new TreeSet<>(named.keySet()))));
    }
    return h;
  }

  private void zone(Item item) throws SiteError {
    item.known("a zone", "id", "name", "cidr", "vlan", "kind", "care");
    Item idItem = item.need("a zone", "id");
    String id = Words.id(idItem);
    List<Cidr> cidrs = new ArrayList<>();
    for (Zone z : zones) {
      if (z.id().equals(id)) {
        throw idItem.error("the zone \"" + id + "\" is given twice");
      }
    }
    for (Item c : item.several("cidr")) {
      Cidr cidr = Cidr.parse(c.text());
      if (cidr == null) {
        throw c.error("\"" + Item.shown(c.text()) + "\" is no address range; write for example 10.20.0.0/16, without bits behind the prefix");
      }
      for (Zone z : zones) {
        if (z.cidr().contains(cidr)) {
          throw c.error("the range " + cidr + " is given twice: it belongs to the zone \"" + z.id() + "\"");
        }
      }
      if (cidrs.contains(cidr)) {
        throw c.error("the range " + cidr + " is given twice in this zone");
      }
      cidrs.add(cidr);
    }
    List<Integer> vlans = vlans(item, "vlan");
    if (cidrs.isEmpty() && vlans.isEmpty()) {
      throw item.error("the zone \"" + id + "\" needs \"cidr\" or \"vlan\", else nothing lies in it");
    }
    String name = item.textOf("name");
    Item kind = item.find("kind");
    Item care = item.find("care");
    zones.add(new Zone(id, name == null ? id : name, List.copyOf(cidrs), vlans, kind == null ? "building" : Words.id(kind),
        care == null ? 0 : care.whole(0, 5)));
  }

  private static List<Integer> vlans(Item item, String key) throws SiteError {
    Set<Integer> vlans = new LinkedHashSet<>();
    for (Item v : item.several(key)) {
      if (!vlans.add(v.whole(1, 4094))) {
        throw v.error("VLAN " + v.text() + " is given twice");
      }
    }
    return List.copyOf(vlans);
  }

  private void device(Item item) throws SiteError {
    item.known("a device", "match", "name", "kind", "place", "site", "building", "floor", "room", "zone", "owner", "supplier", "contract", "care");
    Item nameItem = item.need("a device", "name");
    String name = nameItem.text();
    Match match = match(item.need("a device", "match"));
    for (Device d : devices) {
      if (d.name().equals(name)) {
        throw nameItem.error("the device \"" + Item.shown(name) + "\" is given twice; it stood at line " + d.line());
      }
      if (d.match().equals(match)) {
        throw item.need("a device", "match").error("this match is already that of \"" + Item.shown(d.name()) + "\" at line " + d.line());
      }
    }
    Item kind = item.find("kind");
    Item zone = item.find("zone");
    Item care = item.find("care");
    Item owner = item.find("owner");
    devices.add(new Device(match, name, kind == null ? null : Words.id(kind), item.textOf("place"),
        zone == null ? null : zoneId(zone, false), owner == null ? null : Words.owner(owner), item.textOf("supplier"),
        new Position(item.textOf("site"), item.textOf("building"), item.textOf("floor"), item.textOf("room")), item.textOf("contract"),
        care == null ? -1 : care.whole(0, 5), item.line()));
  }

  private static Match match(Item item) throws SiteError {
    item.known("match", "ip", "mac", "bacnet", "knx", "unit", "serial");
    if (item.keys().isEmpty()) {
      throw item.error("match needs at least one of ip, mac, bacnet, knx, unit, serial");
    }
    Item ip = item.find("ip");
    Item mac = item.find("mac");
    Item bacnet = item.find("bacnet");
    Item knx = item.find("knx");
    Item unit = item.find("unit");
    if (unit != null && ip == null && mac == null) {
      throw unit.error("a unit is known only behind its gateway: give \"ip\" too");
    }
    Match b = bacnet == null ? Words.NO_MATCH : Words.bacnet(bacnet, bacnet.text());
    return new Match(ip == null ? null : Words.ip(ip), mac == null ? Endpoint.NO_MAC : Words.mac(mac), b.instance(), b.bacnet(),
        knx == null ? -1 : Words.knx(knx, knx.text()), unit == null ? -1 : unit.whole(0, 255), item.textOf("serial"));
  }

  private String zoneId(Item item, boolean anyAllowed) throws SiteError {
    String id = item.text();
    if (anyAllowed && id.equals("*")) {
      return id;
    }
    List<String> known = zones.stream().map(Zone::id).toList();
    if (!known.contains(id)) {
      throw item.error(unknown("zone", id, known));
    }
    return id;
  }

  private static String unknown(String what, String word, List<String> known) {
    String near = Item.nearest(word, known);
    return "there is no " + what + " \"" + Item.shown(word) + "\"" + (near == null ? "" : ", perhaps \"" + near + "\"")
        + (known.isEmpty() ? "; none is given" : known.size() > 24 ? "" : "; known are " + String.join(", ", known));
  }

  private Conduit conduit(Item item) throws SiteError {
    item.known("a conduit", "from", "to", "protocols", "verbs", "hours");
    Set<String> protocols = new LinkedHashSet<>();
    boolean any = false;
    for (Item p : item.several("protocols")) {
      any |= p.text().equals("*");
      if (!p.text().equals("*")) {
        protocols.add(Words.id(p));
      }
    }
    Item hours = item.find("hours");
    return new Conduit(zoneId(item.need("a conduit", "from"), true), zoneId(item.need("a conduit", "to"), true),
        any ? Set.of() : Set.copyOf(protocols), verbs(item), hours == null ? null : hours(hours, calendar.hours()), item.line());
  }

  private static Set<Verb> verbs(Item item) throws SiteError {
    Set<Verb> verbs = new LinkedHashSet<>();
    for (Item v : item.several("verbs")) {
      if (v.text().equals("*")) {
        return Set.of();
      }
      verbs.add(verb(v));
    }
    return Set.copyOf(verbs);
  }

  private static Verb verb(Item item) throws SiteError {
    Map<String, Verb> words = new LinkedHashMap<>();
    for (Verb v : Verb.values()) {
      words.put(v.name().toLowerCase(Locale.ROOT).replace('_', '-'), v);
    }
    Verb verb = words.get(item.text());
    if (verb == null) {
      throw item.error(unknown("verb", item.text(), List.copyOf(words.keySet())) + "; known are " + String.join(", ", words.keySet()));
    }
    return verb;
  }

  private Writer writer(Item item) throws SiteError {
    item.known("a writer", "who", "whom", "points", "verbs", "priority");
    item.need("a writer", "who");
    item.need("a writer", "whom");
    List<PointPattern> points = new ArrayList<>();
    for (Item p : item.several("points")) {
      if (!p.text().equals("*")) {
        points.add(new PointPattern(p.text()));
      }
    }
    boolean all = item.several("points").size() > points.size();
    Item priority = item.find("priority");
    return new Writer(parties(item, "who"), parties(item, "whom"), all ? List.of() : List.copyOf(points), verbs(item),
        priority == null ? 1 : priority.whole(1, 16), item.line());
  }

  private List<Party> parties(Item item, String key) throws SiteError {
    List<Party> parties = new ArrayList<>();
    for (Item p : item.several(key)) {
      parties.add(party(p));
    }
    return List.copyOf(parties);
  }

  private Party party(Item item) throws SiteError {
    String text = item.text();
    Party party = Parties.read(text, zones, devices);
    if (party != null) {
      return party;
    }
    if (text.startsWith("zone:")) {
      throw item.error(unknown("zone", text.substring(5), zones.stream().map(Zone::id).toList()));
    }
    if (text.startsWith("bacnet:")) {
      return new Party.Address(Words.bacnet(item, text.substring(7)), text);
    }
    if (text.startsWith("knx:")) {
      return new Party.Address(new Match(null, Endpoint.NO_MAC, -1, null, Words.knx(item, text.substring(4)), -1, null), text);
    }
    if (text.startsWith("supplier:")) {
      throw item.error(unknown("supplier", text.substring(9), Parties.suppliers(devices)));
    }
    throw item.error(unknown("device", text, devices.stream().map(Device::name).toList())
        + "; write a device's name, zone:ID, supplier:NAME, an IP or MAC address, a range, bacnet:INSTANCE, knx:AREA.LINE.DEVICE or *");
  }

  private Servers servers(@Nullable Item item) throws SiteError {
    if (item == null) {
      return Servers.NONE;
    }
    item.known("servers", "dhcp", "dns", "ntp", "gateways");
    return new Servers(parties(item, "dhcp"), parties(item, "dns"), parties(item, "ntp"), parties(item, "gateways"));
  }

  private Maintenance maintenance(Item item) throws SiteError {
    item.known("a maintenance", "from", "to", "who", "whom", "contractor", "comment");
    long from = time(item.need("a maintenance", "from"));
    Item toItem = item.need("a maintenance", "to");
    long to = time(toItem);
    if (to <= from) {
      throw toItem.error("the end is not after the start");
    }
    item.need("a maintenance", "who");
    item.need("a maintenance", "whom");
    String contractor = item.textOf("contractor");
    String comment = item.textOf("comment");
    return new Maintenance(from, to, parties(item, "who"), parties(item, "whom"), contractor == null ? "" : contractor, comment == null ? "" : comment,
        item.line());
  }

  private long time(Item item) throws SiteError {
    try {
      return Maintenance.time(item.text(), calendar.tz());
    } catch (DateTimeException | ArithmeticException e) {
      throw item.error("\"" + Item.shown(item.text()) + "\" is no time; write 2026-11-24T22:00 (time of the site) or 2026-11-24T21:00:00Z");
    }
  }

  private List<Register> registers(Item root) throws SiteError {
    List<Register> registers = new ArrayList<>();
    Map<List<Object>, Integer> seen = new HashMap<>();
    for (Item item : list(root, "registers")) {
      add(registers, seen, item, register(item));
    }
    for (Item item : list(root, "registerMaps")) {
      item.known("a register map", "device", "unit", "file");
      Device device = device(item, "a register map");
      int unit = unit(item, device);
      Item fileItem = item.need("a register map", "file");
      Path file = file(fileItem);
      try {
        for (RegisterFile.Line line : RegisterFile.read(fileItem.text(), Csv.read(file, fileItem.text(), RegisterFile.MOST_ROWS))) {
          add(registers, seen, fileItem, new Register(device, line.unit() < 0 ? unit : line.unit(), line.register()));
        }
      } catch (IOException e) {
        throw unreadable(fileItem, e);
      }
    }
    return List.copyOf(registers);
  }

  private static void add(List<Register> registers, Map<List<Object>, Integer> seen, Item item, Register r) throws SiteError {
    Integer before = seen.put(List.of(r.device().name(), r.unit(), r.register().table(), r.register().address()), item.line());
    if (before != null) {
      throw item.error("the register " + r.register().table().text() + ":" + r.register().address() + " of this unit is given twice; it stood at line "
          + before);
    }
    registers.add(r);
  }

  /** A file that the site file names: beside it or below, never elsewhere. */
  private Path file(Item item) throws SiteError {
    String text = item.text();
    if (folder == null) {
      throw item.error("another file can only be named by a site file that is a file itself");
    }
    Path relative;
    try {
      relative = Path.of(text);
    } catch (InvalidPathException e) {
      throw item.error("\"" + Item.shown(text) + "\" is no file name");
    }
    Path file = folder.resolve(relative).normalize();
    if (relative.isAbsolute() || !file.startsWith(folder)) {
      throw item.error("the file must lie beside the site file or below it");
    }
    if (!Files.isRegularFile(file)) {
      throw item.error("there is no file \"" + Item.shown(text) + "\" beside the site file");
    }
    try {
      // what a link names counts as where it leads: reading is done through the real path, which no link can change any more
      file = file.toRealPath();
      if (!file.startsWith(folder.toRealPath())) {
        throw item.error("\"" + Item.shown(text) + "\" is a link that leads out of the folder of the site file; put the file itself there");
      }
    } catch (IOException e) {
      throw unreadable(item, e);
    }
    files.add(file);
    return file;
  }

  private static SiteError unreadable(Item item, IOException e) throws SiteError {
    return item.error("the file \"" + Item.shown(item.text()) + "\" cannot be read: " + Item.shown(String.valueOf(e.getMessage())));
  }

  private List<GroupAddresses.Group> groups(Item root) throws SiteError {
    List<GroupAddresses.Group> groups = new ArrayList<>();
    for (Item item : root.several("groupAddresses")) {
      Path file = file(item);
      try {
        groups.addAll(GroupFile.read(file, item.text()));
      } catch (IOException e) {
        throw unreadable(item, e);
      }
    }
    return List.copyOf(groups);
  }

  /** The device whose registers these are: found by its address, because nothing else stands in a packet of Modbus. */
  private Device device(Item item, String what) throws SiteError {
    Item deviceItem = item.need(what, "device");
    Device device = null;
    for (Device d : devices) {
      device = d.name().equals(deviceItem.text()) ? d : device;
    }
    if (device == null) {
      throw deviceItem.error(unknown("device", deviceItem.text(), devices.stream().map(Device::name).toList()));
    }
    Cidr ip = device.match().ip();
    if (ip == null || !ip.single()) {
      throw deviceItem.error("the device \"" + Item.shown(device.name()) + "\" has no ip in its match: registers are found by the address of their server");
    }
    return device;
  }

  private static int unit(Item item, Device device) throws SiteError {
    Item unit = item.find("unit");
    return unit != null ? unit.whole(0, 255) : device.match().unit() < 0 ? 1 : device.match().unit();
  }

  private Register register(Item item) throws SiteError {
    item.known("a register", "device", "unit", "address", "type", "scale", "unitOfMeasure", "name", "words");
    Device device = device(item, "a register");
    Item address = item.need("a register", "address");
    int colon = address.text().indexOf(':');
    fr.vigie.sensor.meaning.Register.Table table = RegisterFile.table(colon < 0 ? "holding-register" : address.text().substring(0, colon));
    int number = Addresses.decimal(address.text().substring(colon + 1), 65535);
    if (table == null || number < 0) {
      throw address.error("\"" + Item.shown(address.text()) + "\" is no register; write a table (" + String.join(", ", RegisterFile.tables())
          + "), a colon and the address on the wire from 0 to 65535, for example holding-register:100");
    }
    Item scale = item.find("scale");
    String name = item.textOf("name");
    return new Register(device, unit(item, device), new fr.vigie.sensor.meaning.Register(table, number, type(item, table), lowFirst(item),
        scale == null ? 1 : scale.number(), item.textOf("unitOfMeasure"), name == null ? "" : name));
  }

  private static boolean lowFirst(Item item) throws SiteError {
    Item words = item.find("words");
    if (words == null || words.text().equals("high-first")) {
      return false;
    }
    if (!words.text().equals("low-first")) {
      throw words.error("\"" + Item.shown(words.text()) + "\" is no order of words; write high-first or low-first");
    }
    return true;
  }

  private static fr.vigie.sensor.meaning.Register.Type type(Item item, fr.vigie.sensor.meaning.Register.Table table) throws SiteError {
    Item type = item.find("type");
    if (type == null) {
      return table.bits() ? fr.vigie.sensor.meaning.Register.Type.BOOL : fr.vigie.sensor.meaning.Register.Type.UINT16;
    }
    fr.vigie.sensor.meaning.Register.Type known = RegisterFile.type(type.text());
    if (known == null) {
      throw type.error(unknown("type", type.text(), RegisterFile.types()));
    }
    if (table.bits() && known != fr.vigie.sensor.meaning.Register.Type.BOOL) {
      throw type.error("a " + table.text() + " is one bit: its type is bool");
    }
    return known;
  }

  private static List<Set<Long>> redundant(Item root) throws SiteError {
    List<Set<Long>> pairs = new ArrayList<>();
    for (Item pair : list(root, "redundant")) {
      Set<Long> macs = new TreeSet<>();
      for (Item mac : pair.list("a redundant pair")) {
        macs.add(Words.mac(mac));
      }
      if (macs.size() < 2) {
        throw pair.error("a redundant pair needs two different MAC addresses");
      }
      pairs.add(Set.copyOf(macs));
    }
    return List.copyOf(pairs);
  }
}
