/** The one place that owns Drools: policy in, events through, reports out. */
package fr.vigie.rules.session;
