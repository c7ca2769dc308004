package fr.vigie.sensor.protocol;

import fr.vigie.sensor.observe.Verb;

/** The names DICOM gives its commands (PS3.7-2024 §9.1, §10.1, E.1) and the SOP classes of everyday (PS3.4-2024 B.5, PS3.6-2024 annex A). */
final class DicomNames {
  private DicomNames() {}

  /** PS3.7 E.1-1: the command field; the highest bit makes it a response. */
  static String command(int field) {
    return switch (field) {
      case 0x0001 -> "C-STORE-RQ";
      case 0x8001 -> "C-STORE-RSP";
      case 0x0010 -> "C-GET-RQ";
      case 0x8010 -> "C-GET-RSP";
      case 0x0020 -> "C-FIND-RQ";
      case 0x8020 -> "C-FIND-RSP";
      case 0x0021 -> "C-MOVE-RQ";
      case 0x8021 -> "C-MOVE-RSP";
      case 0x0030 -> "C-ECHO-RQ";
      case 0x8030 -> "C-ECHO-RSP";
      case 0x0100 -> "N-EVENT-REPORT-RQ";
      case 0x8100 -> "N-EVENT-REPORT-RSP";
      case 0x0110 -> "N-GET-RQ";
      case 0x8110 -> "N-GET-RSP";
      case 0x0120 -> "N-SET-RQ";
      case 0x8120 -> "N-SET-RSP";
      case 0x0130 -> "N-ACTION-RQ";
      case 0x8130 -> "N-ACTION-RSP";
      case 0x0140 -> "N-CREATE-RQ";
      case 0x8140 -> "N-CREATE-RSP";
      case 0x0150 -> "N-DELETE-RQ";
      case 0x8150 -> "N-DELETE-RSP";
      case 0x0FFF -> "C-CANCEL-RQ";
      default -> "command";
    };
  }

  /** What a request does to the peer that answers it. */
  static Verb verb(int field) {
    return switch (field) {
      case 0x0001 -> Verb.DOWNLOAD;
      case 0x0010, 0x0021 -> Verb.UPLOAD;
      case 0x0020, 0x0110 -> Verb.READ;
      case 0x0100 -> Verb.NOTIFY;
      case 0x0120 -> Verb.WRITE;
      case 0x0130 -> Verb.COMMAND;
      case 0x0140 -> Verb.CREATE;
      case 0x0150 -> Verb.DELETE;
      default -> Verb.REQUEST;
    };
  }

  /** PS3.6 table A-1; what is not here keeps its number. */
  static String sopClass(String uid) {
    return switch (uid) {
      case "1.2.840.10008.1.1" -> "Verification";
      case "1.2.840.10008.1.20.1" -> "Storage Commitment Push Model";
      case "1.2.840.10008.3.1.2.3.3" -> "Modality Performed Procedure Step";
      case "1.2.840.10008.5.1.1.1" -> "Basic Film Session";
      case "1.2.840.10008.5.1.1.2" -> "Basic Film Box";
      case "1.2.840.10008.5.1.1.4" -> "Basic Grayscale Image Box";
      case "1.2.840.10008.5.1.1.9" -> "Basic Grayscale Print Management Meta";
      case "1.2.840.10008.5.1.1.16" -> "Printer";
      case "1.2.840.10008.5.1.4.1.1.1" -> "Computed Radiography Image Storage";
      case "1.2.840.10008.5.1.4.1.1.1.1" -> "Digital X-Ray Image Storage - For Presentation";
      case "1.2.840.10008.5.1.4.1.1.1.2" -> "Digital Mammography X-Ray Image Storage - For Presentation";
      case "1.2.840.10008.5.1.4.1.1.2" -> "CT Image Storage";
      case "1.2.840.10008.5.1.4.1.1.2.1" -> "Enhanced CT Image Storage";
      case "1.2.840.10008.5.1.4.1.1.3.1" -> "Ultrasound Multi-frame Image Storage";
      case "1.2.840.10008.5.1.4.1.1.4" -> "MR Image Storage";
      case "1.2.840.10008.5.1.4.1.1.4.1" -> "Enhanced MR Image Storage";
      case "1.2.840.10008.5.1.4.1.1.6.1" -> "Ultrasound Image Storage";
      case "1.2.840.10008.5.1.4.1.1.7" -> "Secondary Capture Image Storage";
      case "1.2.840.10008.5.1.4.1.1.9.1.1" -> "12-lead ECG Waveform Storage";
      case "1.2.840.10008.5.1.4.1.1.12.1" -> "X-Ray Angiographic Image Storage";
      case "1.2.840.10008.5.1.4.1.1.20" -> "Nuclear Medicine Image Storage";
      case "1.2.840.10008.5.1.4.1.1.104.1" -> "Encapsulated PDF Storage";
      case "1.2.840.10008.5.1.4.1.1.128" -> "Positron Emission Tomography Image Storage";
      case "1.2.840.10008.5.1.4.1.1.481.1" -> "RT Image Storage";
      case "1.2.840.10008.5.1.4.1.1.481.2" -> "RT Dose Storage";
      case "1.2.840.10008.5.1.4.1.1.481.3" -> "RT Structure Set Storage";
      case "1.2.840.10008.5.1.4.1.1.481.5" -> "RT Plan Storage";
      case "1.2.840.10008.5.1.4.1.2.1.1" -> "Patient Root Query/Retrieve - FIND";
      case "1.2.840.10008.5.1.4.1.2.1.2" -> "Patient Root Query/Retrieve - MOVE";
      case "1.2.840.10008.5.1.4.1.2.1.3" -> "Patient Root Query/Retrieve - GET";
      case "1.2.840.10008.5.1.4.1.2.2.1" -> "Study Root Query/Retrieve - FIND";
      case "1.2.840.10008.5.1.4.1.2.2.2" -> "Study Root Query/Retrieve - MOVE";
      case "1.2.840.10008.5.1.4.1.2.2.3" -> "Study Root Query/Retrieve - GET";
      case "1.2.840.10008.5.1.4.31" -> "Modality Worklist - FIND";
      default -> uid;
    };
  }
}
