package net.facteur.server;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.Accounts;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListSecret;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.lists.answers.AnswerPages;
import net.facteur.server.lists.answers.AnswerTokens;
import net.facteur.server.lists.answers.Answers;
import net.facteur.server.lists.answers.AnswersUpkeep;
import net.facteur.server.lists.answers.Matters;
import net.facteur.server.lists.following.FollowedMembers;
import net.facteur.server.lists.following.FollowingSettings;
import net.facteur.server.lists.letters.ListLetters;
import net.facteur.server.lists.moderation.HeldPosts;
import net.facteur.server.lists.moving.ImportHints;
import net.facteur.server.lists.moving.ListImport;
import net.facteur.server.lists.posting.ListAgent;
import net.facteur.server.lists.requests.Admissions;
import net.facteur.server.lists.requests.Confirmations;
import net.facteur.server.lists.requests.Joining;
import net.facteur.server.lists.requests.ListRequests;
import net.facteur.server.lists.requests.RequestReader;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.OwnMail;
import net.facteur.server.upkeep.Upkeep;
import net.facteur.server.web.WebSettings;

/// Joins people who answer lists to the server: those who join and leave by mail, and moderators.
///
/// @param ports what the agent of lists asks
/// @param pages behind the links of mails
/// @param chores what is looked after
record ListAnswerWiring(ListAgent.Ports ports, AnswerPages pages, List<Upkeep.Chore> chores) {
  private static final String PURPOSE = "answer";

  static ListAnswerWiring of(
      Settings settings,
      LastingParts lasting,
      ListSecret secret,
      MemberTags tags,
      OwnMail mail,
      Accounts accounts,
      Notices notices) {
    var host = HostSettings.from(settings);
    FollowingSettings following = FollowingSettings.from(settings);
    Language language = host.languages().getFirst();
    Lists lists = lasting.lists();
    var matters = new Matters(lists.directory(), lasting.clock(), lasting.random());
    var tokens = new AnswerTokens((list, text) -> secret.tag(PURPOSE, list.text(), text));
    var letters =
        new ListLetters(
            host.name().text(), ListLetters.by(mail), lasting.clock(), lasting.random());
    Optional<String> links =
        WebSettings.from(settings).servesOthers()
            ? Optional.of("https://" + host.name().text())
            : Optional.empty();
    var joining =
        new Joining(
            lists, matters, tokens, letters, links, following.confirmed(), following.admitted());
    var posts =
        new HeldPosts(
            lists,
            matters,
            tokens,
            letters,
            new HeldPosts.Queue(lasting.inspector(), lasting.inspector()),
            links,
            following.held());
    var answers =
        new Answers(
            matters,
            tokens,
            lists,
            List.of(new Confirmations(joining), new Admissions(joining), posts));
    var followed =
        new FollowedMembers(
            new ListImport(lists, Set.copyOf(host.domains()), language),
            following,
            new ImportHints(Optional.empty(), only(host.domains())),
            group -> members(accounts, group),
            notices,
            lasting.clock());
    return new ListAnswerWiring(
        new ListAgent.Ports(new RequestReader(new ListRequests(joining, answers), tags), posts),
        new AnswerPages(answers, language),
        List.of(new AnswersUpkeep(matters, posts::look), followed));
  }

  private static Optional<DomainName> only(List<DomainName> domains) {
    return domains.size() == 1 ? Optional.of(domains.getFirst()) : Optional.empty();
  }

  private static List<String> members(Accounts accounts, UserName group) {
    accounts.prepare(group.text()).toCompletableFuture().join();
    return accounts.targets(group);
  }
}
