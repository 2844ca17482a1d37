package net.facteur.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.keys.ZonePrinter;
import net.facteur.server.text.StrangerText;
import net.facteur.server.zone.ZonePlans;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "dns")
final class DnsCommand {
  private DnsCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new DnsCommand());
    group.addSubcommand(new Records(workplace));
    group.addSubcommand(new Watch(workplace));
    return group;
  }

  /// How records are printed.
  enum Format {
    bind,
    list,
    json,
    nsupdate
  }

  /// @param typed writes the commands in a comment as they are typed
  static void print(
      Workplace workplace, List<ZonePlan> plans, Format format, UnaryOperator<String> typed) {
    for (ZonePlan plan : plans) {
      List<String> lines =
          switch (format) {
            case bind -> ZonePrinter.bind(plan, workplace.language());
            case list -> ZonePrinter.list(plan, workplace.language());
            case nsupdate -> ZonePrinter.nsupdate(plan);
            case json ->
                List.of(
                    StrangerText.inJson(
                        new JsonMapper()
                            .writeValueAsString(ZonePrinter.json(plan, workplace.language()))));
          };
      lines.stream()
          .map(line -> line.startsWith(";") ? typed.apply(line) : line)
          .forEach(workplace.out()::println);
    }
  }

  @Command(name = "records")
  static final class Records implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption option = new SettingsOption();
    @Mixin private final DnsOption dns = new DnsOption();

    @Parameters(paramLabel = "DOMAIN", arity = "0..1")
    private @Nullable String domain;

    @Option(names = "--format")
    private Format format = Format.bind;

    @Mixin private final ZoneOptions zone = new ZoneOptions();

    Records(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      Settings settings = option.read(workplace);
      print(
          workplace,
          plans(settings, dns.resolver(workplace, settings), zone, domain),
          format,
          text -> option.typed(workplace, text));
      return Facteur.OK;
    }
  }

  @Command(name = "watch")
  static final class Watch implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption option = new SettingsOption();

    @Parameters(paramLabel = "DOMAIN", arity = "0..1")
    private @Nullable String domain;

    @Mixin private final ZoneOptions zone = new ZoneOptions();
    @Mixin private final WatchOptions watching = new WatchOptions();

    Watch(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      Settings settings = option.read(workplace);
      return watching.watch(
              workplace, settings, plans(settings, workplace.resolver(settings), zone, domain))
          ? Facteur.OK
          : Facteur.PROBLEM;
    }
  }

  /// @param asked one domain; all of them without
  private static List<ZonePlan> plans(
      Settings settings, Resolver resolver, ZoneOptions zone, @Nullable String asked)
      throws IOException {
    var plans = new ZonePlans(settings, resolver, zone.addresses(), zone.authority());
    var made = new ArrayList<ZonePlan>();
    for (DomainName name : DkimKeys.chosen(settings, asked == null ? List.of() : List.of(asked))) {
      made.add(plans.of(name));
    }
    return made;
  }
}
