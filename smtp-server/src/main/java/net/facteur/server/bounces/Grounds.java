package net.facteur.server.bounces;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.bounces.DeliveryReport.Ground;

/// What the words and codes of a refusal mean. Words are asked first: many servers send one code
/// for everything.
public final class Grounds {
  private static final Pattern STATUS =
      Pattern.compile("(?<![\\d.])([245])[. ]([0-9])[. ]([0-9]{1,3})(?![\\d.]\\d|\\d)");
  private static final Pattern AFTER_REPLY =
      Pattern.compile("(?<!\\d)[245][0-9]{2}[- ]#?([245])\\.([0-9]{1,3})\\.([0-9]{1,3})(?![.\\d])");
  private static final Pattern REPLY = Pattern.compile("(?<![\\d.\\[])([245])[0-5][0-9](?=[ -])");

  /// A ground with the words that show it.
  private record Words(Ground ground, Pattern pattern) {
    static Words of(Ground ground, String... phrases) {
      return new Words(
          ground, Pattern.compile(String.join("|", phrases), Pattern.CASE_INSENSITIVE));
    }
  }

  /// Asked in this order.
  private static final List<Words> WORDS =
      List.of(
          // Refusals of the sender or the content, which often speak of users and addresses too.
          Words.of(
              Ground.OTHER,
              "spf (check )?fail",
              "dmarc",
              "spamhaus|blacklist|block ?list|blocked using|dnsbl|\\brbl\\b",
              "relaying denied|relay(ing)? (access )?(denied|not permitted|is not)",
              "reverse (dns|hostname)|ptr record|\\bptr\\b",
              "sender (address|verify|rejected)|verify sender|callback",
              "only accept mail from our members|not a member|unauthori[sz]ed (mail )?sender",
              "message (size|too (big|large))|too large|size limit|maximum (message )?size",
              "access denied|recipient preferences|too many recipients",
              "\\bvirus\\b|phishing"),
          Words.of(
              Ground.MOVED,
              "has moved|address (has )?changed|user has moved|no longer (here|at this)",
              "has been replaced by"),
          Words.of(
              Ground.FULL,
              "mail ?box (is |was )?(currently )?(full|over)|mail ?box full|mailfolder is full",
              "over ?quota|quota (is )?(exceeded|full)|exceed\\w*( \\S+){0,4} (quota|storage)",
              "exceeded( \\S+){0,3} quota|disk ?quota|quota limit|out of (disk )?quota",
              "insufficient (system |disk )?storage|storage (limit|allocation) exceeded",
              "too much (mail|data) stored|user has too many messages",
              "not enough (disk )?space|no space left|box space not enough",
              "exceeded the (local |maximum )?(limit|number)|is full\\b"),
          Words.of(
              Ground.UNKNOWN_HOST,
              "(host|domain)( name)?( \\S+){0,2} (is )?(unknown|not found|not exist)",
              "host or domain name not found",
              "unknown (host|domain|mail host)|no such (host|domain)|(bad|illegal) host",
              "(domain|host) (name )?(does not|doesn't) (exist|resolve)",
              "no mx record|couldn't find any host|all relevant mx records|unrouteable mail domain",
              "name or service not known|nxdomain|dns error.{0,40}not found"),
          Words.of(
              Ground.DISABLED,
              "(account|mailbox|user|email|recipient)[^.\\n]{0,60}"
                  + "(disabled|suspended|inactive|deactivated|locked|expired)",
              "(disabled|suspended|inactive|deactivated) (account|mailbox|user|recipient)",
              "not (currently )?active|temporarily disabled|on hold"),
          Words.of(
              Ground.UNKNOWN_USER,
              "user( \\S+){0,2} (is )?(unknown|not (known|found|exist))",
              "unknown (to|user|recipient|address|local.?part|account|mailbox|or illegal)",
              "no such (user|mailbox|recipient|address|person|account|member|local)",
              "(mailbox|recipient|address|account|user)[^.\\n]{0,60}"
                  + "(does not exist|doesn't exist|not exist|not found|is unknown|unknown)",
              "(does not|doesn't) have an? \\S+ account|no mailbox( \\S+)? here|no mailbox",
              "(invalid|unknown|bad) (final delivery )?(recipient|mailbox|address|user|userid)",
              "(recipient|address) (name )?is (not recognized|invalid)|not listed in",
              "(recipient|user|mailbox|name) (is )?not (recogni[sz]ed|listed|known|here)",
              "not a (valid|known|local|registered) (user|mailbox|recipient|address)",
              "is not a valid|not our customer|no longer (valid|available|employed|on)",
              "unknown at this|undeliverable address|addressee unknown|user.{0,10}invalid",
              "did not exactly match|no matches to nameserver|no valid recipient",
              "unrouteable address|destination (server )?user does not exist|there is no one at"));

  private Grounds() {}

  /// The code that a report means: the one in the answer of a server, which knows more than the
  /// host that reports, or else the field's.
  static Optional<EnhancedStatusCode> status(String field, String said) {
    return code(AFTER_REPLY, said)
        .filter(code -> !vague(code))
        .or(() -> code(STATUS, said).filter(code -> !vague(code)))
        .or(() -> code(STATUS, field));
  }

  private static boolean vague(EnhancedStatusCode code) {
    return code.subject() == 0 && code.detail() == 0;
  }

  private static Optional<EnhancedStatusCode> code(Pattern pattern, String text) {
    Matcher m = pattern.matcher(text);
    return m.find()
        ? Optional.of(
            EnhancedStatusCode.of(
                Integer.parseInt(m.group(1)),
                Integer.parseInt(m.group(2)),
                Integer.parseInt(m.group(3))))
        : Optional.empty();
  }

  /// The class of the first SMTP reply in a text: 2, 4 or 5.
  static Optional<Integer> reply(String said) {
    Matcher m = REPLY.matcher(said);
    return m.find() ? Optional.of(Integer.parseInt(m.group(1))) : Optional.empty();
  }

  /// Why somebody refused.
  ///
  /// @param said what was answered
  public static Ground of(Optional<EnhancedStatusCode> status, String said) {
    for (Words words : WORDS) {
      if (words.pattern().matcher(said).find()) {
        return words.ground();
      }
    }
    return status.map(Grounds::of).orElse(Ground.OTHER);
  }

  /// What a code says by itself.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc3463#section-3.2 RFC 3463, section 3.2: Address Status
  static Ground of(EnhancedStatusCode code) {
    return switch (code.subject() + "." + code.detail()) {
      case "1.1", "1.3" -> Ground.UNKNOWN_USER;
      case "1.2", "1.10", "4.4" -> Ground.UNKNOWN_HOST;
      case "1.6" -> Ground.MOVED;
      case "2.1" -> Ground.DISABLED;
      case "2.2" -> Ground.FULL;
      default -> Ground.OTHER;
    };
  }
}
