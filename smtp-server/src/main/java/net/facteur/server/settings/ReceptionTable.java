package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.map;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfResult;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.reception.Action;
import net.facteur.server.reception.Reaction;
import net.facteur.server.reception.ReceptionSettings;

/// The part of the table about mail of strangers: what the checks lead to, and what forwarding
/// changes.
public final class ReceptionTable {
  private static final int MAX_DOMAINS = 1_000;
  private static final String SPF_DOC =
      " Results are pass, fail, softfail, neutral, none, temperror and permerror; each leads to"
          + " note, quarantine, defer or reject, the last two with a reply code if one is wanted:"
          + " reject 550 5.7.23. A result that is not named is noted only. This counts only where"
          + " the domain in From has no DMARC policy, since forwarded mail fails SPF.";

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
              + " quarantine marks what fails, also where the domain asks to reject; follow does"
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
  public static final Setting<Boolean> SEAL_FORWARDS =
      Setting.of(
          "arc.seal-forwards",
          bool(),
          false,
          "Whether mail that is forwarded to other servers gets an ARC seal, made with the DKIM key"
              + " of the domain that forwards. The IETF is moving ARC to historic status; some"
              + " large providers still look at it.");

  public static final Setting<DomainName> SRS_DOMAIN =
      Setting.optional(
          "srs.domain",
          NetworkTypes.domain(),
          "the domain of the address that forwards",
          "example.org",
          "The domain that every rewritten reverse-path gets. It has to be one of the domains, so"
              + " that bounces come back here.");
  public static final Setting<Path> SRS_SECRET_FILE =
      Setting.of(
          "srs.secret-file",
          SettingTypes.path(),
          Path.of("srs-secret"),
          "What tells our rewritten reverse-paths from forged ones; relative to directories.data."
              + " Made up at the first start. A secret to a line: the first one signs, all are"
              + " believed, so a secret can be changed without losing bounces. The file of postsrsd"
              + " can be taken over.");

  public static final Setting<Integer> SRS_GUESSES =
      Setting.of(
          "srs.guesses-per-hour",
          integer(1, 10_000),
          20,
          "Rewritten reverse-paths that are wrong or too old, by client network and hour; after"
              + " that bounces of this network are put off, so that nobody finds a right one by"
              + " trying.");

  private ReceptionTable() {}

  private static SettingType<Map<SpfResult, Reaction>> spfTable() {
    return map(choice(SpfResult.class), OwnTypes.reaction(), SpfResult.values().length);
  }
}
