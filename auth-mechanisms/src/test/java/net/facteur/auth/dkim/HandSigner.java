package net.facteur.auth.dkim;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Parsed;

/// Signs whatever a field says, also what no signer should: any tags, a part of the body, rsa-sha1.
final class HandSigner {
  private HandSigner() {}

  /// What is to be signed.
  ///
  /// @param algorithm `a=`
  /// @param form `c=`
  /// @param tags all other tags but `bh=` and `b=`, each with its semicolon
  /// @param length `l=`, which `tags` must also say
  record Plan(
      SigningAlgorithm algorithm, Canonicalization form, String tags, OptionalLong length) {}

  static HeaderField sign(Eml eml, DkimPrivateKey key, Plan plan) throws Exception {
    var selection =
        new BodySelection(
            plan.form().body(), plan.algorithm().hash(), plan.length().orElse(BodySelection.WHOLE));
    byte[] hash = new BodyPass(List.of(selection)).read(eml.stream()).hash(selection);
    String value =
        " "
            + plan.tags()
            + "\r\n\ta="
            + plan.algorithm().word()
            + "; c="
            + plan.form().header().word()
            + "/"
            + plan.form().body().word()
            + ";\r\n bh="
            + Base64.getEncoder().encodeToString(hash)
            + "; b=";
    HeaderField unsigned = HeaderField.of("DKIM-Signature", value);
    if (!(DkimSignature.parse(value + "AAAA") instanceof Parsed.Ok<DkimSignature>(var read))) {
      return HeaderField.of("DKIM-Signature", value + "AAAA");
    }
    var signature = new RelatedSignature(unsigned, read);
    byte[] data = signature.selectedData(eml.header());
    byte[] octets =
        plan.algorithm() == SigningAlgorithm.RSA_SHA1
            ? sha1(key, data)
            : DkimCrypto.standard().signer(key).sign(signature.octetsToSign(data));
    String base64 = Base64.getEncoder().encodeToString(octets);
    return HeaderField.of("DKIM-Signature", value + base64.replaceAll("(.{60})(?=.)", "$1\r\n\t"));
  }

  private static byte[] sha1(DkimPrivateKey key, byte[] data) throws GeneralSecurityException {
    String pem = key.toPem().replaceAll("-----[^-]*-----|\\s", "");
    var info = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
    Signature signer = Signature.getInstance("SHA1withRSA");
    signer.initSign(KeyFactory.getInstance("RSA").generatePrivate(info));
    signer.update(data);
    return signer.sign();
  }

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
