package net.facteur.server.autoconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.web.Content;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The page that says how, and the profile that it hands out.
class SetupPageTest {
  private static final DomainName HOST = DomainName.of("mail.example.org");
  private static final ServerCertificate CERTIFICATE = ownCertificate();

  private final List<Route> routes =
      new SetupPage(AutoconfigRoutesTest.SETTINGS, () -> Optional.of(CERTIFICATE))
          .routes(new Pages(HOST, Language.ENGLISH));

  private static ServerCertificate ownCertificate() {
    return new CertificateAuthority("Test", Duration.ofDays(1), Instant::now, new SecureRandom())
        .issue(HOST);
  }

  private Response ask(String path, Map<String, String> query, String language) throws IOException {
    var parameters = new LinkedHashMap<String, List<String>>();
    query.forEach((name, value) -> parameters.put(name, List.of(value)));
    Route route =
        routes.stream().filter(one -> one.path().match(path).isPresent()).findFirst().orElseThrow();
    return route
        .handler()
        .answer(
            new Request(
                Scheme.HTTPS,
                InetAddress.getLoopbackAddress(),
                Optional.of(HOST),
                path,
                Map.of(),
                parameters,
                Map.of(),
                Map.of("accept-language", language),
                Content.NONE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "fr"})
  void pageSaysWhatToTypeInEachLanguage(String language) throws IOException {
    Response answer = ask(SetupPage.PATH, Map.of(), language);
    String page = answer.body();
    assertEquals(Status.OK, answer.status());
    for (String part :
        List.of(
            "<html lang=\"" + language + "\">",
            "<code>mail.example.org</code></td><td>465</td><td>SSL/TLS</td>",
            "<code>imap.example.org</code></td><td>993</td><td>SSL/TLS</td>",
            "<summary>Outlook</summary>",
            "<label for=\"address\">",
            "action=\"/mail/apple.mobileconfig\" method=\"get\"")) {
      assertTrue(page.contains(part), () -> part + " in " + page);
    }
    assertTrue(answer.content().size() < 60_000, page);
  }

  @Test
  void whoeverCanOnlySendHereIsTold() throws IOException {
    var sending =
        new AutoconfigSettings(
            HOST,
            AutoconfigRoutesTest.SETTINGS.domains(),
            new MailServices(
                List.of(MailService.parse("submissions://mail.example.org").orElseThrow())),
            Optional.empty(),
            Optional.empty());
    Response answer =
        new SetupPage(sending, () -> Optional.of(CERTIFICATE))
            .routes(new Pages(HOST, Language.ENGLISH))
            .getFirst()
            .handler()
            .answer(new Request(Optional.of(HOST), Map.of(), Map.of()));
    assertTrue(answer.body().contains("Mail is handed in here."), answer.body());
    assertFalse(answer.body().contains("Outlook"), answer.body());
  }

  private String profile(String address) throws Exception {
    Response answer = ask("/mail/apple.mobileconfig", Map.of("address", address), "en");
    assertEquals(Status.OK, answer.status());
    assertEquals("application/x-apple-aspen-config", answer.type());
    assertEquals(
        "attachment; filename=\"example.org.mobileconfig\"",
        answer.fields().get("content-disposition"));
    var signed = new CMSSignedData(answer.content().octets());
    SignerInformation signer = signed.getSignerInfos().getSigners().iterator().next();
    assertTrue(signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(CERTIFICATE.leaf())));
    assertEquals(CERTIFICATE.chain().size(), signed.getCertificates().getMatches(null).size());
    Object content = signed.getSignedContent().getContent();
    return new String((byte[]) content, StandardCharsets.UTF_8);
  }

  @Test
  void profileHasWhatTheSuiteRequiresAndASignature() throws Exception {
    JsonNode expected =
        new JsonMapper()
            .readTree(
                Objects.requireNonNull(
                    SetupPageTest.class.getResourceAsStream(
                        "/conformance/autoconfig/mobileconfig/expected.json")));
    Map<String, String> outer = dictionary(profile("test@example.org"), 0);
    Map<String, String> mail = dictionary(profile("test@example.org"), 1);
    expected.get("required_outer").forEach(key -> required(outer, key.asString()));
    expected.get("required_mail").forEach(key -> required(mail, key.asString()));
    assertEquals("integer 993", mail.get("IncomingMailServerPortNumber"));
    assertEquals("true ", mail.get("IncomingMailServerUseSSL"));
    assertEquals("string imap.example.org", mail.get("IncomingMailServerHostName"));
    assertEquals("string mail.example.org", mail.get("OutgoingMailServerHostName"));
    assertEquals("integer 465", mail.get("OutgoingMailServerPortNumber"));
    assertEquals("string test@example.org", mail.get("IncomingMailServerUsername"));
    assertEquals("string test@example.org", mail.get("OutgoingMailServerUsername"));
    assertEquals(
        "string Settings for the mail of test@example.org", mail.get("PayloadDescription"));
    assertFalse(mail.containsKey("IncomingPassword"), mail::toString);
  }

  private static void required(Map<String, String> dictionary, String key) {
    String name = key.replaceFirst("=.*", "");
    assertTrue(dictionary.containsKey(name), () -> name + " in " + dictionary);
    if (key.contains("=")) {
      assertEquals(
          key.substring(name.length() + 1), dictionary.get(name).replaceFirst("^\\w+ ", ""));
    }
  }

  @Test
  void sameAddressHasTheSameNamesAndAnotherHasOthers() throws Exception {
    for (int depth : List.of(0, 1)) {
      for (String key : List.of("PayloadUUID", "PayloadIdentifier")) {
        String first = dictionary(profile("test@example.org"), depth).get(key);
        assertEquals(first, dictionary(profile("Test@example.org"), depth).get(key));
        assertNotEquals(first, dictionary(profile("other@example.org"), depth).get(key));
      }
    }
  }

  @Test
  void addressIsEscapedInAProfile() throws Exception {
    assertEquals(
        "string a&b'c@example.org",
        dictionary(profile("a&b'c@example.org"), 1).get("EmailAddress"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a@elsewhere.example", "a", "", "<a>@example.org", "a\r\nb@example.org"})
  void othersGetAPageThatSaysWhy(String address) throws IOException {
    Response answer = ask("/mail/apple.mobileconfig", Map.of("address", address), "fr");
    assertEquals(Status.NOT_FOUND, answer.status());
    assertTrue(answer.body().contains("<html lang=\"fr\">"), answer.body());
    String said = answer.body().substring(0, answer.body().indexOf("<footer>"));
    assertFalse(said.contains("elsewhere"), said);
  }

  /// The keys of a dictionary, each with the type and text of its value.
  ///
  /// @param depth how many stand around it
  private static Map<String, String> dictionary(String profile, int depth) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
    builder.setEntityResolver((_, _) -> new InputSource(new ByteArrayInputStream(new byte[0])));
    Element root =
        builder
            .parse(new ByteArrayInputStream(profile.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();
    var dictionary = (Element) root.getElementsByTagName("dict").item(depth);
    var values = new LinkedHashMap<String, String>();
    String key = "";
    for (Node node = dictionary.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals("key")) {
        key = element.getTextContent();
      } else if (node instanceof Element element) {
        values.put(key, element.getTagName() + " " + element.getTextContent());
      }
    }
    return values;
  }
}
