package net.facteur.server.filter.rules;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.UserName;
import net.facteur.server.files.FileStamp;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The rules about senders, in memory. Where the file cannot be read they stay as they were. Safe
/// for use by many threads.
public final class SenderRules {
  private static final Logger LOG = LogManager.getLogger(SenderRules.class);

  private final RulesFile file;
  private volatile Snapshot snapshot =
      new Snapshot(RulesFile.Content.NOTHING, "", List.of(), Map.of());

  /// @param trouble why the file could not be read; at most one text
  /// @param effects by whose mail it is about, then by sender
  private record Snapshot(
      RulesFile.Content content,
      String stamp,
      List<Text> trouble,
      Map<Optional<UserName>, Map<String, SenderRule.Effect>> effects) {}

  /// Reads the file.
  public SenderRules(RulesFile file) {
    this.file = file;
    refresh();
  }

  /// True where there is no rule at all.
  boolean isEmpty() {
    return snapshot.effects().isEmpty();
  }

  /// True where some user has a rule.
  boolean usersHaveSome() {
    Map<Optional<UserName>, ?> effects = snapshot.effects();
    return effects.size() > (effects.containsKey(Optional.<UserName>empty()) ? 1 : 0);
  }

  /// A sender as a message names it.
  ///
  /// @param domain empty where it is none
  /// @param proven the message is of whom it says
  record Sender(String localPart, Optional<DomainName> domain, boolean proven) {}

  /// What the rules say of a sender: the address goes before its domain, a domain before those
  /// above it. A welcome of a sender who is not proven is passed over.
  Optional<SenderRule.Effect> effect(Optional<UserName> user, Sender sender) {
    Map<String, SenderRule.Effect> its = snapshot.effects().get(user);
    if (its == null || sender.domain().isEmpty()) {
      return Optional.empty();
    }
    Predicate<SenderRule.Effect> counts =
        effect -> effect == SenderRule.Effect.BLOCK || sender.proven();
    DomainName domain = sender.domain().get();
    Optional<SenderRule.Effect> found =
        Optional.ofNullable(its.get(Ascii.lower(sender.localPart()) + "@" + domain.text()))
            .filter(counts);
    for (Optional<DomainName> at = Optional.of(domain);
        found.isEmpty() && at.isPresent() && !at.get().isRoot();
        at = at.get().parent()) {
      found = Optional.ofNullable(its.get("@" + at.get().text())).filter(counts);
    }
    return found;
  }

  /// Reads the file again where it changed, or could not be read before.
  synchronized void refresh() {
    Snapshot before = snapshot;
    String stamp = FileStamp.of(file.path());
    if (stamp.equals(before.stamp()) && before.trouble().isEmpty()) {
      return;
    }
    try {
      if (FileStamp.isNone(stamp) && !before.content().rules().isEmpty()) {
        throw new ToldException(RulesTexts.SAY.gone(file.path()));
      }
      RulesFile.Content content = file.read();
      snapshot = new Snapshot(content, stamp, List.of(), effects(content));
    } catch (IOException e) {
      snapshot =
          new Snapshot(
              before.content(), before.stamp(), List.of(FileTrouble.text(e)), before.effects());
    }
    if (!snapshot.content().equals(before.content())
        || !snapshot.trouble().equals(before.trouble())) {
      LOG.info("rules read: {}", snapshot.content().rules().size());
      problems().forEach(problem -> LOG.error("rules: {}", problem.in(Language.ENGLISH)));
    }
  }

  /// What is wrong with the file, in words for an administrator; empty where nothing is.
  List<Text> problems() {
    Snapshot seen = snapshot;
    return seen.trouble().isEmpty() ? seen.content().problems() : seen.trouble();
  }

  private static Map<Optional<UserName>, Map<String, SenderRule.Effect>> effects(
      RulesFile.Content content) {
    Map<Optional<UserName>, Map<String, SenderRule.Effect>> effects = new HashMap<>();
    for (SenderRule rule : content.rules().values()) {
      effects.computeIfAbsent(rule.user(), _ -> new HashMap<>()).put(rule.sender(), rule.effect());
    }
    return Map.copyOf(effects);
  }
}
