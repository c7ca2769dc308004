package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An answer that is an error (RFC 9457): the code is stable, the console has a sentence for it in each language; the detail is one English
 * sentence for scripts.
 */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final int retryAfter;
  private final int column;

  Problem(int status, String code, String detail) {
    this(status, code, detail, 0, 0);
  }

  private Problem(int status, String code, String detail, int retryAfter, int column) {
    // an expected answer: no stack trace is worth its cost
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.column = column;
  }

  static Problem bad(String code, String detail) {
    return new Problem(400, code, detail);
  }

  static Problem missing() {
    return new Problem(404, "not_found", "there is nothing under this address");
  }

  /** Too many tries; come back after so many seconds. */
  static Problem slowDown(int seconds) {
    return new Problem(429, "slow_down", "too many failed log-ins; try again in " + seconds + " s", seconds, 0);
  }

  /** A search that cannot be understood. */
  static Problem search(String detail, int column) {
    return new Problem(400, "search", detail, 0, column);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  Reply reply() {
    ObjectNode node = Reply.JSON.createObjectNode().put("status", status).put("code", code).put("detail", String.valueOf(getMessage()));
    if (column > 0) {
      node.put("column", column);
    }
    if (retryAfter > 0) {
      node.put("retryAfter", retryAfter);
    }
    Reply plain = Reply.json(status, node);
    Reply reply = new Reply(status, "application/problem+json", plain.body(), plain.headers());
    return retryAfter > 0 ? reply.with("Retry-After", Integer.toString(retryAfter)) : reply;
  }
}
