package fr.vigie.web.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of an answer that is made while it leaves, written by one worker: at most one block is under way, so that a reader's pace and not the size of the
 * file decides what it costs. A reader that takes no block for half a minute is given up.
 */
final class Flow extends OutputStream {
  private static final int BLOCK = 64 * 1024;
  private static final int PATIENCE_S = 30;

  private final HttpServerResponse response;
  private final byte[] block = new byte[BLOCK];
  private int filled;

  Flow(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public void write(int octet) throws IOException {
    if (filled == BLOCK) {
      send();
    }
    block[filled++] = (byte) octet;
  }

  @Override
  public void write(byte[] octets, int from, int length) throws IOException {
    int at = from;
    int left = length;
    while (left > 0) {
      if (filled == BLOCK) {
        send();
      }
      int n = Math.min(left, BLOCK - filled);
      System.arraycopy(octets, at, block, filled, n);
      filled += n;
      at += n;
      left -= n;
    }
  }

  /** Sends what is there and waits until it is on its way. */
  void send() throws IOException {
    if (filled == 0) {
      return;
    }
    Buffer out = Buffer.buffer(filled).appendBytes(block, 0, filled);
    filled = 0;
    try {
      response.write(out).toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the reader is gone", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the reader takes nothing", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while sending");
    }
  }
}
