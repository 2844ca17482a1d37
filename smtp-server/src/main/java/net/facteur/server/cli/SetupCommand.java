package net.facteur.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.DnssecSettings;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ReverseName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.clamav.ClamavSettings;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.imap.ImapTexts;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.language.Text;
import net.facteur.server.setup.Answers;
import net.facteur.server.setup.Answers.Ports;
import net.facteur.server.setup.Foundation;
import net.facteur.server.setup.Layout;
import net.facteur.server.setup.Machine;
import net.facteur.server.setup.SetupTexts;
import net.facteur.server.zone.ZonePlans;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "setup")
final class SetupCommand implements Callable<Integer> {
  private static final SetupTexts SAY = SetupTexts.SAY;
  private static final int RECEPTION = 25;
  private static final int WEB = 80;

  private final Workplace workplace;
  private final Machine machine;

  @Parameters(paramLabel = "DOMAIN", arity = "0..1")
  private @Nullable String domain;

  @Option(names = "--dir", paramLabel = "DIR")
  private @Nullable Path directory;

  @Option(names = {"-y", "--yes"})
  private boolean yes;

  @Option(names = "--hostname", paramLabel = "NAME")
  private @Nullable String hostname;

  @Option(names = "--user", paramLabel = "NAME")
  private @Nullable String user;

  @Option(names = "--owner", paramLabel = "USER")
  private @Nullable String owner;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--zone-by", paramLabel = "HOW")
  private @Nullable String zoneBy;

  @Option(names = "--zone-command", paramLabel = "FILE")
  private @Nullable Path zoneCommand;

  @Option(names = "--update-key", paramLabel = "FILE")
  private @Nullable Path updateKey;

  @Option(names = "--update-server", paramLabel = "HOST:PORT")
  private @Nullable String updateServer;

  @Option(names = "--acme")
  private boolean acme;

  @Option(names = "--accept-terms")
  private boolean terms;

  @Option(names = "--smarthost", paramLabel = "HOST[:PORT]")
  private @Nullable String smarthost;

  @Option(names = "--smarthost-user", paramLabel = "NAME")
  private @Nullable String smarthostUser;

  @Option(names = "--smarthost-password-file", paramLabel = "FILE")
  private @Nullable Path smarthostPassword;

  @Option(names = "--other", paramLabel = "WHAT")
  private @Nullable String other;

  @Option(names = "--imap")
  private boolean imap;

  @Option(names = "--start")
  private boolean start;

  @Option(names = "--watch")
  private boolean watch;

  @Mixin private final ZoneOptions zone = new ZoneOptions();
  @Mixin private final WatchOptions watching = new WatchOptions();

  @Option(names = "--dry-run")
  private boolean dryRun;

  SetupCommand(Workplace workplace, Machine machine) {
    this.workplace = workplace;
    this.machine = machine;
  }

  @Override
  public Integer call() throws IOException {
    Layout layout = layout();
    List<InetAddress> named = zone.addresses();
    String authority = zone.authority();
    checkOwner();
    var ask =
        new SetupQuestions(
            workplace,
            new BufferedReader(new InputStreamReader(workplace.in(), StandardCharsets.UTF_8)),
            yes);
    DomainName name = DkimKeys.domain(ask.ask(SAY.askDomain(), domain, suggestedDomain()));
    return switch (layout.look(name, workplace.loader())) {
      case Layout.Present.Taken(Text what, Text remedy) -> throw refusal(what, remedy);
      case Layout.Present.Ready(Settings settings) -> {
        workplace.out().println("; " + say(SAY.already(name, layout.settings())));
        yield records(layout.settings(), settings, name, named, authority, Optional.empty());
      }
      case Layout.Present.Nothing() -> begin(layout, name, named, authority, ask);
    };
  }

  private int begin(
      Layout layout, DomainName name, List<InetAddress> named, String authority, SetupQuestions ask)
      throws IOException {
    Path there = present(layout.settings());
    if (!Files.isWritable(there)) {
      throw refusal(
          layout.packaged() ? SAY.notRoot(there) : SAY.notYours(there), SAY.notRootRemedy());
    }
    if (start && !machine.servesBySystemd()) {
      throw refusal(SAY.notStartable(), SAY.notStartableRemedy());
    }
    if (imap && !machine.hasDovecot()) {
      throw refusal(ImapTexts.SAY.noDovecot(), ImapTexts.SAY.noDovecotRemedy());
    }
    List<InetAddress> addresses = named.isEmpty() ? machine.addresses() : named;
    DomainName host =
        DkimKeys.domain(ask.ask(SAY.askHost(), hostname, suggestedHost(name, addresses)));
    UserName first = user(ask.ask(SAY.askUser(), user, "admin"), name);
    Answers.Zone by = zoneBy(name, ask);
    Optional<Machine.Listener> present = machine.listener(RECEPTION);
    boolean stop =
        present.isPresent()
            && ask.choose(SAY.askOther(present.get().program()), other, "keep", "stop")
                .equals("stop");
    if (stop && present.get().unit().isEmpty()) {
      throw refusal(SAY.notStoppable(present.get().program()), SAY.notStoppableRemedy());
    }
    var answers =
        new Answers(
            name,
            host,
            first,
            by,
            consents(ask),
            // Off unless somebody says yes.
            ask.mayAskMore() && ask.agrees(SAY.askReports()),
            smarthost(),
            ports(stop));
    if (dryRun) {
      workplace.out().println(say(SAY.wouldDo(name, layout.settings(), host, first)));
      return Facteur.OK;
    }
    Foundation.Laid laid =
        new Foundation(layout, workplace.loader(), workplace.random(), workplace.clock())
            .lay(answers, Optional.ofNullable(owner));
    explain(layout, answers, addresses, present.filter(_ -> !stop));
    if (imap) {
      join(layout.settings());
    } else if (machine.hasDovecot()) {
      comment("", SAY.dovecotIsHere());
      out(typed(layout.settings(), "facteur imap dovecot"));
    }
    if (machine.hasRspamd()) {
      comment("", SAY.rspamdIsHere(layout.settings()));
      out("filter.rspamd.address = " + RspamdSettings.ADDRESS.example());
    }
    if (machine.hasClamav()) {
      comment("", SAY.clamavIsHere(layout.settings()));
      out("filter.clamav.address = " + ClamavSettings.ADDRESS.example());
    }
    if (start) {
      started(present.filter(_ -> stop).flatMap(Machine.Listener::unit));
    }
    return records(
        layout.settings(),
        laid.settings(),
        name,
        addresses,
        authority,
        Optional.of(shown(layout.settings(), first, laid)));
  }

  private Layout layout() {
    Path chosen = directory;
    String data = workplace.environment().getOrDefault("FACTEUR_DATA", "");
    if (chosen == null && !data.isEmpty() && !workplace.named().isEmpty()) {
      return Layout.ofPackage(Path.of(workplace.named()), Path.of(data));
    }
    return Layout.below(chosen == null ? Path.of(".") : chosen);
  }

  /// The file, or the directory that it would be made in.
  private static Path present(Path file) {
    Path present = file.toAbsolutePath();
    while (!Files.exists(present)) {
      Path above = present.getParent();
      if (above == null) {
        break;
      }
      present = above;
    }
    return present;
  }

  private void checkOwner() throws IOException {
    String chosen = owner;
    if (chosen != null && !Foundation.exists(chosen)) {
      throw refusal(SAY.noSuchOwner(chosen), SAY.makeOwner(chosen));
    }
  }

  // ---- what is suggested

  /// That of the machine's own name.
  private String suggestedDomain() {
    return workplace
        .machineName()
        .get()
        .flatMap(name -> DomainName.parse(name).toOptional())
        .filter(name -> name.labelCount() > 2)
        .flatMap(DomainName::parent)
        .map(DomainName::text)
        .orElse("example.org");
  }

  /// The name that an address of the machine leads back to, or that the machine has, where it is
  /// one of the domain.
  private String suggestedHost(DomainName name, List<InetAddress> addresses) throws IOException {
    if (hostname != null || yes) {
      return "mail." + name;
    }
    Resolver resolver = workplace.dns().resolver(DnsSettings.DEFAULTS, DnssecSettings.DEFAULTS);
    var names = new ArrayList<DomainName>();
    for (InetAddress address : addresses) {
      names.addAll(resolver.lookup(ReverseName.of(address), RecordType.PTR).orEmpty());
    }
    workplace
        .machineName()
        .get()
        .flatMap(text -> DomainName.parse(text).toOptional())
        .ifPresent(names::add);
    return names.stream()
        .filter(found -> found.isWithin(name) && !found.equals(name))
        .findFirst()
        .map(DomainName::text)
        .orElse("mail." + name);
  }

  // ---- what is answered

  private UserName user(String answer, DomainName name) {
    String address = answer.contains("@") ? answer : answer + "@" + name;
    return UserName.parse(address)
        .filter(u -> u.domain().equals(name))
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    say(SAY.notUserOf(address, name)), say(SAY.typeUser())));
  }

  private Answers.Zone zoneBy(DomainName name, SetupQuestions ask) throws IOException {
    String how = ask.choose(SAY.askZone(name), zoneBy, "hand", "update", "command");
    if (how.equals("hand")) {
      return new Answers.Zone.ByHand();
    }
    if (how.equals("command")) {
      Path program = zoneCommand;
      if (program == null) {
        throw CommandFailedException.notUnderstood(
            say(SAY.commandNeedsProgram()), say(SAY.commandNeedsProgramRemedy()));
      }
      return new Answers.Zone.ByCommand(program.toAbsolutePath().normalize());
    }
    Path key = updateKey;
    if (key == null) {
      throw CommandFailedException.notUnderstood(
          say(SAY.updateNeedsKey()), say(SAY.updateNeedsKeyRemedy()));
    }
    return new Answers.Zone.ByUpdate(
        Optional.ofNullable(updateServer), key.toAbsolutePath().normalize());
  }

  private boolean consents(SetupQuestions ask) throws IOException {
    if (!acme || terms) {
      return acme;
    }
    if (yes) {
      throw CommandFailedException.notUnderstood(
          say(SAY.termsUnasked()), say(SAY.termsUnaskedRemedy()));
    }
    return ask.agrees(SAY.askTerms());
  }

  private Optional<Answers.Smarthost> smarthost() {
    String written = smarthost;
    if (written == null) {
      return Optional.empty();
    }
    int colon = written.lastIndexOf(':');
    boolean port = colon > 0 && written.substring(colon + 1).matches("[0-9]{1,5}");
    return Optional.of(
        new Answers.Smarthost(
            DkimKeys.domain(port ? written.substring(0, colon) : written).text(),
            port ? Integer.parseInt(written.substring(colon + 1)) : 587,
            Optional.ofNullable(smarthostUser),
            Optional.ofNullable(smarthostPassword).map(file -> file.toAbsolutePath().normalize())));
  }

  /// Those that are free, and others in place of those that are not.
  private Ports ports(boolean stop) {
    Ports beside = Ports.beside(Ports.STANDARD);
    return new Ports(
        stop || isFree(RECEPTION) ? RECEPTION : beside.reception(),
        stop || isFree(Ports.STANDARD.submission())
            ? Ports.STANDARD.submission()
            : beside.submission(),
        stop || isFree(Ports.STANDARD.submissions())
            ? Ports.STANDARD.submissions()
            : beside.submissions(),
        isFree(WEB),
        isFree(Ports.PAGES),
        machine.hasIpv6());
  }

  private boolean isFree(int port) {
    return machine.listener(port).isEmpty();
  }

  // ---- what is said

  private void explain(
      Layout layout,
      Answers answers,
      List<InetAddress> addresses,
      Optional<Machine.Listener> beside) {
    var out = workplace.out();
    out.println(
        "; " + workplace.green("ok") + ": " + say(SAY.done(answers.domain(), layout.settings())));
    comment("  ", SAY.theSettings(layout.settings()));
    comment("  ", SAY.theKeys(layout.data().resolve("keys")));
    comment("  ", SAY.theTls(layout.tls().resolve("mail.key")));
    if (answers.ports().moved()) {
      Ports ports = answers.ports();
      beside.ifPresent(
          other ->
              comment(
                  "",
                  SAY.otherPorts(
                      other.program(),
                      ports.reception(),
                      ports.submission(),
                      ports.submissions())));
    }
    if (answers.acme() && !answers.ports().challenges()) {
      comment(
          "",
          SAY.webServer(
              machine.listener(WEB).map(Machine.Listener::program).orElse("?"),
              layout.data().resolve("acme")));
    }
    if (addresses.isEmpty()) {
      comment("", SAY.noAddress());
    }
    out.println(";");
    comment("", SAY.next());
    for (String command : List.of("check", "run", "doctor")) {
      boolean service = command.equals("run") && layout.packaged();
      out.println(
          ";   "
              + (service
                  ? "systemctl enable --now facteur"
                  : typed(layout.settings(), "facteur " + command)));
    }
    comment("", SAY.signsByItself());
    out.println(";");
  }

  /// Joins Dovecot. What that says is not among the lines to paste. If it cannot be done,
  /// everything else stands, and the command can be typed by itself.
  private void join(Path conf) {
    var _ =
        Facteur.commandLine(workplace.withOut(workplace.err()), machine)
            .execute("imap", "dovecot", "-c", conf.toString(), "--apply");
  }

  private void out(String command) {
    workplace.out().println(";   " + command);
  }

  private void comment(String indent, Text text) {
    workplace.out().println("; " + indent + say(text));
  }

  /// Starts the service; what it takes the place of comes back where that fails.
  private void started(Optional<String> stopped) throws IOException {
    if (stopped.isPresent()) {
      Optional<String> problem = machine.systemctl(List.of("disable", "--now", stopped.get()));
      if (problem.isPresent()) {
        throw refusal(SAY.notStarted(problem.get()), SAY.seeStart());
      }
    }
    Optional<String> problem = machine.systemctl(List.of("enable", "--now", "facteur"));
    if (problem.isPresent()) {
      if (stopped.isPresent()) {
        machine.systemctl(List.of("disable", "--now", "facteur"));
        machine.systemctl(List.of("enable", "--now", stopped.get()));
      }
      throw refusal(SAY.notStarted(problem.get()), SAY.seeStart());
    }
    comment("", SAY.started());
  }

  private String shown(Path conf, UserName first, Foundation.Laid laid) {
    var shown = new StringBuilder();
    shown.append('\n').append(say(SAY.firstUser(first)));
    shown.append("\n    ").append(say(SAY.password(laid.password())));
    laid.link()
        .ifPresent(
            link -> {
              shown.append("\n\n").append(say(SAY.pages()));
              link.wholly().forEach(text -> shown.append('\n').append(typed(conf, say(text))));
            });
    return shown.toString();
  }

  /// A text with commands, which read the settings that were made.
  private String typed(Path conf, String text) {
    CommandSpec mine = spec;
    return mine == null
        ? text
        : workplace.typed(mine.root(), Optional.of(conf).filter(_ -> !packaged(conf)), text);
  }

  private boolean packaged(Path conf) {
    return conf.equals(
        Path.of(workplace.environment().getOrDefault("FACTEUR_PACKAGE_CONF", "/none")));
  }

  private int records(
      Path conf,
      Settings settings,
      DomainName name,
      List<InetAddress> addresses,
      String authority,
      Optional<String> password)
      throws IOException {
    ZonePlan plan =
        new ZonePlans(settings, workplace.resolver(settings), addresses, authority).of(name);
    DnsCommand.print(workplace, List.of(plan), DnsCommand.Format.bind, text -> typed(conf, text));
    // Last, when nothing can go wrong any more; and not among the lines to paste.
    password.ifPresent(workplace.err()::println);
    boolean byHand =
        KeySettings.from(settings).publication().method() == KeySettings.Method.ASSISTED;
    if (watch || (workplace.colours() && !yes && byHand)) {
      workplace.out().println();
      return watching.watch(workplace, settings, List.of(plan)) ? Facteur.OK : Facteur.PROBLEM;
    }
    return Facteur.OK;
  }

  private CommandFailedException refusal(Text what, Text remedy) {
    return new CommandFailedException(say(what), say(remedy));
  }

  private String say(Text text) {
    return text.in(workplace.language());
  }
}
