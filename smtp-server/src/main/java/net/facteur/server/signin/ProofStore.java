package net.facteur.server.signin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;

/// Keeps the [Proofs] of all users. Safe for use by many threads and processes.
public final class ProofStore {
  private final KeptLines<Proofs> lines;

  public ProofStore(Path file) {
    this.lines = new KeptLines<>(file, Proofs::parse, Proofs::print);
  }

  /// Those of a user; none where there are none.
  ///
  /// @param user who may have had other names before
  /// @throws IOException where the file cannot be read: nobody is let in without a proof then
  public Proofs of(User user) throws IOException {
    return of(user, lines.all());
  }

  private static Proofs of(User user, List<Proofs> all) {
    return Stream.concat(Stream.of(user.name()), user.formerly().stream())
        .flatMap(name -> all.stream().filter(proofs -> proofs.user().equals(name)))
        .findFirst()
        .map(proofs -> proofs.of(user.name()))
        .orElseGet(() -> Proofs.none(user.name()));
  }

  /// Whose passkey this is.
  ///
  /// @param id of the credential
  Optional<Proofs> ofPasskey(String id) throws IOException {
    return lines.all().stream()
        .filter(proofs -> proofs.passkeys().stream().anyMatch(p -> p.id().equals(id)))
        .findFirst();
  }

  /// Changes those of a user.
  ///
  /// @param change gets them as they are at this moment; the same for no change
  /// @return true where they were changed
  public boolean change(User user, UnaryOperator<Proofs> change) throws IOException {
    var changed = new boolean[1];
    lines.change(
        all -> {
          Proofs before = of(user, all);
          Proofs after = change.apply(before);
          changed[0] = !after.equals(before);
          if (!changed[0]) {
            return all;
          }
          var rest = new ArrayList<>(all);
          rest.removeIf(
              proofs ->
                  proofs.user().equals(user.name()) || user.formerly().contains(proofs.user()));
          if (!after.isNone()) {
            rest.add(after);
          }
          return rest;
        });
    return changed[0];
  }

  /// Forgets those of some names: of users who are gone, so that whoever gets such a name next has
  /// nothing of theirs; or who have lost them.
  ///
  /// @return true where there were any
  public boolean forget(Predicate<UserName> which) throws IOException {
    var changed = new boolean[1];
    lines.change(
        all -> {
          List<Proofs> rest = all.stream().filter(one -> !which.test(one.user())).toList();
          changed[0] = rest.size() < all.size();
          return rest;
        });
    return changed[0];
  }
}
