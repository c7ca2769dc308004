package fr.vigie.web.exchange;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A format in which an inventory leaves. */
public enum Format {
  CSV("csv", "text/csv; charset=utf-8"),
  XLSX("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
  JSON("json", "application/json"),
  CYCLONEDX("cdx.json", "application/vnd.cyclonedx+json; version=1.6"),
  NETBOX("zip", "application/zip"),
  GLPI("zip", "application/zip");

  private final String extension;
  private final String type;

  Format(String extension, String type) {
    this.extension = extension;
    this.type = type;
  }

  /** The name in addresses and on the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The end of file names. */
  public String extension() {
    return extension;
  }

  /** The media type. */
  public String type() {
    return type;
  }

  /** The format of that name, or null. */
  public static @Nullable Format of(String name) {
    for (Format f : values()) {
      if (f.wireName().equals(name)) {
        return f;
      }
    }
    return null;
  }

  /** The name of a file of this format. */
  public String file(About about) {
    String what = about.whole() ? "inventory" : "selection";
    return about.file(this == NETBOX || this == GLPI ? what + "-" + wireName() : what, extension);
  }

  /** Writes devices; memory does not grow with their number but for the names that NetBox wants to be unique. The stream is left open. */
  public void write(Devices devices, About about, OutputStream out) throws IOException {
    switch (this) {
      case CSV -> InventoryCsv.write(devices, out);
      case XLSX -> InventoryXlsx.write(devices, about, out);
      case JSON -> InventoryJson.write(devices, about, out);
      case CYCLONEDX -> CycloneDx.write(devices, about, out);
      case NETBOX -> NetBox.write(devices, about, out);
      case GLPI -> Glpi.write(devices, about, out);
    }
  }
}
