package fr.vigie.web.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fr.vigie.samples.Hospital;
import fr.vigie.sensor.Sensor;
import fr.vigie.sensor.SensorOptions;
import fr.vigie.sensor.capture.CaptureFiles;
import fr.vigie.sensor.capture.PacketSource;
import fr.vigie.web.api.Search;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills while Vigie listens: the watch goes on and says so. */
final class FullDiskTest {
  @TempDir Path folder;
  private Path small = Path.of("");

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
  }

  @AfterEach
  void free() throws IOException, InterruptedException {
    if (!small.toString().isEmpty()) {
      run("umount", small.toString());
    }
  }

  @Test
  void theWatchGoesOnAndSaysWhatItCannotKeepAndAStartWithRoomHasWhatWasKept() throws Exception {
    Hospital.write(1, folder);
    Home.Sample hospital = new Home.Sample(folder.resolve(Hospital.CAPTURE), folder.resolve(Hospital.SITE));
    Setting setting = Setting.of(hospital);
    Path at = Files.createDirectory(folder.resolve("small"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", at.toString()) == 0, "no right to mount a small disk");
    small = at;
    Path data = small.resolve("data");
    try (Service service = open(setting, data)) {
      try (PacketSource source = CaptureFiles.open(List.of(hospital.capture()), "default")) {
        service.play(source, new Sensor(SensorOptions.standard()), "playing", "done", packets -> { });
      }
      assertThat(service.estate().health().path("findings").toString()).contains("can no longer be stored", "No space left");
      assertThat(service.counters().get("assets")).as("the judge went on to the end").isGreaterThan(150);
      assertThat(service.counters().get("refused.log_observations")).isGreaterThan(1_000);
      assertThat(run("mount", "-o", "remount,size=200m", small.toString())).isZero();
      for (int i = 0; i < 600 && service.estate().health().path("findings").toString().contains("can no longer be stored"); i++) {
        Thread.sleep(100);
      }
      assertThat(service.estate().health().path("findings").toString()).doesNotContain("can no longer be stored");
      assertThat(service.counters().get("console.indexes_mended")).isPositive();
      shown(service);
    }
    try (Service service = open(setting, data)) {
      service.settled();
      assertThat(service.devices()).as("those of the part of the log that there was room for").isPositive();
    }
  }

  private static Service open(Setting setting, Path data) throws Exception {
    return new Service(data, setting.site(), setting.bounds(), setting.policy(), setting.judging(), setting.expectation());
  }

  private static void shown(Service service) throws Exception {
    assertThat(service.estate().alerts(new Search("", Map.of(), "", 0, 10)).total()).isGreaterThan(20);
    assertThat(service.estate().assets(new Search("", Map.of(), "", 0, 10)).total()).isGreaterThan(150);
  }
}
