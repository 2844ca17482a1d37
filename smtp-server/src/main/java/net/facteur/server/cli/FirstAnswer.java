package net.facteur.server.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;

/// The DNS for somebody who waits at a terminal: if nothing at all is heard for a while, it is not
/// asked again. Once it has answered, each question has all the time that the settings give.
final class FirstAnswer implements Resolver {
  /// Any name server that lives has said something by then.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// The reason of an answer, as resolvers give it: English.
  static final String SILENCE = "the name servers do not answer";

  private enum State {
    UNKNOWN,
    ANSWERS,
    SILENT
  }

  private final Resolver dns;
  private final Duration patience;
  private State state = State.UNKNOWN;

  FirstAnswer(Resolver dns) {
    this(dns, PATIENCE);
  }

  FirstAnswer(Resolver dns, Duration patience) {
    this.dns = dns;
    this.patience = patience;
  }

  /// True where nothing is heard of the root, which every resolver knows.
  boolean silent() {
    var _ = lookup(DomainName.ROOT, RecordType.NS);
    return state == State.SILENT;
  }

  @Override
  public synchronized <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    return switch (state) {
      case ANSWERS -> dns.lookup(name, type);
      case SILENT -> new Answer.Failed<>(SILENCE);
      case UNKNOWN -> first(name, type);
    };
  }

  private <T> Answer<T> first(DomainName name, RecordType<T> type) {
    var asked = new CompletableFuture<Answer<T>>();
    Thread.ofVirtual()
        .name("facteur-first-answer")
        .start(
            () -> {
              try {
                asked.complete(dns.lookup(name, type));
              } catch (RuntimeException e) {
                asked.completeExceptionally(e);
              }
            });
    try {
      Answer<T> answer = asked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      state = State.ANSWERS;
      return answer;
    } catch (TimeoutException _) {
      state = State.SILENT;
      return new Answer.Failed<>(SILENCE);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Answer.Failed<>(SILENCE);
    }
  }
}
