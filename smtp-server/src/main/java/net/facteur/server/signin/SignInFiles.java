package net.facteur.server.signin;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;

/// What is kept of those who sign in, for the server and for commands alike: both work on the same
/// files, whether the other runs or not.
public record SignInFiles(ProofStore proofs, SessionStore sessions, Invitations invitations) {
  /// Those of the settings.
  public static SignInFiles of(SignInSettings settings, InstantSource clock) {
    return new SignInFiles(
        new ProofStore(settings.proofs()),
        new SessionStore(settings.sessions(), clock),
        new Invitations(settings.invitations(), clock));
  }

  /// Forgets everything of a name: whoever has it next has nothing of it.
  ///
  /// @return true where there was anything but sessions
  public boolean forget(UserName name) throws IOException {
    invitations.forget(name);
    sessions.endAll(name);
    return proofs.forget(name::equals);
  }

  /// The same of a user who has lost it, under all names.
  public boolean forget(User user) throws IOException {
    boolean any = forget(user.name());
    for (UserName before : List.copyOf(user.formerly())) {
      any |= proofs.forget(before::equals);
    }
    return any;
  }
}
