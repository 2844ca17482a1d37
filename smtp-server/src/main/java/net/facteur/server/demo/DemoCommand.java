package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

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
import java.util.function.Supplier;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `facteur demo`.
@Command(name = "demo", sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private final boolean colours;
  private final String program;
  private final Supplier<Language> language;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--once")
  private boolean once;

  @Option(names = "--dump", paramLabel = "DIR")
  private @Nullable Path dump;

  @Option(names = "--show")
  private boolean show;

  @Option(names = "--json")
  private boolean json;

  @Option(names = "--dir", paramLabel = "DIR")
  private @Nullable Path directory;

  /// @param colours whether a person looks at the output
  /// @param program what calls the program
  /// @param language what the terminal speaks
  DemoCommand(boolean colours, String program, Supplier<Language> language) {
    this.colours = colours;
    this.program = program;
    this.language = language;
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec command = java.util.Objects.requireNonNull(spec, "by picocli");
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    Path state = directory == null ? DemoState.usual(System.getenv()) : directory.toAbsolutePath();
    try {
      return show ? show(state, out, err) : play(state, out);
    } catch (IOException | UncheckedIOException | CompletionException e) {
      err.println("facteur demo: " + reason(e).in(language.get()));
      return 1;
    }
  }

  private static Text reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null
        && (cause instanceof UncheckedIOException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    if (cause instanceof ToldException told) {
      return told.said();
    }
    return Text.of(
        cause.getMessage() == null ? cause.toString() : String.valueOf(cause.getMessage()));
  }

  private int play(Path state, PrintWriter out) throws IOException, InterruptedException {
    InstantSource clock = InstantSource.system();
    Instant started = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    boolean quiet = json && once;
    var screen =
        new Screen(quiet ? new PrintWriter(Writer.nullWriter()) : out, colours, language.get());
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
      err.println("facteur demo: " + SAY.noMessage(program + " demo").in(language.get()));
      return 1;
    }
    String text = new String(message.get(), java.nio.charset.StandardCharsets.UTF_8);
    out.print(text.replace("\r\n", System.lineSeparator()));
    out.flush();
    return 0;
  }
}
