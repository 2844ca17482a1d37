package net.facteur.server.smtp;

import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.size;

import java.time.Duration;
import java.util.List;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.TransportSettings;

/// What the SMTP engine of one listener says and allows.
///
/// @param hostname the name in the greeting and in EHLO
/// @param maxMessageSize octets of a message, announced by SIZE
/// @param maxRecipients recipients of a message (at least 100, RFC 5321, 4.5.3.1.8), announced by
///   LIMITS
/// @param maxMessages transactions on one connection, announced by LIMITS
/// @param authFailureDelay how long the reply to a failed AUTH is held back
/// @param submission who may submit without AUTH
public record SmtpSettings(
    String hostname,
    long maxMessageSize,
    int maxRecipients,
    int maxMessages,
    Duration authFailureDelay,
    SubmissionPolicy submission) {
  public static final Setting<Long> MESSAGE_SIZE =
      Setting.of(
          "limits.message-size",
          size(64 << 10, 1L << 30),
          50L << 20,
          "The largest message that is taken, announced by SIZE.");

  public static final Setting<Integer> RECIPIENTS =
      Setting.of(
          "limits.recipients",
          integer(100, 50_000),
          1000,
          "Recipients of one message; RFC 5321, section 4.5.3.1.8, wants at least 100.");

  public static final Setting<Integer> MESSAGES =
      Setting.of(
          "limits.messages-per-connection",
          integer(1, 1_000_000),
          1000,
          "Messages over one connection, announced by LIMITS; the next one gets 421, and its client"
              + " connects again.");

  public static final Setting<List<AddressBlock>> SUBMISSION_NETWORKS =
      Setting.of(
              "submission.networks",
              list(TransportSettings.network(), 1000),
              List.<AddressBlock>of(),
              "Networks that may hand in mail without a password and without TLS, such as that of a"
                  + " scanner. Their mail is signed like any other. Everybody in these networks can"
                  + " send as everybody of your domains, so keep the list short.")
          .example("[\"192.0.2.17\"]");

  /// Rows about what one client may ask for.
  public static final Rows LIMITS = Rows.of(MESSAGE_SIZE, RECIPIENTS, MESSAGES);

  /// Rows about mail from users.
  public static final Rows SUBMISSION = Rows.of(SUBMISSION_NETWORKS);

  public static SmtpSettings from(Settings settings) {
    return from(
        settings,
        HostSettings.from(settings).name().text(),
        new SubmissionPolicy(settings.get(SUBMISSION_NETWORKS)));
  }

  /// The defaults for a host of this name, but for AUTH, which everybody needs.
  public static SmtpSettings of(String hostname) {
    return from(Settings.DEFAULTS, hostname, SubmissionPolicy.AUTHENTICATED_ONLY);
  }

  /// Two seconds behind a wrong password.
  private static SmtpSettings from(
      Settings settings, String hostname, SubmissionPolicy submission) {
    return new SmtpSettings(
        hostname,
        settings.get(MESSAGE_SIZE),
        settings.get(RECIPIENTS),
        settings.get(MESSAGES),
        Duration.ofSeconds(2),
        submission);
  }
}
