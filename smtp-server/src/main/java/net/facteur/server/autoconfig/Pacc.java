package net.facteur.server.autoconfig;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.autoconfig.MailService.Protocol;
import net.facteur.server.autoconfig.MailService.Security;
import tools.jackson.databind.json.JsonMapper;

/// What a draft of the IETF wants all mail programs to read one day, and its digest for the DNS.
///
/// It names hosts alone: programs use TLS from the first octet at the registered port. What is
/// offered elsewhere is left out.
///
/// @param domain whose addresses it is for
/// @param help a page for people, empty where there is none that they reach
/// @spec https://datatracker.ietf.org/doc/draft-ietf-mailmaint-pacc/ draft-ietf-mailmaint-pacc:
///   Automatic Configuration of Email, Calendar, and Contact Server Settings
record Pacc(DomainName domain, MailServices services, Optional<String> help) {
  static final String PATH = "/.well-known/user-agent-configuration.json";

  /// What stands before the domain where it is served.
  static final String HOST = "ua-auto-config";

  /// What stands before the domain where its digest is published.
  static final String RECORD = "_ua-auto-config";

  static Pacc of(AutoconfigSettings autoconfig, DomainName domain) {
    return new Pacc(domain, autoconfig.services(), autoconfig.help());
  }

  String print() {
    var protocols = new LinkedHashMap<String, Object>();
    host(Protocol.IMAP).ifPresent(host -> protocols.put("imap", Map.of("host", host)));
    host(Protocol.POP3).ifPresent(host -> protocols.put("pop3", Map.of("host", host)));
    host(Protocol.SUBMISSION).ifPresent(host -> protocols.put("smtp", Map.of("host", host)));
    services
        .best(Protocol.SIEVE)
        .filter(MailService::isAtItsPort)
        .ifPresent(sieve -> protocols.put("managesieve", Map.of("host", sieve.host().text())));
    var info = new LinkedHashMap<String, Object>();
    info.put("provider", Map.of("name", domain.text()));
    help.ifPresent(page -> info.put("help", Map.of("documentation", page)));
    var all = new LinkedHashMap<String, Object>();
    all.put("protocols", protocols);
    all.put("authentication", Map.of("password", true));
    all.put("info", info);
    return new JsonMapper().writeValueAsString(all);
  }

  private Optional<String> host(Protocol protocol) {
    return services
        .best(protocol)
        .filter(service -> service.security() == Security.TLS && service.isAtItsPort())
        .map(service -> service.host().text());
  }

  /// The text of the record with the digest of what is served.
  String txt() {
    return txt(print());
  }

  /// The same of any document.
  static String txt(String document) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8));
      return "v=UAAC1; a=sha256; d=" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
