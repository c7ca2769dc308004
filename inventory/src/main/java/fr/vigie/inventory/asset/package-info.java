/** The devices: who they are, what proves it, what people decided about them. */
package fr.vigie.inventory.asset;
