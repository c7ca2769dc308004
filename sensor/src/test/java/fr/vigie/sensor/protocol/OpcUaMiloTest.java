package fr.vigie.sensor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.sensor.observe.Act;
import fr.vigie.sensor.observe.Claim;
import fr.vigie.sensor.observe.Flaw;
import fr.vigie.sensor.observe.Observation;
import fr.vigie.sensor.observe.Outcome;
import fr.vigie.sensor.observe.Sink;
import fr.vigie.sensor.observe.Trait;
import fr.vigie.sensor.observe.Verb;
import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server and clients of OPC UA that nobody here wrote: Eclipse Milo in a process of its own, on the loopback. Its jars are no part of Vigie; {@code ./vigie test} fetches them, and without
 * them the test is skipped. Three sessions say the same, without security, signed, and signed and encrypted: endpoints, session, browse, read, write, a refused write, call, subscription.
 */
@Tag("alone")
final class OpcUaMiloTest {
  private static final String PASSWORD = "hopital-2026";
  /** Connections that do not encrypt: that which asks for endpoints, a session without security, a signed one. */
  private static final int READABLE = 3;

  private static final Path PEER = Path.of("src/test/peers/opcua/OpcUaPeer.java");

  private static Path jars() {
    String named = System.getenv("VIGIE_MILO");
    return named != null ? Path.of(named) : Path.of("target/peers/opcua");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Path conversation(Path folder) throws IOException, InterruptedException {
    int port = freePort();
    Path out = folder.resolve("peer.txt");
    try (RecordingProxy proxy = new RecordingProxy(port)) {
      Process peer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", jars() + "/*", PEER.toString(),
          Integer.toString(port), Integer.toString(proxy.port())).redirectErrorStream(true).redirectOutput(out.toFile()).start();
      try {
        assertThat(peer.waitFor(240, TimeUnit.SECONDS)).as(() -> read(out)).isTrue();
      } finally {
        peer.destroyForcibly();
      }
      assertThat(read(out)).contains("done");
      proxy.capture(folder.resolve("readable.pcap"), 4840, READABLE);
      return proxy.capture(folder.resolve("opcua.pcap"), 4840, Integer.MAX_VALUE);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static List<Observation> observations(Path file) throws IOException {
    List<Observation> all = new ArrayList<>();
    try (PacketSource source = CaptureFiles.open(List.of(file), "test")) {
      new Sensor(SensorOptions.standard().bounds(1 << 12, 1 << 12)).run(source, new Sink() {
        @Override
        public void accept(Observation observation) {
          all.add(observation);
        }

        @Override
        public void quantum(long seq, long at) {
          // observations suffice
        }
      });
    }
    return all;
  }

  private static final Pattern NODE = Pattern.compile("(?:ns=(\\d+);)?([isgb])=(.*)", Pattern.DOTALL);

  /** One part of all identifiers of nodes, in their order. */
  private static Function<Frame, String> nodes(Function<Matcher, String> part) {
    return f -> f.fields.stream().map(field -> NODE.matcher(field[1])).filter(Matcher::matches).map(part).filter(p -> !p.isEmpty()).collect(Collectors.joining(";"));
  }

  private static Column node(String name, String kind) {
    return new Column(name, nodes(n -> n.group(2).equals(kind) ? n.group(3) : ""), TsharkAgreement::plain);
  }

  private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("MMM d, yyyy HH:mm:ss.nnnnnnnnn 'UTC'", Locale.ROOT);

  private static String instant(String shown) {
    return shown.startsWith("No time") || shown.startsWith("Jan  1, 1970") ? "" : LocalDateTime.parse(shown.replaceAll(" +", " "), SHOWN).toInstant(ZoneOffset.UTC).toString();
  }

  private static Column time(String name, String ours) {
    return new Column(name, ours).theirs(cell -> cell.isEmpty() ? "" : Arrays.stream(cell.split(";")).map(OpcUaMiloTest::instant).filter(v -> !v.isEmpty()).collect(Collectors.joining(";")));
  }

  /** A name that the head of a message and its parameters share: the first of it in messages of these types is the head's. */
  static Column head(String name, String ours, boolean wanted, String... types) {
    return new Column(name, f -> {
      List<String> kept = new ArrayList<>();
      boolean due = false;
      for (String[] field : f.fields) {
        due |= field[0].equals("transportType") && List.of(types).contains(field[1]);
        if (field[0].equals(ours)) {
          if (due == wanted) {
            kept.add(field[1]);
          }
          due = false;
        }
      }
      return TsharkAgreement.plain(String.join(";", kept));
    }, TsharkAgreement::plain);
  }

  private static Column number(String name, String ours) {
    return new Column(name, f -> f.all(ours).stream().map(v -> v.replaceFirst("\\.0$", "")).collect(Collectors.joining(";")), TsharkAgreement::plain);
  }

  /** Names of the standard, which are those of tshark with a small letter in front. */
  private static String[] named(String... names) {
    return Arrays.stream(names).map(n -> "opcua." + n + " " + Character.toLowerCase(n.charAt(0)) + n.substring(1)).toArray(String[]::new);
  }

  /** Every column that tshark has of the services spoken here but for how the octets of a value are packed, and what is secret. */
  static TsharkAgreement agreement() {
    return new TsharkAgreement("opcua", "opcua", List.of(new Column("opcua.transport.type", "transportType"), head("opcua.transport.endpoint", "endpointUrl", true, "HEL"),
        head("opcua.security.spu", "securityPolicyUri", true, "OPN"), new Column("opcua.security.rqid", "requestId")))
        .also(named("ApplicationType", "ApplicationUri", "AttributeId", "AvailableSequenceNumbers", "Boolean", "BrowseDirection", "Byte", "ChannelId", "ClientHandle",
            "ClientProtocolVersion", "DeleteSubscriptions", "DiscardOldest", "DiscoveryUrls", "IncludeSubtypes", "Int32", "IsForward", "MaxNotificationsPerPublish",
            "MaxRequestMessageSize", "MaxResponseMessageSize", "MessageSecurityMode", "MonitoredItemId", "MonitoringMode", "MoreNotifications", "NodeClass", "PolicyId", "Priority",
            "ProductUri", "ProfileUris", "PublishingEnabled", "QueueSize", "RequestHandle", "RequestedLifetime", "RequestedLifetimeCount", "RequestedMaxKeepAliveCount",
            "RequestedMaxReferencesPerNode", "RevisedLifetime", "RevisedLifetimeCount", "RevisedMaxKeepAliveCount", "RevisedQueueSize", "SecurityLevel", "SecurityTokenRequestType",
            "ServerProtocolVersion", "ServiceResult", "SessionName", "StatusCode", "String", "SubscriptionId", "SubscriptionIds", "TimeoutHint", "TimestampsToReturn", "TokenId",
            "TransportProfileUri", "UInt32", "UserTokenType", "ViewVersion", "AuditEntryId", "IndexRange", "DeleteTargetReferences", "Algorithm", "EncryptionAlgorithm"))
        .also("opcua.loctext.Locale locale", "opcua.loctext.Text text", "opcua.qualname.Id namespaceIndex", "opcua.qualname.Name name", "opcua.returndiag returnDiagnostics",
            "opcua.nodeclassmask nodeClassMask", "opcua.resultmask.all resultMask", "opcua.variant.ArraySize arraySize", "opcua.variant.has_value variantType",
            "opcua.transport.size size", "opcua.transport.scid secureChannelId", "opcua.security.tokenid securityTokenId", 
            "opcua.transport.ver protocolVersion", "opcua.transport.rbs receiveBufferSize", "opcua.transport.sbs sendBufferSize", "opcua.transport.mms maxMessageSize",
            "opcua.transport.mcc maxChunkCount", "opcua.servicenodeid.numeric serviceNodeId")
        .also(head("opcua.EndpointUrl", "endpointUrl", false, "HEL"), head("opcua.SecurityPolicyUri", "securityPolicyUri", false, "OPN"),
            head("opcua.security.seq", "sequenceNumber", true, "OPN", "MSG", "CLO"), head("opcua.SequenceNumber", "sequenceNumber", false, "OPN", "MSG", "CLO"), number("opcua.Double", "double"), number("opcua.Float", "float"), number("opcua.MaxAge", "maxAge"), number("opcua.RequestedPublishingInterval", "requestedPublishingInterval"),
            number("opcua.RevisedPublishingInterval", "revisedPublishingInterval"), number("opcua.SamplingInterval", "samplingInterval"),
            number("opcua.RevisedSamplingInterval", "revisedSamplingInterval"), number("opcua.RequestedSessionTimeout", "requestedSessionTimeout"),
            number("opcua.RevisedSessionTimeout", "revisedSessionTimeout"), time("opcua.Timestamp", "timestamp"), time("opcua.CreatedAt", "createdAt"),
            time("opcua.PublishTime", "publishTime"), time("opcua.DateTime", "dateTime"), time("opcua.datavalue.SourceTimestamp", "sourceTimestamp"),
            time("opcua.datavalue.ServerTimestamp", "serverTimestamp"), node("opcua.nodeid.numeric", "i"), node("opcua.nodeid.string", "s"),
            new Column("opcua.nodeid.nsindex", nodes(n -> n.group(1) == null ? "" : n.group(1)), cell -> Arrays.stream(TsharkAgreement.plain(cell).split(";")).filter(v -> !v.equals("0"))
                .collect(Collectors.joining(";"))), new Column("opcua.transport.chunk", f -> f.all("chunk").stream().map(c -> Character.toString(Integer.parseInt(c))).collect(Collectors.joining(";")), t -> t))
        .remarks("opcua.nodeid.encodingmask", "opcua.servicenodeid.encodingmask", "opcua.servicenodeid.nsid", "opcua.expandednodeid.*", "opcua.extobj.*", "opcua.diag.*",
            "opcua.loctext.mask", "opcua.loctext.has_locale_information", "opcua.loctext.has_text", "opcua.datavalue.mask", "opcua.datavalue.has_value", "opcua.datavalue.has_statuscode",
            "opcua.datavalue.has_source_timestamp", "opcua.datavalue.has_server_timestamp", "opcua.datavalue.has_source_picoseconds", "opcua.datavalue.has_server_picoseconds",
            "opcua.nodeid.bytestring", "opcua.ClientNonce", "opcua.ServerNonce", "opcua.Signature", "opcua.UserName", "opcua.Password");
  }

  @Test
  void whatMiloSaysIsReadAsTsharkReadsIt(@TempDir Path folder) throws IOException, InterruptedException {
    Assumptions.assumeTrue(Files.isDirectory(jars()), "Eclipse Milo is not in " + jars() + ": ./vigie test fetches it");
    Path file = conversation(folder);
    List<Observation> said = observations(file);

    assertThat(said).noneMatch(Flaw.class::isInstance);
    assertThat(said.toString()).doesNotContain(PASSWORD, "technicien");
    assertThat(said).anyMatch(o -> o instanceof Claim c && c.trait() == Trait.NAME && c.value().equals("vigie test server"))
        .anyMatch(o -> o instanceof Claim c && c.value().startsWith("opcua-security=Basic256Sha256"))
        .anyMatch(o -> o instanceof Claim c && c.value().startsWith("opcua-certificate=CN=vigie test server"));
    assertThat(said).anyMatch(o -> o instanceof Act a && a.verb() == Verb.WRITE && a.point() != null && a.point().text().endsWith("i=1001") && a.outcome().equals(Outcome.OK))
        .anyMatch(o -> o instanceof Act a && a.verb() == Verb.WRITE && a.point() != null && a.point().text().equals("i=2258") && a.outcome().toString().contains("0x803b"))
        .anyMatch(o -> o instanceof Act a && a.verb() == Verb.COMMAND && a.point() != null && a.point().text().endsWith("s=Reset") && a.outcome().equals(Outcome.OK))
        .anyMatch(o -> o instanceof Act a && a.verb() == Verb.AUTHENTICATE && a.detail().equals("user name"));
    TranscriptKeeper keeper = Survey.transcript(file, "opcua");
    Map<String, Integer> operations = new TreeMap<>();
    keeper.frames.values().forEach(f -> f.all("operation").forEach(o -> operations.merge(o, 1, Integer::sum)));
    assertThat(operations).containsKeys("GetEndpointsResponse", "CreateSessionRequest", "ActivateSessionResponse", "BrowseResponse", "ReadResponse", "WriteResponse", "CallResponse",
        "CreateSubscriptionResponse", "CreateMonitoredItemsRequest", "PublishResponse", "DeleteSubscriptionsResponse", "CloseSessionRequest", "opaque");

    Assumptions.assumeTrue(TsharkAgreement.installed(), "tshark is not installed: the comparison with it is skipped");
    // what is encrypted is read by nobody
    TsharkAgreement agreement = agreement().with(folder.resolve("readable.pcap"));
    assertThat(agreement.tell()).isGreaterThanOrEqualTo(0.99);
    assertThat(agreement.coverage()).isGreaterThanOrEqualTo(0.95);
  }
}
