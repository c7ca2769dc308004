package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The origins of a source, in the order met; their digests are filled in when known. Whoever reads the source adds, any
 * thread lists.
 */
final class OriginList {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  OriginList() {
    this(List.of());
  }

  /** The same behind the origins of earlier sessions. */
  OriginList(List<Origin> before) {
    for (Origin o : before) {
      entries.add(new Entry(o.realm(), o.file(), o::sha256, o.name(), o.linkType()));
    }
  }

  int add(String realm, String file, Supplier<@Nullable String> sha256, @Nullable String name, int linkType) {
    entries.add(new Entry(realm, file, sha256, name, linkType));
    return entries.size() - 1;
  }

  List<Origin> list() {
    List<Origin> list = new ArrayList<>(entries.size());
    for (Entry e : entries) {
      list.add(new Origin(list.size(), e.realm, e.file, e.sha256.get(), e.name, e.linkType));
    }
    return list;
  }

  /** The capture zone of each, without asking for a digest. */
  List<String> realms() {
    return entries.stream().map(Entry::realm).toList();
  }

  private record Entry(String realm, String file, Supplier<@Nullable String> sha256, @Nullable String name, int linkType) {}
}
