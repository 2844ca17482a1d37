package net.facteur.server.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MtaStsRecord;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.ServedPages;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.web.PolicyHost;
import net.facteur.server.web.PublishedPolicy;
import net.facteur.server.web.WebSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "mta-sts")
final class MtaStsCommand {
  private static final TlsTexts SAY = TlsTexts.SAY;

  private MtaStsCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new MtaStsCommand());
    group.addSubcommand(new Records(workplace));
    group.addSubcommand(new Serve(workplace));
    group.addSubcommand(new Show(workplace));
    return group;
  }

  @Command(name = "records")
  static final class Records implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    @Parameters(arity = "0..*", paramLabel = "DOMAIN")
    private List<String> domains = List.of();

    Records(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() {
      Settings read = settings.read(workplace);
      PublishedPolicy policy = WebSettings.from(read).policy();
      var out = workplace.out();
      for (DomainName domain : DkimKeys.chosen(read, domains)) {
        out.println("_mta-sts." + domain + ". IN TXT \"" + policy.txt().print() + "\"");
        out.println("mta-sts." + domain + ". IN CNAME " + HostSettings.from(read).name() + ".");
        out.println();
        out.println("; https://mta-sts." + domain + "/.well-known/mta-sts.txt");
        policy.policy().lines().forEach(line -> out.println(";   " + line));
        out.println();
      }
      return Facteur.OK;
    }
  }

  @Command(name = "serve")
  static final class Serve implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    Serve(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      Settings read = settings.readToServe(workplace);
      return PolicyHost.run(
          read,
          ServedPages.of(read),
          workplace.clock(),
          address -> workplace.out().println(workplace.say(SAY.stsServing(address))));
    }
  }

  @Command(name = "show")
  static final class Show implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();
    @Mixin private final DnsOption dns = new DnsOption();

    @Parameters(paramLabel = "DOMAIN")
    private String domain = "";

    Show(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      DomainName name = DkimKeys.domain(domain);
      Optional<Settings> read = settings.readIfThere(workplace);
      Resolver resolver = dns.resolver(workplace, read);
      var out = workplace.out();
      Answer<TxtRecord> answer =
          resolver.lookup(MtaStsRecord.nameFor(name).orElse(name), RecordType.TXT);
      switch (MtaStsRecord.select(answer.orEmpty())) {
        case Parsed.Malformed<MtaStsRecord>(int _, String expected) -> {
          out.println(
              workplace.red(workplace.say(SAY.stsNone()) + ": ")
                  + workplace.say(PolicyReading.withoutRecord(name, answer, expected)));
          return Facteur.PROBLEM;
        }
        case Parsed.Ok<MtaStsRecord>(MtaStsRecord record) ->
            out.println(workplace.say(SAY.stsRecord(record.print())));
      }
      return switch (PolicyHost.fetch(read, resolver, name)) {
        case PolicyFetch.Failed failed -> {
          out.println(
              workplace.red(workplace.say(SAY.stsNone()) + ": ") + failed.failure().reason());
          yield Facteur.PROBLEM;
        }
        case PolicyFetch.Fetched(MtaStsPolicyText policy) -> {
          policy.lines().forEach(line -> out.println(workplace.say(SAY.stsLine(line))));
          yield told(PolicyReading.of(name, policy, resolver.lookup(name, RecordType.MX)));
        }
      };
    }

    private int told(PolicyReading reading) {
      for (PolicyReading.Line line : reading.lines()) {
        String said = workplace.say(line.found());
        String found = line.right() ? workplace.green(said) : workplace.red(said);
        workplace.out().println(workplace.say(line.what()) + ": " + found);
      }
      return reading.fits() ? Facteur.OK : Facteur.PROBLEM;
    }
  }
}
