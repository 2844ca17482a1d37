package net.facteur.server.autoconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.autoconfig.MailService.Protocol;
import net.facteur.server.autoconfig.MailService.Security;

/// What a zone says to mail programs.
///
/// @param autoconfig whose settings they are
/// @spec https://www.rfc-editor.org/rfc/rfc6186#section-3 RFC 6186, section 3: SRV Service Labels
/// @spec https://www.rfc-editor.org/rfc/rfc8314#section-5.1 RFC 8314, section 5.1: MUA Support
///   Requirements, and the label `_submissions`
public record ServiceRecords(AutoconfigSettings autoconfig) {
  private static final int HTTPS = 443;

  /// One record.
  ///
  /// @param owner its whole name
  /// @param type SRV, CNAME or TXT
  /// @param data as in a zone file; of TXT, the text without quotes
  /// @param draft true where few programs ask yet
  public record Wanted(DomainName owner, String type, String data, boolean draft) {}

  /// Those of a domain.
  public List<Wanted> of(DomainName domain) {
    var records = new ArrayList<Wanted>();
    for (MailService service : autoconfig.services().all()) {
      add(records, domain, label(service), "SRV", srv(service), false);
    }
    Optional<Integer> web = autoconfig.web();
    if (web.isPresent() && autoconfig.services().complete()) {
      add(
          records,
          domain,
          "_autodiscover._tcp",
          "SRV",
          "0 0 " + web.get() + " " + target(autoconfig.host()),
          false);
    }
    if (web.equals(Optional.of(HTTPS)) && autoconfig.services().complete()) {
      add(records, domain, "autoconfig", "CNAME", target(autoconfig.host()), false);
      add(records, domain, Pacc.HOST, "CNAME", target(autoconfig.host()), true);
      add(records, domain, Pacc.RECORD, "TXT", Pacc.of(autoconfig, domain).txt(), true);
    }
    return List.copyOf(records);
  }

  private static void add(
      List<Wanted> records,
      DomainName domain,
      String label,
      String type,
      String data,
      boolean draft) {
    domain.child(label).ifPresent(owner -> records.add(new Wanted(owner, type, data, draft)));
  }

  private static String target(DomainName host) {
    return host.text() + ".";
  }

  /// TLS from the first octet is asked for first (RFC 8314, section 3).
  private static String srv(MailService service) {
    int priority =
        service.protocol() != Protocol.SIEVE && service.security() == Security.STARTTLS ? 10 : 0;
    return priority + " 1 " + service.port() + " " + target(service.host());
  }

  private static String label(MailService service) {
    boolean tls = service.security() == Security.TLS;
    return switch (service.protocol()) {
      case SUBMISSION -> tls ? "_submissions._tcp" : "_submission._tcp";
      case IMAP -> tls ? "_imaps._tcp" : "_imap._tcp";
      case POP3 -> tls ? "_pop3s._tcp" : "_pop3._tcp";
      case SIEVE -> "_sieve._tcp";
    };
  }
}
