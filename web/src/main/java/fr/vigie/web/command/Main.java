package fr.vigie.web.command;

import fr.vigie.inventory.site.SiteError;
import fr.vigie.sensor.capture.CaptureException;
import fr.vigie.web.report.Inert;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of Vigie. Exit codes: {@link Exit}. */
@Command(name = "vigie", mixinStandardHelpOptions = true, version = "Vigie " + Main.VERSION, sortOptions = false,
    description = "Watches the building networks of a hospital without ever speaking on them.",
    subcommands = {WatchCommand.class, DemoCommand.class, DoctorCommand.class, ReplayCommand.class, DecodeCommand.class, ReportCommand.class, VerifyCommand.class, PolicyCommand.class, AdvisoriesCommand.class,
        ExportCommand.class, ImportCommand.class, SearchCommand.class, InventoryCommand.class,
        BenchCommand.class, TrainCommand.class, KitCommand.class, SampleCommand.class},
    footer = {"", "./vigie test runs every test that CI runs.", "Exit codes: 0 done, 1 findings at or above --fail-on, 2 wrong usage,",
        "3 unreadable input (what could be read is kept), 4 the machine refused (disk, port, rights)."})
public final class Main implements Runnable {
  /** Version of the program. */
  static final String VERSION = "0.1.0";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Runs a command and exits with its code. */
  public static void main(String[] args) throws IOException {
    Exhaustion.watch();
    try (InputStream logging = Main.class.getResourceAsStream("logging.properties")) {
      if (logging != null) {
        LogManager.getLogManager().readConfiguration(logging);
      }
    }
    System.exit(line().execute(args));
  }

  static CommandLine line() {
    return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).setExecutionExceptionHandler(Main::sentence)
        .setParameterExceptionHandler(Main::mistyped);
  }

  /** Says what is wrong with the words that were typed: the commands there are where it is one there is not, else what is near or the usage. */
  private static int mistyped(ParameterException e, String[] typed) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    List<String> unknown = e instanceof UnmatchedArgumentException unmatched ? unmatched.getUnmatched() : List.of();
    if (!line.getSubcommands().isEmpty() && !unknown.isEmpty() && !unknown.getFirst().startsWith("-")) {
      tell(err, "there is no command " + Inert.line(line.getCommandSpec().qualifiedName() + " " + unknown.getFirst()) + "; the commands are "
          + String.join(", ", line.getSubcommands().keySet()));
    } else {
      tell(err, e.getMessage());
      if (!UnmatchedArgumentException.printSuggestions(e, err)) {
        line.usage(err);
      }
    }
    err.flush();
    return Exit.USAGE;
  }

  /** Turns what went wrong into one sentence and an exit code; a stack trace only for what should never happen. */
  private static int sentence(Exception e, CommandLine line, ParseResult parsed) {
    Throwable cause = e instanceof UncheckedIOException unchecked && unchecked.getCause() != null ? unchecked.getCause() : e;
    PrintWriter err = line.getErr();
    switch (cause) {
      case Usage usage -> tell(err, usage.getMessage());
      case CaptureException capture -> tell(err, capture.getMessage());
      case SiteError site -> tell(err, site.getMessage());
      case NoSuchFileException missing -> tell(err, "there is no " + missing.getFile() + "; check the path");
      case AccessDeniedException denied -> tell(err, denied.getFile() + " may not be opened; check its permissions");
      case IOException io when full(io) -> tell(err, "the disk is full; free space there, or choose another folder with --out or VIGIE_DATA");
      case IOException io -> tell(err, io.getMessage() == null ? io.toString() : io.getMessage());
      default -> {
        err.println("vigie: this should not have happened; please report it with what follows");
        cause.printStackTrace(err);
      }
    }
    err.flush();
    return switch (cause) {
      case Usage ignored -> Exit.USAGE;
      case SiteError ignored -> Exit.USAGE;
      case CaptureException ignored -> Exit.UNREADABLE;
      case NoSuchFileException ignored -> Exit.UNREADABLE;
      default -> Exit.REFUSED;
    };
  }

  /** A sentence on the terminal: what a file name or a packet says must not steer it. */
  private static void tell(PrintWriter err, @Nullable String sentence) {
    err.println("vigie: " + Inert.visible(String.valueOf(sentence)));
  }

  private static boolean full(IOException e) {
    return String.valueOf(e.getMessage()).contains("No space left");
  }
}
