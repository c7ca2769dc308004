/** What only the site knows of its values: types and units that no packet carries. Read by {@code inventory}, used by dissectors. */
package fr.vigie.sensor.meaning;
