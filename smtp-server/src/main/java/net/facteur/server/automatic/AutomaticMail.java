package net.facteur.server.automatic;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.EncodedWords;

/// What a program wrote, or sent to many: nothing answers it. Lists, reports and other answers are
/// such mail.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3834#section-2 RFC 3834, section 2: when (not) to send
///   automatic responses
/// @spec https://www.rfc-editor.org/rfc/rfc5230#section-4.6 RFC 5230, section 4.6: restricting
///   replies to automated processes and mailing lists
public final class AutomaticMail {
  /// RFC 5230, section 4.6, and names that programs have in use.
  private static final Set<String> SYSTEM =
      Set.of(
          "mailer-daemon",
          "listserv",
          "majordomo",
          "nobody",
          "root",
          "mailman",
          "bounce",
          "bounces",
          "noreply",
          "no-reply",
          "donotreply",
          "do-not-reply");

  private static final List<String> SYSTEM_ENDS =
      List.of("-request", "-owner", "-bounces", "-bounce", "-confirm", "-errors");

  private static final List<String> SYSTEM_BEGINNINGS =
      List.of("owner-", "bounce-", "bounces-", "bounces+", "mailer-daemon");

  private static final Set<String> BULK = Set.of("bulk", "list", "junk", "auto_reply");

  /// [MS-OXCMAIL] 2.2.3.2.14: what other servers ask for.
  private static final Set<String> SUPPRESSED = Set.of("all", "oof", "autoreply");

  /// What answering programs write that know no Auto-Submitted.
  private static final List<String> OTHER_ANSWERS =
      List.of(
          "X-Autoreply",
          "X-Autorespond",
          "X-Autoreply-From",
          "X-Mail-Autoreply",
          "X-Auto-Reply",
          "X-Mailer-Daemon",
          "X-Failed-Recipients",
          "X-FC-MachineGenerated",
          "X-Apple-Action");

  /// How the subjects of such answers begin, in lower case (RFC 3834, section 3.1.5, and practice).
  private static final List<String> ANSWERING_SUBJECTS =
      List.of(
          "auto:",
          "auto reply:",
          "autoreply:",
          "automatic reply:",
          "out of office:",
          "réponse automatique");

  private AutomaticMail() {}

  /// Why a message is such; empty where a person seems to have written it.
  public static Optional<String> why(ReversePath reversePath, MessageHeader header) {
    if (!(reversePath instanceof ReversePath.Of(MailAddress sender))) {
      // RFC 3834, section 2: MUST NOT be issued in response to a null reverse-path
      return Optional.of("null reverse-path");
    }
    if (isSystem(Ascii.lower(sender.localPart()))) {
      return Optional.of("the sender is a program or a list");
    }
    // RFC 3834, section 2: SHOULD NOT be issued where Auto-Submitted has any value other than no
    if (header.all("Auto-Submitted").stream().anyMatch(field -> !word(field).equals("no"))) {
      return Optional.of("Auto-Submitted");
    }
    if (header.fields().stream().anyMatch(AutomaticMail::isOfList)) {
      return Optional.of("a list");
    }
    if (header.all("Precedence").stream().anyMatch(field -> BULK.contains(word(field)))) {
      return Optional.of("Precedence");
    }
    if (header.all("X-Auto-Response-Suppress").stream()
        .flatMap(field -> List.of(field.unfolded().split(",", -1)).stream())
        .anyMatch(value -> SUPPRESSED.contains(Ascii.lower(value.strip())))) {
      return Optional.of("X-Auto-Response-Suppress");
    }
    if (hasAnswerField(header) || hasAnswerSubject(header)) {
      return Optional.of("another answer");
    }
    if (header.all("X-Spam-Flag").stream().anyMatch(field -> word(field).equals("yes"))
        || header.all("X-Spam-Status").stream().anyMatch(field -> word(field).startsWith("yes"))) {
      return Optional.of("spam");
    }
    if (header
        .first("Content-Type")
        .filter(field -> Ascii.lower(field.unfolded().strip()).startsWith("multipart/report"))
        .isPresent()) {
      return Optional.of("a report");
    }
    return Optional.empty();
  }

  /// True for what a program wrote in answer to a message, such as while somebody is away. A
  /// subject alone makes no answer: people write "Auto: for sale", too.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc3834#section-5 RFC 3834, section 5: The Auto-Submitted
  ///   header field
  public static boolean isAnswer(MessageHeader header) {
    List<String> submitted =
        header.all("Auto-Submitted").stream().map(AutomaticMail::word).toList();
    return submitted.contains("auto-replied")
        || hasAnswerField(header)
        || (hasAnswerSubject(header) && submitted.stream().anyMatch(word -> !word.equals("no")));
  }

  private static boolean hasAnswerField(MessageHeader header) {
    return OTHER_ANSWERS.stream().anyMatch(name -> header.first(name).isPresent());
  }

  private static boolean hasAnswerSubject(MessageHeader header) {
    String subject =
        header
            .first("Subject")
            .map(field -> EncodedWords.decoded(field.unfolded()).strip().toLowerCase(Locale.ROOT))
            .orElse("");
    return ANSWERING_SUBJECTS.stream().anyMatch(subject::startsWith);
  }

  private static boolean isOfList(HeaderField field) {
    String name = Ascii.lower(field.name());
    return name.startsWith("list-") || name.equals("mailing-list");
  }

  private static boolean isSystem(String localPart) {
    return SYSTEM.contains(localPart)
        || SYSTEM_ENDS.stream().anyMatch(localPart::endsWith)
        || SYSTEM_BEGINNINGS.stream().anyMatch(localPart::startsWith)
        || localPart.contains("-bounces+");
  }

  /// The first word of a field, in lower case.
  private static String word(HeaderField field) {
    return field.unfolded().strip().split("[;\\s(,]", 2)[0].toLowerCase(Locale.ROOT);
  }
}
