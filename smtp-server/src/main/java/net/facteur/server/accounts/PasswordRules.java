package net.facteur.server.accounts;

import static net.facteur.server.accounts.AccountsTexts.SAY;
import static net.facteur.server.config.SettingTypes.integer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;

/// What a password has to be that somebody takes on a page: long enough, and none of those that
/// everybody tries first. Nothing is asked of its kinds of characters, and no password grows too
/// old: both only make people write worse ones.
///
/// @param shortest characters
/// @spec https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver NIST SP 800-63B-4, section
///   3.1.1.2: Password Verifiers
public record PasswordRules(int shortest) {
  public static final Setting<Integer> SHORTEST =
      Setting.of(
          "passwords.shortest",
          integer(NewPassword.MIN_CHARACTERS, 64),
          10,
          "Characters that a password has at least which a user takes on a page. Those that are"
              + " tried first everywhere are refused, whatever their length.");

  public static final Rows ROWS = Rows.of(SHORTEST);

  /// Passwords that leaked most often, and words and names of the French, in lower case without
  /// accents, one a line. Some 60,000, which are read for each new password and not kept in memory.
  private static final String LIST = "common-passwords.gz";

  /// Characters around a word that make no other password of it: `Marseille2026!`.
  private static final int TRIMMINGS = 6;

  /// Different characters that a password has at least.
  private static final int VARIETY = 4;

  /// Characters of a name that may not stand in a password.
  private static final int SHORT_NAME = 4;

  /// Why a text is no password for a user.
  public enum Fault {
    TOO_SHORT,
    /// Too long, or with control characters in it.
    UNUSABLE,
    /// Everybody tries it.
    COMMON,
    /// The user's name or the domain stands in it, and little else.
    NAME
  }

  public static PasswordRules from(Settings settings) {
    return new PasswordRules(settings.get(SHORTEST));
  }

  /// What is wrong with a text; empty where it can be the password of this user.
  public Optional<Fault> fault(String text, UserName user) {
    if (text.codePointCount(0, text.length()) < shortest) {
      return Optional.of(Fault.TOO_SHORT);
    }
    if (NewPassword.fault(text).isPresent()) {
      return Optional.of(Fault.UNUSABLE);
    }
    String plain = plain(text);
    if (isNamed(plain, user.localPart()) || isNamed(plain, label(user))) {
      return Optional.of(Fault.NAME);
    }
    return plain.chars().distinct().count() < VARIETY || isCommon(plain)
        ? Optional.of(Fault.COMMON)
        : Optional.empty();
  }

  /// What is wrong with a text, in words for whoever typed it.
  public Text words(Fault fault) {
    return switch (fault) {
      case TOO_SHORT -> SAY.passwordTooShort(shortest);
      case UNUSABLE -> SAY.passwordUnusable();
      case COMMON -> SAY.passwordCommon();
      case NAME -> SAY.passwordNamed();
    };
  }

  private static String label(UserName user) {
    String domain = user.domain().text();
    int dot = domain.indexOf('.');
    return dot < 0 ? domain : domain.substring(0, dot);
  }

  private static boolean isNamed(String plain, String name) {
    String word = plain(name);
    return word.length() >= SHORT_NAME
        && plain.contains(word)
        && plain.length() - word.length() <= TRIMMINGS;
  }

  /// Lower case, without accents.
  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKD)
        .replaceAll("\\p{M}", "")
        .toLowerCase(Locale.ROOT);
  }

  private static boolean isCommon(String plain) {
    Set<String> forms = new HashSet<>();
    for (String each : List.of(plain, letters(plain))) {
      forms.add(each);
      forms.add(trimmed(each));
    }
    // The same word twice is no better.
    String once = plain.substring(0, plain.length() / 2);
    if (plain.equals(once + once)) {
      forms.add(once);
    }
    forms.removeIf(form -> form.length() < SHORT_NAME);
    try (InputStream in = PasswordRules.class.getResourceAsStream(LIST)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + LIST);
      }
      try (var lines =
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (forms.contains(line)) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// With the letters that people write signs for.
  private static String letters(String plain) {
    return plain
        .replace('0', 'o')
        .replace('1', 'i')
        .replace('3', 'e')
        .replace('4', 'a')
        .replace('@', 'a')
        .replace('5', 's')
        .replace('$', 's')
        .replace('7', 't');
  }

  /// Without what is put before or behind a word.
  private static String trimmed(String plain) {
    String word = plain.replaceAll("^[^a-z]+", "").replaceAll("[^a-z]+$", "");
    return plain.length() - word.length() <= TRIMMINGS ? word : plain;
  }
}
