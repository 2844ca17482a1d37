package net.facteur.auth.arc;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import net.facteur.auth.dkim.BodyPass;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.dkim.Canonicalization;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.RelatedSignature;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.Alphabet;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.syntax.Parsed;

/// Adds a set to a message that is forwarded. Safe for use by many threads if the key is.
///
/// A chain that failed is not sealed: the RFC lets a sealer mark it as failed, but every receiver
/// finds that out by itself.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8617#section-5.1 RFC 8617, section 5.1: Sealer Actions
public final class ArcSealer {
  private static final int LINE_CHARS = 72;

  private final SigningKey key;
  private final InstantSource clock;

  public ArcSealer(SigningKey key, InstantSource clock) {
    this.key = key;
    this.clock = clock;
  }

  /// The fields to put on top of the header, in this order; empty where the chain cannot go on.
  ///
  /// @param header the message as it leaves, all other changes made
  /// @param results what this host found when the message came in
  /// @param chain what the validation found when the message came in
  /// @throws IOException where the body cannot be read
  /// @throws GeneralSecurityException where the key does not work
  public List<HeaderField> seal(
      MessageHeader header, MessageBody body, AuthenticationResults results, ArcOutcome chain)
      throws IOException, GeneralSecurityException {
    int instance = chain.sets().size() + 1;
    if (chain.status() == ChainStatus.FAIL || instance > ArcSet.MAX_SETS) {
      return List.of();
    }
    HeaderField found =
        HeaderField.of(ArcSet.RESULTS, " i=" + instance + "; " + results.payload(Alphabet.UTF_8));
    HeaderField message = messageSignature(header, body, instance);
    var signed = new ArrayList<HeaderField>();
    for (ArcSet set : chain.sets()) {
      signed.addAll(List.of(set.results(), set.messageSignature().field(), set.seal().field()));
    }
    signed.addAll(List.of(found, message));
    // 4.4: what the chain was before this set
    String claimed = instance == 1 ? ChainStatus.NONE.word() : ChainStatus.PASS.word();
    String value = " i=" + instance + tags() + "; cv=" + claimed + ";\r\n\tb=";
    HeaderField unsigned = HeaderField.of(ArcSet.SEAL, value);
    byte[] octets = sealed(unsigned).octetsToSign(sealed(unsigned).listedData(signed));
    return List.of(HeaderField.of(ArcSet.SEAL, value + signature(octets)), message, found);
  }

  private HeaderField messageSignature(MessageHeader header, MessageBody body, int instance)
      throws IOException, GeneralSecurityException {
    var selection = BodySelection.whole(Canonicalization.RELAXED.body(), key.algorithm().hash());
    byte[] hash = new BodyPass(List.of(selection)).read(body).hash(selection);
    String value =
        " i="
            + instance
            + tags()
            + "; c=relaxed/relaxed;\r\n\th="
            + signedFields(header)
            + ";\r\n\tbh="
            + Base64.getEncoder().encodeToString(hash)
            + ";\r\n\tb=";
    HeaderField unsigned = HeaderField.of(ArcSet.MESSAGE_SIGNATURE, value);
    RelatedSignature signature = parsed(ArcFields.messageSignature(complete(unsigned)));
    var unsignedSignature = new RelatedSignature(unsigned, signature.signature());
    byte[] octets = unsignedSignature.octetsToSign(unsignedSignature.selectedData(header));
    return HeaderField.of(ArcSet.MESSAGE_SIGNATURE, value + signature(octets));
  }

  private RelatedSignature sealed(HeaderField unsigned) {
    return new RelatedSignature(
        unsigned, parsed(ArcFields.seal(complete(unsigned))).signature().signature());
  }

  /// The field with something in `b=`, so that it can be read.
  private static HeaderField complete(HeaderField unsigned) {
    return HeaderField.of(unsigned.name(), unsigned.value() + "AAAA");
  }

  private static <T> T parsed(Parsed<T> own) {
    return switch (own) {
      case Parsed.Ok<T>(T value) -> value;
      case Parsed.Malformed<T>(int offset, String expected) ->
          throw new IllegalStateException("own field, at " + offset + ": " + expected);
    };
  }

  private String tags() {
    return "; a="
        + key.algorithm().word()
        + "; d="
        + key.domain()
        + ";\r\n\ts="
        + key.selector()
        + "; t="
        + clock.instant().getEpochSecond();
  }

  /// 4.1.2: no ARC fields and no Authentication-Results; DKIM-Signature fields should be covered.
  private static String signedFields(MessageHeader header) {
    var names = new ArrayList<String>();
    for (String name : DkimSigner.Settings.RECOMMENDED_FIELDS) {
      header.all(name).forEach(_ -> names.add(name));
    }
    header.all("DKIM-Signature").forEach(_ -> names.add("DKIM-Signature"));
    List<String> bounded = names.subList(0, Math.min(names.size(), 200));
    return bounded.isEmpty() ? "From" : String.join(":\r\n\t", bounded);
  }

  private String signature(byte[] octets) throws GeneralSecurityException {
    String base64 = Base64.getEncoder().encodeToString(key.crypto().sign(octets));
    var folded = new StringBuilder();
    for (int i = 0; i < base64.length(); i += LINE_CHARS) {
      folded.append(i == 0 ? "" : "\r\n\t");
      folded.append(base64, i, Math.min(base64.length(), i + LINE_CHARS));
    }
    return folded.toString();
  }
}
