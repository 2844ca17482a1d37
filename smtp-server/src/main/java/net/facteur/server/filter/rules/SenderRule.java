package net.facteur.server.filter.rules;

import java.util.Locale;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.UserName;

/// What becomes of mail of a sender: one line of the file.
///
/// ```
/// block carol@example.net
/// welcome @example.net for=alice@example.org
/// ```
///
/// @param effect what becomes of it
/// @param sender `local-part@domain` in lower case, or `@domain`, which means all addresses of the
///   domain and of those below it
/// @param user whose mail it is about; empty for the mail of everybody
public record SenderRule(Effect effect, String sender, Optional<UserName> user) {
  private static final int MAX_SENDER = 320;
  private static final String FOR = "for=";

  /// What becomes of the mail.
  public enum Effect {
    /// It is refused, or goes to the junk folder of the user.
    BLOCK,
    /// It does not go to the junk folder.
    WELCOME;

    /// The word in the file.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What stands once in the file: who, and whose mail.
  public record Key(String sender, Optional<UserName> user) {}

  public Key key() {
    return new Key(sender, user);
  }

  /// The same for the mail of a user.
  SenderRule of(UserName name) {
    return new SenderRule(effect, sender, Optional.of(name));
  }

  /// Reads a sender as people type it: an address, `@domain`, or a bare domain.
  ///
  /// @return the form that rules have; empty where it is no sender
  public static Optional<String> sender(String typed) {
    int at = typed.lastIndexOf('@');
    String local = at > 0 ? Ascii.lower(typed.substring(0, at)) : "";
    boolean plain =
        typed.length() <= MAX_SENDER
            && !Ascii.hasControl(local)
            && local.codePoints().noneMatch(c -> c == ' ' || c == ',' || c == '<' || c == '>');
    return plain
        ? DomainName.parse(typed.substring(at + 1))
            .toOptional()
            .filter(domain -> domain.isHostName() && domain.labelCount() > 1)
            .map(domain -> local + "@" + domain.text())
        : Optional.empty();
  }

  /// The line of the file.
  public String line() {
    return effect.word() + " " + sender + user.map(name -> " " + FOR + name.text()).orElse("");
  }

  /// Reads a line; empty where it is none.
  public static Optional<SenderRule> parse(String line) {
    String[] fields = line.strip().split(" +", -1);
    Optional<Effect> effect =
        switch (fields[0]) {
          case "block" -> Optional.of(Effect.BLOCK);
          case "welcome" -> Optional.of(Effect.WELCOME);
          default -> Optional.empty();
        };
    if (effect.isEmpty() || fields.length < 2 || fields.length > 3) {
      return Optional.empty();
    }
    Optional<UserName> user =
        fields.length == 3 && fields[2].startsWith(FOR)
            ? UserName.parse(fields[2].substring(FOR.length()))
            : Optional.empty();
    return fields.length == 3 && user.isEmpty()
        ? Optional.empty()
        : sender(fields[1]).map(sender -> new SenderRule(effect.get(), sender, user));
  }
}
