package net.facteur.server.signing;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.signing.SigningTexts.SAY;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;

/// How outbound mail is signed.
///
/// @param threads signing threads, at least 1
/// @param queue messages that may wait for a thread; further ones are put off
/// @param selectors the active selector of each domain that signs
/// @param signatures what a signature covers, and how long it is good
public record SigningSettings(
    int threads, int queue, Map<DomainName, String> selectors, DkimSigner.Settings signatures) {
  private static final int MAX_FIELDS = 100;

  public static final Setting<Integer> THREADS =
      Setting.of(
              "signing.threads",
              integer(0, 256),
              0,
              "Threads that sign and do nothing else; 0 means one for each core.")
          .atStart();

  public static final Setting<Integer> QUEUE =
      Setting.of(
              "signing.queue",
              integer(1, 100_000),
              1000,
              "Messages that may wait for a signing thread. Further ones are put off with a 451"
                  + " reply; nothing leaves unsigned.")
          .atStart();

  public static final Setting<String> SELECTOR =
      Setting.optional(
              "domains.*.dkim.selector",
              selector(),
              "the active key of `facteur dkim list`, if there is one",
              "jan2026",
              "The selector that signs the mail of this domain. Its key lies in directories.keys; a"
                  + " second key, Ed25519, at the selector with -ed appended is used as well where"
                  + " it exists. The environment variables DKIM_SELECTOR (all domains) and"
                  + " DKIM_SELECTOR_EXAMPLE_ORG (this one, dots and hyphens as underscores)"
                  + " override it. Keys of this domain are then not replaced by themselves, and the"
                  + " start stops where the key or its record is missing.")
          .orVariable("DKIM_SELECTOR");

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
          list(fieldName(false), MAX_FIELDS),
          DkimSigner.Settings.RECOMMENDED_FIELDS,
          "Header fields that are signed where they are present. From is signed whatever stands"
              + " here.");

  public static final Setting<List<String>> OVERSIGNED =
      Setting.of(
          "signing.oversigned",
          list(fieldName(true), MAX_FIELDS),
          DkimSigner.Settings.OVERSIGNED,
          "Header fields that nobody can add later without breaking the signature, whether the"
              + " message has them or not.");

  public static final Setting<List<String>> OVERSIGNED_IF_PRESENT =
      Setting.of(
          "signing.oversigned-if-present",
          list(fieldName(true), MAX_FIELDS),
          DkimSigner.Settings.OVERSIGNED_IF_PRESENT,
          "Header fields of which nobody can add another where the message has one. Where it has"
              + " none, a relay may add them.");

  /// Rows about single domains.
  public static final Rows DOMAINS = Rows.of(SELECTOR);

  /// Rows about signing.
  public static final Rows ROWS =
      Rows.of(THREADS, QUEUE, EXPIRY, FIELDS, OVERSIGNED, OVERSIGNED_IF_PRESENT);

  public SigningSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("mail is signed by at least one thread");
    }
    selectors = Map.copyOf(selectors);
  }

  /// The selectors are those that stand in the settings; other domains have theirs elsewhere.
  public static SigningSettings from(Settings settings) {
    int threads = settings.get(THREADS);
    Map<DomainName, String> selectors = new HashMap<>();
    for (DomainName domain : HostSettings.from(settings).domains()) {
      settings.find(SELECTOR, domain.text()).ifPresent(selector -> selectors.put(domain, selector));
    }
    DkimSigner.Settings covering =
        DkimSigner.Settings.DEFAULT
            .withFields(settings.get(FIELDS))
            .withOversigned(settings.get(OVERSIGNED), settings.get(OVERSIGNED_IF_PRESENT));
    return new SigningSettings(
        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
        settings.get(QUEUE),
        selectors,
        settings.find(EXPIRY).map(covering::withExpiry).orElse(covering));
  }

  /// @param over fields of lists and of people who send on must not be taken: each of them adds
  ///   theirs to mail that is signed already
  private static SettingType<String> fieldName(boolean over) {
    return SettingTypes.scalar(
        SAY.headerField(),
        SAY.headerFieldBounds(),
        text ->
            problem(text, over)
                .<Reading<String>>map(Reading::wrong)
                .orElseGet(() -> Reading.good(text)),
        text -> text);
  }

  private static Optional<Text> problem(String text, boolean over) {
    boolean name =
        !text.isEmpty()
            && text.length() <= 100
            && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':' && c != ';');
    if (!name) {
      return Optional.of(SAY.notHeaderField(text));
    }
    String lower = Ascii.lower(text);
    if (DkimSigner.Settings.NEVER_SIGNED.stream().anyMatch(f -> Ascii.lower(f).equals(lower))) {
      return Optional.of(over ? SAY.neverOversigned(text) : SAY.neverSigned(text));
    }
    boolean added =
        lower.equals("sender") || lower.startsWith("resent-") || lower.startsWith("list-");
    return over && added ? Optional.of(SAY.addedByLists(text)) : Optional.empty();
  }

  /// A DKIM selector: one or more labels.
  private static SettingType<String> selector() {
    return SettingTypes.scalar(
        SAY.selector(),
        SAY.selectorBounds(),
        text ->
            text.length() <= 63
                    && DomainName.parse(text)
                        .toOptional()
                        .filter(DomainName::isHostName)
                        .isPresent()
                ? Reading.good(text)
                : Reading.wrong(SAY.notSelector(text), "jan2026"),
        text -> text);
  }

  /// The same with other selectors.
  public SigningSettings withSelectors(Map<DomainName, String> others) {
    return new SigningSettings(threads, queue, others, signatures);
  }
}
