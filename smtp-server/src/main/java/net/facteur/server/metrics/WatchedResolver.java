package net.facteur.server.metrics;

import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;

/// Counts and times questions to name servers.
record WatchedResolver(Resolver resolver, Meters meters) implements Resolver {
  @Override
  public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
    long began = System.nanoTime();
    Answer<T> answer = resolver.lookup(name, type);
    meters.took(Metric.LOOKUP_TIME, System.nanoTime() - began);
    meters.count(Metric.LOOKUPS, 1, word(answer));
    return answer;
  }

  private static String word(Answer<?> answer) {
    return switch (answer) {
      case Answer.Records<?> _ -> "records";
      case Answer.NoData<?> _ -> "nodata";
      case Answer.NxDomain<?> _ -> "nxdomain";
      case Answer.Failed<?> _ -> "failed";
      case Answer.Bogus<?> _ -> "bogus";
    };
  }
}
