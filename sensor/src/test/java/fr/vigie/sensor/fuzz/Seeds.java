package fr.vigie.sensor.fuzz;

import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.flow.Frames;
import fr.vigie.sensor.protocol.Dissector;
import fr.vigie.sensor.protocol.DissectorContract;
import fr.vigie.sensor.protocol.DissectorContract.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * What fuzzing starts from: the messages of the dissectors' contracts, and the corpora that earlier runs found worth keeping,
 * {@code src/test/resources/fuzz/TARGET.zip}.
 */
final class Seeds {
  private static final Path KEPT = Path.of("src/test/resources/fuzz");

  private static final int ICMPV6 = 58;

  private Seeds() {}

  /** The inputs of {@link MessagesFuzz} made of contracts' messages, by protocol and transport. */
  static Map<String, List<byte[]>> messages() throws IOException, ReflectiveOperationException {
    Map<String, List<byte[]>> all = new TreeMap<>();
    for (DissectorContract contract : contracts()) {
      String name = MessagesFuzz.name(DissectorContract.dissector(contract));
      int protocol = MessagesFuzz.index(name);
      List<byte[]> inputs = all.computeIfAbsent(name, n -> new ArrayList<>());
      for (Message message : DissectorContract.messages(contract)) {
        List<byte[]> octets = new ArrayList<>();
        List<Boolean> fromClient = new ArrayList<>();
        flatten(message, octets, fromClient);
        inputs.add(MessagesFuzz.input(inputs.size() % 4 << 6, protocol, octets, fromClient));
      }
    }
    return all;
  }

  /** The inputs of {@link FramesFuzz}: a frame of every kind, and every message of the contracts in a conversation of its own. */
  static List<byte[]> frames() throws IOException, ReflectiveOperationException {
    List<byte[]> inputs = new ArrayList<>();
    for (Frames.Kind kind : Frames.kinds().values()) {
      inputs.add(FramesFuzz.input(kind.link(), List.of(kind.frame(), kind.frame())));
    }
    for (DissectorContract contract : contracts()) {
      Dissector dissector = DissectorContract.dissector(contract);
      for (Message message : DissectorContract.messages(contract)) {
        List<byte[]> octets = new ArrayList<>();
        List<Boolean> fromClient = new ArrayList<>();
        flatten(message, octets, fromClient);
        inputs.add(FramesFuzz.input(1, conversation(dissector, octets, fromClient)));
      }
    }
    return inputs;
  }

  private static List<byte[]> conversation(Dissector dissector, List<byte[]> messages, List<Boolean> fromClient) {
    int port = dissector.ports().length == 0 ? 5004 : dissector.ports()[0];
    List<byte[]> frames = new ArrayList<>();
    int[] next = {1_000, 2_000};
    if (dissector.transport() == Dissector.Transport.TCP) {
      frames.add(tcp(true, port, next[0]++, 0x02, new byte[0]));
      frames.add(tcp(false, port, next[1]++, 0x12, new byte[0]));
    }
    for (int i = 0; i < messages.size(); i++) {
      boolean client = fromClient.get(i);
      byte[] octets = messages.get(i);
      switch (dissector.transport()) {
        case UDP -> frames.add(client ? Frames.udpFrame(1, 40_000, 2, port, octets) : Frames.udpFrame(2, port, 1, 40_000, octets));
        case TCP -> {
          frames.add(tcp(client, port, next[client ? 0 : 1], 0x18, octets));
          next[client ? 0 : 1] += octets.length;
        }
        case IP -> frames.add(port == ICMPV6 ? Frames.ethernet(1, 2, 0x86DD, Frames.ipv6(1, 2, port, octets)) : Frames.ethernet(1, 2, 0x0800, Frames.ipv4(1, 2, port, octets)));
        default -> frames.add(port > 0xFFFF ? Frames.ethernet(1, 2, octets.length, octets) : Frames.ethernet(1, 2, port, octets));
      }
    }
    return frames;
  }

  private static byte[] tcp(boolean client, int port, int sequence, int flags, byte[] octets) {
    byte[] segment = client ? Frames.tcp(40_000, port, sequence, flags, octets) : Frames.tcp(port, 40_000, sequence, flags, octets);
    return Frames.ethernet(client ? 1 : 2, client ? 2 : 1, 0x0800, Frames.ipv4(client ? 1 : 2, client ? 2 : 1, 6, segment));
  }

  /** The inputs of {@link FilesFuzz}: the same frames in each format, plain and compressed. */
  static List<byte[]> files() throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    for (CaptureWriter.Format format : CaptureWriter.Format.values()) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      try (CaptureWriter writer = new CaptureWriter(plain, format)) {
        int at = writer.addInterface(format == CaptureWriter.Format.PCAPNG ? "eth0" : null, 1);
        for (Frames.Kind kind : Frames.kinds().values()) {
          if (kind.link() == 1) {
            writer.write(at, 1_767_600_000_000_000_000L, kind.frame());
          }
        }
      }
      ByteArrayOutputStream small = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(small)) {
        plain.writeTo(out);
      }
      inputs.add(plain.toByteArray());
      inputs.add(small.toByteArray());
    }
    return inputs;
  }

  private static void flatten(Message message, List<byte[]> octets, List<Boolean> fromClient) {
    for (Message earlier : message.before()) {
      flatten(earlier, octets, fromClient);
    }
    octets.add(message.octets());
    fromClient.add(message.fromClient());
  }

  /** Every contract among the compiled tests. */
  static List<DissectorContract> contracts() throws IOException, ReflectiveOperationException {
    Path root = root();
    List<DissectorContract> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root.resolve("fr/vigie/sensor/protocol"))) {
      for (Path file : files.filter(f -> f.toString().endsWith("Test.class")).sorted().toList()) {
        String name = root.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
        Class<?> type = Class.forName(name);
        if (DissectorContract.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
          Constructor<?> constructor = type.getDeclaredConstructor();
          constructor.setAccessible(true);
          found.add((DissectorContract) constructor.newInstance());
        }
      }
    }
    return found;
  }

  private static Path root() {
    try {
      URI here = Seeds.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(here);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The corpus that was kept of a target, or nothing. */
  static List<byte[]> kept(String target) throws IOException {
    Path file = KEPT.resolve(target + ".zip");
    List<byte[]> inputs = new ArrayList<>();
    if (Files.exists(file)) {
      try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(file)); ZipInputStream zip = new ZipInputStream(in)) {
        while (zip.getNextEntry() != null) {
          inputs.add(zip.readAllBytes());
        }
      }
    }
    return inputs;
  }

  /**
   * Keeps the files of a folder as a target's corpus: all of them, or, where they are more than so many octets, evenly many of each
   * length, since short inputs alone would not reach what lies deep.
   */
  static void keep(String target, Path folder, long most) throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    }
    inputs.sort((a, b) -> a.length == b.length ? Arrays.compare(a, b) : Integer.compare(a.length, b.length));
    long octets = inputs.stream().mapToLong(i -> i.length).sum();
    int step = (int) Math.max(1, (octets + most - 1) / most);
    Files.createDirectories(KEPT);
    try (OutputStream out = Files.newOutputStream(KEPT.resolve(target + ".zip")); ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < inputs.size(); i += step) {
        ZipEntry entry = new ZipEntry("%05d".formatted(i / step));
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(inputs.get(i));
      }
    }
  }

  /** Writes inputs as files, for the fuzzer. */
  static void write(List<byte[]> inputs, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < inputs.size(); i++) {
      Files.write(folder.resolve("seed-%05d".formatted(i)), inputs.get(i));
    }
  }
}
