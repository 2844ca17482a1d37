package net.facteur.server.roles;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.server.accounts.UserName;

/// A change of one role, as a command or a page asks for it.
public sealed interface RoleChange {
  UserName address();

  /// A role of one is handed over; it is made where there is none.
  record HandOver(UserName address, Term term) implements RoleChange {}

  /// A role of several gets holders; it is made where there is none.
  record Join(UserName address, List<Term> terms) implements RoleChange {
    public Join {
      terms = List.copyOf(terms);
    }
  }

  /// Somebody holds it no longer, from a day on. In a role of one, only who is to come can be taken
  /// out: somebody else takes the place of who is there.
  ///
  /// @param end the first day without
  record Leave(UserName address, String holder, LocalDate end) implements RoleChange {}

  /// The role is no more.
  record Remove(UserName address) implements RoleChange {}

  /// What becomes of a change.
  enum Outcome {
    /// It is on disk.
    DONE,
    /// There is no such role; nothing was changed.
    UNKNOWN,
    /// It is a role of one where several were meant, or the other way round; nothing was changed.
    OTHER_KIND,
    /// Somebody holds it already, on that day or for good; nothing was changed.
    HELD,
    /// Nobody of that address holds it or is to; nothing was changed.
    NO_HOLDER,
    /// Who holds a role of one leaves it by a hand-over; nothing was changed.
    NEEDS_NEXT,
    /// It has as many terms as can be; nothing was changed.
    FULL,
    /// Somebody else changed it since it was seen; nothing was changed.
    OVERTAKEN
  }

  /// What was wanted, in addresses and days, for the journal.
  default String trail() {
    return switch (this) {
      case HandOver(UserName address, Term term) ->
          address + " -> " + term.holder() + " " + term.from();
      case Join(UserName address, List<Term> terms) ->
          address
              + " + "
              + terms.stream()
                  .map(term -> term.holder() + " " + term.from())
                  .collect(Collectors.joining(", "));
      case Leave(UserName address, String holder, LocalDate end) ->
          address + " - " + holder + " " + end;
      case Remove(UserName address) -> address + " -";
    };
  }

  /// What came of a change: the role as it is to be, where it is done.
  record Made(Outcome outcome, Optional<Role> role) {
    static Made not(Outcome outcome) {
      return new Made(outcome, Optional.empty());
    }
  }

  /// Makes it.
  ///
  /// @param before the role as it is
  /// @param today what has begun is history, and is kept
  default Made of(Optional<Role> before, LocalDate today) {
    return switch (this) {
      case HandOver(UserName address, Term term) -> {
        Role role = open(before).orElseGet(() -> anew(before, address, Role.Kind.ONE));
        if (role.kind() != Role.Kind.ONE) {
          yield Made.not(Outcome.OTHER_KIND);
        }
        if (role.holders(term.from()).contains(term.holder()) && role.coming(today).isEmpty()) {
          yield Made.not(Outcome.HELD);
        }
        yield bounded(role.handed(term, today));
      }
      case Join(UserName address, List<Term> terms) -> {
        Role role = open(before).orElseGet(() -> anew(before, address, Role.Kind.SEVERAL));
        if (role.kind() != Role.Kind.SEVERAL) {
          yield Made.not(Outcome.OTHER_KIND);
        }
        for (Term term : terms) {
          if (role.terms().stream()
              .anyMatch(other -> other.holder().equals(term.holder()) && meet(other, term))) {
            yield Made.not(Outcome.HELD);
          }
          role = role.joined(term);
        }
        yield bounded(role);
      }
      case Leave(UserName _, String holder, LocalDate end) ->
          open(before)
              .map(role -> leave(role, holder, end, today))
              .orElse(Made.not(Outcome.UNKNOWN));
      case Remove _ ->
          open(before)
              .map(role -> new Made(Outcome.DONE, Optional.of(role.removed(today))))
              .orElse(Made.not(Outcome.UNKNOWN));
    };
  }

  private static Optional<Role> open(Optional<Role> role) {
    return role.filter(its -> its.removed().isEmpty());
  }

  /// One that was taken away may come back, with its history.
  private static Role anew(Optional<Role> before, UserName address, Role.Kind kind) {
    return new Role(address, kind, Optional.empty(), before.map(Role::terms).orElse(List.of()));
  }

  private static boolean meet(Term one, Term other) {
    return one.end().filter(over -> !over.isAfter(other.from())).isEmpty()
        && other.end().filter(over -> !over.isAfter(one.from())).isEmpty();
  }

  private static Made leave(Role role, String holder, LocalDate end, LocalDate today) {
    boolean coming =
        role.coming(today).stream().anyMatch(spell -> spell.term().holder().equals(holder));
    boolean there = role.holders(today).contains(holder);
    if (!coming && !there) {
      return Made.not(Outcome.NO_HOLDER);
    }
    if (role.kind() == Role.Kind.SEVERAL) {
      return new Made(Outcome.DONE, Optional.of(role.left(holder, end)));
    }
    return coming
        ? new Made(Outcome.DONE, Optional.of(role.cancelled(holder, today)))
        : Made.not(Outcome.NEEDS_NEXT);
  }

  private static Made bounded(Role role) {
    return role.terms().size() > Role.MAX_TERMS
        ? Made.not(Outcome.FULL)
        : new Made(Outcome.DONE, Optional.of(role));
  }
}
