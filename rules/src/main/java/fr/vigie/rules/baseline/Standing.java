package fr.vigie.rules.baseline;

/** How something stands to what is known. */
public enum Standing {
  /** The site names it, people approved it, or it was learned. */
  KNOWN,
  /** Not known, and still being learned: what a rule says of it is a candidate, not an alert. */
  LEARNING,
  /** Not known, and judged. */
  UNKNOWN
}
