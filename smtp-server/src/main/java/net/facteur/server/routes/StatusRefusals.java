package net.facteur.server.routes;

import java.util.regex.Pattern;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.routes.Refusals.About;

/// Tells whom a refusal is about by its enhanced status code, and by plain words where the code
/// leaves it open.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3463#section-3.8 RFC 3463, section 3.8: Security or
///   Policy Status
final class StatusRefusals implements Refusals {
  private static final Pattern CONTENT =
      Pattern.compile("(?i)\\b(spam|virus|malware|phishing|content|attachment|unsolicited)\\b");
  private static final Pattern US =
      Pattern.compile(
          "(?i)\\b(block ?list|black ?list|(block|black)(list)?ed|reputation|spamhaus|barracuda"
              + "|rbl|dnsbl|policy|banned|your (ip|network|host|server|domain)|client host|spf"
              + "|dkim|dmarc|unauthenticated|reverse dns|ptr)\\b");
  private static final Pattern RATE =
      Pattern.compile("(?i)\\b(rate|too many|throttl\\w*|too much|limit(ed)?|quota)\\b");

  @Override
  public About about(EnhancedStatusCode status, String reply) {
    return switch (status.subject()) {
      case 1 -> status.detail() == 7 || status.detail() == 8 ? About.US : About.RECIPIENT;
      case 2 -> About.RECIPIENT;
      case 6 -> About.CONTENT;
      case 3 -> status.detail() == 4 ? About.CONTENT : About.UNKNOWN;
      case 7 -> policy(status, reply);
      default -> About.UNKNOWN;
    };
  }

  private static About policy(EnhancedStatusCode status, String reply) {
    int detail = status.detail();
    // RFC 7372, section 3: SPF, DKIM and reverse DNS; Microsoft's codes of blocked addresses
    if ((detail >= 20 && detail <= 27) || (detail >= 606 && detail <= 649) || detail == 515) {
      return About.US;
    }
    if (detail == 28) {
      return About.RATE;
    }
    // Protection that the sender, or the recipient's domain, demands.
    if (detail == 5 || detail == 10 || detail == 30) {
      return About.UNKNOWN;
    }
    if (RATE.matcher(reply).find()) {
      return About.RATE;
    }
    if (CONTENT.matcher(reply).find() && !US.matcher(reply).find()) {
      return About.CONTENT;
    }
    return US.matcher(reply).find() ? About.US : About.UNKNOWN;
  }
}
