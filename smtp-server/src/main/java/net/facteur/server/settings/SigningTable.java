package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.list;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;

/// The part of the table that is about what a DKIM signature covers.
public final class SigningTable {
  private static final int MAX_FIELDS = 100;

  public static final Setting<Duration> EXPIRY =
      Setting.optional(
          "signing.expiry",
          duration(Duration.ofDays(1), Duration.ofDays(365)),
          "signatures do not expire",
          "14d",
          "How long a signature is valid (the x= tag). Mail may rest in queues for days.");
  public static final Setting<List<String>> FIELDS =
      Setting.of(
          "signing.fields",
          list(fieldName("signed", false), MAX_FIELDS),
          DkimSigner.Settings.RECOMMENDED_FIELDS,
          "Header fields that are signed where they are present. From is signed whatever stands"
              + " here.");
  public static final Setting<List<String>> OVERSIGNED =
      Setting.of(
          "signing.oversigned",
          list(fieldName("oversigned", true), MAX_FIELDS),
          DkimSigner.Settings.OVERSIGNED,
          "Header fields that nobody can add later without breaking the signature, whether the"
              + " message has them or not.");
  public static final Setting<List<String>> OVERSIGNED_IF_PRESENT =
      Setting.of(
          "signing.oversigned-if-present",
          list(fieldName("oversigned", true), MAX_FIELDS),
          DkimSigner.Settings.OVERSIGNED_IF_PRESENT,
          "Header fields of which nobody can add another where the message has one. Where it has"
              + " none, a relay may add them.");

  private SigningTable() {}

  /// @param over fields of lists and of people who send on must not be taken: each of them adds
  ///   theirs to mail that is signed already
  private static SettingType<String> fieldName(String what, boolean over) {
    return SettingTypes.scalar(
        "header field",
        "the name of a header field such as Subject",
        text ->
            problem(text, what, over)
                .<Reading<String>>map(problem -> Reading.wrong(problem, ""))
                .orElseGet(() -> Reading.good(text)),
        text -> text);
  }

  private static Optional<String> problem(String text, String what, boolean over) {
    boolean name =
        !text.isEmpty()
            && text.length() <= 100
            && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':' && c != ';');
    if (!name) {
      return Optional.of("is `" + text + "`, which is not the name of a header field");
    }
    String lower = Ascii.lower(text);
    if (DkimSigner.Settings.NEVER_SIGNED.stream().anyMatch(f -> Ascii.lower(f).equals(lower))) {
      return Optional.of("is `" + text + "`, which changes on the way and is never " + what);
    }
    boolean added =
        lower.equals("sender") || lower.startsWith("resent-") || lower.startsWith("list-");
    return over && added
        ? Optional.of("is `" + text + "`, which mailing lists add, so that it is never " + what)
        : Optional.empty();
  }
}
