/** What people say about the site: the site file, its zones, conduits, devices, writers, servers and hours, and matching against them. */
package fr.vigie.inventory.site;
