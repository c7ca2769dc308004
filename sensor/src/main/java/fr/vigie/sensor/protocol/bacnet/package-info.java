/** BACnet/IP by the rooms of its standard: virtual link (annex J), network (clause 6), application (clauses 13–17, 20), tags (clause 20.2). */
package fr.vigie.sensor.protocol.bacnet;
