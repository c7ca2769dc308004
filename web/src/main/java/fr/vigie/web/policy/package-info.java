/** The policy of a site while it is watched: the set in force and those before it, what a draft would change, and what it would have said. */
package fr.vigie.web.policy;
