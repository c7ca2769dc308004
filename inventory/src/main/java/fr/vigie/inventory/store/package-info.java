/** Log, journal, index and blobs: generic, imports nothing of ours; nothing above it imports Lucene. */
package fr.vigie.inventory.store;
