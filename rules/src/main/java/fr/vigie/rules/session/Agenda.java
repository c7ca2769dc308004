package fr.vigie.rules.session;

import fr.vigie.rules.event.Event;
import java.util.ArrayList;
import java.util.List;

/** What a quantum brings before the rules: events for them to judge, and what they said before of the same and need not be asked again. */
final class Agenda {
  final List<Event> events = new ArrayList<>();
  final List<Said> said = new ArrayList<>();

  int size() {
    return events.size() + said.size();
  }
}
