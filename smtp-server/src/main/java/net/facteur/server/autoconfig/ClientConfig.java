package net.facteur.server.autoconfig;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.autoconfig.MailService.Protocol;
import net.facteur.server.language.Language;

/// What Thunderbird and those that follow it read.
///
/// @param domain whose addresses it is for
/// @param help a page for people, empty where there is none that they reach
/// @spec https://datatracker.ietf.org/doc/draft-ietf-mailmaint-autoconfig/
///   draft-ietf-mailmaint-autoconfig: Mail Autoconfig
record ClientConfig(DomainName domain, MailServices services, Optional<String> help) {
  static final String TYPE = "text/xml; charset=utf-8";

  /// Where it is found at `autoconfig.DOMAIN`.
  static final String PATH = "/mail/config-v1.1.xml";

  /// Where it is found at the domain itself.
  static final String WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml";

  String print() {
    Xml xml = new Xml().start("clientConfig").with("version", "1.1");
    xml.start("emailProvider").with("id", domain.text());
    xml.element("domain", domain.text());
    xml.element("displayName", domain.text()).element("displayShortName", domain.text());
    services.of(Protocol.IMAP).forEach(service -> server(xml, "incomingServer", "imap", service));
    services.of(Protocol.POP3).forEach(service -> server(xml, "incomingServer", "pop3", service));
    services
        .of(Protocol.SUBMISSION)
        .forEach(service -> server(xml, "outgoingServer", "smtp", service));
    help.ifPresent(page -> help(xml, page));
    return xml.print();
  }

  private static void server(Xml xml, String element, String type, MailService service) {
    xml.start(element).with("type", type);
    xml.element("hostname", service.host().text());
    xml.element("port", String.valueOf(service.port()));
    xml.element(
        "socketType",
        switch (service.security()) {
          case TLS -> "SSL";
          case STARTTLS -> "STARTTLS";
        });
    xml.element("authentication", "password-cleartext");
    xml.element("username", "%EMAILADDRESS%");
    xml.end();
  }

  private static void help(Xml xml, String page) {
    xml.start("documentation").with("url", page);
    for (Language language : Language.known()) {
      xml.start("descr").with("lang", language.code());
      xml.text(AutoconfigTexts.SAY.pageTitle().in(language)).end();
    }
    xml.end();
  }
}
