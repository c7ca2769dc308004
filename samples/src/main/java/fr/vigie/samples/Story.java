package fr.vigie.samples;

import java.util.ArrayList;
import java.util.List;

/** What happens after the quiet part: incidents that must be found and near misses that must stay silent. */
final class Story {
  private final List<String> rows = new ArrayList<>();

  Story(Building building, Talk talk, long seed, long begin, long end) {
  }

  void play() {
  }

  String text() {
    return "kind\ttime\tactor\ttarget\tact\tdetection\tpacket\twhy\n" + String.join("", rows);
  }
}
