/** What people must look at: alerts, incidents, the catalogue of detections, and what learning detections would have said. */
package fr.vigie.rules.alert;
