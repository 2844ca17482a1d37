package net.facteur.server.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `facteur demo`.
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Shows the whole thing: two mail servers that send each other signed and checked mail.",
      "",
      "Starts two complete servers as processes of their own, a name server with their zones and"
          + " a certificate authority, all on loopback addresses and high ports; needs no root, no"
          + " network and no DNS. Sends honest and forged messages and prints the way of each. Then"
          + " stays up for you to try, until Ctrl-C.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every honest message passed every check and no forged one passed any",
      "1:some did not, or the servers could not be started"
    })
public final class DemoCommand implements Callable<Integer> {
  private final boolean colours;
  private final String program;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--once", description = "End after the round trip.")
  private boolean once;

  @Option(
      names = "--dump",
      paramLabel = "DIR",
      description = "Write what arrived as .eml files, and the zones as zone.json.")
  private @Nullable Path dump;

  @Option(names = "--show", description = "Print the last message that arrived, and end.")
  private boolean show;

  @Option(names = "--json", description = "With --once: print the results as JSON and no more.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where a running demo notes itself and the last message; default"
              + " $XDG_STATE_HOME/facteur/demo.")
  private @Nullable Path directory;

  /// @param colours whether a person looks at the output
  /// @param program what calls the program
  public DemoCommand(boolean colours, String program) {
    this.colours = colours;
    this.program = program;
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec command = java.util.Objects.requireNonNull(spec, "set by picocli");
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    Path state = directory == null ? DemoState.usual(System.getenv()) : directory.toAbsolutePath();
    try {
      return show ? show(state, out, err) : play(state, out);
    } catch (IOException | UncheckedIOException | CompletionException e) {
      err.println("facteur demo: " + reason(e));
      return 1;
    }
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null
        && (cause instanceof UncheckedIOException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : String.valueOf(cause.getMessage());
  }

  private int play(Path state, PrintWriter out) throws IOException, InterruptedException {
    InstantSource clock = InstantSource.system();
    Instant started = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    boolean quiet = json && once;
    var screen = new Screen(quiet ? new PrintWriter(Writer.nullWriter()) : out, colours);
    var options = new Demo.Options(once, Optional.ofNullable(dump), state, started, program);
    Demo.Report report =
        new Demo(options, Launcher.ofThisProgram(), screen, clock, new SecureRandom()).run();
    if (quiet) {
      out.println(report.json());
      out.flush();
    }
    return report.passed() ? 0 : 1;
  }

  private int show(Path state, PrintWriter out, PrintWriter err) throws IOException {
    Optional<byte[]> message = new DemoState(state).lastMessage();
    if (message.isEmpty()) {
      err.println("facteur demo: no message has arrived yet; first type: " + program + " demo");
      return 1;
    }
    String text = new String(message.get(), java.nio.charset.StandardCharsets.UTF_8);
    out.print(text.replace("\r\n", System.lineSeparator()));
    out.flush();
    return 0;
  }
}
