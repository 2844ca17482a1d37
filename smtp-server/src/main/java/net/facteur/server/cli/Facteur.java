package net.facteur.server.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnssecResolver;
import net.facteur.server.Server;
import net.facteur.server.checks.FileTrouble;
import net.facteur.server.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/// The main class of the `facteur` command.
@Command(
    name = "facteur",
    synopsisSubcommandLabel = "COMMAND",
    description = "Facteur, a mail server: takes mail, signs it, keeps it safe, delivers it.",
    footer = {
      "",
      "Begin with: facteur setup example.org --dir /srv/mail",
      "`facteur COMMAND --help` tells more about a command.",
      "Ends with 0: all is well; 1: a problem was found; 2: not understood; 3: reloaded,"
          + " and some settings wait for a restart; 70: a fault of Facteur."
    })
public final class Facteur {
  /// All is well.
  public static final int OK = 0;

  /// A problem was found.
  public static final int PROBLEM = 1;

  /// The command line was not understood.
  public static final int USAGE = 2;

  /// The new settings are taken, and some of them wait until the server starts anew.
  public static final int RESTART = 3;

  /// The program has a fault (EX_SOFTWARE).
  public static final int FAULT = 70;

  private Facteur() {}

  /// Runs a command and ends the process with its exit code.
  public static void main(String[] arguments) {
    Workplace workplace = workplace();
    int code = commandLine(workplace).execute(arguments);
    workplace.out().flush();
    workplace.err().flush();
    System.exit(code);
  }

  /// All commands.
  public static CommandLine commandLine(Workplace workplace) {
    var line = new CommandLine(new Facteur());
    line.addSubcommand(new RunCommand(workplace));
    line.addSubcommand(new DemoCommand(workplace.colours()));
    line.addSubcommand(new SetupCommand(workplace));
    line.addSubcommand(new CheckCommand(workplace));
    line.addSubcommand(new DoctorCommand(workplace));
    line.addSubcommand(new ExplainCommand(workplace));
    line.addSubcommand(UserCommand.of(workplace));
    line.addSubcommand(SessionsCommand.of(workplace));
    line.addSubcommand(DkimCommand.of(workplace));
    line.addSubcommand(DnsCommand.of(workplace));
    line.addSubcommand(new VerifyCommand(workplace));
    line.addSubcommand(new SignCommand(workplace));
    line.addSubcommand(SpfCommand.of(workplace));
    line.addSubcommand(SrsCommand.of(workplace));
    line.addSubcommand(TlsCommand.of(workplace));
    line.addSubcommand(MtaStsCommand.of(workplace));
    line.addSubcommand(TlsRptCommand.of(workplace));
    line.addSubcommand(QueueCommand.of(workplace));
    line.addSubcommand(new WhyCommand(workplace));
    line.addSubcommand(new ServerCommands.Status(workplace));
    line.addSubcommand(new ServerCommands.Reload(workplace));
    line.addSubcommand(new ServerCommands.Stop(workplace));
    line.addSubcommand(ConfigCommand.of(workplace));
    line.addSubcommand(new CompletionCommand(workplace));
    line.addSubcommand(new VersionCommand(workplace));
    everywhere(line);
    line.setOut(workplace.out());
    line.setErr(workplace.err());
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            workplace.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setExecutionExceptionHandler((e, _, parsed) -> failed(workplace, e, parsed));
    line.setExecutionStrategy(Facteur::run);
    return line;
  }

  private static void everywhere(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true);
    line.getCommandSpec().version(VersionCommand.text());
    line.getSubcommands().values().forEach(Facteur::everywhere);
  }

  /// A group without a command shows its help and counts as not understood.
  private static int run(ParseResult result) {
    Integer help = CommandLine.executeHelpRequest(result);
    if (help != null) {
      return help;
    }
    ParseResult last = result;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    Object target = last.commandSpec().userObject();
    if (!(target instanceof Callable) && !(target instanceof Method)) {
      command.usage(command.getErr());
      return USAGE;
    }
    return new CommandLine.RunLast().execute(result);
  }

  private static int failed(Workplace workplace, Exception e, ParseResult parsed) {
    PrintWriter err = workplace.err();
    String name = workplace.red("facteur: ");
    if (e instanceof CommandFailedException failure) {
      err.println(name + failure.getMessage());
      if (!failure.remedy().isEmpty()) {
        err.println(workplace.typed(parsed.commandSpec().root(), file(parsed), failure.remedy()));
      }
      return PROBLEM;
    }
    if (e instanceof IOException io) {
      err.println(name + FileTrouble.sentence(io));
      return PROBLEM;
    }
    err.println(name + "a fault of the program, please report it with the lines below");
    e.printStackTrace(err);
    return FAULT;
  }

  /// What `-c` of the command names.
  private static Optional<Path> file(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    Path none = null;
    return Optional.ofNullable(last.matchedOptionValue("-c", none));
  }

  private static Workplace workplace() {
    Map<String, String> environment = System.getenv();
    Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    var random = new SecureRandom();
    return new Workplace(
        environment,
        Facteur::machineName,
        defaultFile(environment),
        System.in,
        writer(new FileOutputStream(FileDescriptor.out)),
        writer(new FileOutputStream(FileDescriptor.err)),
        terminal.isPresent()
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb"),
        question -> terminal.map(t -> t.readPassword("%s", question)).map(String::new),
        random,
        Server::run,
        InstantSource.system(),
        (servers, proof) ->
            new CachingResolver(
                new DnssecResolver(servers, proof, random, InstantSource.system()),
                servers,
                InstantSource.system()));
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static Optional<String> machineName() {
    try {
      return Optional.of(InetAddress.getLocalHost().getCanonicalHostName());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static Path defaultFile(Map<String, String> environment) {
    String named = environment.getOrDefault("FACTEUR_CONF", "");
    Path here = Path.of("conf", "mail.conf");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    String home = System.getProperty("facteur.home", "");
    return Files.exists(here) || home.isEmpty() ? here : Path.of(home).resolve(here);
  }
}
