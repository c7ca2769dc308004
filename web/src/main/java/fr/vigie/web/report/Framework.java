package fr.vigie.web.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A catalogue of controls that a report follows, read from a shipped table (origin and licence in NOTICE). */
public enum Framework {
  ANSSI_INDUSTRIEL("anssi-industriel", "ANSSI-PA-108, version 2.0",
      new Words("ANSSI – Mesures détaillées pour la cybersécurité des systèmes industriels",
          "ANSSI – Detailed measures for the cybersecurity of industrial systems"),
      new Words("Source : ANSSI, guide ANSSI-PA-108 v2.0 du 27/11/2025, Licence Ouverte 2.0 (titres des recommandations)",
          "Source: ANSSI, guide ANSSI-PA-108 v2.0 of 2025-11-27, Licence Ouverte 2.0 (titles of the recommendations)")),
  NIS2("nis2", "(UE) 2022/2555",
      new Words("Directive NIS 2 – articles 20, 21 et 23", "NIS 2 Directive – articles 20, 21 and 23"),
      new Words("Directive (UE) 2022/2555 ; intitulés abrégés par Vigie", "Directive (EU) 2022/2555; short titles by Vigie")),
  IEC62443_3_3("iec62443-3-3", "2013",
      new Words("IEC 62443-3-3 – exigences de sécurité du système", "IEC 62443-3-3 – system security requirements"),
      new Words("IEC 62443-3-3:2013 ; identifiants de la norme, intitulés rédigés par Vigie",
          "IEC 62443-3-3:2013; identifiers of the standard, titles written by Vigie"));

  /** How much of a control passive observation can show. */
  public enum Reach {
    DIRECT,
    PARTIAL,
    NONE
  }

  /**
   * A control.
   *
   * @param id identifier of the framework, for example {@code R5}
   * @param title title in both languages; where the framework has only one, both are the same
   * @param reach how much passive observation can show of it
   * @param evidence identifiers of evidence types, for example {@code EV-INV}
   */
  public record Control(String id, Words title, Reach reach, List<String> evidence) {}

  private final String id;
  private final String edition;
  private final Words title;
  private final Words source;

  Framework(String id, String edition, Words title, Words source) {
    this.id = id;
    this.edition = edition;
    this.title = title;
    this.source = source;
  }

  /** The name on the command line and in the API. */
  public String id() {
    return id;
  }

  /** Edition or number. */
  public String edition() {
    return edition;
  }

  /** Full title. */
  public Words title() {
    return title;
  }

  /** Where the control titles come from. */
  public Words source() {
    return source;
  }

  /** The framework of this name, or null. */
  public static @Nullable Framework byId(String id) {
    return Arrays.stream(values()).filter(f -> f.id.equals(id)).findFirst().orElse(null);
  }

  /** The controls in the framework's order. */
  public List<Control> controls() {
    List<Control> controls = new ArrayList<>();
    for (String[] row : rows(id + ".tsv")) {
      String en = row[4].isEmpty() ? row[3] : row[4];
      Reach reach = switch (row[6]) {
        case "direct" -> Reach.DIRECT;
        case "partial" -> Reach.PARTIAL;
        default -> Reach.NONE;
      };
      List<String> evidence = row.length < 8 || row[7].isBlank() ? List.of() : List.of(row[7].split(";"));
      controls.add(new Control(row[1], new Words(row[3], en), reach, evidence));
    }
    return List.copyOf(controls);
  }

  /** Labels of the evidence types. */
  static Map<String, Words> evidenceLabels() {
    Map<String, Words> labels = new LinkedHashMap<>();
    for (String[] row : rows("evidence_types.tsv")) {
      labels.put(row[0], new Words(row[1], row[2]));
    }
    return labels;
  }

  private static List<String[]> rows(String table) {
    List<String[]> rows = new ArrayList<>();
    try (InputStream in = Framework.class.getResourceAsStream(table)) {
      if (in == null) {
        throw new IOException("table " + table + " is not shipped");
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#") && !line.isBlank()) {
          rows.add(line.split("\t", -1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }
}
