package net.facteur.server.autoconfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.autoconfig.MailService.Protocol;
import net.facteur.server.tls.ServerCertificate;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/// What iPhones, iPads and Macs install: one mail account. The password is not in it; the device
/// asks for it.
///
/// @param title what the device shows
/// @param description a sentence below it
/// @spec https://developer.apple.com/documentation/devicemanagement/mail Apple, Device Management:
///   Mail
record AppleProfile(
    ClientAddress address,
    MailService incoming,
    MailService outgoing,
    String title,
    String description) {
  static final String TYPE = "application/x-apple-aspen-config";

  private static final String DOCTYPE =
      "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
          + " \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">";

  /// The property list.
  String print() {
    Xml xml = new Xml().type(DOCTYPE).start("plist").with("version", "1.0").start("dict");
    xml.element("key", "PayloadContent").start("array").start("dict");
    account(xml);
    xml.end().end();
    payload(xml, "Configuration", "profile", title, description);
    string(xml, "PayloadOrganization", address.domain().text());
    xml.element("key", "PayloadRemovalDisallowed").element("false");
    return xml.print();
  }

  private void account(Xml xml) {
    string(xml, "EmailAccountDescription", address.text());
    string(
        xml,
        "EmailAccountType",
        incoming.protocol() == Protocol.POP3 ? "EmailTypePOP" : "EmailTypeIMAP");
    string(xml, "EmailAddress", address.text());
    server(xml, "Incoming", incoming);
    server(xml, "Outgoing", outgoing);
    xml.element("key", "OutgoingPasswordSameAsIncomingPassword").element("true");
    payload(xml, "com.apple.mail.managed", "account", title, description);
  }

  private void server(Xml xml, String way, MailService service) {
    string(xml, way + "MailServerAuthentication", "EmailAuthPassword");
    string(xml, way + "MailServerHostName", service.host().text());
    xml.element("key", way + "MailServerPortNumber")
        .element("integer", String.valueOf(service.port()));
    xml.element("key", way + "MailServerUseSSL").element("true");
    string(xml, way + "MailServerUsername", address.text());
  }

  /// The same address has the same names, so that a newer profile takes the place of an older one.
  private void payload(Xml xml, String type, String part, String shown, String said) {
    String name = reversed(address.domain()) + ".mail." + uuid("") + "." + part;
    string(xml, "PayloadDescription", said);
    string(xml, "PayloadDisplayName", shown);
    string(xml, "PayloadIdentifier", name);
    string(xml, "PayloadType", type);
    string(xml, "PayloadUUID", uuid(part));
    xml.element("key", "PayloadVersion").element("integer", "1");
  }

  private String uuid(String part) {
    String name = "facteur " + part + " " + address.text().toLowerCase(Locale.ROOT);
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String reversed(DomainName domain) {
    List<String> labels = Arrays.asList(domain.text().split("\\."));
    Collections.reverse(labels);
    return String.join(".", labels);
  }

  private static void string(Xml xml, String key, String value) {
    xml.element("key", key).element("string", value);
  }

  /// The profile within its signature, by the certificate that the server shows everywhere: the
  /// device shows it as verified.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5652#section-5 RFC 5652, section 5: Signed-data
  ///   Content Type
  byte[] signed(ServerCertificate certificate) throws IOException {
    try {
      var signer = new JcaContentSignerBuilder(algorithm(certificate)).build(certificate.key());
      var generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .build(signer, certificate.leaf()));
      generator.addCertificates(new JcaCertStore(certificate.chain()));
      return generator
          .generate(new CMSProcessableByteArray(print().getBytes(StandardCharsets.UTF_8)), true)
          .getEncoded();
    } catch (OperatorCreationException | CertificateEncodingException | CMSException e) {
      throw new IOException("the profile cannot be signed", e);
    }
  }

  private static String algorithm(ServerCertificate certificate) {
    return switch (certificate.key().getAlgorithm()) {
      case "EC", "ECDSA" -> "SHA256withECDSA";
      case "Ed25519", "EdDSA" -> "Ed25519";
      default -> "SHA256withRSA";
    };
  }
}
