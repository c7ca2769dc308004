package fr.vigie.sensor.protocol.knx;

import fr.vigie.sensor.observe.Point;

/** Interface object properties: how they are called as points, and which of them hold keys (KNX 03_07_03). */
final class Properties {
  /** Interface object types (KNX 03_07_03 2): KNXnet/IP parameters, and security. */
  private static final int KNXNETIP_PARAMETER = 11;

  private static final int SECURITY = 17;

  private Properties() {}

  /**
   * Whether a property of an object whose type is known holds keys: of the security object P2P_KEY_TABLE 53, GRP_KEY_TABLE 54, TOOL_KEY 56; of the
   * KNXnet/IP object BACKBONE_KEY 91, DEVICE_AUTHENTICATION_CODE 92, PASSWORD_HASHES 93.
   */
  static boolean key(int objectType, int property) {
    return objectType == SECURITY && (property == 53 || property == 54 || property == 56)
        || objectType == KNXNETIP_PARAMETER && property >= 91 && property <= 93;
  }

  /** The same where a service names the object by its index and its type is not known: rather one value too few is told. */
  static boolean key(int property) {
    return key(SECURITY, property) || key(KNXNETIP_PARAMETER, property);
  }

  static Point point(int objectType, int instance, int property) {
    return new Point.Named("property", "object type " + objectType + " instance " + instance + " property " + property);
  }

  static Point indexed(int object, int property) {
    return new Point.Named("property", "object " + object + " property " + property);
  }
}
