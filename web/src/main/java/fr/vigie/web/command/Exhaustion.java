package fr.vigie.web.command;

import fr.vigie.web.report.Inert;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;

/**
 * What happens when memory is used up, or a thread dies of what should not happen: one sentence on standard error, and the end with
 * {@link Exit#REFUSED}. A process that goes on without one of its own threads looks alive and sees nothing; those of libraries may end, for
 * they are made again when they are needed.
 *
 * <p>Memory is used up when an {@link OutOfMemoryError} reaches a thread's end, and when the collector does nothing but collect: a heap that
 * is almost full of what is needed fails late, or never, and stands still until then. What is needed to tell it is made beforehand.
 */
final class Exhaustion implements Thread.UncaughtExceptionHandler {
  private static final long LOOK_MS = 1_000;

  /** So long nothing but collecting, looks in a row. */
  private static final int PATIENCE = 30;

  /** Per cent of the clock that the collector takes, and of the heap that is left full behind it. */
  private static final int COLLECTING = 90;

  private static final int FULL = 90;

  private final byte[] heap;
  private final byte[] other;
  private int standing;
  private long collected;
  private long looked;

  private Exhaustion() {
    long megabytes = Runtime.getRuntime().maxMemory() >> 20;
    heap = ("vigie: the memory of this process (" + megabytes + " MB of heap) is used up, so it ends; what was written so far is kept. "
        + "Give it more with VIGIE_JVM=-Xmx" + 2 * megabytes + "m, or less to hold with --most-flows and --most-devices.\n").getBytes(StandardCharsets.UTF_8);
    other = "vigie: the machine has no more memory or threads for this process, so it ends; what was written so far is kept.\n".getBytes(StandardCharsets.UTF_8);
  }

  /** From here on no thread dies unnoticed. */
  static void watch() {
    Exhaustion all = new Exhaustion();
    Thread.setDefaultUncaughtExceptionHandler(all);
    Thread.ofPlatform().daemon().name("vigie-memory").start(all::look);
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof OutOfMemoryError) {
        String said = t.getMessage();
        end(said == null || said.contains("heap") || said.contains("GC") || said.contains("array") ? heap : other);
      }
    }
    boolean own = thread.getName().startsWith("vigie-") || thread.getName().equals("main");
    if (!own && thrown instanceof Exception) {
      System.getLogger(Exhaustion.class.getName()).log(System.Logger.Level.ERROR, "a thread of a library ended", thrown);
      return;
    }
    try {
      System.err.println("vigie: the thread " + Inert.visible(thread.getName()) + " ended by what should not have happened, so the process ends; please report it with what follows");
      thrown.printStackTrace();
    } finally {
      Runtime.getRuntime().halt(Exit.REFUSED);
    }
  }

  private static void end(byte[] sentence) {
    try (FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
      err.write(sentence);
    } catch (IOException e) {
      // nobody listens any more: the exit code says it
      Runtime.getRuntime().halt(Exit.REFUSED);
    } finally {
      Runtime.getRuntime().halt(Exit.REFUSED);
    }
  }

  private void look() {
    Runtime runtime = Runtime.getRuntime();
    try {
      while (standing < PATIENCE) {
        Thread.sleep(LOOK_MS);
        // most processes never come here twice in a row, and never load the beans, which takes a tenth of a second
        boolean much = (runtime.totalMemory() - runtime.freeMemory()) * 100 > runtime.maxMemory() * FULL;
        standing = much && stands(System.nanoTime()) ? standing + 1 : 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    end(heap);
  }

  /** Whether since the last look there was little but collecting, and it left the old generation full. */
  private boolean stands(long now) {
    long spent = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      spent += collector.getCollectionTime();
    }
    long collecting = spent - collected;
    long passed = (now - looked) / 1_000_000;
    collected = spent;
    looked = now;
    return passed > 0 && collecting * 100 > passed * COLLECTING && full();
  }

  private static boolean full() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      if (left != null && left.getMax() > 0 && pool.getName().contains("Tenured") && left.getUsed() * 100 > left.getMax() * FULL) {
        return true;
      }
    }
    return false;
  }
}
