package fr.vigie.web.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** In which lines the stories of a file begin, and the messages of each. */
final class Places {
  /** A story: where it begins, and where each of its messages does. */
  private record Story(int line, List<Integer> messages) {}

  private final List<Story> stories = new ArrayList<>();

  private Places() {}

  /** Reads a text that is YAML. */
  static Places of(ObjectMapper yaml, String text) throws JsonProcessingException {
    Places places = new Places();
    try (JsonParser p = yaml.createParser(text)) {
      p.nextToken();
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        boolean stories = p.currentName().equals("stories");
        if (p.nextToken() == JsonToken.START_ARRAY && stories) {
          while (p.nextToken() != JsonToken.END_ARRAY) {
            places.story(p);
          }
        } else {
          p.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // from memory: cannot happen
    }
    return places;
  }

  private void story(JsonParser p) throws IOException {
    Story story = new Story(p.currentTokenLocation().getLineNr(), new ArrayList<>());
    stories.add(story);
    if (p.currentToken() != JsonToken.START_OBJECT) {
      p.skipChildren();
      return;
    }
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      boolean messages = p.currentName().equals("messages");
      if (p.nextToken() == JsonToken.START_ARRAY && messages) {
        while (p.nextToken() != JsonToken.END_ARRAY) {
          story.messages.add(p.currentTokenLocation().getLineNr());
          p.skipChildren();
        }
      } else {
        p.skipChildren();
      }
    }
  }

  /** {@code :12} for a story, from 0; empty where it has no place. */
  String line(int story) {
    return story < stories.size() ? ":" + stories.get(story).line : "";
  }

  /** The same for a message of it, from 0. */
  String line(int story, int message) {
    return story < stories.size() && message < stories.get(story).messages.size() ? ":" + stories.get(story).messages.get(message) : line(story);
  }
}
