package fr.vigie.web.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The people who may log in, kept in one file of mode 0600 that is replaced whole at every change. Safe for use by several threads. */
public final class Users {
  /** The first administrator's name. */
  public static final String FIRST = "admin";

  private static final int MOST = 500;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Passwords passwords = new Passwords();
  private final Map<String, User> byName = new TreeMap<>();

  private Users(Path file) {
    this.file = file;
  }

  /**
   * Opens the file, or starts with nobody where there is none.
   *
   * @throws IOException when the file cannot be read or is damaged; the message says which and what to do
   */
  public static Users open(Path file) throws IOException {
    Users users = new Users(file);
    if (Files.exists(file)) {
      users.read();
    }
    return users;
  }

  private void read() throws IOException {
    JsonNode root = JSON.readTree(Files.readAllBytes(file));
    for (JsonNode node : root.path("users")) {
      String name = node.path("name").asText();
      Role role = Role.of(node.path("role").asText()).orElseThrow(() -> damaged("unknown role of " + name));
      if (!NAME.matcher(name).matches()) {
        throw damaged("a user without a valid name");
      }
      byName.put(name, new User(name, role, node.path("hash").asText(), node.path("mustChange").asBoolean(true),
          language(node.path("language").asText("fr")), node.path("enabled").asBoolean(false), node.path("everLoggedIn").asBoolean(false)));
    }
    if (root.path("v").asInt() != 1) {
      throw damaged("not version 1");
    }
  }

  private IOException damaged(String what) {
    return new IOException(file + " is damaged (" + what + "): restore it from a backup, or move it away to begin with a new administrator");
  }

  /**
   * As long as no administrator has ever logged in: makes the first one, or gives the first one a fresh one-time password. The answer
   * exists only here: it is for the terminal or for a 0600 file, never for a log or the journal.
   *
   * @return the one-time password, or null where an administrator has already logged in
   */
  public synchronized @Nullable String firstRun() throws IOException {
    boolean settled = byName.values().stream().anyMatch(u -> u.role() == Role.ADMINISTRATOR && u.everLoggedIn());
    if (settled) {
      return null;
    }
    String password = passwords.oneTime();
    change(new User(FIRST, Role.ADMINISTRATOR, passwords.hash(password), true, "fr", true, false));
    return password;
  }

  /** The user of that name and password, or null; takes as long for an unknown name as for a wrong password. */
  public @Nullable User login(String name, String password) throws IOException {
    User user = find(name);
    boolean right = passwords.matches(password, user == null ? null : user.hash());
    if (!right || user == null || !user.enabled()) {
      return null;
    }
    if (user.everLoggedIn()) {
      return user;
    }
    return change(user.seen());
  }

  /** The user of that name, or null. */
  public synchronized @Nullable User find(String name) {
    return byName.get(name);
  }

  /** Everyone, by name. */
  public synchronized List<User> all() {
    return List.copyOf(byName.values());
  }

  /**
   * Sets a new password that the person chose.
   *
   * @throws Refusal with a stable code when the old one is wrong or the new one is too weak
   */
  public User changePassword(String name, String old, String fresh) throws IOException, Refusal {
    User user = find(name);
    if (user == null || !passwords.matches(old, user.hash())) {
      throw new Refusal("password_wrong");
    }
    if (old.equals(fresh)) {
      throw new Refusal("password_same");
    }
    String objection = Passwords.objection(name, fresh);
    if (objection != null) {
      throw new Refusal(objection);
    }
    return change(user.withPassword(passwords.hash(fresh), false));
  }

  /** Sets the language the console speaks to that person. */
  public synchronized User changeLanguage(String name, String language) throws IOException, Refusal {
    return change(existing(name).withLanguage(language(language)));
  }

  /**
   * Adds a person.
   *
   * @return their one-time password
   * @throws Refusal {@code user_name}, {@code user_exists} or {@code user_limit}
   */
  public synchronized String add(String name, Role role, String language) throws IOException, Refusal {
    if (!NAME.matcher(name).matches()) {
      throw new Refusal("user_name");
    }
    if (byName.containsKey(name)) {
      throw new Refusal("user_exists");
    }
    if (byName.size() >= MOST) {
      throw new Refusal("user_limit");
    }
    String password = passwords.oneTime();
    change(new User(name, role, passwords.hash(password), true, language(language), true, false));
    return password;
  }

  /**
   * Gives another role, or opens or closes the access.
   *
   * @throws Refusal {@code user_unknown}, or {@code last_administrator} when nobody could give access any more
   */
  public synchronized User change(String name, Role role, boolean enabled) throws IOException, Refusal {
    User changed = existing(name).with(role, enabled);
    boolean stillOne = byName.values().stream().map(u -> u.name().equals(name) ? changed : u)
        .anyMatch(u -> u.role() == Role.ADMINISTRATOR && u.enabled());
    if (!stillOne) {
      throw new Refusal("last_administrator");
    }
    return change(changed);
  }

  /** Gives a fresh one-time password to someone who lost theirs. */
  public synchronized String reset(String name) throws IOException, Refusal {
    String password = passwords.oneTime();
    change(existing(name).withPassword(passwords.hash(password), true));
    return password;
  }

  private User existing(String name) throws Refusal {
    User user = byName.get(name);
    if (user == null) {
      throw new Refusal("user_unknown");
    }
    return user;
  }

  private synchronized User change(User user) throws IOException {
    User before = byName.put(user.name(), user);
    try {
      write();
    } catch (IOException e) {
      // what is not on disk is not so
      if (before == null) {
        byName.remove(user.name());
      } else {
        byName.put(before.name(), before);
      }
      throw e;
    }
    return user;
  }

  private void write() throws IOException {
    ObjectNode root = JSON.createObjectNode().put("v", 1);
    ArrayNode list = root.putArray("users");
    for (User user : byName.values()) {
      list.addObject().put("name", user.name()).put("role", user.role().wireName()).put("hash", user.hash())
          .put("mustChange", user.mustChange()).put("language", user.language()).put("enabled", user.enabled())
          .put("everLoggedIn", user.everLoggedIn());
    }
    OwnerFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }

  private static String language(String asked) {
    return asked.equals("en") ? "en" : "fr";
  }

  /** A change that may not be; the code is stable and the console has a sentence for it. */
  public static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final String code;

    Refusal(String code) {
      super(code);
      this.code = code;
    }

    /** The stable code. */
    public String code() {
      return code;
    }
  }
}
