package net.facteur.server.lists.requests;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.ReversePath;
import net.facteur.server.mime.ContentType;

/// What a program wrote, or sent to many: nothing answers it, and it answers nothing. Vacation
/// answers, reports and lists are such mail.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3834#section-2 RFC 3834, section 2: When (not) to send
///   automatic responses
public final class AutomaticMail {
  private static final Set<String> BULK = Set.of("bulk", "list", "junk", "auto_reply");
  private static final List<String> LISTS =
      List.of(
          "List-Id",
          "List-Post",
          "List-Unsubscribe",
          "List-Help",
          "List-Subscribe",
          "List-Owner",
          "Mailing-List");
  private static final List<String> PROGRAMS =
      List.of(
          "X-Autoreply",
          "X-Autorespond",
          "X-Auto-Reply",
          "X-Mailer-Daemon",
          "X-Failed-Recipients",
          "X-Apple-Action");
  private static final Set<String> NAMES =
      Set.of(
          "mailer-daemon",
          "noreply",
          "no-reply",
          "donotreply",
          "do-not-reply",
          "listserv",
          "majordomo",
          "nobody",
          "root");

  private AutomaticMail() {}

  /// Why a message is such; empty where a person seems to have written it to this address.
  public static Optional<String> why(ReversePath reversePath, MessageHeader header) {
    return switch (reversePath) {
      case ReversePath.Null _ -> Optional.of("null reverse-path");
      case ReversePath.Of(var address) -> name(address.localPart()).or(() -> header(header));
    };
  }

  private static Optional<String> name(String localPart) {
    String name = localPart.toLowerCase(Locale.ROOT);
    boolean program =
        NAMES.contains(name)
            || name.startsWith("owner-")
            || name.endsWith("-owner")
            || name.endsWith("-request")
            || name.endsWith("-bounces")
            || name.contains("-bounces+");
    return program ? Optional.of("reverse-path of a program") : Optional.empty();
  }

  private static Optional<String> header(MessageHeader header) {
    // RFC 3834, 2: whatever the field says but "no"
    for (HeaderField field : header.all("Auto-Submitted")) {
      if (!word(field).equals("no")) {
        return Optional.of("Auto-Submitted");
      }
    }
    if (header.all("Precedence").stream().anyMatch(field -> BULK.contains(word(field)))) {
      return Optional.of("Precedence");
    }
    Optional<String> named =
        LISTS.stream()
            .filter(name -> header.first(name).isPresent())
            .findFirst()
            .or(() -> PROGRAMS.stream().filter(n -> header.first(n).isPresent()).findFirst());
    if (named.isPresent()) {
      return named;
    }
    boolean suppressed =
        header.all("X-Auto-Response-Suppress").stream()
            .map(field -> field.unfolded().toLowerCase(Locale.ROOT))
            .anyMatch(
                value ->
                    value.contains("all") || value.contains("autoreply") || value.contains("oof"));
    if (suppressed) {
      return Optional.of("X-Auto-Response-Suppress");
    }
    return ContentType.of(header).type().equals("multipart/report")
        ? Optional.of("multipart/report")
        : Optional.empty();
  }

  /// The first word of a field, in small letters.
  private static String word(HeaderField field) {
    return field.unfolded().strip().toLowerCase(Locale.ROOT).split("[\\s;(]", 2)[0];
  }
}
