package net.facteur.auth.dkim;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;

/// A signature that follows DKIM's rules for keys, canonical forms and algorithms in a field that
/// is not DKIM-Signature, such as those of ARC.
///
/// @param field the field as received, a tag list with `b=`
/// @param signature what it says, in DKIM's terms
public record RelatedSignature(HeaderField field, DkimSignature signature) {

  /// How a verification ended.
  ///
  /// @param good the signature is right
  /// @param reason why it is not, or what was found
  public record Verdict(boolean good, String reason) {}

  /// What is signed where `h=` selects fields: those of the header, then the field itself.
  public byte[] selectedData(MessageHeader header) {
    return SignatureField.of(field)
        .map(
            place ->
                new FieldIndex(header)
                    .headerData(
                        signature.signedFields(), signature.canonicalization().header(), place))
        .orElse(new byte[0]);
  }

  /// What is signed where a list of fields is given: these in relaxed form, then the field itself.
  public byte[] listedData(List<HeaderField> fields) {
    var out = new OctetBuffer(4096);
    for (HeaderField signed : fields) {
      HeaderCanonicalizer.field(signed, Canonicalization.Form.RELAXED, out);
    }
    SignatureField.of(field)
        .ifPresent(
            place ->
                HeaderCanonicalizer.signature(
                    field, place.from(), place.to(), Canonicalization.Form.RELAXED, out));
    return out.toArray();
  }

  /// What the private key is to sign, where `data` is signed.
  public byte[] octetsToSign(byte[] data) {
    return DkimCrypto.toBeSigned(signature.algorithm(), data);
  }

  /// True where `bh=` is this hash.
  public boolean hasBodyHash(byte[] hash) {
    return MessageDigest.isEqual(hash, signature.bodyHashOctets());
  }

  /// Verifies the signature over `data` with the key that stands in the DNS.
  public Verdict verify(
      byte[] data,
      Function<DomainName, Answer<TxtRecord>> lookUp,
      DkimCrypto crypto,
      DkimVerifier.Policy policy) {
    // RFC 8301, 3.1: rsa-sha1 MUST NOT be used for signing or verifying
    if (signature.algorithm() == SigningAlgorithm.RSA_SHA1 && !policy.legacySha1()) {
      return new Verdict(false, "rsa-sha1 is historic and proves nothing");
    }
    Optional<DomainName> name = signature.keyName();
    if (name.isEmpty()) {
      return new Verdict(false, "the name of the key is too long");
    }
    return switch (lookUp.apply(name.get())) {
      case Answer.Records<TxtRecord> records ->
          records.values().size() == 1
              ? verify(data, name.get(), records.values().getFirst(), crypto, policy)
              : new Verdict(false, "several TXT records at " + name.get());
      case Answer.NoData<TxtRecord> _, Answer.NxDomain<TxtRecord> _ ->
          new Verdict(false, "no key at " + name.get());
      case Answer.Failed<TxtRecord>(String reason) -> new Verdict(false, reason);
      case Answer.Bogus<TxtRecord>(String reason) -> new Verdict(false, reason);
    };
  }

  private Verdict verify(
      byte[] data,
      DomainName name,
      TxtRecord record,
      DkimCrypto crypto,
      DkimVerifier.Policy policy) {
    var check = new KeyCheck(signature, name, crypto.read(record), new Findings(field), policy);
    Optional<DkimPublicKey> key = check.usableKey();
    if (key.isEmpty()) {
      return new Verdict(false, check.findings().outcome().reason());
    }
    byte[] octets = DkimCrypto.toBeSigned(signature.algorithm(), data);
    return switch (crypto.verify(
        key.get(), signature.algorithm(), octets, signature.signatureOctets())) {
      case VALID -> new Verdict(true, "good signature of " + signature.domain());
      case INVALID -> new Verdict(false, "signature did not verify");
      case KEY_REFUSED -> new Verdict(false, "the key cannot be used");
    };
  }
}
