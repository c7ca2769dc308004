package fr.vigie.web.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.web.access.Role;
import fr.vigie.web.api.Policies;
import fr.vigie.web.live.FourEyes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policy as people change it in the console: what lets pass that was told before ({@link Looser}) waits for a second administrator, all
 * else is in force at once. What was approved comes into force only where no other set has come since it was asked: what the second person saw
 * is what happens. A crash between the second word and the set leaves the set before; it is asked anew.
 */
public final class PolicyDesk implements Policies {
  private static final String KIND = "policy.looser";
  /** Lines that the second person reads; of more it is said how many. */
  private static final int SHOWN = 20;
  /** Longest table that can wait, octets: it waits in the journal. */
  private static final int LONGEST = 600_000;

  private final PolicyRoom room;
  private final FourEyes eyes;
  private volatile boolean open;

  /** Over a room, with those who are asked; what was granted before this start is in force already, or is asked anew. */
  public PolicyDesk(PolicyRoom room, FourEyes eyes) {
    this.room = room;
    this.eyes = eyes;
    eyes.on(KIND, Role.ADMINISTRATOR, (asked, grant) -> {
      if (open) {
        bring(asked);
      }
    });
    open = true;
  }

  private void bring(FourEyes.Asked asked) {
    JsonNode said = asked.said();
    try {
      if (room.number() != said.path("base").asLong()) {
        room.late();
        return;
      }
      String table = said.path("table").asText();
      switch (said.path("act").asText()) {
        case "take" -> room.take(table, said.path("name").asText(), Base64.getDecoder().decode(said.path("content").asText()), asked.author());
        case "remove" -> room.remove(table, asked.author());
        case "announce" -> room.announce(said.path("work"), asked.author());
        default -> room.rollback(said.path("number").asLong(), asked.author());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks for the second person; the answer names the decision that waits, or why it cannot. */
  private ObjectNode ask(ObjectNode answer, String who, List<String> looser, ObjectNode said, String fr, String en) throws IOException {
    answer.putNull("set");
    said.put("base", room.number());
    List<ObjectNode> details = new ArrayList<>();
    looser.stream().limit(SHOWN).forEach(l -> details.add(FourEyes.said(l, l)));
    if (looser.size() > SHOWN) {
      details.add(FourEyes.said("et " + (looser.size() - SHOWN) + " autres lignes", "and " + (looser.size() - SHOWN) + " further lines"));
    }
    if (said.path("content").asText().length() > LONGEST) {
      return fault(answer, "ce tableau permet davantage et il est trop long pour attendre une seconde personne : il passe par le dossier de l’administrateur",
          "this table permits more and is too long to wait for a second person: it goes through the administrator's folder");
    }
    ObjectNode waits = eyes.ask(KIND, who, FourEyes.said(fr, en), details, said, "");
    if (waits == null) {
      return fault(answer, "trop de décisions attendent déjà une seconde personne", "too many decisions wait for a second person already");
    }
    answer.set("approval", waits);
    return answer;
  }

  private static ObjectNode fault(ObjectNode answer, String fr, String en) {
    answer.withArray("faults").addObject().put("file", "policy").put("line", 0).put("column", 0).put("fr", fr).put("en", en);
    return answer;
  }

  private static ObjectNode said(String act, String table) {
    return Json.object().put("act", act).put("table", table);
  }

  @Override
  public @Nullable ObjectNode take(String table, String name, byte[] content, String who) throws IOException {
    ObjectNode plan = room.plan(table, name, content);
    if (plan == null || !plan.path("sound").asBoolean()) {
      return plan;
    }
    List<String> looser = room.looser(table, name, content);
    return looser.isEmpty() ? room.take(table, name, content, who)
        : ask(plan, who, looser, said("take", table).put("name", name).put("content", Base64.getEncoder().encodeToString(content)),
            "Politique : un tableau qui permet davantage (" + table + ")", "Policy: a table that permits more (" + table + ")");
  }

  @Override
  public @Nullable ObjectNode remove(String table, String who) throws IOException {
    List<String> looser = room.looserWithout(table);
    return looser.isEmpty() ? room.remove(table, who)
        : ask(none(), who, looser, said("remove", table), "Politique : retirer un tableau (" + table + ")", "Policy: take a table away (" + table + ")");
  }

  @Override
  public ObjectNode announce(JsonNode work, String who) throws IOException {
    byte[] content = room.announced(work);
    ObjectNode plan = room.plan("maintenance", "maintenance.csv", content);
    List<String> looser = plan == null || !plan.path("sound").asBoolean() ? List.of() : room.looser("maintenance", "maintenance.csv", content);
    if (plan == null || looser.isEmpty()) {
      return room.announce(work, who);
    }
    ObjectNode said = said("announce", "maintenance");
    said.set("work", work.deepCopy());
    return ask(plan, who, looser, said, "Politique : une intervention qui couvre tout ou tous", "Policy: an intervention that covers everything or everybody");
  }

  @Override
  public @Nullable ObjectNode end(int place, long set, String who) throws IOException {
    return room.end(place, set, who);
  }

  @Override
  public @Nullable ObjectNode rollback(long number, String who) throws IOException {
    List<String> looser = room.looserAt(number);
    if (looser.isEmpty()) {
      return room.rollback(number, who);
    }
    long which = room.earlier(number);
    return ask(none(), who, looser, said("rollback", "").put("number", which), "Politique : revenir au jeu " + which, "Policy: go back to set " + which);
  }

  private static ObjectNode none() {
    ObjectNode answer = Json.object();
    answer.putArray("faults");
    return answer;
  }

  @Override
  public ObjectNode page() throws IOException {
    return room.page();
  }

  @Override
  public @Nullable ObjectNode plan(String table, String name, byte[] content) throws IOException {
    return room.plan(table, name, content);
  }

  @Override
  public byte @Nullable [] table(String table, String format, boolean french) throws IOException {
    return room.table(table, format, french);
  }

  @Override
  public @Nullable ObjectNode backtest(String table, String name, byte[] content, String since) throws IOException {
    return room.backtest(table, name, content, since);
  }

  @Override
  public ObjectNode backtested() {
    return room.backtested();
  }
}
