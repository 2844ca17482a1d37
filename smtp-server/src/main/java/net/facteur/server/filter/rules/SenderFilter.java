package net.facteur.server.filter.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AddressList;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.HeaderField;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.accounts.UserName;
import net.facteur.server.filter.AuthorProof;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.text.StrangerText;

/// Does what the rules about senders say of mail from outside. The sender is the address of the
/// reverse-path, and each address in From.
public final class SenderFilter implements MessageFilter {
  private static final SmtpReply REFUSED =
      SmtpReply.of(550, 5, 7, 1, "Mail of this sender is not taken here");

  /// Most addresses of From that are looked at.
  private static final int MAX_AUTHORS = 20;

  private final SenderRules rules;
  private final Function<MailAddress, Set<UserName>> owners;

  /// @param owners whose mailboxes an address leads to; empty where one of them is nobody's here
  public SenderFilter(SenderRules rules, Function<MailAddress, Set<UserName>> owners) {
    this.rules = rules;
    this.owners = owners;
  }

  @Override
  public boolean concerns(FilteredMessage message) {
    return message.direction() == FilteredMessage.Direction.INBOUND && !rules.isEmpty();
  }

  /// True for a sender whom the server welcomes.
  public boolean welcomes(FilteredMessage message) {
    return concerns(message)
        && effect(Optional.empty(), senders(message))
            .filter(effect -> effect == SenderRule.Effect.WELCOME)
            .isPresent();
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    return CompletableFuture.completedStage(verdict(message));
  }

  private Verdict verdict(FilteredMessage message) {
    List<SenderRules.Sender> senders = senders(message);
    Optional<SenderRule.Effect> all = effect(Optional.empty(), senders);
    if (all.filter(effect -> effect == SenderRule.Effect.BLOCK).isPresent()) {
      return Verdict.of(
          new Handling.Reject(REFUSED, Handling.Cause.RULE, "rule=block" + text(senders)));
    }
    Map<MailAddress, Handling> single = new HashMap<>();
    for (MailAddress recipient : message.recipients()) {
      own(recipient, senders)
          .or(() -> all)
          .ifPresent(effect -> single.put(recipient, handling(effect, senders)));
    }
    return single.isEmpty()
        ? Verdict.PASS
        : new Verdict(Handling.Pass.PLAIN, single, Set.of(), List.of(), List.of(fact(single, all)));
  }

  private static Fact fact(Map<MailAddress, Handling> single, Optional<SenderRule.Effect> all) {
    var words = new ArrayList<String>();
    all.ifPresent(effect -> words.add("the server has the rule " + effect.word()));
    single.forEach(
        (recipient, handling) -> {
          if (handling instanceof Handling.Junk) {
            words.add(recipient.text() + " blocks the sender");
          } else if (all.isEmpty()) {
            words.add(recipient.text() + " welcomes the sender");
          }
        });
    return new Fact("rules", String.join("; ", words));
  }

  private static Handling handling(SenderRule.Effect effect, List<SenderRules.Sender> senders) {
    return switch (effect) {
      case BLOCK -> new Handling.Junk("rule=block" + text(senders));
      case WELCOME -> new Handling.Pass("rule=welcome" + text(senders));
    };
  }

  private static String text(List<SenderRules.Sender> senders) {
    return senders.stream()
        .findFirst()
        .flatMap(
            first ->
                first
                    .domain()
                    .map(
                        domain ->
                            " sender=" + StrangerText.of(first.localPart() + "@" + domain).inLog()))
        .orElse("");
  }

  /// What all who get the mail of an address have decided; empty where they have not, or differ.
  private Optional<SenderRule.Effect> own(MailAddress recipient, List<SenderRules.Sender> senders) {
    if (!rules.usersHaveSome()) {
      return Optional.empty();
    }
    var effects = new HashSet<Optional<SenderRule.Effect>>();
    for (UserName owner : owners.apply(recipient)) {
      effects.add(effect(Optional.of(owner), senders));
    }
    return effects.size() == 1 ? effects.iterator().next() : Optional.empty();
  }

  /// Of all senders of a message: one who is blocked counts, then one who is welcome.
  private Optional<SenderRule.Effect> effect(
      Optional<UserName> user, List<SenderRules.Sender> senders) {
    Optional<SenderRule.Effect> found = Optional.empty();
    for (SenderRules.Sender sender : senders) {
      Optional<SenderRule.Effect> its = rules.effect(user, sender);
      if (its.isPresent()) {
        found = its;
        if (its.get() == SenderRule.Effect.BLOCK) {
          break;
        }
      }
    }
    return found;
  }

  private static List<SenderRules.Sender> senders(FilteredMessage message) {
    Optional<AuthenticationReport> report = message.report();
    var senders = new ArrayList<SenderRules.Sender>();
    boolean author = report.filter(AuthorProof::isProven).isPresent();
    message.header().all("From").stream()
        .map(HeaderField::value)
        .flatMap(value -> AddressList.parse(value).toOptional().stream())
        .flatMap(list -> list.mailboxes().stream())
        .limit(MAX_AUTHORS)
        .forEach(
            box ->
                senders.add(new SenderRules.Sender(box.localPart(), domain(box.domain()), author)));
    // A From that is malformed may show these, too.
    boolean plain =
        !senders.isEmpty()
            && report.filter(seen -> seen.author() instanceof AuthorDomain.One).isPresent();
    if (!plain) {
      report.stream()
          .flatMap(seen -> seen.author().domains().stream())
          .forEach(domain -> senders.add(new SenderRules.Sender("", Optional.of(domain), false)));
    }
    if (message.reversePath() instanceof ReversePath.Of(MailAddress address)) {
      Optional<DomainName> domain = domain(address.domain());
      boolean proven =
          report
              .flatMap(AuthorProof::returnsTo)
              .filter(d -> domain.equals(Optional.of(d)))
              .isPresent();
      senders.add(new SenderRules.Sender(address.localPart(), domain, proven));
    }
    return senders;
  }

  private static Optional<DomainName> domain(String text) {
    return DomainName.parse(text).toOptional();
  }
}
