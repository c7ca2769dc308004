package fr.vigie.web.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.json.Members;
import fr.vigie.inventory.json.Tree;
import fr.vigie.sensor.observe.Endpoint;
import fr.vigie.sensor.observe.Endpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Objects written member by member to a line, against trees of the same members written by Jackson. */
final class LineMembersTest {
  private static final String[] TEXTS = {"", "plain", "\"\\\n", "\u009b31m", "\u202e", "é", "\ud83c\udfe5", "\ud800", "<script>"};
  private final Endpoints endpoints = new Endpoints(64);

  @Test
  void everyObjectIsTheTreeOfItsMembers() throws IOException {
    Map<String, byte[]> names = new HashMap<>();
    for (int seed = 0; seed < 2_000; seed++) {
      Tree tree = new Tree();
      object(new Random(seed), tree, 3);
      ByteArrayOutputStream octets = new ByteArrayOutputStream();
      try (Line line = Line.single(octets)) {
        LineMembers members = new LineMembers(line, names).open();
        object(new Random(seed), members, 3);
        members.close();
      }
      assertThat(octets.toByteArray()).as("seed " + seed).isEqualTo(Json.line(tree.node()).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void aTreeTakesNoEntryWhereAMemberBelongs() {
    Tree tree = new Tree();
    assertThatThrownBy(() -> tree.entry("x")).isInstanceOf(IllegalStateException.class);
    tree.list("list");
    assertThatThrownBy(() -> tree.put("name", "x")).isInstanceOf(IllegalStateException.class);
  }

  private <X extends Exception> void object(Random r, Members<X> o, int depth) throws X {
    int members = r.nextInt(6);
    for (int i = 0; i < members; i++) {
      String name = "m" + i;
      switch (r.nextInt(depth == 0 ? 6 : 9)) {
        case 0 -> o.put(name, r.nextInt(5) == 0 ? null : text(r));
        case 1 -> o.put(name, r.nextInt());
        case 2 -> o.put(name, r.nextBoolean());
        case 3 -> o.whole(name, r.nextLong());
        case 4 -> o.time(name, r.nextLong() >>> 1);
        case 5 -> o.endpoint(name, r.nextInt(5) == 0 ? null : endpoint(r));
        case 6 -> {
          o.open(name);
          object(r, o, depth - 1);
          o.close();
        }
        case 7 -> {
          o.list(name);
          for (int n = r.nextInt(4); n > 0; n--) {
            o.open();
            Json.endpoint(endpoint(r), o);
            object(r, o, depth - 1);
            o.close();
          }
          o.end();
        }
        default -> o.list(name, List.of(text(r), text(r)).subList(0, r.nextInt(3)));
      }
    }
  }

  private static String text(Random r) {
    return TEXTS[r.nextInt(TEXTS.length)];
  }

  private Endpoint endpoint(Random r) {
    Endpoint ip = endpoints.ip(r.nextBoolean() ? "" : "wing é", 4, 0, r.nextInt(), r.nextBoolean() ? Endpoint.NO_MAC : r.nextLong() >>> 16,
        r.nextBoolean() ? Endpoint.NO_VLAN : r.nextInt(4095));
    return switch (r.nextInt(3)) {
      case 0 -> endpoints.modbus(ip, r.nextInt(256));
      case 1 -> endpoints.knx(ip, r.nextInt(65536));
      default -> ip;
    };
  }
}
