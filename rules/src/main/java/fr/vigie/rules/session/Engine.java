package fr.vigie.rules.session;

import fr.vigie.rules.event.Docket;
import fr.vigie.rules.event.Event;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kie.api.KieBase;
import org.kie.api.KieServices;
import org.kie.api.definition.KiePackage;
import org.kie.api.definition.rule.Rule;
import org.kie.api.event.rule.AfterMatchFiredEvent;
import org.kie.api.event.rule.DefaultAgendaEventListener;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.KieSessionConfiguration;
import org.kie.api.runtime.conf.ClockTypeOption;
import org.kie.api.runtime.rule.FactHandle;
import org.kie.api.time.SessionPseudoClock;

/**
 * The one Drools session: resident facts stay, a quantum of events is inserted in order, fired and deleted. A rule that throws or fires
 * without end is taken out, the session rebuilt from the resident facts and the quantum run again, so that the other rules miss nothing.
 * Single-threaded.
 */
final class Engine {
  /** A rule fires at most once for an event and a resident fact; beyond this much a quantum overruns. */
  private static final int FIRINGS_PER_EVENT = 64;
  private static final int FIRINGS_AT_LEAST = 1024;
  private static final Pattern NAMED = Pattern.compile("(?:Rule |rule )\"([^\"]{1,200})\"");

  /** Who is told that a rule was taken out. */
  @FunctionalInterface
  interface Disabled {
    void disabled(String rule, String cause);
  }

  /** Processor time that a quantum may take, ns: a thousand times what it takes. */
  static final long LONGEST_NS = 5_000_000_000L;

  private final KieBase base;
  private final List<Object> residents;
  private final Docket docket;
  private final Disabled disabled;
  private final LongSupplier processor;
  private KieSession session;
  private long clock;

  Engine(KieBase base, List<Object> residents, Docket docket, Disabled disabled) {
    this(base, residents, docket, disabled, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
  }

  /**
   * An engine.
   *
   * @param processor processor time of this thread so far, ns
   */
  Engine(KieBase base, List<Object> residents, Docket docket, Disabled disabled, LongSupplier processor) {
    this.processor = processor;
    this.base = base;
    this.residents = residents;
    this.docket = docket;
    this.disabled = disabled;
    this.session = open();
  }

  /** The resident facts are others from here on. */
  void reside() {
    session.dispose();
    session = open();
  }

  /** Judges a quantum; its reports are in the docket afterwards. */
  void judge(List<Event> events, long at) {
    docket.clear();
    while (!run(events, at)) {
      session.dispose();
      session = open();
      docket.clear();
    }
  }

  void close() {
    session.dispose();
  }

  private KieSession open() {
    KieSessionConfiguration configuration = KieServices.Factory.get().newKieSessionConfiguration();
    configuration.setOption(ClockTypeOption.PSEUDO);
    KieSession opened = base.newKieSession(configuration, null);
    clock = 0;
    for (Object resident : residents) {
      opened.insert(resident);
    }
    return opened;
  }

  /** Whether the quantum ran to its end; if not, a rule has been taken out. */
  private boolean run(List<Event> events, long at) {
    List<FactHandle> handles = new ArrayList<>(events.size());
    int limit = FIRINGS_AT_LEAST + FIRINGS_PER_EVENT * events.size();
    try {
      advance(at);
      long begun = processor.getAsLong();
      for (Event e : events) {
        handles.add(session.insert(e));
      }
      if (session.fireAllRules(limit) >= limit) {
        take(busiest(events, limit), "fired more than " + limit + " times in one quantum");
        return false;
      }
      if (processor.getAsLong() - begun > LONGEST_NS) {
        Rule slow = slowest(events);
        if (slow != null) {
          take(slow, "took more than " + LONGEST_NS / 1_000_000_000L + " s of the processor for one quantum of " + events.size() + " events");
          return false;
        }
      }
      for (FactHandle handle : handles) {
        session.delete(handle);
      }
      return true;
    } catch (RuntimeException e) {
      take(culprit(e, events), cause(e));
      return false;
    }
  }

  private void advance(long at) {
    if (at > clock && session.getSessionClock() instanceof SessionPseudoClock pseudo) {
      pseudo.advanceTime(at - clock, TimeUnit.NANOSECONDS);
      clock = at;
    }
  }

  private void take(Rule rule, String cause) {
    base.removeRule(rule.getPackageName(), rule.getName());
    disabled.disabled(rule.getName(), cause);
  }

  /** The rule that an exception names, or else the first one without which the quantum runs. */
  private Rule culprit(RuntimeException thrown, List<Event> events) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof org.kie.api.runtime.rule.ConsequenceException c && c.getMatch() != null) {
        return c.getMatch().getRule();
      }
      Matcher named = NAMED.matcher(t.getMessage() == null ? "" : t.getMessage());
      while (named.find()) {
        Rule rule = find(named.group(1));
        if (rule != null) {
          return rule;
        }
      }
    }
    for (Rule rule : rules()) {
      if (alone(rule, events)) {
        return rule;
      }
    }
    throw new IllegalStateException("no rule is to blame for a failure of the rule engine", thrown);
  }

  /** Whether a rule, fired alone, fails. Its patterns are evaluated when it is reached: the others are kept from the agenda. */
  private boolean alone(Rule suspect, List<Event> events) {
    KieSession scratch = open();
    try {
      for (Event e : events) {
        scratch.insert(e);
      }
      scratch.fireAllRules(match -> match.getRule().getName().equals(suspect.getName()));
      return false;
    } catch (RuntimeException e) {
      return true;
    } finally {
      scratch.dispose();
    }
  }

  /** The rule that alone takes the most time for these events, if that is a good part of what a quantum may take; else the machine was slow, and no rule is to blame. */
  private @Nullable Rule slowest(List<Event> events) {
    Rule slowest = null;
    long longest = LONGEST_NS / 4;
    for (Rule rule : rules()) {
      long begun = processor.getAsLong();
      alone(rule, events);
      long taken = processor.getAsLong() - begun;
      if (taken > longest) {
        longest = taken;
        slowest = rule;
      }
    }
    return slowest;
  }

  private Rule busiest(List<Event> events, int limit) {
    Map<Rule, Integer> fired = new HashMap<>();
    KieSession scratch = open();
    try {
      scratch.addEventListener(new DefaultAgendaEventListener() {
        @Override
        public void afterMatchFired(AfterMatchFiredEvent event) {
          fired.merge(event.getMatch().getRule(), 1, Integer::sum);
        }
      });
      for (Event e : events) {
        scratch.insert(e);
      }
      scratch.fireAllRules(limit);
    } finally {
      scratch.dispose();
    }
    return fired.entrySet().stream()
        .max(Map.Entry.<Rule, Integer>comparingByValue().thenComparing(e -> e.getKey().getName()))
        .orElseThrow()
        .getKey();
  }

  private @Nullable Rule find(String name) {
    for (Rule rule : rules()) {
      if (rule.getName().equals(name)) {
        return rule;
      }
    }
    return null;
  }

  private TreeSet<Rule> rules() {
    TreeSet<Rule> rules = new TreeSet<>(Comparator.comparing(Rule::getName));
    for (KiePackage p : base.getKiePackages()) {
      rules.addAll(p.getRules());
    }
    return rules;
  }

  /** The innermost message, one line, bounded. */
  private static String cause(Throwable thrown) {
    Throwable t = thrown;
    for (Throwable inner = t.getCause(); inner != null; inner = inner.getCause()) {
      t = inner;
    }
    String text = (t.getClass().getSimpleName() + ": " + t.getMessage()).replaceAll("\\s+", " ");
    return text.length() > 200 ? text.substring(0, 200) : text;
  }
}
