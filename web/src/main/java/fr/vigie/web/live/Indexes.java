package fr.vigie.web.live;

import fr.vigie.inventory.store.Index;
import fr.vigie.inventory.store.Index.Kind;
import fr.vigie.inventory.store.Index.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The indexes that the estate searches, and the fields of each, by which people ask in the query language. */
public record Indexes(Index alerts, Index assets, Index contacts, Index readings, Index acts, Index incidents) {
  /** In memory: a replay that nobody keeps. */
  public static Indexes inMemory() throws IOException {
    return new Indexes(Index.inMemory(alertFields()), Index.inMemory(assetFields()), Index.inMemory(contactFields()),
        Index.inMemory(readingFields(), false), Index.inMemory(actFields()), Index.inMemory(incidentFields()));
  }

  /** In a folder, one folder each; of those that were opened before one that cannot be, none stays open. */
  public static Indexes open(Path folder) throws IOException {
    List<Index> opened = new ArrayList<>();
    try {
      opened.add(Index.open(folder.resolve("alerts"), alertFields()));
      opened.add(Index.open(folder.resolve("assets"), assetFields()));
      opened.add(Index.open(folder.resolve("contacts"), contactFields()));
      opened.add(Index.open(folder.resolve("readings"), readingFields(), false));
      opened.add(Index.open(folder.resolve("acts"), actFields()));
      opened.add(Index.open(folder.resolve("incidents"), incidentFields()));
      return new Indexes(opened.get(0), opened.get(1), opened.get(2), opened.get(3), opened.get(4), opened.get(5));
    } catch (IOException | RuntimeException e) {
      try {
        close(opened);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** All of them. */
  public List<Index> all() {
    return List.of(alerts, assets, contacts, readings, acts, incidents);
  }

  /** Closes all of them, also where one of them fails. */
  public void close() throws IOException {
    close(all());
  }

  private static void close(List<Index> some) throws IOException {
    IOException first = null;
    for (Index each : some) {
      try {
        each.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Fields of alerts, for the query language. */
  public static List<Spec> alertFields() {
    return List.of(new Spec("id", "/id", Kind.KEYWORD), new Spec("rule", "/rule/id", Kind.KEYWORD), new Spec("severity", "/severity", Kind.KEYWORD),
        new Spec("state", "/state", Kind.KEYWORD), new Spec("technique", "/technique/*/id", Kind.KEYWORD),
        new Spec("zone", "/zones/*", Kind.KEYWORD), new Spec("asset", "/assets/*", Kind.KEYWORD), new Spec("who", "/who/ip", Kind.KEYWORD),
        new Spec("whom", "/whom/*/ip", Kind.KEYWORD), new Spec("vlan", "/who/vlan", Kind.KEYWORD), new Spec("incident", "/incident", Kind.KEYWORD),
        new Spec("exception", "/exception", Kind.KEYWORD), new Spec("cause", "/fold/cause", Kind.KEYWORD),
        new Spec("assignee", "/assignee", Kind.KEYWORD), new Spec("time", "/time", Kind.TIME), new Spec("first", "/first", Kind.TIME),
        new Spec("last", "/last", Kind.TIME), new Spec("count", "/count", Kind.NUMBER), new Spec("urgency", "/_urgency", Kind.NUMBER));
  }

  /** Fields of incidents, for the query language. */
  public static List<Spec> incidentFields() {
    return List.of(new Spec("id", "/id", Kind.KEYWORD), new Spec("severity", "/severity", Kind.KEYWORD), new Spec("state", "/state", Kind.KEYWORD),
        new Spec("verdict", "/verdict", Kind.KEYWORD), new Spec("assignee", "/assignee", Kind.KEYWORD), new Spec("rule", "/rules/*/id", Kind.KEYWORD),
        new Spec("cause", "/folds/*/cause", Kind.KEYWORD), new Spec("technique", "/technique/*", Kind.KEYWORD), new Spec("zone", "/zones/*", Kind.KEYWORD),
        new Spec("asset", "/assets/*", Kind.KEYWORD), new Spec("who", "/actors/*/ip", Kind.KEYWORD), new Spec("whom", "/targets/*/ip", Kind.KEYWORD),
        new Spec("first", "/first", Kind.TIME), new Spec("last", "/last", Kind.TIME), new Spec("alerts", "/alerts", Kind.NUMBER),
        new Spec("events", "/events", Kind.NUMBER), new Spec("urgency", "/_urgency", Kind.NUMBER));
  }

  /** Fields of devices, for the query language. */
  public static List<Spec> assetFields() {
    return List.of(new Spec("id", "/id", Kind.IDENTIFIER), new Spec("name", "/name", Kind.IDENTIFIER), new Spec("kind", "/kind", Kind.KEYWORD),
        new Spec("zone", "/zone", Kind.KEYWORD), new Spec("place", "/place", Kind.KEYWORD), new Spec("vendor", "/vendor", Kind.KEYWORD),
        new Spec("model", "/model", Kind.KEYWORD), new Spec("firmware", "/firmware", Kind.KEYWORD), new Spec("serial", "/serial", Kind.IDENTIFIER),
        new Spec("review", "/decisions/review", Kind.KEYWORD),
        new Spec("due", "/decisions/due", Kind.KEYWORD), new Spec("service", "/picture/services/*", Kind.KEYWORD),
        new Spec("peer", "/picture/peers/*", Kind.IDENTIFIER), new Spec("changed", "/decisions/reopened/*/field", Kind.KEYWORD),
        new Spec("campaign", "/campaigns/*", Kind.KEYWORD), new Spec("owner", "/owner", Kind.KEYWORD), new Spec("supplier", "/supplier", Kind.KEYWORD),
        new Spec("contract", "/contract", Kind.KEYWORD), new Spec("site", "/site", Kind.KEYWORD), new Spec("building", "/building", Kind.KEYWORD),
        new Spec("floor", "/floor", Kind.KEYWORD), new Spec("room", "/room", Kind.KEYWORD), new Spec("key", "/keys/*", Kind.IDENTIFIER),
        new Spec("ip", "/addresses/*/ip", Kind.IDENTIFIER), new Spec("mac", "/addresses/*/mac", Kind.IDENTIFIER),
        new Spec("vlan", "/addresses/*/vlan", Kind.KEYWORD), new Spec("parent", "/parent", Kind.IDENTIFIER), new Spec("care", "/care", Kind.NUMBER),
        new Spec("first", "/first", Kind.TIME), new Spec("last", "/last", Kind.TIME));
  }

  /** Fields of contacts, for the query language. */
  public static List<Spec> contactFields() {
    return List.of(new Spec("asset", "/assets/*", Kind.IDENTIFIER), new Spec("from", "/from", Kind.IDENTIFIER), new Spec("to", "/to", Kind.IDENTIFIER),
        new Spec("who", "/who/ip", Kind.IDENTIFIER), new Spec("whom", "/whom/ip", Kind.IDENTIFIER), new Spec("port", "/whom/port", Kind.NUMBER),
        new Spec("vlan", "/who/vlan", Kind.KEYWORD), new Spec("protocol", "/protocol", Kind.KEYWORD), new Spec("transport", "/transport", Kind.KEYWORD),
        new Spec("answer", "/answer", Kind.KEYWORD), new Spec("operation", "/operations/*", Kind.KEYWORD), new Spec("packets", "/packets", Kind.NUMBER),
        new Spec("bytes", "/bytes", Kind.NUMBER), new Spec("first", "/first", Kind.TIME), new Spec("last", "/last", Kind.TIME));
  }

  /** Fields of readings, which nobody looks for by words. */
  public static List<Spec> readingFields() {
    return List.of(new Spec("asset", "/asset", Kind.IDENTIFIER), new Spec("to", "/to", Kind.TIME));
  }

  /** Fields of what devices do to each other's points, for the query language. */
  public static List<Spec> actFields() {
    return List.of(new Spec("asset", "/assets/*", Kind.IDENTIFIER), new Spec("from", "/from", Kind.IDENTIFIER), new Spec("to", "/to", Kind.IDENTIFIER),
        new Spec("who", "/who/ip", Kind.IDENTIFIER), new Spec("whom", "/whom/ip", Kind.IDENTIFIER), new Spec("protocol", "/protocol", Kind.KEYWORD),
        new Spec("verb", "/verb", Kind.KEYWORD), new Spec("operation", "/operation", Kind.KEYWORD), new Spec("point", "/point", Kind.IDENTIFIER),
        new Spec("priority", "/priority", Kind.NUMBER), new Spec("outcome", "/outcome", Kind.KEYWORD), new Spec("count", "/times", Kind.NUMBER),
        new Spec("first", "/first", Kind.TIME), new Spec("last", "/time", Kind.TIME));
  }
}
