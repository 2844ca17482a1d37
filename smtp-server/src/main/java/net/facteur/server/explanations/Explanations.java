package net.facteur.server.explanations;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;

/// The table of explanations. Immutable; asking takes well under a millisecond.
public final class Explanations {
  private static final String TABLE_NAME = "explanations.txt";

  private final List<List<Explanation>> tables;
  private final Providers providers;

  private Explanations(List<List<Explanation>> tables) {
    this.tables = List.copyOf(tables);
    this.providers = Providers.shipped();
  }

  /// What Facteur brings along.
  public static Explanations shipped() {
    return new Explanations(List.of(Shipped.ENTRIES));
  }

  /// The same, after entries of the administrator's.
  public static Explanations shippedAfter(List<Explanation> own) {
    return new Explanations(List.of(List.copyOf(own), Shipped.ENTRIES));
  }

  /// Read once.
  private static final class Shipped {
    private static final List<Explanation> ENTRIES = entries();

    private static List<Explanation> entries() {
      try (InputStream in = Explanations.class.getResourceAsStream(TABLE_NAME)) {
        if (in == null) {
          throw new IllegalStateException("the jar has no " + TABLE_NAME);
        }
        ExplanationsFile.Read read =
            ExplanationsFile.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        if (!read.problems().isEmpty()) {
          throw new IllegalStateException(TABLE_NAME + ": " + read.problems());
        }
        return read.entries();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// All entries, those of the administrator first.
  public List<Explanation> entries() {
    return tables.stream().flatMap(List::stream).toList();
  }

  /// True where the reply of an outcome is in the words of the server at the other end, and false
  /// where it is our own account of what happened on the way there.
  public static boolean isSaidBy(DeliveryOutcome outcome) {
    return SaidReply.isBy(outcome);
  }

  /// What an outcome means that was no delivery. What happened on our side is judged by the code
  /// that we gave it.
  public Explained of(DeliveryOutcome outcome) {
    if (!SaidReply.isBy(outcome)) {
      return new Explained(Cause.ours(outcome.status()), Optional.empty());
    }
    return of(
        outcome.remote().map(RemoteHost::name).map(providers::of),
        outcome.status(),
        outcome.reply());
  }

  /// What a reply means.
  ///
  /// @param provider whose it is, where somebody knows
  /// @param reply code first
  public Explained of(Optional<Provider> provider, EnhancedStatusCode status, String reply) {
    if (!SaidReply.hasCode(reply)) {
      return new Explained(Cause.ours(status), Optional.empty());
    }
    SaidReply said = SaidReply.of(status, reply);
    for (List<Explanation> table : tables) {
      Optional<Explanation> entry = in(table, provider, said);
      if (entry.isPresent()) {
        return new Explained(entry.get().cause(), entry);
      }
    }
    return new Explained(Cause.saidBy(said.code(), status), Optional.empty());
  }

  /// Samples that another entry explains, or none.
  ///
  /// @param entries of these
  public List<ExplanationsFile.Problem> missed(List<Explanation> entries) {
    var problems = new ArrayList<ExplanationsFile.Problem>();
    for (Explanation entry : entries) {
      Optional<Provider> provider =
          entry.providers().stream().findFirst().flatMap(providers::recalled);
      for (String sample : entry.samples()) {
        boolean explained =
            SaidReply.hasCode(sample)
                && of(provider, SaidReply.status(sample), sample)
                    .entry()
                    .equals(Optional.of(entry));
        if (!explained) {
          problems.add(
              new ExplanationsFile.Problem(entry.line(), ExplanationsTexts.SAY.missed(sample)));
        }
      }
    }
    return problems;
  }

  /// The provider's own entries first; then texts that anybody may use; then those of others, who
  /// are quoted; last, bare codes.
  private static Optional<Explanation> in(
      List<Explanation> table, Optional<Provider> provider, SaidReply said) {
    String name = provider.map(Provider::name).orElse("");
    List<Predicate<Explanation>> rounds =
        List.of(
            entry -> entry.providers().contains(name),
            entry -> entry.providers().isEmpty() && !entry.texts().isEmpty(),
            entry -> !entry.providers().isEmpty() && entry.isQuotedIn(said),
            entry -> entry.providers().isEmpty());
    var candidates = new ArrayList<Explanation>();
    for (Explanation entry : table) {
      if (entry.fits(said)) {
        candidates.add(entry);
      }
    }
    return rounds.stream()
        .flatMap(round -> Stream.of(candidates.stream().filter(round).findFirst()))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
