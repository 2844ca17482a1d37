package net.facteur.auth.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/// Checks every answer against the trust anchors, as RFC 4035 asks of a validating stub resolver.
///
/// The work for one answer is bounded: it ends with the deadline of its look-up and after
/// [#MAX_QUERIES] further questions. DS and DNSKEY answers are remembered for an hour at most, so
/// that the next name of the same zone costs none.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4035#section-5 RFC 4035, section 5: Authenticating DNS
///   Responses
final class ValidatingSource implements DnsSource {
  /// Questions asked to prove one answer; a chain of ten zones needs about thirty.
  private static final int MAX_QUERIES = 64;

  private static final int MAX_REMEMBERED = 2048;
  private static final Duration REMEMBERED = Duration.ofHours(1);
  private static final Executor WORKERS = Thread::startVirtualThread;

  private final DnsServers servers;
  private final InstantSource clock;
  private final TrustAnchors anchors;
  private final Cache<Question, Kept> chain =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

  private record Question(Name name, int type) {}

  private record Kept(Message message, Instant until) {}

  /// What one look-up may still cost, and what went wrong on its behalf.
  private static final class Work {
    final Instant deadline;
    final AtomicInteger queries = new AtomicInteger();

    /// The keys and digests that were believed on the way.
    final Set<Question> chain = ConcurrentHashMap.newKeySet();

    final AtomicReference<Optional<IOException>> failure = new AtomicReference<>(Optional.empty());

    Work(Instant deadline) {
      this.deadline = deadline;
    }
  }

  ValidatingSource(DnsServers servers, TrustAnchors anchors, InstantSource clock) {
    this.servers = servers;
    this.anchors = anchors;
    this.clock = clock;
  }

  @Override
  public Reply ask(Name name, int type, Instant deadline) throws IOException {
    var work = new Work(deadline);
    Reply reply = validated(name, type, work);
    if (reply.validity() instanceof Validity.Bogus && work.failure.get().isEmpty()) {
      reply = withoutSoa(name, type, work).orElse(reply);
    }
    if (reply.validity() instanceof Validity.Bogus) {
      // A forged key must not outlive the attack by its own TTL.
      chain.invalidateAll(work.chain);
    }
    return reply;
  }

  private Reply validated(Name name, int type, Work work) throws IOException {
    Message answer = validate(Record.newRecord(name, type, DClass.IN), work);
    if (answer.getHeader().getFlag(Flags.AD)) {
      return new Reply(answer, new Validity.Secure());
    }
    // What could not be asked must not make a signed answer look like an unsigned one.
    Optional<IOException> failure = work.failure.get();
    if (failure.isPresent()) {
      throw failure.get();
    }
    int rcode = answer.getRcode();
    return new Reply(
        answer,
        rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN
            ? new Validity.Insecure()
            : new Validity.Bogus(reason(answer)));
  }

  /// A validator for each look-up, so that it is known on whose behalf it asks further questions;
  /// what it learns of the chain of keys is kept here.
  private Message validate(Record question, Work work) throws IOException {
    try {
      var validator = new ValidatingResolver(new Head(work), clock.withZone(ZoneOffset.UTC));
      validator.setAddReasonToAdditional(true);
      anchors.addTo(validator);
      return validator.sendAsync(Message.newQuery(question), WORKERS).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (RuntimeException e) {
      throw new IOException("the answer cannot be checked", e);
    }
  }

  private static String reason(Message answer) {
    return answer.getSection(Section.ADDITIONAL).stream()
        .filter(r -> r.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS)
        .filter(TXTRecord.class::isInstance)
        .map(r -> String.join("", ((TXTRecord) r).getStrings()))
        .findFirst()
        .orElse("no reason given");
  }

  /// An answer without any record can only be believed where its zone is proven to be unsigned; old
  /// servers of unsigned zones leave the SOA record out.
  private Optional<Reply> withoutSoa(Name name, int type, Work work) throws IOException {
    Message bare = servers.ask(name, type, DnsServers.UNCHECKED, work.deadline);
    if (!bare.getSection(Section.ANSWER).isEmpty()
        || !bare.getSection(Section.AUTHORITY).isEmpty()) {
      return Optional.empty();
    }
    for (int cut = 0; cut < name.labels(); cut++) {
      Reply apex = validated(new Name(name, cut), Type.SOA, work);
      if (!apex.message().getSection(Section.ANSWER).isEmpty()) {
        return apex.validity() instanceof Validity.Insecure
            ? Optional.of(new Reply(bare, new Validity.Insecure()))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /// Where the validator gets its answers from.
  private final class Head implements org.xbill.DNS.Resolver {
    private final Work work;

    Head(Work work) {
      this.work = work;
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
      var answer = new CompletableFuture<Message>();
      // Never on the caller's thread, which may be one of the few of the common pool.
      WORKERS.execute(
          () -> {
            try {
              answer.complete(answer(query));
            } catch (IOException e) {
              work.failure.set(Optional.of(e));
              answer.completeExceptionally(e);
            } catch (RuntimeException e) {
              var failure = new IOException("the answer cannot be used", e);
              work.failure.set(Optional.of(failure));
              answer.completeExceptionally(failure);
            }
          });
      return answer;
    }

    private Message answer(Message query) throws IOException {
      Record asked = query.getQuestion();
      var question = new Question(asked.getName(), asked.getType());
      boolean ofChain = asked.getType() == Type.DS || asked.getType() == Type.DNSKEY;
      if (ofChain) {
        work.chain.add(question);
      }
      Kept kept = ofChain ? chain.getIfPresent(question) : null;
      if (kept != null && clock.instant().isBefore(kept.until())) {
        return kept.message().clone();
      }
      if (work.queries.incrementAndGet() > MAX_QUERIES) {
        throw new IOException("more than " + MAX_QUERIES + " questions to prove one answer");
      }
      Message answer =
          servers.ask(asked.getName(), asked.getType(), DnsServers.UNCHECKED, work.deadline);
      if (ofChain) {
        chain.put(question, new Kept(answer.clone(), clock.instant().plus(life(answer))));
      }
      return answer;
    }

    private static Duration life(Message answer) {
      long seconds = REMEMBERED.toSeconds();
      for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
        for (Record record : answer.getSection(section)) {
          seconds = Math.min(seconds, record.getTTL());
        }
      }
      return Duration.ofSeconds(seconds);
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
      return sendAsync(query, WORKERS);
    }

    @Override
    public void setPort(int port) {}

    @Override
    public void setTCP(boolean flag) {}

    @Override
    public void setIgnoreTruncation(boolean flag) {}

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

    @Override
    public void setTSIGKey(TSIG key) {}

    @Override
    public void setTimeout(Duration timeout) {}
  }
}
