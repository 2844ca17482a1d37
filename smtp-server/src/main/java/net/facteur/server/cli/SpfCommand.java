package net.facteur.server.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "spf", description = "Understand SPF records: who may send mail for a domain.")
final class SpfCommand {
  private SpfCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new SpfCommand());
    group.addSubcommand(new Explain(workplace));
    return group;
  }

  @Command(
      name = "explain",
      description = {
        "Say in words who may send mail for a domain, through all records that its own includes.",
        "Ends with 1 where receivers cannot use the record."
      })
  static final class Explain implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();
    @Mixin private final DnsOption dns = new DnsOption();

    @Parameters(paramLabel = "DOMAIN")
    private String domain = "";

    @Option(names = "--json", description = "Write one JSON object.")
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
                          "`" + domain + "` is not a domain.",
                          "Type it whole, such as example.org"));
      Resolver resolver =
          dns.resolver(
              workplace,
              dns.offline() ? Optional.<Settings>empty() : settings.readIfThere(workplace));
      SpfReading reading = SpfReading.of(name, resolver);
      if (json) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("domain", name.text());
        all.put("lookups", reading.lookups());
        all.put("problems", reading.problems());
        all.put("lines", reading.lines());
        workplace.out().println(new JsonMapper().writeValueAsString(all));
      } else {
        reading.lines().forEach(workplace.out()::println);
        workplace.out().println();
        workplace
            .out()
            .println(
                "look-ups that a check may need: "
                    + reading.lookups()
                    + " of the "
                    + SpfReading.MAX_LOOKUPS
                    + " that are allowed");
        reading
            .problems()
            .forEach(
                problem -> workplace.out().println(workplace.red("not right") + ": " + problem));
      }
      return reading.problems().isEmpty() ? Facteur.OK : Facteur.PROBLEM;
    }
  }
}
