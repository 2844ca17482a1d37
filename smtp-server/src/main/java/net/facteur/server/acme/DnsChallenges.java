package net.facteur.server.acme;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DnsUpdates;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.challenge.Dns01Challenge;

/// Answers by TXT records that signed updates write, once every name server has them.
///
/// A CNAME at `_acme-challenge` is followed, so that another zone can be used for it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8555#section-8.4 RFC 8555, section 8.4: DNS Challenge
public final class DnsChallenges implements Challenges {
  private static final Logger LOG = LogManager.getLogger(DnsChallenges.class);
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final int LOOKS = 300;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Authorities authorities;
  private final Function<DomainName, Optional<DnsUpdates>> primaries;
  private final WrittenAnswers written;

  /// @param primaries leads from a zone to where it is updated
  /// @param written remembers which records are ours
  public DnsChallenges(
      Authorities authorities,
      Function<DomainName, Optional<DnsUpdates>> primaries,
      WrittenAnswers written) {
    this.authorities = authorities;
    this.primaries = primaries;
    this.written = written;
  }

  @Override
  public Answer answer(Authorization authorization, Identifier name)
      throws AcmeFailedException, InterruptedException {
    Dns01Challenge challenge =
        authorization
            .<Dns01Challenge>findChallenge(Dns01Challenge.TYPE)
            .orElseThrow(
                () -> new AcmeFailedException("the authority offers no dns-01 for " + name));
    DomainName owner =
        DomainName.parse(challenge.getRRName(name))
            .toOptional()
            .orElseThrow(
                () -> new AcmeFailedException("no name can hold the challenge of " + name));
    TxtRecord text = TxtRecord.of(challenge.getDigest());
    Survey<TxtRecord> before = authorities.ask(owner, RecordType.TXT);
    DnsUpdates zone =
        primaries
            .apply(before.zone())
            .orElseThrow(
                () ->
                    new AcmeFailedException(
                        before
                            .problem()
                            .orElse("the primary server of " + before.zone() + " is not known")));
    try {
      for (TxtRecord left : written.at(before.owner())) {
        remove(zone, before, left);
      }
      written.add(before.owner(), text);
    } catch (IOException e) {
      throw new AcmeFailedException(written.path() + " cannot be written", e);
    }
    write(zone, before, text);
    var answer = new Answer(challenge, () -> remove(zone, before, text));
    for (int i = 0; i < LOOKS; i++) {
      if (authorities.ask(owner, RecordType.TXT).all(values -> holds(values, text))) {
        return answer;
      }
      Thread.sleep(PAUSE);
    }
    answer.withdraw().run();
    throw new AcmeFailedException("not every name server of " + before.zone() + " has " + owner);
  }

  /// Records of others at the name stay: the authority needs only to find ours among them.
  private static void write(DnsUpdates zone, Survey<TxtRecord> before, TxtRecord text)
      throws AcmeFailedException {
    var add = new DnsUpdates.Change.AddTextBeside(before.owner(), text, TTL);
    switch (zone.apply(before.zone(), add)) {
      case DnsUpdates.Outcome.Done() -> {}
      case DnsUpdates.Outcome.Differs() ->
          throw new AcmeFailedException(before.owner() + " leads to another name by a CNAME");
      case DnsUpdates.Outcome.Refused(String why) -> throw new AcmeFailedException(why);
      case DnsUpdates.Outcome.Unanswered(String why) -> throw new AcmeFailedException(why);
    }
  }

  private static boolean holds(List<TxtRecord> values, TxtRecord text) {
    return values.stream().anyMatch(value -> value.text().equals(text.text()));
  }

  private void remove(DnsUpdates zone, Survey<TxtRecord> where, TxtRecord text) {
    DnsUpdates.Outcome outcome =
        zone.apply(where.zone(), new DnsUpdates.Change.RemoveText(where.owner(), text));
    // Differs: no TXT record is left at the name.
    if (outcome instanceof DnsUpdates.Outcome.Done
        || outcome instanceof DnsUpdates.Outcome.Differs) {
      try {
        written.remove(where.owner(), text);
      } catch (IOException e) {
        LOG.warn("{} cannot be written: {}", written.path(), e.toString());
      }
    } else {
      LOG.warn("acme owner={} result=not-removed outcome={}", where.owner(), outcome);
    }
  }
}
