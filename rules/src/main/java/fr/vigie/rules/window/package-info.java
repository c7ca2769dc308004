/** What is counted over time, in Java: keyed, bounded, capture time. */
package fr.vigie.rules.window;
