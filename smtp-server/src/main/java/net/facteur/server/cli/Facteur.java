package net.facteur.server.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnssecResolver;
import net.facteur.server.Server;
import net.facteur.server.config.UnreadSettingException;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import net.facteur.server.net.Doors;
import net.facteur.server.setup.Machine;
import net.facteur.server.setup.ThisMachine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The main class of the `facteur` command.
@Command(name = "facteur", synopsisSubcommandLabel = "COMMAND")
public final class Facteur {
  private static final CliTexts SAY = CliTexts.SAY;

  /// All is well.
  public static final int OK = 0;

  /// A problem was found.
  public static final int PROBLEM = 1;

  /// The command line was not understood.
  public static final int USAGE = 2;

  /// The new settings are taken, and some of them wait until the server starts anew.
  public static final int RESTART = 3;

  /// It was done, and something is missing in what came of it.
  public static final int INCOMPLETE = 4;

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
    return commandLine(workplace, new ThisMachine());
  }

  /// The same on another machine.
  static CommandLine commandLine(Workplace workplace, Machine machine) {
    var line = new CommandLine(new Facteur());
    line.addSubcommand(new RunCommand(workplace));
    ServiceLoader.load(AddedCommand.class, Facteur.class.getClassLoader())
        .forEach(added -> line.addSubcommand(added.in(workplace)));
    line.addSubcommand(new SetupCommand(workplace, machine));
    line.addSubcommand(MigrateCommand.of(workplace));
    line.addSubcommand(new BackupCommand(workplace));
    line.addSubcommand(new RestoreCommand(workplace));
    line.addSubcommand(new CheckCommand(workplace));
    line.addSubcommand(new DoctorCommand(workplace));
    line.addSubcommand(new ExplainCommand(workplace));
    line.addSubcommand(UserCommand.of(workplace));
    line.addSubcommand(AddressCommands.aliases(workplace));
    line.addSubcommand(AddressCommands.forwards(workplace));
    line.addSubcommand(ListCommands.of(workplace));
    line.addSubcommand(RoleCommand.of(workplace));
    line.addSubcommand(AwayCommand.of(workplace));
    line.addSubcommand(DeadAddressCommand.of(workplace));
    line.addSubcommand(RuleCommands.ofServer(workplace));
    line.addSubcommand(new OwnNamesCommand(workplace));
    line.addSubcommand(LdapCommand.of(workplace));
    line.addSubcommand(SessionsCommand.of(workplace));
    line.addSubcommand(WebCommand.of(workplace));
    line.addSubcommand(new JournalCommand(workplace));
    line.addSubcommand(ImapCommand.of(workplace));
    line.addSubcommand(DkimCommand.of(workplace));
    line.addSubcommand(DnsCommand.of(workplace));
    line.addSubcommand(DnsListCommand.of(workplace));
    line.addSubcommand(new VerifyCommand(workplace));
    line.addSubcommand(new SignCommand(workplace));
    line.addSubcommand(SpfCommand.of(workplace));
    line.addSubcommand(SrsCommand.of(workplace));
    line.addSubcommand(TlsCommand.of(workplace));
    line.addSubcommand(MtaStsCommand.of(workplace));
    line.addSubcommand(TlsRptCommand.of(workplace));
    line.addSubcommand(ReportsCommand.of(workplace));
    line.addSubcommand(new AlertsCommand(workplace))
        .addSubcommand(new PrivacyCommand(workplace))
        .addSubcommand(new LetterCommand(workplace));
    line.addSubcommand(new DestinationsCommand(workplace));
    line.addSubcommand(SpamCommand.of(workplace));
    line.addSubcommand(RouteCommand.of(workplace));
    line.addSubcommand(QueueCommand.of(workplace));
    line.addSubcommand(QuarantineCommand.of(workplace));
    line.addSubcommand(new WhyCommand(workplace));
    line.addSubcommand(new ProveCommand(workplace));
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
    line.setParameterExceptionHandler((e, _) -> notUnderstood(workplace, e));
    line.setExecutionStrategy(parsed -> run(workplace, parsed));
    return line;
  }

  private static void everywhere(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true);
    line.getCommandSpec().version(VersionCommand.text());
    line.getSubcommands().values().forEach(Facteur::everywhere);
  }

  /// A group without a command shows its help and counts as not understood.
  private static int run(Workplace workplace, ParseResult result) {
    ParseResult last = last(result);
    CommandLine command = last.commandSpec().commandLine();
    if (last.isUsageHelpRequested()) {
      command.getOut().println(help(workplace, command));
      return OK;
    }
    Integer version = CommandLine.executeHelpRequest(result);
    if (version != null) {
      return version;
    }
    Object target = last.commandSpec().userObject();
    if (!(target instanceof Callable) && !(target instanceof Method)) {
      command.getErr().println(help(workplace, command));
      return USAGE;
    }
    return new CommandLine.RunLast().execute(result);
  }

  private static int notUnderstood(Workplace workplace, ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = workplace.err();
    var mistyped = Mistyped.of(e, workplace.language());
    err.println(workplace.red(workplace.say(mistyped.what())));
    err.println(
        mistyped
            .meant()
            .map(workplace::say)
            .map(meant -> workplace.typed(command.getCommandSpec().root(), Optional.empty(), meant))
            .orElseGet(() -> help(workplace, command)));
    return USAGE;
  }

  private static int failed(Workplace workplace, Exception e, ParseResult parsed) {
    return switch (e) {
      case CommandFailedException failure ->
          told(workplace, parsed, failure.what(), failure.remedy(), failure.code());
      case ClosedPlaceException closed ->
          told(
              workplace,
              parsed,
              closed.what(),
              closed.place().remedy(TypedCommands.again(parsed.originalArgs())),
              PROBLEM);
      case UnreadSettingException unread ->
          told(workplace, parsed, unread.said(), SAY.seeWhatIsWrong(), PROBLEM);
      case UncheckedIOException unchecked ->
          failed(workplace, Objects.requireNonNull(unchecked.getCause(), "a cause"), parsed);
      case IOException io -> {
        Optional<ClosedPlaceException> closed = ClosedPlaceException.of(io);
        yield closed.isPresent()
            ? failed(workplace, closed.get(), parsed)
            : told(
                workplace, parsed, FileTrouble.text(io), CommandFailedException.NOTHING, PROBLEM);
      }
      default -> {
        workplace.err().println(workplace.red("facteur: ") + workplace.say(SAY.fault()));
        e.printStackTrace(workplace.err());
        yield FAULT;
      }
    };
  }

  private static int told(
      Workplace workplace, ParseResult parsed, Text what, Text remedy, int code) {
    CommandSpec root = parsed.commandSpec().root();
    Optional<Path> file = file(parsed);
    PrintWriter err = workplace.err();
    err.println(workplace.red("facteur: ") + workplace.typed(root, file, workplace.say(what)));
    String next = workplace.say(remedy);
    if (!next.isEmpty()) {
      err.println(workplace.typed(root, file, next));
    }
    return code;
  }

  /// What `-c` of the command names.
  private static Optional<Path> file(ParseResult parsed) {
    Path none = null;
    return Optional.ofNullable(last(parsed).matchedOptionValue("-c", none));
  }

  /// The command itself, below its groups.
  private static ParseResult last(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last;
  }

  /// How a command is used, without an empty line at the end.
  private static String help(Workplace workplace, CommandLine command) {
    CommandSpec root = command.getCommandSpec().root();
    HelpBundle.speak(root, workplace.language());
    String text = command.getUsageMessage(command.getColorScheme());
    return TypedCommands.of(root, workplace.program(), Optional.empty()).in(text.stripTrailing());
  }

  private static Workplace workplace() {
    Map<String, String> environment = System.getenv();
    Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    var random = new SecureRandom();
    PrintWriter out = writer(new FileOutputStream(FileDescriptor.out));
    return new Workplace(
        System.getProperty("facteur.program", "facteur"),
        environment,
        Facteur::machineName,
        defaultFile(environment),
        System.in,
        out,
        writer(new FileOutputStream(FileDescriptor.err)),
        terminal.isPresent()
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb"),
        new Terminal(terminal, out),
        random,
        Server::run,
        InstantSource.system(),
        (servers, proof) ->
            new CachingResolver(
                new DnssecResolver(servers, proof, random, InstantSource.system()),
                servers,
                InstantSource.system()),
        Doors::tryEach);
  }

  /// Whoever sits at the terminal. Questions go out as everything else does: a console of Java has
  /// an alphabet of its own.
  private record Terminal(Optional<Console> console, PrintWriter out)
      implements Workplace.PasswordPrompt {
    @Override
    public Optional<String> ask(String question) {
      return console.map(c -> asked(c, question).readPassword()).map(String::new);
    }

    @Override
    public Optional<String> askOpenly(String question) {
      return console.map(c -> asked(c, question).readLine());
    }

    private Console asked(Console terminal, String question) {
      out.print(question);
      out.flush();
      return terminal;
    }
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
