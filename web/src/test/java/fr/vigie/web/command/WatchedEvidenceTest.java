package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fr.vigie.inventory.json.Json;
import fr.vigie.samples.Hospital;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFile;
import fr.vigie.sensor.capture.CaptureWriter;
import fr.vigie.sensor.capture.Listening;
import fr.vigie.sensor.capture.LiveCapture;
import fr.vigie.sensor.capture.Packet;
import fr.vigie.sensor.record.RecordOptions;
import fr.vigie.sensor.record.Recorder;
import fr.vigie.web.api.Browser;
import fr.vigie.web.api.Console;
import fr.vigie.web.api.Evidence;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An attack on a wire that is watched: its packets are downloaded from the console. Needs root, for a pair of virtual interfaces. */
@Timeout(180)
final class WatchedEvidenceTest {
  private static final String ID = Long.toString(ProcessHandle.current().pid() % 100_000);
  private static final String SPACE = "vigie-e" + ID;
  private static final String HERE = "veh" + ID;
  private static final String THERE = "vet" + ID;
  private static final String PASSWORD = "une phrase assez longue";

  @TempDir Path folder;
  private boolean made;

  private void wire() throws IOException, InterruptedException {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/usr/sbin/ip"))
        && Files.isExecutable(Path.of("/usr/bin/tcpreplay")), "making virtual interfaces needs root, iproute2 and tcpreplay");
    Assumptions.assumeTrue(run("ip netns add " + SPACE) == 0, "this machine lets nobody make network namespaces");
    made = true;
    assertThat(run("ip link add " + HERE + " type veth peer name " + THERE + " netns " + SPACE)).isZero();
    run("echo 1 > /proc/sys/net/ipv6/conf/" + HERE + "/disable_ipv6; ip netns exec " + SPACE + " sysctl -q net.ipv6.conf.all.disable_ipv6=1");
    assertThat(run("ip link set " + HERE + " mtu 9000 up && ip -n " + SPACE + " link set " + THERE + " mtu 9000 up")).isZero();
  }

  @AfterEach
  void unwire() throws IOException, InterruptedException {
    if (made) {
      run("ip link del " + HERE + "; ip netns del " + SPACE);
    }
  }

  private static int run(String command) throws IOException, InterruptedException {
    return new ProcessBuilder("bash", "-c", command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
  }

  /** The sample hospital as a plain capture that tcpreplay can send. */
  private Path attack() throws Exception {
    Hospital.write(1, folder);
    Path plain = folder.resolve("attack.pcap");
    try (CaptureFile from = CaptureFile.open(folder.resolve(Hospital.CAPTURE), "default");
        CaptureWriter to = new CaptureWriter(new BufferedOutputStream(Files.newOutputStream(plain)), CaptureWriter.Format.PCAP_NANOS)) {
      int at = to.addInterface(null, 1);
      Packet p = new Packet();
      while (from.next(p)) {
        if (p.captured == p.wire && p.captured < 8_900) {
          to.write(at, p.at, p.segment, p.offset, p.captured, p.wire, null);
        }
      }
    }
    return plain;
  }

  @Test
  void thePacketsOfAnAttackAreDownloadedFromTheConsole() throws Exception {
    wire();
    Path attack = attack();
    Setting setting = Setting.of(new Home.Sample(folder.resolve(Hospital.CAPTURE), folder.resolve(Hospital.SITE)));
    RecordOptions options = RecordOptions.standard(folder.resolve("ring")).reserve(0);
    Path home = folder.resolve("console");
    try (Service service = new Service(folder.resolve("data"), setting.site(), setting.bounds(), setting.policy(), setting.judging(), setting.expectation()); Recorder recorder = Recorder.open(options)) {
      Sensor sensor = new Sensor(SensorOptions.standard().recorder(recorder), service.nextSequence());
      Evidence evidence = service.record(recorder, options, null, "", Evidence.NONE);
      try (LiveCapture capture = LiveCapture.open(new Listening(List.of(HERE), "default", Listening.standard(), null, 32L << 20))) {
        capture.start(service.origins(), sensor.counters());
        Console console = service.serve(new Console.Settings("127.0.0.1", 0, home, Set.of()), evidence, () -> { },
            new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
        Thread watching = Thread.ofPlatform().start(() -> {
          try {
            service.watch(capture, sensor);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
        Browser browser = new Browser(console.uri(), home);
        String oneTime = Files.readString(home.resolve("first-password.txt")).strip();
        browser.call("POST", "/api/v1/session", "{\"name\":\"admin\",\"password\":\"" + oneTime + "\"}");
        browser.call("PUT", "/api/v1/session/password", "{\"old\":\"" + oneTime + "\",\"new\":\"" + PASSWORD + "\"}");
        assertThat(run("ip netns exec " + SPACE + " tcpreplay -q -M 20 -i " + THERE + " " + attack)).isZero();
        JsonNode alert = null;
        for (int i = 0; i < 100 && alert == null; i++) {
          JsonNode found = Json.MAPPER.readTree(browser.get("/api/v1/alerts?q=rule%3ABAC-09&limit=1").body()).path("items").path(0);
          alert = found.isMissingNode() ? null : found;
          Thread.sleep(100);
        }
        assertThat(alert).as("a controller was silenced").isNotNull();
        String path = "/api/v1/alerts/" + alert.path("id").asText();
        JsonNode about = Json.MAPPER.readTree(browser.get(path + "/evidence").body());
        assertThat(about.path("state").asText()).isEqualTo("pending");
        assertThat(download(browser, path).statusCode()).as("what there is so far").isEqualTo(200);
        for (int i = 0; i < 450 && !about.path("state").asText().equals("kept"); i++) {
          Thread.sleep(100);
          about = Json.MAPPER.readTree(browser.get(path + "/evidence").body());
        }
        assertThat(about.path("state").asText()).isEqualTo("kept");
        long late = Instant.parse(about.path("taken").asText()).toEpochMilli() - Json.nanos(about.path("to").asText()) / 1_000_000;
        System.out.println("evidence was put aside " + late + " ms after its last moment");
        assertThat(late).as("milliseconds after it was complete").isBetween(0L, 5_000L);
        HttpResponse<byte[]> file = download(browser, path);
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(new String(file.body(), StandardCharsets.UTF_8)).contains("Vigie alert " + alert.path("id").asText()).contains("rule BAC-09");
        Path saved = Files.write(folder.resolve("evidence.pcapng"), file.body());
        long raised = Json.nanos(alert.path("first").asText());
        boolean there = false;
        try (CaptureFile kept = CaptureFile.open(saved, "")) {
          Packet p = new Packet();
          while (kept.next(p)) {
            there |= p.at == raised;
          }
          assertThat(kept.faults()).isEmpty();
        }
        assertThat(there).as("the packet that silenced it").isTrue();
        assertThat(run("tshark -r " + saved + " -Y bacapp.confirmed_service==17 | grep -q .")).as("tshark reads the command in it").isZero();
        assertThat(recorder.counters()).doesNotContainKeys("record.dropped_slow_disk", "record.dropped_full_disk", "record.dropped_disk_error");
        capture.stop();
        watching.join();
      }
    }
  }

  private static HttpResponse<byte[]> download(Browser browser, String path) throws Exception {
    return browser.client().send(browser.request(path + "/packets").GET().build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
