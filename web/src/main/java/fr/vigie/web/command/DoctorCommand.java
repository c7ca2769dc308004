package fr.vigie.web.command;

import fr.vigie.inventory.json.Json;
import fr.vigie.inventory.site.Site;
import fr.vigie.inventory.site.SiteError;
import fr.vigie.inventory.site.SiteFile;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.Card;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.health.Diagnosis;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.web.capture.Told;
import fr.vigie.web.report.Inert;
import fr.vigie.sensor.capture.Listening;
import fr.vigie.web.report.Words;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code ./vigie doctor}: what this machine lacks to watch, or, with captures, what their mirror failed to deliver; and the command that mends
 * each. Changes nothing.
 */
@Command(name = "doctor", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Says what this machine lacks to watch, or, with FILE, what the mirror that filled it fails to deliver; and the command that mends each. "
        + "Changes nothing. Exits with 1 when something needed is missing or found.")
final class DoctorCommand implements Callable<Integer> {
  private static final int CAP_NET_RAW = 13; // linux/capability.h
  private static final long NEEDED_BYTES = 1L << 30;
  private static final long WANTED_BYTES = 8L << 30;

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "captures to look at in place of this machine, or - for standard input")
  private List<Path> files = List.of();

  @Option(names = "--site", paramLabel = "FILE", description = "site.yaml, whose VLANs (vlansExpected) are missed where they never appear")
  private @Nullable Path siteFile;

  @Option(names = "--switch", paramLabel = "NAME", description = "show only the commands of switches whose name contains this, such as cisco")
  private String family = "";

  @Option(names = "--interface", paramLabel = "IF", description = "the interface that will be listened to; without it, each is looked at")
  private @Nullable String name;

  @Option(names = "--port", defaultValue = "8443", description = "TCP port of the console (${DEFAULT-VALUE})")
  private int port = 8443;

  @Option(names = "--lang", defaultValue = "en", paramLabel = "en|fr", description = "language (${DEFAULT-VALUE})")
  private String language = "en";

  /** How a check ended. */
  enum Verdict {
    OK, ADVICE, MISSING
  }

  /**
   * One line of the table.
   *
   * @param mend command that mends it, or null where nothing is to be mended
   */
  record Check(Verdict verdict, Words what, Words found, @Nullable String mend) {}

  @Override
  public Integer call() throws IOException, Usage, SiteError {
    if (!language.equals("en") && !language.equals("fr")) {
      throw new Usage("--lang is en or fr");
    }
    if (port < 1 || port > 65_535) {
      throw new Usage("--port is 1 to 65535");
    }
    if (!files.isEmpty()) {
      if (name != null) {
        throw new Usage("doctor looks at captures or at an interface, not at both");
      }
      return captures(System.out);
    }
    List<Check> checks = new ArrayList<>();
    machine(checks);
    interfaces(checks);
    print(checks, System.out);
    return checks.stream().anyMatch(c -> c.verdict == Verdict.MISSING) ? Exit.FINDINGS : Exit.DONE;
  }

  /** Reads the captures and tells what their mirror failed to deliver. */
  private int captures(PrintStream out) throws IOException, Usage, SiteError {
    Site site = siteFile == null ? null : SiteFile.read(siteFile);
    try (PacketSource source = CaptureFiles.open(files, "default")) {
      Sensor sensor = new Sensor(new Setting().sensor(site));
      Progress progress = new Progress(source, System.err, Progress.terminal());
      sensor.run(source, NOBODY, progress::packets);
      progress.done();
      Diagnosis diagnosis = sensor.diagnosis();
      boolean fr = language.equals("fr");
      out.printf(Locale.ROOT, fr ? "%,d trames, %d réseau(x) : %s%n" : "%,d frames, %d network(s): %s%n", sensor.counters().value("packets"),
          diagnosis.lines().size(), diagnosis.lines().stream().map(t -> t.vlan() < 0 ? "-" : "VLAN " + t.vlan()).distinct()
              .collect(Collectors.joining(", ")));
      List<Told> told = Told.all(diagnosis, source.origins());
      for (Told each : told) {
        out.println();
        out.println((each.detection().isEmpty() ? "" : each.detection() + "  ") + each.name().in(language));
        out.println("  " + Inert.visible(each.text().in(language)));
        out.println("  " + each.estimate().in(language));
        out.println("  " + Json.time(each.finding().since()) + " – " + Json.time(each.finding().lapse().last()) + ", x" + each.finding().times());
        for (Told.Mend mend : each.mend()) {
          if (mend.family().toLowerCase(Locale.ROOT).contains(family.toLowerCase(Locale.ROOT))) {
            out.println("    " + mend.family() + "  (" + mend.source() + ")");
            mend.commands().lines().forEach(line -> out.println("      " + line));
          }
        }
      }
      out.println();
      boolean heard = sensor.counters().value("packets") > 0;
      out.println(told.isEmpty() ? heard ? fr ? "Rien à redire à cette écoute." : "Nothing to say against this capture."
          : fr ? "Pas une trame n'a été lue : il n'y a rien à juger." : "Not one frame was read: there is nothing to judge."
          : (fr ? "Constats : " : "Findings: ") + told.size());
      out.flush();
      int faults = Faults.tell(source);
      return faults != Exit.DONE ? faults : told.isEmpty() ? Exit.DONE : Exit.FINDINGS;
    }
  }

  /** The doctor needs no observation: it counts beside them. */
  private static final Sink NOBODY = new Sink() {
    @Override
    public void accept(Observation observation) {}

    @Override
    public void quantum(long seq, long at) {}
  };

  private void machine(List<Check> checks) throws IOException {
    int java = Runtime.version().feature();
    check(checks, java == 25 ? Verdict.OK : Verdict.MISSING, same("JDK 25"), same(Runtime.version().toString()),
        "apt-get install openjdk-25-jdk-headless");
    boolean pcap = libpcap();
    Verdict without = Listening.standard() == Listening.Method.RING ? Verdict.ADVICE : Verdict.MISSING; // the kernel's ring can do without
    check(checks, pcap ? Verdict.OK : without, new Words("libpcap (--filter, --capture pcap)", "libpcap (--filter, --capture pcap)"), pcap ? new Words("présente", "present") : new Words("absente", "absent"),
        "apt-get install libpcap0.8");
    boolean root = "root".equals(System.getProperty("user.name"));
    boolean raw = (capabilities() >>> CAP_NET_RAW & 1) == 1;
    check(checks, raw ? Verdict.OK : Verdict.MISSING, new Words("droit d'écoute", "right to capture"),
        raw ? root ? new Words("root ; watch rend tout dès qu'il écoute", "root; watch gives it all up once it listens") : same("CAP_NET_RAW")
            : new Words("CAP_NET_RAW absent", "CAP_NET_RAW is missing"), "sudo ./vigie watch --interface IF");
    Path data = Home.data();
    Path there = data;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    long free = Files.getFileStore(there).getUsableSpace();
    check(checks, free < NEEDED_BYTES ? Verdict.MISSING : free < WANTED_BYTES ? Verdict.ADVICE : Verdict.OK, new Words("espace disque", "disk space"),
        new Words("%,d Mio dans %s".formatted(free >> 20, data), "%,d MiB in %s".formatted(free >> 20, data)), "export VIGIE_DATA=/path/with/8-GiB");
    boolean synced = Files.exists(Path.of("/run/systemd/timesync/synchronized")) || running("chronyd") || running("ntpd") || running("ptp4l");
    check(checks, synced ? Verdict.OK : Verdict.ADVICE, new Words("heure synchronisée", "time synchronised"),
        synced ? new Words("oui", "yes") : new Words("rien de tel ne tourne", "nothing of the kind runs"), "apt-get install chrony");
    boolean portFree = portFree();
    check(checks, portFree ? Verdict.OK : Verdict.MISSING, new Words("port TCP " + port, "TCP port " + port),
        portFree ? new Words("libre", "free") : new Words("occupé", "in use"), "ss -ltnp 'sport = :" + port + "'  # or: ./vigie watch --port N");
    for (String tool : List.of("tshark", "chromium", "tcpreplay", "tcpdump", "ethtool")) {
      boolean here = onPath(tool);
      check(checks, here ? Verdict.OK : Verdict.ADVICE, new Words(tool + " (essais seulement)", tool + " (tests only)"),
          here ? new Words("présent", "present") : new Words("absent", "absent"), "apt-get install " + tool);
    }
  }

  private void interfaces(List<Check> checks) throws IOException {
    List<String> all = Card.all();
    String wanted = name;
    if (wanted != null && !all.contains(wanted)) {
      check(checks, Verdict.MISSING, same(wanted), new Words("absente ; il y a " + String.join(", ", all), "absent; there are " + String.join(", ", all)),
          "ip -br link");
      return;
    }
    for (String each : wanted == null ? all : List.of(wanted)) {
      if (wanted != null || !each.equals("lo")) {
        look(checks, each, wanted != null);
      }
    }
  }

  private static void look(List<Check> checks, String name, boolean needed) throws IOException {
    Card card = new Card(name);
    ask(checks, card.up(), needed ? Verdict.MISSING : Verdict.ADVICE, name, new Words("activée", "up"), new Words("oui", "yes"),
        new Words("non", "no"), "ip link set " + name + " up");
    ask(checks, card.ethernet(), Verdict.ADVICE, name, new Words("écoute de tout (promiscuous)", "promiscuous mode"),
        new Words("possible (Ethernet)", "possible (Ethernet)"), new Words("pas une carte Ethernet", "not an Ethernet interface"), "ip -d link show " + name);
    if (!needed) {
      return; // what a mirror port must not have, the machine's own interface needs: only the one that was named is judged so
    }
    NetworkInterface known = NetworkInterface.getByName(name);
    List<String> addresses = known == null ? List.of()
        : known.inetAddresses().map(InetAddress::getHostAddress).map(a -> a.replaceAll("%.*", "")).sorted().toList();
    String has = String.join(", ", addresses);
    ask(checks, addresses.isEmpty(), Verdict.ADVICE, name, new Words("sans adresse IP", "without IP address"), new Words("oui", "yes"),
        new Words("a " + has + " ; un port miroir n'en a pas", "has " + has + "; a mirror port has none"), "ip addr flush dev " + name);
    Words speaks = new Words("non ; le noyau y parle de lui-même", "no; the kernel speaks there by itself");
    ask(checks, !card.ipv6(), Verdict.ADVICE, name, new Words("IPv6 coupé", "IPv6 off"), new Words("oui", "yes"), speaks,
        "sysctl -w net.ipv6.conf." + name + ".disable_ipv6=1");
    ask(checks, !card.arp(), Verdict.ADVICE, name, new Words("ARP coupé", "ARP off"), new Words("oui", "yes"), speaks, "ip link set " + name + " arp off");
    Words merged = new Words("non ; des segments fusionnés n'ont jamais été sur le câble", "no; merged segments never were on the wire");
    ask(checks, !card.mergesInKernel(), Verdict.ADVICE, name, new Words("GRO coupé", "GRO off"), new Words("oui", "yes"), merged,
        "ethtool -K " + name + " gro off");
    ask(checks, !card.mergesInCard(), Verdict.ADVICE, name, new Words("LRO coupé", "LRO off"), new Words("oui", "yes"), merged,
        "ethtool -K " + name + " lro off");
    Card.Buffer buffer = card.buffer();
    Words frames = buffer.most() == 0 ? new Words("la carte n'en dit rien", "the card does not say")
        : new Words(buffer.now() + " trames sur " + buffer.most(), buffer.now() + " frames of " + buffer.most());
    ask(checks, buffer.now() >= buffer.most(), Verdict.ADVICE, name, new Words("anneau de la carte", "ring of the card"), frames, frames,
        "ethtool -G " + name + " rx " + buffer.most());
    Card.Losses losses = card.losses();
    Words lost = new Words("%d sans place, %d manquées, %d débordées".formatted(losses.dropped(), losses.missed(), losses.overrun()),
        "%d without room, %d missed, %d overrun".formatted(losses.dropped(), losses.missed(), losses.overrun()));
    ask(checks, losses.missed() + losses.overrun() == 0, Verdict.ADVICE, name, new Words("pertes de la carte", "losses of the card"), lost, lost,
        "ethtool -S " + name);
    check(checks, Verdict.OK, new Words(name + " : horodatage", name + ": time stamps"),
        card.offersStamps() ? new Words("par la carte", "by the card") : new Words("par le noyau", "by the kernel"), "");
  }

  /** One question about an interface. */
  private static void ask(List<Check> checks, boolean well, Verdict otherwise, String card, Words what, Words yes, Words no, String mend) {
    check(checks, well ? Verdict.OK : otherwise, new Words(card + " : " + what.fr(), card + ": " + what.en()), well ? yes : no, mend);
  }

  private static void check(List<Check> checks, Verdict verdict, Words what, Words found, String mend) {
    checks.add(new Check(verdict, what, found, verdict == Verdict.OK ? null : mend));
  }

  private static Words same(String text) {
    return new Words(text, text);
  }

  private void print(List<Check> checks, PrintStream out) {
    boolean fr = language.equals("fr");
    for (Check c : checks) {
      String verdict = switch (c.verdict) {
        case OK -> "ok";
        case ADVICE -> fr ? "conseil" : "advice";
        case MISSING -> fr ? "manque" : "missing";
      };
      out.printf(Locale.ROOT, "%-8s %-34s %s%n", verdict, fr ? c.what.fr() : c.what.en(), fr ? c.found.fr() : c.found.en());
      if (c.mend != null) {
        out.printf(Locale.ROOT, "%-8s %-34s $ %s%n", "", "", c.mend);
      }
    }
    long missing = checks.stream().filter(c -> c.verdict == Verdict.MISSING).count();
    out.println(missing == 0 ? fr ? "Rien de nécessaire ne manque." : "Nothing that is needed is missing."
        : (fr ? "Il manque : " : "Missing: ") + missing);
    out.flush();
  }

  private static boolean libpcap() throws IOException {
    for (String folder : List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")) {
      Path path = Path.of(folder);
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.find(path, 2, (p, a) -> String.valueOf(p.getFileName()).startsWith("libpcap.so"))) {
          if (files.findAny().isPresent()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static long capabilities() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapEff:")) {
        return Long.parseUnsignedLong(line.substring(7).strip(), 16);
      }
    }
    return 0;
  }

  private static boolean running(String program) {
    return ProcessHandle.allProcesses().anyMatch(p -> p.info().command().map(c -> c.endsWith("/" + program)).orElse(false));
  }

  private static boolean onPath(String program) {
    return Stream.of(String.valueOf(System.getenv("PATH")).split(":")).anyMatch(f -> Files.isExecutable(Path.of(f, program)));
  }

  private boolean portFree() {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
