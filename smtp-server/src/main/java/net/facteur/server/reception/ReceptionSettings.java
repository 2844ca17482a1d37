package net.facteur.server.reception;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.reception.ReceptionTexts.SAY;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfIdentity;
import net.facteur.auth.spf.SpfResult;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.TransportSettings;

/// What reception makes of the checks.
///
/// @param spf what an SPF result leads to where DMARC does not decide; a pair that is missing is
///   noted only
/// @param dmarc how far a domain's DMARC policy is followed
/// @param dmarcUnclear what happens at least to mail whose author cannot be told, because From is
///   missing or holds no address that can be read; never [Action#DEFER]
/// @param dmarcDomains author domains with a handling of their own, whatever they publish
/// @param trustedSealers forwarders whose ARC sets are believed
/// @param adspDiscardable what an ADSP result of `discard` leads to where DMARC does not decide;
///   never [Action#DEFER]
/// @param dkim which signatures count
/// @param sealForwards which mail that goes on to other servers gets an ARC seal
/// @param srsGuesses wrong rewritten reverse-paths that one client network may try in an hour
/// @param gateways hosts of our own that take mail of strangers and hand it on to us
/// @param checkedAtOnce messages of strangers that are checked at the same time
public record ReceptionSettings(
    Map<SpfIdentity, Map<SpfResult, Reaction>> spf,
    DmarcHandling dmarc,
    Action dmarcUnclear,
    Map<DomainName, DmarcPolicy> dmarcDomains,
    Set<DomainName> trustedSealers,
    Action adspDiscardable,
    DkimVerifier.Policy dkim,
    SealForwards sealForwards,
    int srsGuesses,
    List<AddressBlock> gateways,
    int checkedAtOnce) {
  private static final int MAX_DOMAINS = 1_000;
  private static final String SPF_DOC =
      " Results are pass, fail, softfail, neutral, none, temperror and permerror; each leads to"
          + " note, quarantine, defer or reject, the last two with a reply code if one is wanted:"
          + " reject 550 5.7.23. A result that is not named is noted only. This counts only where"
          + " the domain in From has no DMARC policy, since forwarded mail fails SPF.";

  // RFC 5321, 4.2: what a server may say to the end of data
  private static final Pattern REACTION =
      Pattern.compile(
          "(note|quarantine|defer|reject)"
              + "(?: +(45[0-2]|55[0-4]) +([45])\\.([0-9]{1,3})\\.([0-9]{1,3}))?");

  public static final Setting<Map<SpfResult, Reaction>> SPF_MAIL_FROM =
      Setting.of(
              "reception.spf.mailfrom",
              spfTable(),
              Map.<SpfResult, Reaction>of(),
              "What the SPF result of the reverse-path leads to." + SPF_DOC)
          .example("{ fail = quarantine, temperror = defer 451 4.7.24 }");

  public static final Setting<Map<SpfResult, Reaction>> SPF_HELO =
      Setting.of(
              "reception.spf.helo",
              spfTable(),
              Map.<SpfResult, Reaction>of(),
              "What the SPF result of the name that the client gives leads to, in the same words."
                  + " Where both lead to something, the stricter counts.")
          .example("{ fail = reject }");

  public static final Setting<ReceptionSettings.DmarcHandling> DMARC =
      Setting.of(
          "reception.dmarc",
          choice(ReceptionSettings.DmarcHandling.class),
          ReceptionSettings.DmarcHandling.QUARANTINE,
          "How far the DMARC policy of a sender's domain is followed: note only writes the result;"
              + " quarantine puts what fails into the junk folder (which is another thing than"
              + " `facteur quarantine`), also where the domain asks to reject; follow does"
              + " what it asks. Mailing lists change messages and so break signatures: RFC 9989,"
              + " section 7.4, forbids to reject mail for p=reject alone, without further"
              + " knowledge. Follow only where no user is on a mailing list.");

  public static final Setting<Action> DMARC_UNCLEAR =
      Setting.of(
          "reception.dmarc-unclear",
          choice(List.of(Action.NOTE, Action.QUARANTINE, Action.REJECT)),
          Action.QUARANTINE,
          "What happens to mail whose author cannot be told: the From field is missing, or holds no"
              + " address that can be read. Mail programs may still show an address there, so a"
              + " forger would pass by writing it wrongly. Where a malformed or repeated From field"
              + " holds domains, the DMARC policies of all of them are looked at, and the strictest"
              + " failure counts, whatever stands here.");

  public static final Setting<Map<DomainName, DmarcPolicy>> DMARC_DOMAINS =
      Setting.of(
              "reception.dmarc-domains",
              map(NetworkTypes.domain(), choice(DmarcPolicy.class), MAX_DOMAINS),
              Map.<DomainName, DmarcPolicy>of(),
              "What is done with mail that fails DMARC for these domains in From and all below"
                  + " them, whatever they ask for: none, quarantine or reject. Reject for your"
                  + " bank; none for a partner who cannot do better.")
          .example("{ \"bank.example\" = reject }");

  public static final Setting<Action> ADSP =
      Setting.of(
          "reception.adsp-discardable",
          choice(List.of(Action.NOTE, Action.QUARANTINE, Action.REJECT)),
          Action.NOTE,
          "What happens to mail without a signature of its author's domain where that domain says"
              + " discardable by ADSP. ADSP is historic since 2013 and knows no mailing lists, so"
              + " the default only notes it. A DMARC policy goes first.");

  public static final Setting<Boolean> LEGACY_SHA1 =
      Setting.of(
          "reception.dkim.rsa-sha1",
          bool(),
          false,
          "Whether DKIM signatures with rsa-sha1 may pass. RFC 8301 forbids it: such signatures can"
              + " be forged. For looking at old mail only.");

  public static final Setting<DkimVerifier.BodyLengths> BODY_LENGTHS =
      Setting.of(
          "reception.dkim.body-lengths",
          choice(DkimVerifier.BodyLengths.class),
          DkimVerifier.BodyLengths.REFUSE_UNSIGNED,
          "What DKIM signatures with l= are worth, which leave the end of the body unsigned:"
              + " refuse-unsigned lets them pass only where nothing was added; accept lets them"
              + " pass and notes how much is unsigned: anybody may then put anything behind the"
              + " signed part, and still pass DMARC; refuse never lets them pass.");

  public static final Setting<List<DomainName>> TRUSTED_SEALERS =
      Setting.of(
              "arc.trusted-sealers",
              list(NetworkTypes.domain(), MAX_DOMAINS),
              List.<DomainName>of(),
              "Forwarders and mailing lists whose ARC seals are believed: what they found to pass"
                  + " DMARC is not held against a message that they changed. Every sealer of the"
                  + " chain must be listed; whoever is listed can make anything pass.")
          .example("[\"lists.example.net\"]");

  public static final Setting<SealForwards> SEAL_FORWARDS =
      Setting.of(
          "arc.seal-forwards",
          sealing(),
          SealForwards.AUTO,
          "Which mail that is forwarded to other servers gets an ARC seal, made with the DKIM key"
              + " of the domain that forwards: on for all of it, off for none; auto for what goes"
              + " to Google and Microsoft, where it helps: Gmail asks forwarders for it, and"
              + " Microsoft lets its customers trust sealers. Others get none, since the IETF is"
              + " moving ARC to historic status.");

  public static final Setting<List<AddressBlock>> GATEWAYS =
      Setting.of(
              "reception.gateways",
              list(TransportSettings.network(), 100),
              List.<AddressBlock>of(),
              "Hosts of your own that take mail of strangers and hand it on to this server: backup"
                  + " MX and filtering gateways. SPF is then checked for the client that the"
                  + " Received field of the gateway names. Where it names none, SPF is none, and"
                  + " DMARC goes by DKIM alone. What the checks would refuse goes to the junk"
                  + " folder, since the gateway has taken it, and would send the refusal to whom a"
                  + " forger named. Limits for strangers do not hold for gateways. Each must write"
                  + " Received fields.")
          .example("[\"192.0.2.10\"]");

  public static final Setting<Integer> SRS_GUESSES =
      Setting.of(
          "srs.guesses-per-hour",
          integer(1, 10_000),
          20,
          "Rewritten reverse-paths that are wrong or too old, by client network and hour; after"
              + " that bounces of this network are put off, so that nobody finds a right one by"
              + " trying.");

  public static final Setting<Integer> CHECKED_AT_ONCE =
      Setting.of(
          "limits.checked-at-once",
          integer(2, 10_000),
          200,
          "Messages of strangers that are being checked at the same time; others wait for their"
              + " turn, and no client network has more than half of the places.");

  /// Rows about what checks lead to.
  public static final Rows CHECKS =
      Rows.of(
          DMARC,
          DMARC_UNCLEAR,
          DMARC_DOMAINS,
          SPF_MAIL_FROM,
          SPF_HELO,
          ADSP,
          LEGACY_SHA1,
          BODY_LENGTHS,
          GATEWAYS);

  /// Rows about ARC.
  public static final Rows ARC = Rows.of(TRUSTED_SEALERS, SEAL_FORWARDS);

  /// Rows about what comes back to rewritten reverse-paths.
  public static final Rows RETURNS = Rows.of(SRS_GUESSES);

  /// Rows about how much is done at a time.
  public static final Rows LIMITS = Rows.of(CHECKED_AT_ONCE);

  /// Notes everything, and follows DMARC up to quarantine.
  public static final ReceptionSettings DEFAULTS = from(Settings.DEFAULTS);

  /// How far a DMARC policy is followed.
  public enum DmarcHandling {
    /// Results are written, nothing is done.
    NOTE,
    /// `quarantine` and `reject` both go to the junk folder: RFC 9989, section 7.4, forbids to
    /// reject on `p=reject` alone, since mailing lists break signatures.
    QUARANTINE,
    /// To the letter: `reject` is refused.
    FOLLOW
  }

  public ReceptionSettings {
    if (dmarcUnclear == Action.DEFER) {
      throw new IllegalArgumentException("an unclear author stays unclear");
    }
    spf = Map.copyOf(spf);
    dmarcDomains = Map.copyOf(dmarcDomains);
    trustedSealers = Set.copyOf(trustedSealers);
    gateways = List.copyOf(gateways);
  }

  public static ReceptionSettings from(Settings settings) {
    return new ReceptionSettings(
        Map.of(
            SpfIdentity.MAIL_FROM, settings.get(SPF_MAIL_FROM),
            SpfIdentity.HELO, settings.get(SPF_HELO)),
        settings.get(DMARC),
        settings.get(DMARC_UNCLEAR),
        settings.get(DMARC_DOMAINS),
        Set.copyOf(settings.get(TRUSTED_SEALERS)),
        settings.get(ADSP),
        DkimVerifier.Policy.DEFAULT
            .withBodyLengths(settings.get(BODY_LENGTHS))
            .withLegacySha1(settings.get(LEGACY_SHA1)),
        settings.get(SEAL_FORWARDS),
        settings.get(SRS_GUESSES),
        settings.get(GATEWAYS),
        settings.get(CHECKED_AT_ONCE));
  }

  private static SettingType<Map<SpfResult, Reaction>> spfTable() {
    return map(choice(SpfResult.class), reaction(), SpfResult.values().length);
  }

  /// A choice that was a flag once: what is true or false stays good.
  private static SettingType<SealForwards> sealing() {
    Text bounds = ConfigTexts.SAY.oneOf("on, off, auto");
    return SettingTypes.scalar(
        ConfigTexts.SAY.choice(),
        bounds,
        text ->
            switch (text) {
              case "true", "on", "yes" -> Reading.good(SealForwards.ON);
              case "false", "off", "no" -> Reading.good(SealForwards.OFF);
              case "auto" -> Reading.good(SealForwards.AUTO);
              default -> Reading.wrong(ConfigTexts.SAY.notAllowed(text, bounds), "auto");
            },
        value -> value.name().toLowerCase(Locale.ROOT));
  }

  /// What a result leads to: `note`, `quarantine`, `defer` or `reject`, the last two with a reply
  /// code and status code if one is wanted.
  private static SettingType<Reaction> reaction() {
    Text bounds = SAY.actionBounds();
    return SettingTypes.scalar(
        SAY.action(),
        bounds,
        text -> {
          Matcher m = REACTION.matcher(text);
          if (!m.matches()) {
            return Reading.wrong(ConfigTexts.SAY.notAllowed(text, bounds));
          }
          Action action =
              switch (m.group(1)) {
                case "note" -> Action.NOTE;
                case "quarantine" -> Action.QUARANTINE;
                case "defer" -> Action.DEFER;
                default -> Action.REJECT;
              };
          if (m.group(2) == null) {
            return Reading.good(Reaction.of(action));
          }
          String first =
              switch (action) {
                case NOTE, QUARANTINE -> "";
                case DEFER -> "4";
                case REJECT -> "5";
              };
          return m.group(2).startsWith(first) && m.group(3).equals(first)
              ? Reading.good(new Reaction(action, Optional.of(code(m))))
              : Reading.wrong(
                  SAY.misfitCodes(text, m.group(1)),
                  switch (action) {
                    case NOTE, QUARANTINE -> m.group(1);
                    case DEFER -> "defer 451 4.7.24";
                    case REJECT -> "reject 550 5.7.23";
                  });
        },
        ReceptionSettings::print);
  }

  private static Reaction.Code code(Matcher m) {
    return new Reaction.Code(
        Integer.parseInt(m.group(2)),
        EnhancedStatusCode.of(
            Integer.parseInt(m.group(3)),
            Integer.parseInt(m.group(4)),
            Integer.parseInt(m.group(5))));
  }

  private static String print(Reaction reaction) {
    String action =
        switch (reaction.action()) {
          case NOTE -> "note";
          case QUARANTINE -> "quarantine";
          case DEFER -> "defer";
          case REJECT -> "reject";
        };
    return reaction.code().map(c -> action + " " + c.reply() + " " + c.status()).orElse(action);
  }

  /// What an SPF result leads to.
  public Reaction spf(SpfIdentity identity, SpfResult result) {
    return spf.getOrDefault(identity, Map.of()).getOrDefault(result, Reaction.of(Action.NOTE));
  }

  /// What becomes of messages that fail DMARC, for those that ask [MessageAuthenticator].
  public DmarcLocalPolicy dmarcPolicy() {
    DmarcLocalPolicy policy =
        switch (dmarc) {
          case NOTE, FOLLOW -> DmarcLocalPolicy.asPublished();
          case QUARANTINE -> DmarcLocalPolicy.neverRejectAlone();
        };
    return policy.except(dmarcDomains);
  }

  /// How messages are to be authenticated.
  ///
  /// @param hostname our own name
  public MessageAuthenticator.Settings authentication(String hostname) {
    return new MessageAuthenticator.Settings(
        hostname,
        MessageAuthenticator.Settings.defaults(hostname).lookUpBudget(),
        dkim,
        dmarcPolicy(),
        trustedSealers);
  }
}
