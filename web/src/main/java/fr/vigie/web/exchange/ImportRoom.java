package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.web.api.Imports;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tables of people, tried, taken and taken back. */
public final class ImportRoom implements Imports {
  /** People who decide in the same moment make a plan old; it is made again so often. */
  private static final int TRIES = 5;

  private final Ballot ballot;
  private final Site site;

  /**
   * Opens it.
   *
   * @param site the site file as read: devices are placed in its zones alone
   */
  public ImportRoom(Ballot ballot, Site site) {
    this.ballot = ballot;
    this.site = site;
  }

  @Override
  public ObjectNode plan(String name, byte[] content) throws IOException {
    try {
      return dressed(Plan.of(TableFile.read(name, content), ballot.devices(), site).json(), name, content);
    } catch (Refusal e) {
      return dressed(Plan.refused(e), name, content);
    }
  }

  @Override
  public ObjectNode take(String name, byte[] content, String who) throws IOException {
    Grid grid;
    try {
      grid = TableFile.read(name, content);
    } catch (Refusal e) {
      return dressed(Plan.refused(e), name, content);
    }
    synchronized (ballot) {
      for (int tries = 0; tries < TRIES; tries++) {
        long moment = ballot.moment();
        Plan plan = Plan.of(grid, ballot.devices(), site);
        ObjectNode answer = dressed(plan.json(), name, content);
        if (!plan.sound()) {
          return answer;
        }
        String id = "im-" + ballot.next();
        List<ObjectNode> said = plan.decisions();
        number(said, id, name, answer.path("sha256").asText());
        if (ballot.take(who, Imported.TAKE, said, moment)) {
          return answer.put("id", id);
        }
      }
    }
    throw busy();
  }

  private static IOException busy() {
    return new IOException("others decide about devices at this moment: nothing was taken, try again");
  }

  private static void number(List<ObjectNode> said, String id, String file, String sha256) {
    int part = 0;
    for (ObjectNode each : said) {
      each.put("import", id).put("part", ++part).put("of", said.size()).put("file", file).put("sha256", sha256);
    }
  }

  private static ObjectNode dressed(ObjectNode plan, String name, byte[] content) {
    return plan.put("file", Refusal.shown(name)).put("sha256", sha256(content)).putNull("id");
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public ArrayNode taken() {
    return ballot.imported().taken();
  }

  @Override
  public @Nullable ObjectNode takeBack(String id, String who) throws IOException {
    synchronized (ballot) {
      for (int tries = 0; tries < TRIES; tries++) {
        long moment = ballot.moment();
        JsonNode of = ballot.imported().of(id);
        if (of == null || of.hasNonNull("undone")) {
          return null;
        }
        List<ObjectNode> said = new ArrayList<>();
        int values = 0;
        for (Map.Entry<String, Map<String, String>> device : ballot.before(id).entrySet()) {
          said.add(back(device.getKey(), device.getValue()));
          values += device.getValue().size();
        }
        ObjectNode answer = Json.object().put("id", id).put("devices", said.size()).put("values", values).put("kept", of.path("values").asInt() - values);
        if (said.isEmpty()) {
          return answer; // all of it was decided anew: there is nothing to take back
        }
        number(said, id, of.path("file").asText(), of.path("sha256").asText());
        if (ballot.take(who, Imported.BACK, said, moment)) {
          return answer;
        }
      }
    }
    throw busy();
  }

  private static ObjectNode back(String device, Map<String, String> before) {
    ObjectNode one = Json.object().put("id", device);
    ObjectNode values = Json.object();
    before.forEach((name, value) -> (name.equals("owner") ? one : values).put(name, value));
    if (!values.isEmpty()) {
      one.set("values", values);
    }
    return one;
  }
}
