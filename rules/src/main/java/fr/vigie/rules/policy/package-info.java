/**
 * The rules themselves: {@code .drl} files, one group per protocol, with the catalogue of detections and its texts beside them. No code;
 * how to write a rule stands in {@code docs/policy.md}.
 */
package fr.vigie.rules.policy;
