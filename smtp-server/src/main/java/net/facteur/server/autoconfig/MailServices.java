package net.facteur.server.autoconfig;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.facteur.server.autoconfig.MailService.Protocol;

/// All that a mail program may connect to, what it should try first in front.
///
/// @param all TLS from the first octet before STARTTLS
/// @spec https://www.rfc-editor.org/rfc/rfc8314#section-3 RFC 8314, section 3: Implicit TLS
public record MailServices(List<MailService> all) {
  public MailServices {
    all = all.stream().sorted(Comparator.comparing(MailService::security)).distinct().toList();
  }

  /// Those of a protocol.
  public List<MailService> of(Protocol protocol) {
    return all.stream().filter(service -> service.protocol() == protocol).toList();
  }

  /// The best of a protocol.
  public Optional<MailService> best(Protocol protocol) {
    return of(protocol).stream().findFirst();
  }

  /// True where mail can be read and written: a program that can do only one of them takes no
  /// settings.
  public boolean complete() {
    return best(Protocol.SUBMISSION).isPresent()
        && (best(Protocol.IMAP).isPresent() || best(Protocol.POP3).isPresent());
  }
}
