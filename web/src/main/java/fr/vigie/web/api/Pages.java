package fr.vigie.web.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The console's own files, from the class path: nothing is served that does not lie there, and nothing comes from elsewhere. */
final class Pages {
  private static final String ROOT = "/fr/vigie/web/ui/";
  private static final Pattern NAME = Pattern.compile("([a-z0-9-]{1,40}/){0,3}[a-z0-9-]{1,40}\\.(html|js|css|svg|png|webmanifest)");
  private static final Pattern IMPORT_MAP = Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);
  private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "js", "text/javascript; charset=utf-8",
      "css", "text/css; charset=utf-8", "svg", "image/svg+xml", "png", "image/png", "webmanifest", "application/manifest+json");

  private final Map<String, Page> known = new ConcurrentHashMap<>();

  /** A file with its strong tag. */
  record Page(String type, byte[] content, String tag) {}

  /** The file of that name, or null. */
  @Nullable Page find(String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      return null;
    }
    Page page = known.get(name);
    if (page == null) {
      try (InputStream in = Pages.class.getResourceAsStream(ROOT + name)) {
        if (in == null) {
          return null;
        }
        byte[] content = in.readAllBytes();
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        page = new Page(type, content, "\"" + hash(content) + "\"");
        known.put(name, page);
      }
    }
    return page;
  }

  /** The Content-Security-Policy: own files only, the one inline script (the import map) named by its hash. */
  String policy() throws IOException {
    Page index = find("index.html");
    if (index == null) {
      throw new IOException("the console's pages are missing from the program: build it again");
    }
    Matcher map = IMPORT_MAP.matcher(new String(index.content(), StandardCharsets.UTF_8));
    if (!map.find()) {
      throw new IOException("the console's import map is missing from the program: build it again");
    }
    return "default-src 'none'; script-src 'self' 'sha256-" + hash(map.group(1).getBytes(StandardCharsets.UTF_8))
        + "'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; font-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
  }

  private static String hash(byte[] content) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }
}
