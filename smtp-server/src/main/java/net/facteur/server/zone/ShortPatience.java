package net.facteur.server.zone;

import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;

/// The DNS for somebody with many questions: if it has answered none of the first, it is not asked
/// again, since each silence takes its time.
public final class ShortPatience implements Resolver {
  private static final int QUESTIONS = 2;

  private final Resolver dns;
  private boolean answers;
  private int unanswered;

  public ShortPatience(Resolver dns) {
    this.dns = dns;
  }

  @Override
  public synchronized <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    if (!answers && unanswered >= QUESTIONS) {
      return new Answer.Failed<>("the name servers do not answer");
    }
    Answer<T> answer = dns.lookup(name, type);
    if (!answers && answer.temporaryFailure()) {
      unanswered++;
      // One domain may be broken while all others are well.
      answers =
          unanswered == QUESTIONS
              && !dns.lookup(DomainName.of("com"), RecordType.A).temporaryFailure();
    } else {
      answers = true;
    }
    return answer;
  }
}
