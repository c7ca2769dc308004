/** What is normal: what the site says, what people approved, what was learned. */
package fr.vigie.rules.baseline;
