package fr.vigie.sensor.record;

/**
 * What is recorded whole although the policy would cut or overwrite it: an administrator's choice, journalled by who makes it.
 *
 * @param clinical payload of clinical flows (DICOM, HL7, and unrecognised flows that touch a clinical zone)
 * @param bulk media and encrypted payload (RTP, TLS application data, QUIC, SSH)
 * @param secrets credentials, and payload that may hold some
 */
public record Keep(boolean clinical, boolean bulk, boolean secrets) {
  /** The policy as it stands without anybody's choice: nothing of these whole. */
  public static final Keep LITTLE = new Keep(false, false, false);
}
