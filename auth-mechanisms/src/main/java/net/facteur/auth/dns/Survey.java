package net.facteur.auth.dns;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What the authoritative servers of a name said when each was asked.
///
/// @param <T> the record data
/// @param zone the zone that holds `owner`
/// @param owner the name at the end of all CNAMEs
/// @param servers each server's answer; empty where the servers could not be found
/// @param negativeTtl how long a cache may remember that the name did not exist
/// @param problem why the servers could not be found
public record Survey<T>(
    DomainName zone,
    DomainName owner,
    List<Said<T>> servers,
    Duration negativeTtl,
    Optional<String> problem) {
  public Survey {
    servers = List.copyOf(servers);
  }

  static <T> Survey<T> lost(DomainName name, String problem) {
    return new Survey<>(name, name, List.of(), Duration.ZERO, Optional.of(problem));
  }

  /// One server's answer.
  ///
  /// @param server its name and address, for people
  public record Said<T>(String server, Reply<T> reply) {}

  /// What a server may say.
  public sealed interface Reply<T> {
    /// The records, at least one.
    record Holds<T>(List<T> values, Duration ttl) implements Reply<T> {
      public Holds {
        values = List.copyOf(values);
      }
    }

    /// There is no such record.
    record Lacks<T>() implements Reply<T> {}

    /// No usable answer.
    ///
    /// @param reason for the log
    record Silent<T>(String reason) implements Reply<T> {}
  }

  /// True where there are servers, and every one holds records that `right` accepts.
  public boolean all(Predicate<List<T>> right) {
    return !servers.isEmpty() && servers.stream().allMatch(said -> holds(said.reply(), right));
  }

  /// True where some server holds records that `right` accepts.
  public boolean any(Predicate<List<T>> right) {
    return servers.stream().anyMatch(said -> holds(said.reply(), right));
  }

  private static <T> boolean holds(Reply<T> reply, Predicate<List<T>> right) {
    return switch (reply) {
      case Reply.Holds<T>(List<T> values, Duration _) -> right.test(values);
      case Reply.Lacks<T> _, Reply.Silent<T> _ -> false;
    };
  }

  /// True where there are servers, and every one says that there is no such record.
  public boolean nowhere() {
    return !servers.isEmpty()
        && servers.stream().allMatch(said -> said.reply() instanceof Reply.Lacks<T>);
  }

  /// True where some server gave no usable answer, so that nothing is proven.
  public boolean uncertain() {
    return servers.isEmpty()
        || servers.stream().anyMatch(said -> said.reply() instanceof Reply.Silent<T>);
  }

  /// The longest life of the records in caches.
  public Duration ttl() {
    return servers.stream()
        .map(said -> said.reply() instanceof Reply.Holds<T> holds ? holds.ttl() : Duration.ZERO)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /// One line for people, telling the servers apart that hold something else than `right`.
  public String explain(Predicate<List<T>> right) {
    if (servers.isEmpty()) {
      return problem.orElse("no name server was found for " + owner);
    }
    return servers.stream()
        .map(
            said ->
                said.server()
                    + " "
                    + switch (said.reply()) {
                      case Reply.Holds<T>(List<T> values, Duration _) ->
                          right.test(values) ? "has it" : "has something else";
                      case Reply.Lacks<T> _ -> "does not have it";
                      case Reply.Silent<T>(String reason) -> "gave no answer (" + reason + ")";
                    })
        .collect(Collectors.joining("; "));
  }
}
