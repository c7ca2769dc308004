package fr.vigie.sensor.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where segments are written: the file system, or in tests one that is slow or full. Called on the writer's thread. */
interface Disk {
  /** The file system as it is. */
  Disk REAL = new Disk() {
    @Override
    public SeekableByteChannel create(Path file) throws IOException {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
    }

    @Override
    public long free(Path folder) throws IOException {
      return Files.getFileStore(folder).getUsableSpace();
    }
  };

  /** Opens a new file for writing. */
  SeekableByteChannel create(Path file) throws IOException;

  /** Octets that may still be written. */
  long free(Path folder) throws IOException;
}
