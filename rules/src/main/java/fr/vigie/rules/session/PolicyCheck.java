package fr.vigie.rules.session;

import fr.vigie.rules.alert.Catalogue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a rule may say, held by reading its words: imports from a list, one {@code report(...)} as consequence, no names of Java beside the
 * imported ones. It narrows what a slip or a pasted rule can do; it is no sandbox – rules still come only from files that an administrator
 * owns.
 */
public final class PolicyCheck {
  private static final Set<String> IMPORTS = Set.of(
      "fr.vigie.rules.event.Deed", "fr.vigie.rules.event.Meeting", "fr.vigie.rules.event.Arrival", "fr.vigie.rules.event.Clash",
      "fr.vigie.rules.event.Count", "fr.vigie.rules.event.Departure", "fr.vigie.rules.event.Mirror", "fr.vigie.rules.event.Passage",
      "fr.vigie.rules.event.Side", "fr.vigie.rules.alert.Severity",
      "fr.vigie.rules.baseline.Standing", "fr.vigie.sensor.observe.Verb", "fr.vigie.sensor.observe.Act",
      "fr.vigie.sensor.observe.Contact", "fr.vigie.sensor.observe.Outcome", "fr.vigie.inventory.site.Zone");
  private static final String REPORT = "fr.vigie.rules.event.Report.report";
  private static final Set<String> REFUSED = Set.of("eval", "insert", "insertLogical", "logicalInsert", "update", "modify", "delete",
      "retract", "drools", "kcontext", "global", "function", "query", "declare", "from", "collect", "accumulate", "acc", "over",
      "entry-point", "timer", "duration", "new", "getClass", "class", "while", "for", "do", "if", "synchronized", "throw", "try",
      "docket", "reports", "salience", "no-loop", "dialect", "auto-focus", "enabled", "date-effective", "date-expires");
  private static final Set<String> ROOTS = Set.of("java", "javax", "jdk", "sun", "com", "org", "net", "io", "fr", "kotlin");
  /**
   * Ways from a value to its class and from there to everything: {@code verb.declaringClass}, {@code forName}. Any word with "class" in
   * it is refused besides.
   */
  private static final Set<String> REFLECTION = Set.of("forName", "getModule", "module", "getMethod", "getMethods", "getField", "getFields",
      "invoke", "exec", "describeConstable", "wait", "notify", "notifyAll", "finalize", "clone");
  /**
   * A string (possessive: a long one must not exhaust the stack), a line comment, a block comment, an annotation, a word, a number, or any
   * other character; strings first.
   */
  private static final Pattern TOKEN = Pattern.compile(
      "\"(?:[^\"\\\\\\n]++|\\\\[^u\\n])*+\"|//[^\\n]*|/\\*(?s:.*?)\\*/|@\\w+|\\$?[A-Za-z_][\\w$]*(?:-[a-z]+)*|\\d[\\w.]*|\\n|\\S");

  private record Token(String text, int line) {
    boolean word() {
      return Character.isJavaIdentifierStart(text.charAt(0));
    }

    boolean type() {
      return Character.isUpperCase(text.charAt(0));
    }

    boolean string() {
      return text.charAt(0) == '"';
    }
  }

  private final String file;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> types = new HashSet<>();
  private final List<Token> tokens;
  private int at;

  private PolicyCheck(String file, String text) {
    this.file = file;
    this.tokens = tokens(text);
  }

  /** Everything wrong with the policy files of a folder, or with one file: what may not be said, and what does not compile. */
  public static List<Finding> check(Path path, Ground ground) {
    Path folder = java.nio.file.Files.isDirectory(path) || path.getParent() == null ? path : path.getParent();
    List<Finding> findings = PolicySet.load(folder, ground).findings();
    String only = folder.equals(path) ? null : path.getFileName().toString();
    return only == null ? findings : findings.stream().filter(f -> f.file().equals(only)).toList();
  }

  /** What a file says that a policy may not say. */
  static List<Finding> check(String file, String text) {
    PolicyCheck check = new PolicyCheck(file, text);
    check.characters(text);
    check.file();
    return check.findings;
  }

  /** A group that repeats what repeats already: a text can be made over which it takes for ever, and nothing could stop it. */
  private static final Pattern NESTED = Pattern.compile("\\((?:[^()\\\\]|\\\\.)*(?:[*+]|\\{\\d+,\\d*\\})(?:[^()\\\\]|\\\\.)*\\)(?:[*+]|\\{\\d+,\\d*\\})");

  private static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    Matcher m = TOKEN.matcher(text);
    int line = 1;
    while (m.find()) {
      String t = m.group();
      if (t.equals("\n")) {
        line++;
      } else if (t.startsWith("//") || t.startsWith("/*")) {
        line += (int) t.chars().filter(c -> c == '\n').count();
      } else {
        tokens.add(new Token(t, line));
      }
    }
    return tokens;
  }

  /**
   * Refuses what this reading and Java's or Drools' would take differently: Java's escapes of characters by number (that of a
   * quotation mark ends a string wherever it stands, comments included), a lone carriage return (it ends a comment), a single quote
   * (strings of Drools that would hide others).
   */
  private void characters(String text) {
    int line = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
      } else if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == 'u') {
        findings.add(new Finding(file, line, 0, "\\\\u n’est permis nulle part dans une politique : cela peut cacher ce qui est vraiment dit", "\\\\u is not allowed anywhere in a policy: it can hide what is really said"));
      } else if (c < ' ' && c != '\t' && !(c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') || c >= 0x7F && c < 0xA0
          || Character.getType(c) == Character.FORMAT || c == '\u2028' || c == '\u2029') {
        findings.add(new Finding(file, line, 0, "les caractères de commande ne sont pas permis dans une politique : U+%04X".formatted((int) c), "control characters are not allowed in a policy: U+%04X".formatted((int) c)));
      }
    }
  }

  private void file() {
    while (at < tokens.size()) {
      Token t = tokens.get(at);
      switch (t.text) {
        case "package" -> statement();
        case "import" -> importing();
        case "rule" -> rule();
        case ";" -> at++;
        default -> {
          refuse(t, "seuls package, import et rule peuvent se trouver ici, et non " + t.text, "only package, imports and rules may stand here, not " + t.text);
          skipTo("rule");
        }
      }
    }
  }

  private String statement() {
    int line = tokens.get(at).line;
    StringBuilder s = new StringBuilder();
    at++;
    while (at < tokens.size() && tokens.get(at).line == line && !tokens.get(at).text.equals(";")) {
      s.append(tokens.get(at).text).append(tokens.get(at).text.equals("function") ? " " : "");
      at++;
    }
    return s.toString();
  }

  private void importing() {
    Token t = tokens.get(at);
    String name = statement();
    if (IMPORTS.contains(name)) {
      types.add(name.substring(name.lastIndexOf('.') + 1));
    } else if (!name.equals("function " + REPORT)) {
      refuse(t, "l’import de " + name + " n’est pas permis", "import of " + name + " is not allowed");
    }
  }

  private void rule() {
    Token rule = tokens.get(at++);
    Token name = at < tokens.size() ? tokens.get(at++) : rule;
    String id = name.string() && name.text.indexOf(' ') > 1 ? name.text.substring(1, name.text.indexOf(' ')) : "";
    if (Catalogue.shipped().find(id) == null) {
      refuse(name, "le nom d’une règle commence par une détection du catalogue et une espace, par exemple « BAC-01 ce qu’elle voit »", "the name of a rule begins with a detection of the catalogue and a space, for example \"BAC-01 what it sees\"");
    }
    boolean when = false;
    while (at < tokens.size() && !tokens.get(at).text.equals("then") && !tokens.get(at).text.equals("end")) {
      Token t = tokens.get(at++);
      if (t.text.equals("when")) {
        when = true;
      } else {
        condition(t, when);
      }
    }
    if (!when || at >= tokens.size() || !tokens.get(at).text.equals("then")) {
      refuse(rule, "une règle s’écrit : rule \"nom\" when … then report(…); end", "a rule is: rule \"name\" when … then report(…); end");
      skipTo("rule");
      return;
    }
    at++;
    consequence(id);
  }

  private void condition(Token t, boolean when) {
    if (!when) {
      refuse(t, "attributs et annotations ne sont pas permis : " + t.text, "attributes and annotations are not allowed: " + t.text);
    } else {
      name(t);
    }
  }

  /** Consequence: one or more {@code report($event, "ID"…);} and nothing else. */
  private void consequence(String id) {
    int reports = 0;
    while (at < tokens.size() && !tokens.get(at).text.equals("end")) {
      Token t = tokens.get(at);
      if (!t.text.equals("report") || !next(1, "(")) {
        refuse(t, "une conséquence ne fait que signaler : report(événement, \"" + id + "\", …) ; et non " + t.text, "a consequence only reports: report(event, \"" + id + "\", …); not " + t.text);
        skipTo("end");
        break;
      }
      Token event = token(2);
      Token detection = token(4);
      if (event == null || !event.text.startsWith("$") || detection == null || !detection.text.equals('"' + id + '"')) {
        refuse(t, "une règle signale la détection par laquelle son nom commence : report($événement, \"" + id + "\", …)", "a rule reports the detection its name begins with: report($event, \"" + id + "\", …)");
      }
      at += 2;
      arguments(t);
      reports++;
    }
    if (reports == 0 && at < tokens.size() && findings.isEmpty()) {
      refuse(tokens.get(at), "une conséquence signale : report(événement, \"" + id + "\", …);", "a consequence reports: report(event, \"" + id + "\", …);");
    }
    at++;
  }

  private void arguments(Token report) {
    int depth = 1;
    while (at < tokens.size() && depth > 0) {
      Token t = tokens.get(at++);
      depth += t.text.equals("(") ? 1 : t.text.equals(")") ? -1 : 0;
      if (t.text.equals(";") || t.text.equals("{") || t.text.equals("=") || t.text.equals("end")) {
        refuse(t, "les arguments de report sont des valeurs, et non des instructions : " + t.text, "the arguments of report are values, not statements: " + t.text);
        return;
      }
      name(t);
    }
    if (!next(0, ";")) {
      refuse(report, "report(…) finit par un point-virgule", "report(…) ends with a semicolon");
    } else {
      at++;
    }
  }

  private void name(Token t) {
    if (t.string() && at >= 2 && tokens.get(at - 2).text.equals("matches") && NESTED.matcher(t.text).find()) {
      refuse(t, "un groupe répété dont le contenu se répète peut durer sans fin : " + t.text, "a repeated group that repeats something within may take for ever: " + t.text);
    } else if (t.text.startsWith("@")) {
      refuse(t, "les annotations telles que " + t.text + " ne sont pas permises : le temps est l’affaire des fenêtres", "annotations such as " + t.text + " are not allowed: time belongs to windows");
    } else if (t.text.equals("{") || t.text.equals("}") || t.text.equals("#") || t.text.equals("`") || t.text.equals("'")
        || t.text.equals("\\") || t.text.equals("\"")) {
      refuse(t, t.text + " n’est pas permis dans une règle", t.text + " is not allowed in a rule");
    } else if (t.word() && (REFLECTION.contains(t.text) || t.text.toLowerCase(Locale.ROOT).contains("class"))) {
      refuse(t, t.text + " n’est pas permis dans une règle : cela mène d’une valeur à la machine", t.text + " is not allowed in a rule: it leads from a value to the machine");
    } else if (t.word() && REFUSED.contains(t.text)) {
      refuse(t, t.text + " n’est pas permis dans une règle : elle joint un événement à des faits résidents, et signale", t.text + " is not allowed in a rule: it joins one event with resident facts and reports");
    } else if (t.word() && ROOTS.contains(t.text) && next(0, ".")) {
      refuse(t, "les noms qualifiés ne sont pas permis : importez de la liste, et non " + t.text + ".…", "qualified names are not allowed: import from the list, not " + t.text + ".…");
    } else if (t.word() && t.type() && !types.contains(t.text) && !constant()) {
      refuse(t, t.text + " n’est pas importé : seuls événements, faits résidents et leurs énumérations se nomment", t.text + " is not imported: only events, resident facts and their enumerations can be named");
    }
  }

  /** Whether the token just taken stands behind an imported type and a dot: a constant or a type within it. */
  private boolean constant() {
    int i = at - 1;
    while (i >= 2 && tokens.get(i - 1).text.equals(".")) {
      i -= 2;
      Token before = tokens.get(i);
      if (!before.word() || !before.type()) {
        return false;
      }
      if (types.contains(before.text)) {
        return true;
      }
    }
    return false;
  }

  private boolean next(int ahead, String text) {
    Token t = token(ahead);
    return t != null && t.text.equals(text);
  }

  private @Nullable Token token(int ahead) {
    return at + ahead < tokens.size() ? tokens.get(at + ahead) : null;
  }

  private void skipTo(String word) {
    at++;
    while (at < tokens.size() && !tokens.get(at).text.equals(word)) {
      at++;
    }
  }

  private void refuse(Token t, String fr, String en) {
    findings.add(new Finding(file, t.line, 0, fr, en));
  }
}
