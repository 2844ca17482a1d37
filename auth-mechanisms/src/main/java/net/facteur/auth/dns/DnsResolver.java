package net.facteur.auth.dns;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Asks recursive resolvers, one after the other, until one gives an answer.
///
/// SERVFAIL, REFUSED, garbage and silence send the question to the next server; after the last try,
/// or when the time for one look-up is used up, the answer is [Answer.Failed]. Nothing is
/// remembered here, see [CachingResolver]. Made by the public constructor no answer is `secure`;
/// see [DnssecResolver] for those that are.
public final class DnsResolver implements Resolver {
  private final DnsSettings settings;
  private final DnsSource source;
  private final InstantSource clock;

  /// @param random unpredictable, such as `SecureRandom`
  public DnsResolver(DnsSettings settings, RandomGenerator random, InstantSource clock) {
    this(settings, new DnsServers(settings, random, clock).unchecked(), clock);
  }

  DnsResolver(DnsSettings settings, DnsSource source, InstantSource clock) {
    this.settings = settings;
    this.source = source;
    this.clock = clock;
  }

  @Override
  public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    return new Chain<>(type, DnsjavaRecords.name(name)).follow();
  }

  /// One look-up on its way along CNAMEs.
  private final class Chain<T> {
    private final RecordType<T> type;
    private final Instant deadline = clock.instant().plus(settings.lookupTimeout());
    private final HashSet<Name> visited = new HashSet<>();
    private Name at;
    private long ttl = Integer.MAX_VALUE;
    private boolean secure = true;

    Chain(RecordType<T> type, Name start) {
      this.type = type;
      this.at = start;
      visited.add(start);
    }

    Answer<T> follow() {
      while (true) {
        Message response;
        try {
          DnsSource.Reply reply = source.ask(at, type.code(), deadline);
          if (reply.validity() instanceof DnsSource.Validity.Bogus(String reason)) {
            return new Answer.Bogus<>(type + " of " + at + ": " + reason);
          }
          secure &= reply.validity() instanceof DnsSource.Validity.Secure;
          response = reply.message();
        } catch (IOException e) {
          return new Answer.Failed<>(type + " of " + at + ": " + NetworkFault.of(e));
        }
        Name asked = at;
        List<Record> answers = response.getSection(Section.ANSWER);
        Optional<Answer<T>> circle = followAliases(answers);
        if (circle.isPresent()) {
          return circle.get();
        }
        List<Record> found = recordsAt(answers, type.code());
        if (!found.isEmpty()) {
          return records(found);
        }
        Optional<Duration> negative = negativeTtl(response);
        if (response.getRcode() == Rcode.NXDOMAIN) {
          return new Answer.NxDomain<>(secure, negative.orElse(Duration.ZERO));
        }
        if (asked.equals(at) || negative.isPresent()) {
          return noData(negative.orElse(Duration.ZERO));
        }
        // the server stopped half way along the aliases: ask for their end
      }
    }

    private Optional<Answer<T>> followAliases(List<Record> answers) {
      if (type.code() == Type.CNAME) {
        return Optional.empty();
      }
      while (true) {
        List<Record> alias = recordsAt(answers, Type.CNAME);
        if (alias.isEmpty()) {
          return Optional.empty();
        }
        ttl = Math.min(ttl, alias.getFirst().getTTL());
        at = ((CNAMERecord) alias.getFirst()).getTarget();
        if (!visited.add(at) || visited.size() > settings.maxCnames() + 1) {
          return Optional.of(new Answer.Failed<>("too many CNAMEs, or in a circle, at " + at));
        }
      }
    }

    private List<Record> recordsAt(List<Record> answers, int code) {
      return answers.stream()
          .filter(r -> r.getType() == code && r.getDClass() == DClass.IN && r.getName().equals(at))
          .toList();
    }

    private Answer<T> records(List<Record> found) {
      var values = new ArrayList<T>();
      for (Record record : found) {
        DnsjavaRecords.data(record).map(type.data()::cast).ifPresent(values::add);
        ttl = Math.min(ttl, record.getTTL());
      }
      Optional<DomainName> owner = DnsjavaRecords.name(at);
      return values.isEmpty() || owner.isEmpty()
          ? new Answer.Failed<>("no usable " + type + " record at " + at)
          : new Answer.Records<>(values, owner.get(), secure, Duration.ofSeconds(ttl));
    }

    private Answer<T> noData(Duration negative) {
      return DnsjavaRecords.name(at)
          .<Answer<T>>map(owner -> new Answer.NoData<>(owner, secure, negative))
          .orElseGet(() -> new Answer.Failed<>("a name that cannot be used, " + at));
    }

    /// RFC 2308, 5: the lesser of the SOA's minimum and its own TTL; without an SOA an answer that
    /// has no records is not to be kept.
    private Optional<Duration> negativeTtl(Message response) {
      for (Record record : response.getSection(Section.AUTHORITY)) {
        if (record instanceof SOARecord soa) {
          long seconds = Math.min(ttl, Math.min(soa.getMinimum(), soa.getTTL()));
          return Optional.of(Duration.ofSeconds(seconds));
        }
      }
      return Optional.empty();
    }
  }
}
