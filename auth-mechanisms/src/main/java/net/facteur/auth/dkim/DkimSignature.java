package net.facteur.auth.dkim;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// What a DKIM-Signature field says.
///
/// It is well formed as far as the field alone can be: every required tag is there, every value
/// follows its grammar, version and algorithms are known. Whether the signature may be believed is
/// for [DkimVerifier] to say.
///
/// @param algorithm `a=`
/// @param signature base64 of `b=`, white space out; empty in a field that is to be signed
/// @param bodyHash base64 of `bh=`, white space out
/// @param canonicalization `c=`
/// @param domain `d=`
/// @param signedFields `h=`, names as written, at least one
/// @param agent `i=`, where it is given
/// @param bodyLength `l=`, where it is given; huge values are held as `Long.MAX_VALUE - 1`
/// @param queries `q=`, where it is given, else empty
/// @param selector `s=`
/// @param timestamp `t=` in seconds since 1970, where it is given; huge values as above
/// @param expiration `x=` in the same way
/// @param copies `z=`, fields as they were when signed, for people only
/// @param others tags unknown here
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.5 RFC 6376, section 3.5: The
///   DKIM-Signature Header Field
public record DkimSignature(
    SigningAlgorithm algorithm,
    String signature,
    String bodyHash,
    Canonicalization canonicalization,
    DomainName domain,
    List<String> signedFields,
    Optional<Auid> agent,
    OptionalLong bodyLength,
    List<String> queries,
    DomainName selector,
    OptionalLong timestamp,
    OptionalLong expiration,
    List<CopiedField> copies,
    List<DkimKeyRecord.OtherTag> others) {
  /// The name of the field.
  public static final String FIELD = "DKIM-Signature";

  /// Most names that `h=` may hold.
  public static final int MAX_SIGNED_FIELDS = 1000;

  /// The value that stands for all larger ones.
  static final long HUGE = Long.MAX_VALUE - 1;

  public DkimSignature {
    signedFields = List.copyOf(signedFields);
    queries = List.copyOf(queries);
    copies = List.copyOf(copies);
    others = List.copyOf(others);
  }

  /// A field as it was when signed.
  public record CopiedField(String name, String value) {}

  /// Reads the value of a DKIM-Signature field, folding included. Offsets point into `value`.
  ///
  /// @param value one `char` per octet, at most 64 KiB
  public static Parsed<DkimSignature> parse(String value) {
    return SignatureParser.parse(value);
  }

  /// Whom the signature speaks for: `i=`, or nobody in particular of the domain.
  public Auid auid() {
    return agent.orElseGet(() -> new Auid("", domain));
  }

  /// The hash of the body that `bh=` is to be compared with.
  public BodySelection body() {
    return new BodySelection(
        canonicalization.body(), algorithm.hash(), bodyLength.orElse(BodySelection.WHOLE));
  }

  /// True where `h=` names this field.
  public boolean signs(String field) {
    return DkimNames.containsIgnoreCase(signedFields, field);
  }

  /// Where the key is.
  ///
  /// @return empty where the name would be too long for the DNS
  public Optional<DomainName> keyName() {
    return DkimNames.keyName(selector.text(), domain);
  }

  /// The signature's octets; empty where the text is no base64, which [#parse] refuses.
  byte[] signatureOctets() {
    return Base64Text.decode(signature).orElse(new byte[0]);
  }

  byte[] bodyHashOctets() {
    return Base64Text.decode(bodyHash).orElse(new byte[0]);
  }

  /// The first eight characters of `b=`, which tell signatures apart in Authentication-Results.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6008#section-4 RFC 6008, section 4: Definition
  public String prefix() {
    return signature.substring(0, Math.min(8, signature.length()));
  }

  /// The value of the field, folded to 78 columns behind the name, beginning with a space. `b=` is
  /// last, so that a signature can be put in without another octet changing.
  public String print() {
    var out = new FoldedTags(FIELD.length() + 1);
    out.tag("v", "1");
    out.tag("a", algorithm.word());
    out.tag("c", canonicalization.toString());
    out.tag("d", domain.text());
    out.tag("s", selector.text());
    agent.ifPresent(
        a -> out.tag("i", QuotedPrintable.encode(a.localPart()) + "@" + a.domain().text()));
    if (!queries.isEmpty()) {
      out.list("q", queries, ":");
    }
    timestamp.ifPresent(t -> out.tag("t", Long.toString(t)));
    expiration.ifPresent(x -> out.tag("x", Long.toString(x)));
    bodyLength.ifPresent(l -> out.tag("l", Long.toString(l)));
    out.list("h", signedFields, ":");
    if (!copies.isEmpty()) {
      out.list("z", copies.stream().map(DkimSignature::copy).toList(), "|");
    }
    others.forEach(other -> out.tag(other.name(), other.value()));
    out.tag("bh", bodyHash);
    out.last("b", signature);
    return out.toString();
  }

  private static String copy(CopiedField field) {
    return field.name() + ":" + QuotedPrintable.encode(field.value());
  }

  /// This signature with these octets in `b=`.
  public DkimSignature signed(byte[] octets) {
    return new DkimSignature(
        algorithm,
        Base64Text.encode(octets),
        bodyHash,
        canonicalization,
        domain,
        signedFields,
        agent,
        bodyLength,
        queries,
        selector,
        timestamp,
        expiration,
        copies,
        others);
  }

  /// True where `q=` is absent or names the one method there is.
  static boolean asksDns(List<String> queries) {
    return queries.isEmpty()
        || queries.stream().anyMatch(q -> Ascii.equalsIgnoreCase(q, "dns/txt"));
  }
}
