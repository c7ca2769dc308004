package fr.vigie.sensor.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The one way to open capture files: one as it is, several as one site merged by time. */
public final class CaptureFiles {
  private CaptureFiles() {}

  /**
   * Opens files of one capture zone.
   *
   * @param files at least one; {@code -} is standard input
   * @param realm the capture zone
   * @throws CaptureException if no packet can be had from any of them: the reason of the first
   */
  public static PacketSource open(List<Path> files, String realm) throws IOException {
    return open(files, file -> realm);
  }

  /**
   * Opens files of several capture zones.
   *
   * @param realm names the capture zone of a file, for example after its folder
   */
  public static PacketSource open(List<Path> files, Function<Path, String> realm) throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no capture file was named");
    }
    if (files.size() == 1) {
      return CaptureFile.open(files.get(0), realm.apply(files.get(0)));
    }
    return MergedFiles.open(files, realm, Slabs.standard());
  }
}
