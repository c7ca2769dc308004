/** KNXnet/IP by the rooms of its standard: services (03_08), cEMI (03_06_03), telegram and application layer (03_03_02 to 03_03_07). */
package fr.vigie.sensor.protocol.knx;
