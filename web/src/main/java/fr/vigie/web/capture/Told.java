package fr.vigie.web.capture;

import fr.vigie.sensor.health.Diagnosis;
import fr.vigie.sensor.observe.Lapse;
import fr.vigie.sensor.observe.Origin;
import fr.vigie.web.report.Inert;
import fr.vigie.web.report.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A finding of the capture doctor in words.
 *
 * @param finding what was found
 * @param id the same for the same thing at the same place: {@code one-way-0-20}
 * @param detection the alert it may raise, or empty
 * @param name short
 * @param text what it means, with the figures
 * @param estimate how many devices it hides and what that rests on
 * @param mend the commands that mend it
 */
public record Told(Diagnosis.Finding finding, String id, String detection, Words name, Words text, Words estimate, List<Mend> mend) {
  /**
   * How to mend it on one family of switches.
   *
   * @param family name of the family
   * @param commands lines
   * @param source where their syntax is documented
   */
  public record Mend(String family, String commands, String source) {}

  /** Everything found, in words. */
  public static List<Told> all(Diagnosis diagnosis, List<Origin> origins) {
    return diagnosis.findings().stream().map(f -> of(f, origins)).toList();
  }

  private static Told of(Diagnosis.Finding finding, List<Origin> origins) {
    Lapse l = finding.lapse();
    Remedies.Kind kind = Remedies.shipped().kind(l.kind().wireName(), l.proof());
    List<Mend> mend = new ArrayList<>();
    String port = card(l.from(), origins);
    for (Remedies.Command c : Remedies.shipped().commands(kind.remedy())) {
      String commands = c.commands().replace("{vlan}", l.vlan() < 0 ? "VLAN" : Integer.toString(l.vlan()));
      // what a capture file calls an interface becomes part of a command only where it is a plain word, and never an option
      mend.add(new Mend(c.family(), port.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}") ? commands.replace("INTERFACE", port) : commands, c.source()));
    }
    return new Told(finding, id(l), kind.detection(), new Words(kind.nameFr(), kind.nameEn()),
        new Words(fill(kind.textFr(), l, origins, true), fill(kind.textEn(), l, origins, false)), estimate(l), mend);
  }

  private static String id(Lapse l) {
    String id = l.kind().wireName() + (l.proof().isEmpty() ? "" : "-" + l.proof()) + (l.from() < 0 ? "" : "-i" + l.from())
        + (l.vlan() < 0 ? "" : "-v" + l.vlan());
    return switch (l.kind()) {
      case TWICE -> id + "-of-i" + Math.max(0, l.otherFrom()) + (l.otherVlan() < 0 ? "" : "-v" + l.otherVlan());
      case NETWORK_ABSENT -> id + "-n" + l.part();
      default -> id;
    };
  }

  private static String fill(String text, Lapse l, List<Origin> origins, boolean fr) {
    String percent = l.whole() == 0 ? "" : String.format(fr ? Locale.FRENCH : Locale.ENGLISH, "%.1f", 100.0 * l.part() / l.whole());
    return text.replace("{part}", number(l.part(), fr)).replace("{whole}", number(l.whole(), fr)).replace("{percent}", percent)
        .replace("{vlan}", Integer.toString(l.vlan())).replace("{minutes}", minutes(l.part(), fr)).replace("{seconds}", l.part() + " s")
        .replace("{other}", place(l.otherFrom(), l.otherVlan(), origins, fr)).replace("{place}", place(l.from(), l.vlan(), origins, fr));
  }

  private static String number(long n, boolean fr) {
    return String.format(Locale.ENGLISH, "%,d", n).replace(',', fr ? '\u202f' : ',');
  }

  private static String minutes(long minutes, boolean fr) {
    return minutes < 120 ? minutes + " min" : minutes < 2880 ? minutes / 60 + " h" : minutes / 1440 + (fr ? " jours" : " days");
  }

  private static String place(int from, int vlan, List<Origin> origins, boolean fr) {
    String port = from < 0 ? fr ? "la capture" : "the capture" : (fr ? "l'interface " : "interface ") + Inert.line(interfaceOf(from, origins));
    return vlan < 0 ? port : port + ", VLAN " + vlan;
  }

  /** The name of an interface where it has one of its own; empty where only a file is known. */
  private static String card(int from, List<Origin> origins) {
    String name = from < 0 || from >= origins.size() ? null : origins.get(from).name();
    return name == null ? "" : name;
  }

  /** The name of an interface, or of the file where it has none; empty for no one interface. */
  static String interfaceOf(int from, List<Origin> origins) {
    if (from < 0 || from >= origins.size()) {
      return "";
    }
    Origin o = origins.get(from);
    String name = o.name();
    String text = name == null || name.isEmpty() ? o.file() : name;
    return text.length() > 64 ? text.substring(0, 64) : text;
  }

  private static Words estimate(Lapse l) {
    long n = Math.max(0, l.hidden());
    return switch (l.basis()) {
      case NEVER_ANSWERED -> n == 1 ? new Words("Environ 1 équipement : une adresse à qui l'on parle et dont rien n'est entendu.",
          "About 1 device: an address that is spoken to and never heard.")
          : new Words(environ(n) + "adresses à qui l'on parle et dont rien n'est entendu.", about(n) + "addresses that are spoken to and never heard.");
      case NAMED_BY_ARP -> n == 1 ? new Words("Environ 1 équipement : une adresse qu'ARP y nomme.", "About 1 device: an address that ARP names there.")
          : new Words(environ(n) + "adresses qu'ARP y nomme.", about(n) + "addresses that ARP names there.");
      case HEARD_BEFORE -> n == 1 ? new Words("Environ 1 équipement : une adresse entendue là auparavant.", "About 1 device: an address heard there before.")
          : new Words(environ(n) + "adresses entendues là auparavant.", about(n) + "addresses heard there before.");
      case NONE -> l.hidden() == 0 ? new Words("Aucun équipement caché.", "No device hidden.")
          : new Words("Aucun fait ne dit combien d'équipements.", "No fact tells how many devices.");
    };
  }

  private static String environ(long n) {
    return "Environ " + n + (n == 0 ? " équipement : " : " équipements : ");
  }

  private static String about(long n) {
    return "About " + n + " devices: ";
  }
}
