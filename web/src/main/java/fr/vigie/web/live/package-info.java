/** What changes while people look: the estate that the console asks, fed by the engine, and its server-sent events. */
@NullMarked
package fr.vigie.web.live;

import org.jspecify.annotations.NullMarked;
