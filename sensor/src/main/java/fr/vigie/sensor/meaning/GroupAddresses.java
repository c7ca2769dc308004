package fr.vigie.sensor.meaning;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The group addresses of a KNX installation, as an export of its project says. Immutable; one is shared by all pipelines. */
public final class GroupAddresses {
  /** Where nothing is known. */
  public static final GroupAddresses NONE = new GroupAddresses(List.of());

  /**
   * One group address.
   *
   * @param address 16 bits as on the wire
   * @param type how its values are read, or null where the project does not say
   * @param name what people call it; may be empty
   */
  public record Group(int address, @Nullable Datapoint type, String name) {}

  private final @Nullable Group[] groups;
  private final int size;

  private GroupAddresses(Collection<Group> all) {
    groups = new @Nullable Group[all.isEmpty() ? 0 : 1 << 16];
    int n = 0;
    for (Group group : all) {
      n += groups[group.address() & 0xFFFF] == null ? 1 : 0;
      groups[group.address() & 0xFFFF] = group;
    }
    size = n;
  }

  /** The addresses of a list; of two that are the same the later one holds. */
  public static GroupAddresses of(Collection<Group> all) {
    return all.isEmpty() ? NONE : new GroupAddresses(all);
  }

  /** The group at an address, or null. */
  public @Nullable Group at(int address) {
    return address < groups.length ? groups[address] : null;
  }

  /** How many addresses are known. */
  public int size() {
    return size;
  }
}
