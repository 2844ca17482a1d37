package net.facteur.server.autoconfig;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.autoconfig.MailService.Protocol;
import net.facteur.server.autoconfig.MailService.Security;
import net.facteur.server.web.Content;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Status;
import tools.jackson.databind.json.JsonMapper;

/// What Outlook asks: by a document in XML, and before that, by one in JSON, where to send it.
///
/// @param domains whose addresses are answered
/// @spec https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxdscli
///   MS-OXDSCLI: Autodiscover Publishing and Lookup Protocol
record Autodiscover(Set<DomainName> domains, MailServices services) {
  /// Where the document goes, in the spellings that programs have.
  static final List<String> PATHS =
      List.of(
          "/autodiscover/autodiscover.xml",
          "/Autodiscover/Autodiscover.xml",
          "/AutoDiscover/AutoDiscover.xml");

  /// Where it is asked for the place.
  static final List<String> JSON_PATHS =
      List.of("/autodiscover/autodiscover.json", "/Autodiscover/Autodiscover.json");

  /// The name of the address in a path below.
  static final String ADDRESS = "address";

  private static final String ASKED =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
  private static final String ANSWER =
      "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
  private static final String SETTINGS =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
  private static final String VERSION_1 = "AutodiscoverV1";

  /// More elements than any program sends.
  private static final int MOST_EVENTS = 200;

  Autodiscover {
    domains = Set.copyOf(domains);
  }

  /// Answers the document.
  Response settings(Request request) {
    Optional<String> typed = address(request.body());
    if (typed.isEmpty()) {
      return Response.of(Status.BAD_REQUEST);
    }
    return ClientAddress.of(typed.get(), domains)
        .filter(_ -> services.complete())
        .map(
            address ->
                new Response(
                    Status.OK, "text/xml; charset=utf-8", answer(address.text()), Map.of()))
        .orElseGet(() -> Response.of(Status.NOT_FOUND));
  }

  /// The address in a document, which is UTF-8 as all programs send it; empty where it is none of
  /// these, or has no address. Nothing is taken from a document with a DTD.
  static Optional<String> address(Content document) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    try {
      // As text: the JDK's reader tells standard error of octets that are none.
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document.octets())).toString();
      return address(
          factory.createXMLStreamReader(
              new StringReader(text.startsWith("\ufeff") ? text.substring(1) : text)));
    } catch (CharacterCodingException | XMLStreamException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> address(XMLStreamReader reader) throws XMLStreamException {
    int depth = 0;
    Optional<String> found = Optional.empty();
    for (int events = 0; reader.hasNext(); events++) {
      int event = reader.next();
      if (event == XMLStreamConstants.DTD || events > MOST_EVENTS) {
        return Optional.empty();
      }
      if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        String expected = depth == 0 ? "Autodiscover" : depth == 1 ? "Request" : "";
        String name = reader.getLocalName();
        if (!ASKED.equals(reader.getNamespaceURI())
            || (!expected.isEmpty() && !expected.equals(name))) {
          return Optional.empty();
        }
        if (depth == 2 && name.equals("EMailAddress")) {
          found = Optional.of(reader.getElementText().strip()).filter(text -> !text.isEmpty());
        } else {
          depth++;
        }
      }
    }
    return found;
  }

  private String answer(String address) {
    Xml xml = new Xml().start("Autodiscover", ANSWER).start("Response", SETTINGS);
    xml.start("Account").element("AccountType", "email").element("Action", "settings");
    services.best(Protocol.IMAP).ifPresent(service -> protocol(xml, "IMAP", service, address));
    services.best(Protocol.POP3).ifPresent(service -> protocol(xml, "POP3", service, address));
    services
        .best(Protocol.SUBMISSION)
        .ifPresent(service -> protocol(xml, "SMTP", service, address));
    return xml.print();
  }

  private static void protocol(Xml xml, String type, MailService service, String address) {
    xml.start("Protocol").element("Type", type);
    xml.element("Server", service.host().text());
    xml.element("Port", String.valueOf(service.port()));
    xml.element("DomainRequired", "off").element("SPA", "off").element("SSL", "on");
    // It takes the place of SSL for programs that know it.
    xml.element("Encryption", service.security() == Security.TLS ? "SSL" : "TLS");
    xml.element("AuthRequired", "on").element("LoginName", address);
    xml.end();
  }

  /// Says where the document goes.
  ///
  /// @param typed the address, if one was given
  /// @param base such as `https://mail.example.org`
  Response place(Request request, Optional<String> typed, String base) {
    if (typed.flatMap(address -> ClientAddress.of(address, domains)).isEmpty()) {
      return Response.of(Status.NOT_FOUND);
    }
    String protocol = named(request, "Protocol").orElse(VERSION_1);
    return protocol.equalsIgnoreCase(VERSION_1)
        ? json(Status.OK, Map.of("Protocol", VERSION_1, "Url", base + PATHS.getFirst()))
        : json(Status.BAD_REQUEST, Map.of("ErrorCode", "InvalidProtocol"));
  }

  private static Response json(Status status, Map<String, String> members) {
    return new Response(
        status,
        "application/json",
        members.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(one -> quoted(one.getKey()) + ":" + quoted(one.getValue()))
            .collect(Collectors.joining(",", "{", "}")),
        Map.of());
  }

  private static String quoted(String text) {
    return new JsonMapper().writeValueAsString(text);
  }

  /// What the query says, however the name is written there.
  static Optional<String> named(Request request, String name) {
    return request.query().entrySet().stream()
        .filter(one -> one.getKey().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
        .filter(one -> one.getValue().size() == 1)
        .map(one -> one.getValue().getFirst())
        .findFirst();
  }
}
