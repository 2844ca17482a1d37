package net.facteur.server.cli;

import static net.facteur.server.cli.DnsListTestTexts.SAY;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.auth.dnslist.ListAnswer;
import net.facteur.auth.dnslist.ListStanding;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.dnslist.DnsListSettings;
import net.facteur.server.filter.dnslist.ListStandings;
import net.facteur.server.filter.dnslist.WeighedList;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `facteur dnslist`: what the lists of the settings say.
@Command(name = "dnslist")
final class DnsListCommand {
  private DnsListCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new DnsListCommand());
    group.addSubcommand(new Test(workplace));
    return group;
  }

  /// What one list says.
  ///
  /// @param texts the list's own words
  private record Said(
      WeighedList list,
      ListStanding standing,
      ListAnswer answer,
      boolean counts,
      List<String> texts) {
    int points() {
      return counts ? list.points() : 0;
    }
  }

  @Command(name = "test")
  static final class Test implements Callable<Integer> {
    private final Workplace workplace;
    @Mixin private final SettingsOption option = new SettingsOption();
    @Mixin private final DnsOption dns = new DnsOption();

    @Parameters(paramLabel = "ADDRESS")
    private String typed = "";

    @Option(names = "--json")
    private boolean json;

    Test(Workplace workplace) {
      this.workplace = workplace;
    }

    @Override
    public Integer call() throws IOException {
      Settings settings = option.readRight(workplace, workplace.err());
      DnsList.Subject subject =
          subject(typed)
              .orElseThrow(
                  () ->
                      CommandFailedException.notUnderstood(
                          SAY.dnsListNoSubject(typed), SAY.dnsListTypeSubject()));
      var lists = DnsListSettings.from(settings);
      if (lists.lists().isEmpty()) {
        throw new CommandFailedException(SAY.dnsListNone(), SAY.dnsListNameOne());
      }
      List<WeighedList> asked = fitting(lists, subject);
      if (asked.isEmpty()) {
        throw new CommandFailedException(SAY.dnsListNoneOfKind(), SAY.dnsListNameOne());
      }
      Resolver resolver = dns.resolver(workplace, settings);
      List<Said> all = asked.stream().map(list -> ask(resolver, list, subject)).toList();
      int sum = all.stream().mapToInt(Said::points).sum();
      if (json) {
        all.forEach(said -> workplace.out().println(json(said)));
      } else {
        show(all, subject);
        workplace.out().println(workplace.say(SAY.dnsListSum(sum, lists.threshold())));
      }
      return all.stream().allMatch(said -> said.standing() instanceof ListStanding.Sound)
          ? Facteur.OK
          : Facteur.PROBLEM;
    }

    private static Optional<DnsList.Subject> subject(String typed) {
      return IpLiteral.parse(typed)
          .toOptional()
          .<DnsList.Subject>map(DnsList.Subject.Address::of)
          .or(
              () ->
                  DomainName.parse(typed)
                      .toOptional()
                      .filter(DomainName::isHostName)
                      .map(DnsList.Subject.Domain::new));
    }

    private static List<WeighedList> fitting(DnsListSettings lists, DnsList.Subject subject) {
      return switch (subject) {
        case DnsList.Subject.Address _ ->
            Stream.concat(lists.block().stream(), lists.allow().stream()).toList();
        case DnsList.Subject.Domain _ -> lists.domains();
      };
    }

    private static Said ask(Resolver resolver, WeighedList weighed, DnsList.Subject subject) {
      DnsList list = weighed.list();
      ListStanding standing = ListStanding.test(resolver, list);
      ListAnswer answer = list.ask(resolver, subject);
      boolean listed = answer instanceof ListAnswer.Listed;
      boolean counts =
          standing.counts(subject)
              && answer instanceof ListAnswer.Listed(var codes)
              && codes.stream().anyMatch(weighed.codes()::contains);
      return new Said(
          weighed, standing, answer, counts, listed ? list.texts(resolver, subject) : List.of());
    }

    private void show(List<Said> all, DnsList.Subject subject) {
      var table = Table.of(workplace, SAY.dnsListColumns());
      var words = new ArrayList<Text>();
      for (Said said : all) {
        table.add(
            said.list().list().zone().text(),
            workplace.say(ListStandings.text(said.standing())),
            workplace.say(answer(said, subject)),
            String.valueOf(said.points()));
        said.texts()
            .forEach(
                text ->
                    words.add(
                        Text.joined(
                            ": ",
                            List.of(
                                Text.of(said.list().list().zone().text()),
                                SAY.dnsListSays(StrangerText.of(text).onTerminal())))));
      }
      table.print(workplace);
      words.forEach(text -> workplace.out().println(workplace.say(text)));
    }

    private static Text answer(Said said, DnsList.Subject subject) {
      return switch (said.answer()) {
        case ListAnswer.Listed listed ->
            said.counts()
                ? SAY.dnsListListed(listed.text())
                : said.standing().counts(subject)
                    ? SAY.dnsListListedUncounted(listed.text())
                    : SAY.dnsListNotCounted();
        case ListAnswer.NotListed _ -> SAY.dnsListNotListed();
        case ListAnswer.Unusable unusable -> SAY.dnsListUnusable(IpLiteral.print(unusable.code()));
        case ListAnswer.Unanswered _ -> Text.of("-");
      };
    }

    private static String json(Said said) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("list", said.list().list().zone().text());
      fields.put("setting", said.list().toString());
      fields.put("sound", said.standing() instanceof ListStanding.Sound);
      fields.put("standing", ListStandings.text(said.standing()).in(Language.ENGLISH));
      fields.put("answer", said.answer().text());
      fields.put("counts", said.counts());
      fields.put("points", said.points());
      fields.put("texts", said.texts());
      return StrangerText.inJson(new JsonMapper().writeValueAsString(fields));
    }
  }
}
