package net.facteur.server.roles;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressEntry;
import org.jspecify.annotations.Nullable;

/// A line of the file of roles.
///
///     role president@example.org holders=one
///     term president@example.org holder=alice@example.org from=2026-01-01
///     term president@example.org holder=bob@example.org from=2027-02-01 overlap=30
///     role board@example.org holders=several
///     term board@example.org holder=carol@example.net from=2026-03-01 end=2027-03-01
sealed interface RoleLine {
  UserName address();

  /// That there is a role, or was.
  record Head(UserName address, Role.Kind kind, Optional<LocalDate> removed) implements RoleLine {}

  /// A term of one.
  record Of(UserName address, Term term) implements RoleLine {}

  /// Reads a line; empty where it is none.
  static Optional<RoleLine> parse(String line) {
    String[] fields = line.strip().split(" +", -1);
    if (fields.length < 3) {
      return Optional.empty();
    }
    Optional<UserName> address = UserName.parse(fields[1]);
    Map<String, String> values = new HashMap<>();
    for (int i = 2; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      if (equals < 1
          || values.put(fields[i].substring(0, equals), fields[i].substring(equals + 1)) != null) {
        return Optional.empty();
      }
    }
    return address.flatMap(
        its ->
            switch (fields[0]) {
              case "role" -> head(its, values);
              case "term" -> term(its, values);
              default -> Optional.empty();
            });
  }

  private static Optional<RoleLine> head(UserName address, Map<String, String> values) {
    if (!Set.of("holders", "removed").containsAll(values.keySet())) {
      return Optional.empty();
    }
    Optional<LocalDate> removed = date(values.get("removed"));
    Optional<Role.Kind> kind =
        switch (values.getOrDefault("holders", "")) {
          case "one" -> Optional.of(Role.Kind.ONE);
          case "several" -> Optional.of(Role.Kind.SEVERAL);
          default -> Optional.empty();
        };
    return values.containsKey("removed") && removed.isEmpty()
        ? Optional.empty()
        : kind.map(its -> new Head(address, its, removed));
  }

  private static Optional<RoleLine> term(UserName address, Map<String, String> values) {
    if (!Set.of("holder", "from", "end", "overlap").containsAll(values.keySet())) {
      return Optional.empty();
    }
    String holder = values.getOrDefault("holder", "");
    Optional<LocalDate> from = date(values.get("from"));
    Optional<LocalDate> end = date(values.get("end"));
    Optional<Integer> overlap =
        Optional.of(values.getOrDefault("overlap", "0"))
            .filter(text -> text.matches("[0-9]{1,3}"))
            .map(Integer::parseInt)
            .filter(days -> days <= Term.MAX_OVERLAP);
    boolean right =
        AddressEntry.isTarget(holder)
            && from.isPresent()
            && overlap.isPresent()
            && values.containsKey("end") == end.isPresent()
            && end.filter(over -> over.isBefore(from.get())).isEmpty();
    return right
        ? Optional.of(new Of(address, new Term(holder, from.get(), end, overlap.get())))
        : Optional.empty();
  }

  private static Optional<LocalDate> date(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(LocalDate::parse);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /// The lines of a role.
  static List<String> of(Role role) {
    var lines = new ArrayList<String>();
    lines.add(
        "role "
            + role.address()
            + " holders="
            + (role.kind() == Role.Kind.ONE ? "one" : "several")
            + role.removed().map(day -> " removed=" + day).orElse(""));
    for (Term term : role.terms()) {
      lines.add(
          "term "
              + role.address()
              + " holder="
              + term.holder()
              + " from="
              + term.from()
              + term.end().map(day -> " end=" + day).orElse("")
              + (term.overlap() > 0 ? " overlap=" + term.overlap() : ""));
    }
    return lines;
  }
}
