package net.facteur.server.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "spf")
final class SpfCommand {
  private static final SpfTexts SAY = SpfTexts.SAY;

  private SpfCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new SpfCommand());
    group.addSubcommand(new Explain(workplace));
    return group;
  }

  @Command(name = "explain")
  static final class Explain implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();
    @Mixin private final DnsOption dns = new DnsOption();

    @Parameters(paramLabel = "DOMAIN")
    private String domain = "";

    @Option(names = "--json")
    private boolean json;

    Explain(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      DomainName name =
          DomainName.parse(domain)
              .toOptional()
              .filter(d -> d.labelCount() > 1)
              .orElseThrow(
                  () ->
                      CommandFailedException.notUnderstood(
                          CliTexts.SAY.notDomain(domain), CliTexts.SAY.typeWhole()));
      Resolver resolver =
          dns.resolver(
              workplace,
              dns.offline() ? Optional.<Settings>empty() : settings.readIfThere(workplace));
      SpfReading reading = SpfReading.of(name, resolver);
      if (json) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("domain", name.text());
        all.put("lookups", reading.lookups());
        all.put(
            "problems",
            reading.problems().stream().map(problem -> problem.in(Language.ENGLISH)).toList());
        all.put("lines", reading.lines(Language.ENGLISH));
        workplace.out().println(new JsonMapper().writeValueAsString(all));
      } else {
        reading.lines(workplace.language()).forEach(workplace.out()::println);
        workplace.out().println();
        workplace
            .out()
            .println(workplace.say(SAY.spfLookUps(reading.lookups(), SpfReading.MAX_LOOKUPS)));
        reading
            .problems()
            .forEach(
                problem ->
                    workplace
                        .out()
                        .println(
                            workplace.red(workplace.say(SAY.spfNotRight()))
                                + ": "
                                + workplace.say(problem)));
      }
      return reading.problems().isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }
}
