package fr.vigie.inventory.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fr.vigie.sensor.observe.Endpoint;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Members put into a tree, to be read and changed by who asked for it. */
public final class Tree implements Members<RuntimeException> {
  private final ObjectNode root = Json.object();
  /** What was begun and has not ended, the innermost first. */
  private final ArrayDeque<ContainerNode<?>> within = new ArrayDeque<>();

  /** Begins an object. */
  public Tree() {
    within.push(root);
  }

  /** The object, as far as it was written. */
  public ObjectNode node() {
    return root;
  }

  private ObjectNode object() {
    return within.element() instanceof ObjectNode o ? o : wrong("a list takes entries, not members");
  }

  private ArrayNode array() {
    return within.element() instanceof ArrayNode a ? a : wrong("an object takes members, not entries");
  }

  private static <T> T wrong(String why) {
    throw new IllegalStateException(why);
  }

  @Override
  public Tree put(String name, @Nullable String text) {
    object().put(name, text);
    return this;
  }

  @Override
  public Tree put(String name, int number) {
    object().put(name, number);
    return this;
  }

  @Override
  public Tree put(String name, boolean is) {
    object().put(name, is);
    return this;
  }

  @Override
  public Tree whole(String name, long value) {
    object().put(name, Json.whole(value));
    return this;
  }

  @Override
  public Tree time(String name, long ns) {
    object().put(name, Json.time(ns));
    return this;
  }

  @Override
  public Tree endpoint(String name, @Nullable Endpoint endpoint) {
    object().set(name, endpoint == null ? null : Json.endpoint(endpoint));
    return this;
  }

  @Override
  public Tree open(String name) {
    within.push(object().putObject(name));
    return this;
  }

  @Override
  public Tree open() {
    within.push(array().addObject());
    return this;
  }

  @Override
  public Tree close() {
    object();
    within.pop();
    return this;
  }

  @Override
  public Tree list(String name) {
    within.push(object().putArray(name));
    return this;
  }

  @Override
  public Tree entry(String text) {
    array().add(text);
    return this;
  }

  @Override
  public Tree end() {
    array();
    within.pop();
    return this;
  }
}
