package fr.vigie.samples;

import fr.vigie.samples.Host.Model;

/** What stands in the hospital: makers, models, firmware; the MAC prefixes are the makers' own in the IEEE registry, the BACnet identifiers ASHRAE's. */
final class Models {
  static final Model PXC = new Model("Siemens", "PXC7.E400S", "FW01.20.23.30", 0x00A003, 7);
  static final Model SAUTER = new Model("Fr. Sauter AG", "EY6AS80F021", "1.3.0", 0x5CC213, 80);
  static final Model ASP = new Model("Schneider Electric", "Automation Server Premium", "6.0.4.90", 0x000054, 10);
  static final Model TREND = new Model("Trend Control Systems Ltd", "IQ4E", "4.34", 0x001070, 17);
  static final Model DISTECH = new Model("Distech Controls, Inc.", "ECY-S1000", "1.17.21236.1", 0x38F7CD, 364);
  static final Model LROC = new Model("LOYTEC electronics GmbH", "LIP-ME201C", "8.2.4", 0x000AB0, 178);
  static final Model DXR = new Model("Siemens", "DXR2.M18", "FW01.21.45.48", 0x00A003, 7);
  static final Model ECB = new Model("Distech Controls, Inc.", "ECB-VAV", "2.4.19127", 0x38F7CD, 364);
  static final Model SYMBIO = new Model("Trane", "Symbio 800", "v2.10.1035", 0x0012EA, 2);
  static final Model PCO = new Model("Carel", "c.pCO", "2.9.5", 0x000A5C, 77);
  static final Model PCO_MSTP = new Model("Carel", "MasterCella", "1.8", 0x000A5C, 77);
  static final Model CARRIER = new Model("Carrier Corporation", "Touch Pilot", "ECG-SR-20T4F110", 0x346D9C, 24);
  static final Model FIRE = new Model("Siemens", "NK8237", "4.1.6", 0x00A003, 7);
  static final Model KNX_SIEMENS = new Model("Siemens", "IP Router N 146/03", "3.1", 0x00A003, -1);
  static final Model KNX_ABB = new Model("ABB", "IPR/S3.1.1 IP Router", "1.0", 0x000CDE, -1);
  static final Model KNX_GIRA = new Model("Gira", "KNX IP Router", "4.0", 0x000AB3, -1);
  static final Model KNX_WEINZIERL = new Model("Weinzierl", "KNX IP Interface 731", "1.4", 0x00246D, -1);
  static final Model APC = new Model("APC", "Symmetra PX 48", "v6.9.6", 0x00C0B7, -1);
  static final Model SOCOMEC = new Model("Socomec", "NET VISION v8.06", "8.06", 0x00174A, -1);
  static final Model EATON = new Model("Eaton", "Network-M2", "2.1.5", 0x002085, -1);
  static final Model STULZ = new Model("STULZ GmbH", "WIB8000", "3.10", 0x78BEBD, 1059);
  static final Model MGATE = new Model("Moxa", "MGate MB3170", "4.2", 0x0090E8, -1);
  static final Model JANITZA = new Model("Janitza electronics GmbH", "UMG 604-PRO", "5.022", 0x000E6B, -1);
  static final Model TIL = new Model("TIL Technologies", "TILLYS CUBE", "3.2.1", 0x000814, -1);
  static final Model AXIS = new Model("AXIS", "P3265-LV", "11.8.64", 0xB8A44F, -1);
  static final Model HIKVISION = new Model("Hikvision", "DS-2CD2143G2-I", "V5.7.3", 0x00BC99, -1);
  static final Model SERVER = new Model("VMware", "Virtual machine", "", 0x005056, -1);
  /** A supervisor speaks BACnet itself: Desigo CC. */
  static final Model DESIGO = new Model("Siemens", "Desigo CC", "7.0.202", 0x005056, 7);
  static final Model DELL = new Model("Dell Inc.", "OptiPlex 7010", "", 0xB04F13, -1);
  static final Model LAPTOP = new Model("LENOVO", "ThinkPad", "", 0x54E1AD, -1);
  static final Model LATITUDE = new Model("Dell Inc.", "Latitude 5440", "", 0xD89EF3, -1);
  static final Model RASPBERRY = new Model("Raspberry Pi", "Raspberry Pi 4", "", 0xDCA632, -1);
  static final Model MEINBERG = new Model("Meinberg", "LANTIME M320", "7.06.014", 0xEC4670, -1);
  static final Model GE = new Model("GE Healthcare", "Optima XR240amx", "", 0x444B5D, -1);
  static final Model PHILIPS = new Model("Philips Medical Systems", "Ingenia", "", 0x00095C, -1);
  static final Model OMNISWITCH = new Model("Alcatel-Lucent Enterprise", "OS6860E-48", "8.9.107.R02", 0x2CFAA2, -1);
  static final Model HIRSCHMANN = new Model("Hirschmann", "RSP35", "HiOS-2S-09.0.00", 0x008063, -1);
  static final Model STORMSHIELD = new Model("Stormshield", "SN1100", "4.3.21", 0x000DB4, -1);

  private Models() {}
}
