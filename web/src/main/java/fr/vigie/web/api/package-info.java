/** The JSON API under {@code /api/v1} and the HTTPS server that carries it, described by the OpenAPI document that it serves itself. */
@NullMarked
package fr.vigie.web.api;

import org.jspecify.annotations.NullMarked;
