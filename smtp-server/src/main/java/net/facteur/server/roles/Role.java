package net.facteur.server.roles;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.accounts.UserName;

/// An address with its holders, those before and those to come.
///
/// @param removed the day on which it was taken away; its terms are history then
/// @param terms in the order of their first days
public record Role(UserName address, Kind kind, Optional<LocalDate> removed, List<Term> terms) {
  /// Terms of one role, at most.
  public static final int MAX_TERMS = 2000;

  /// How many hold it at a time.
  public enum Kind {
    /// One after the other: who comes takes the place of the one before.
    ONE,
    /// Several side by side.
    SEVERAL
  }

  public Role {
    terms = terms.stream().sorted(Comparator.comparing(Term::from)).toList();
  }

  /// One without holders.
  public Role(UserName address, Kind kind) {
    this(address, kind, Optional.empty(), List.of());
  }

  /// A term, and what the others make of it.
  ///
  /// @param end the first day on which it is over, by itself or since somebody else comes
  /// @param before whom it takes the place of; empty for nobody
  public record Spell(Term term, Optional<LocalDate> end, Optional<String> before) {
    boolean covers(LocalDate day) {
      return term.begun(day) && end.filter(over -> !day.isBefore(over)).isEmpty();
    }

    /// The first day on which the one before gets no copies any more; empty where there is none, or
    /// none ever were.
    public Optional<LocalDate> copiesEnd() {
      return before.filter(_ -> term.overlap() > 0).map(_ -> term.from().plusDays(term.overlap()));
    }

    /// The last day; the first one where it was over at once; empty where none is known.
    public Optional<LocalDate> last() {
      return end.flatMap(over -> term.endingOn(over).last());
    }
  }

  /// All terms, as they turn out.
  public List<Spell> spells() {
    var spells = new ArrayList<Spell>();
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      Optional<LocalDate> end = term.end();
      Optional<String> before = Optional.empty();
      if (kind == Kind.ONE) {
        Optional<LocalDate> next =
            i + 1 < terms.size() ? Optional.of(terms.get(i + 1).from()) : Optional.empty();
        end = Stream.concat(end.stream(), next.stream()).min(Comparator.<LocalDate>naturalOrder());
        before =
            spells.reversed().stream()
                .filter(spell -> spell.covers(term.from().minusDays(1)))
                .map(spell -> spell.term().holder())
                .findFirst()
                .filter(holder -> !holder.equals(term.holder()));
      }
      spells.add(new Spell(term, end, before));
    }
    return spells;
  }

  /// Who holds it on a day.
  public List<String> holders(LocalDate day) {
    return spellsOn(day).stream().map(spell -> spell.term().holder()).distinct().toList();
  }

  /// Who gets copies on a day, and holds it no longer.
  public List<String> copied(LocalDate day) {
    List<String> holders = holders(day);
    return spellsOn(day).stream()
        .filter(spell -> spell.copiesEnd().filter(day::isBefore).isPresent())
        .flatMap(spell -> spell.before().stream())
        .filter(address -> !holders.contains(address))
        .toList();
  }

  /// The terms that count on a day.
  public List<Spell> spellsOn(LocalDate day) {
    return removed.isPresent()
        ? List.of()
        : spells().stream().filter(spell -> spell.covers(day)).toList();
  }

  /// The terms that are to begin after a day.
  public List<Spell> coming(LocalDate day) {
    return removed.isPresent()
        ? List.of()
        : spells().stream().filter(spell -> !spell.term().begun(day)).toList();
  }

  /// The days on which something changes.
  Stream<LocalDate> turns() {
    return removed.isPresent()
        ? Stream.empty()
        : spells().stream()
            .flatMap(
                spell ->
                    Stream.of(Optional.of(spell.term().from()), spell.end(), spell.copiesEnd())
                        .flatMap(Optional::stream));
  }

  Role with(List<Term> others) {
    return new Role(address, kind, removed, others);
  }

  /// The same where a holder has another address: what counts, what is to come, and what still gets
  /// copies. What is over is history, and stays.
  Role renamed(String before, String after, LocalDate today) {
    List<Spell> spells = spells();
    return with(
        spells.stream()
            .map(
                spell ->
                    spell.term().holder().equals(before) && matters(spell, spells, today)
                        ? spell.term().heldBy(after)
                        : spell.term())
            .toList());
  }

  private static boolean matters(Spell spell, List<Spell> spells, LocalDate today) {
    return spell.end().filter(over -> !over.isAfter(today)).isEmpty()
        || spells.stream()
            .filter(next -> next.before().equals(Optional.of(spell.term().holder())))
            .filter(next -> spell.end().equals(Optional.of(next.term().from())))
            .anyMatch(next -> next.copiesEnd().filter(today::isBefore).isPresent());
  }

  private Role back() {
    return new Role(address, kind, Optional.empty(), terms);
  }

  /// The same with another holder from a day on, in place of whoever was to come on that day.
  ///
  /// @param today what has begun stays, as history
  Role handed(Term fresh, LocalDate today) {
    var after = new ArrayList<Term>();
    for (Term term : terms) {
      if (!term.from().equals(fresh.from())) {
        after.add(term);
      } else if (term.begun(today)) {
        after.add(term.endingOn(term.from()));
      }
    }
    after.add(fresh);
    return back().with(after);
  }

  /// The same with one more holder.
  Role joined(Term fresh) {
    return back().with(Stream.concat(terms.stream(), Stream.of(fresh)).toList());
  }

  /// The same without a holder from a day on: what has begun ends, what was to come falls away.
  Role left(String holder, LocalDate end) {
    return with(
        terms.stream()
            .filter(term -> !term.holder().equals(holder) || term.from().isBefore(end.plusDays(1)))
            .map(term -> term.holder().equals(holder) && open(term, end) ? ended(term, end) : term)
            .toList());
  }

  /// The same without its coming holders of that address.
  Role cancelled(String holder, LocalDate today) {
    return with(
        terms.stream().filter(term -> !term.holder().equals(holder) || term.begun(today)).toList());
  }

  /// The same, taken away.
  Role removed(LocalDate today) {
    return new Role(
        address,
        kind,
        Optional.of(today),
        spells().stream()
            .filter(spell -> spell.term().begun(today))
            .map(
                spell ->
                    open(spell.term(), today) && spell.covers(today)
                        ? ended(spell.term(), today)
                        : spell.term())
            .toList());
  }

  private static boolean open(Term term, LocalDate day) {
    return term.end().filter(over -> !over.isAfter(day)).isEmpty();
  }

  private static Term ended(Term term, LocalDate day) {
    return term.endingOn(day.isBefore(term.from()) ? term.from() : day);
  }
}
