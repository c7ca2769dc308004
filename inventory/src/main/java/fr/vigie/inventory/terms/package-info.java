/** What a site lays down in tables, without programming: who may pass between zones, who writes, when somebody works, which days count. */
package fr.vigie.inventory.terms;
