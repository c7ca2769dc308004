/** Flow table, reassembly, dispatch: packets become messages, messages become observations. */
package fr.vigie.sensor.flow;
