package fr.vigie.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RosterTest {
  private final Roster roster = new Roster();

  private static ObjectNode device(String id, String zone, String ip) {
    ObjectNode device = JsonNodeFactory.instance.objectNode().put("id", id).put("name", id + "-name").put("zone", zone);
    device.putArray("keys").add("mac:" + id);
    device.putArray("addresses").addObject().put("mac", "02:00:00:00:00:01").put("current", true);
    device.withArray("addresses").addObject().put("ip", ip).put("current", true);
    return device;
  }

  private static ObjectNode naming(String... ids) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    List.of(ids).forEach(document.putArray("assets")::add);
    return document;
  }

  @Test
  void whoeverNamesADeviceThatBecamePartOfAnotherMeansTheOther() {
    roster.take(device("a", "froid", "10.0.0.1"));
    roster.merged("b", "c");
    roster.merged("c", "a");
    assertEquals("a", roster.devicesOf(naming("b"), JsonNodeFactory.instance.arrayNode()).path(0).path("id").asText());
    roster.take(device("b", "hall", "10.0.0.2"));
    assertEquals("b", roster.devicesOf(naming("b"), JsonNodeFactory.instance.arrayNode()).path(0).path("id").asText());
  }

  @Test
  void mergesThatGoRoundEnd() {
    roster.merged("b", "c");
    roster.merged("c", "b");
    assertTrue(roster.devicesOf(naming("b"), JsonNodeFactory.instance.arrayNode()).isEmpty());
  }

  @Test
  void zonesStandOnceAndThoseOfTheActorOnlyWhereNoOtherDeviceIsNamed() {
    roster.take(device("a", "froid", "10.0.0.1"));
    roster.take(device("b", "hall", "10.0.0.2"));
    roster.take(device("c", "hall", "10.0.0.3"));
    ObjectNode alert = naming("a", "b", "c", "unknown");
    alert.putObject("who").put("ip", "10.0.0.1");
    roster.zones(alert);
    assertEquals("[\"froid\",\"hall\"]", alert.path("zones").toString());
    assertEquals(Set.of("hall"), roster.targetZones(alert));
    ObjectNode alone = naming("a");
    alone.putObject("who").put("ip", "10.0.0.1");
    assertEquals(Set.of("froid"), roster.targetZones(alone));
  }

  @Test
  void devicesAtTheFirstAddressesComeFirst() {
    roster.take(device("a", "froid", "10.0.0.1"));
    roster.take(device("b", "hall", "10.0.0.2"));
    ObjectNode actor = JsonNodeFactory.instance.objectNode().put("ip", "10.0.0.2");
    assertEquals("b", roster.devicesOf(naming("a", "b"), JsonNodeFactory.instance.arrayNode().add(actor)).path(0).path("id").asText());
  }

  @Test
  void anIndexTellsNothingOfADeviceThatCameSince() {
    roster.take(device("a", "froid", "10.0.0.1"));
    roster.recall(device("a", "hall", "10.0.0.9"));
    assertEquals(new Brief("a-name", "10.0.0.1", "", "froid", "new"), roster.brief("a"));
  }

  @Test
  void aDeviceThatWentIsNotShownAndItsKeyIsStillKnown() {
    roster.take(device("a", "froid", "10.0.0.1"));
    roster.gone("a");
    assertFalse(roster.shows("a"));
    assertTrue(roster.hasKey("mac:a"));
    assertTrue(roster.named(List.of("a")).isEmpty());
  }
}
