package fr.vigie.web.export;

import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.json.Members;
import fr.vigie.sensor.observe.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Members written straight to a {@link Line}. A test holds the octets against those of a tree of the same members. */
final class LineMembers implements Members<IOException> {
  private static final byte[] COMMA = Line.ready(",");
  private static final byte[] QUOTE = Line.ready("\"");
  private static final byte[] OPEN = Line.ready("{");
  private static final byte[] CLOSE = Line.ready("}");
  private static final byte[] LIST = Line.ready("[");
  private static final byte[] END = Line.ready("]");
  private static final byte[] NULL = Line.ready("null");
  private static final byte[] TRUE = Line.ready("true");
  private static final byte[] FALSE = Line.ready("false");

  private final Line line;
  /** Names that were written, behind their comma and before their colon. Who writes names that it did not choose itself bounds their number. */
  private final Map<String, byte[]> names;
  /** Whether something stands before the next member or entry. */
  private boolean further;

  /**
   * Members of an object that is not open yet.
   *
   * @param names where ready names are kept, for the lines of one thread
   */
  LineMembers(Line line, Map<String, byte[]> names) {
    this.line = line;
    this.names = names;
  }

  private Line name(String name) throws IOException {
    byte[] ready = names.get(name);
    if (ready == null) {
      ready = (',' + Json.text(name) + ':').getBytes(StandardCharsets.UTF_8);
      names.put(name, ready);
    }
    line.put(ready, further ? 0 : 1);
    further = true;
    return line;
  }

  private void comma() throws IOException {
    if (further) {
      line.put(COMMA);
    }
    further = true;
  }

  @Override
  public LineMembers put(String name, @Nullable String text) throws IOException {
    name(name).text(text);
    return this;
  }

  @Override
  public LineMembers put(String name, int number) throws IOException {
    name(name).whole(number);
    return this;
  }

  @Override
  public LineMembers put(String name, boolean is) throws IOException {
    name(name).put(is ? TRUE : FALSE);
    return this;
  }

  @Override
  public LineMembers whole(String name, long value) throws IOException {
    name(name).put(QUOTE).whole(value).put(QUOTE);
    return this;
  }

  @Override
  public LineMembers time(String name, long ns) throws IOException {
    name(name).put(QUOTE).time(ns).put(QUOTE);
    return this;
  }

  @Override
  public LineMembers endpoint(String name, @Nullable Endpoint endpoint) throws IOException {
    Line value = name(name);
    if (endpoint == null) {
      value.put(NULL);
    } else {
      value.endpoint(endpoint, 0);
    }
    return this;
  }

  @Override
  public LineMembers open(String name) throws IOException {
    name(name).put(OPEN);
    further = false;
    return this;
  }

  /** The next entry of a list, or the object that is the whole line. */
  @Override
  public LineMembers open() throws IOException {
    comma();
    line.put(OPEN);
    further = false;
    return this;
  }

  @Override
  public LineMembers close() throws IOException {
    line.put(CLOSE);
    further = true;
    return this;
  }

  @Override
  public LineMembers list(String name) throws IOException {
    name(name).put(LIST);
    further = false;
    return this;
  }

  @Override
  public LineMembers entry(String text) throws IOException {
    comma();
    line.text(text);
    return this;
  }

  @Override
  public LineMembers end() throws IOException {
    line.put(END);
    further = true;
    return this;
  }
}
