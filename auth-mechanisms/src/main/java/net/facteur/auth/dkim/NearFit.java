package net.facteur.auth.dkim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.message.OctetSink;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;

/// What a signature of simple canonicalization would fit that does not verify: tells people that
/// white space was changed on the way. It proves nothing, and no verdict depends on it.
///
/// For commands only: it reads the body again, and tries the key up to ten times.
public final class NearFit {
  private static final Map<String, UnaryOperator<String>> FIELD_CHANGES = changes();

  private final Resolver resolver;
  private final DkimCrypto crypto;

  public NearFit(Resolver resolver, DkimCrypto crypto) {
    this.resolver = resolver;
    this.crypto = crypto;
  }

  private static Map<String, UnaryOperator<String>> changes() {
    Map<String, UnaryOperator<String>> changes = new LinkedHashMap<>();
    changes.put("without white space at line ends", NearFit::trimmed);
    changes.put("with every field on one line", text -> text.replace("\r\n", ""));
    changes.put("with runs of white space as one space", NearFit::collapsed);
    return changes;
  }

  /// @param field a DKIM-Signature that does not verify
  /// @return what nearly fits, in words; empty where nothing does
  public List<String> of(MessageHeader header, HeaderField field, MessageBody body)
      throws IOException {
    Optional<DkimSignature> signature = DkimSignature.parse(field.value()).toOptional();
    Optional<SignatureField> place = SignatureField.of(field);
    var found = new ArrayList<String>();
    if (signature.isPresent() && place.isPresent()) {
      body(signature.get(), body).ifPresent(found::add);
      header(signature.get(), header, place.get()).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<String> body(DkimSignature s, MessageBody body) throws IOException {
    if (s.canonicalization().body() != Canonicalization.Form.SIMPLE
        || s.bodyLength().isPresent()
        || fits(s, new BodyPass(List.of(s.body())).read(body), s.body())) {
      return Optional.empty();
    }
    var trimmed = new BodyPass(List.of(s.body()));
    body.read(new LineEnds(trimmed::update));
    trimmed.finish();
    if (fits(s, trimmed, s.body())) {
      return Optional.of(words("body", "without white space at line ends"));
    }
    var relaxed = BodySelection.whole(Canonicalization.Form.RELAXED, s.algorithm().hash());
    return fits(s, new BodyPass(List.of(relaxed)).read(body), relaxed)
        ? Optional.of(words("body", "with runs of white space as one space"))
        : Optional.empty();
  }

  private static boolean fits(DkimSignature s, BodyPass pass, BodySelection selection) {
    return MessageDigest.isEqual(pass.hash(selection), s.bodyHashOctets());
  }

  private static String words(String what, String how) {
    return "the "
        + what
        + " would fit "
        + how
        + ": it was changed on the way, which c=simple does not forgive (c=relaxed does)";
  }

  private Optional<String> header(DkimSignature s, MessageHeader header, SignatureField place) {
    Optional<DkimPublicKey> key = key(s);
    if (s.canonicalization().header() != Canonicalization.Form.SIMPLE || key.isEmpty()) {
      return Optional.empty();
    }
    var index = new FieldIndex(header);
    List<String> names = s.signedFields();
    if (verifies(s, key.get(), index.headerData(names, Canonicalization.Form.SIMPLE, place))) {
      return Optional.empty();
    }
    List<HeaderField> selected = index.select(names, Optional.of(place.field()));
    for (var change : FIELD_CHANGES.entrySet()) {
      for (UnaryOperator<String> own :
          List.of(UnaryOperator.<String>identity(), change.getValue())) {
        if (verifies(s, key.get(), data(selected, change.getValue(), place, own))) {
          return Optional.of(words("header", change.getKey()));
        }
      }
    }
    return verifies(s, key.get(), index.headerData(names, Canonicalization.Form.RELAXED, place))
        ? Optional.of("the header fits as c=relaxed, although the signature says c=simple")
        : Optional.empty();
  }

  private Optional<DkimPublicKey> key(DkimSignature s) {
    return s.keyName()
        .flatMap(name -> resolver.lookup(name, RecordType.TXT).orEmpty().stream().findFirst())
        .map((TxtRecord record) -> crypto.read(record).key())
        .flatMap(Parsed::toOptional);
  }

  private boolean verifies(DkimSignature s, DkimPublicKey key, byte[] data) {
    byte[] octets = DkimCrypto.toBeSigned(s.algorithm(), data);
    return crypto.verify(key, s.algorithm(), octets, s.signatureOctets()) == DkimCrypto.Check.VALID;
  }

  private static byte[] data(
      List<HeaderField> selected,
      UnaryOperator<String> change,
      SignatureField place,
      UnaryOperator<String> own) {
    var out = new ByteArrayOutputStream();
    for (HeaderField field : selected) {
      String text = new String(field.raw(), StandardCharsets.ISO_8859_1);
      String line = text.endsWith("\r\n") ? text.substring(0, text.length() - 2) : text;
      out.writeBytes((change.apply(line) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    var signature = new OctetBuffer(place.field().length());
    HeaderCanonicalizer.signature(
        place.field(), place.from(), place.to(), Canonicalization.Form.SIMPLE, signature);
    String text = new String(signature.toArray(), StandardCharsets.ISO_8859_1);
    out.writeBytes(own.apply(text).getBytes(StandardCharsets.ISO_8859_1));
    return out.toByteArray();
  }

  private static String trimmed(String field) {
    return field.replaceAll("[ \t]++(?=\r\n|$)", "");
  }

  /// `Name: value` with single spaces.
  private static String collapsed(String field) {
    int colon = field.indexOf(':');
    String name = field.substring(0, Math.max(colon, 0));
    String value = field.substring(colon + 1).replace("\r\n", "").replaceAll("[ \t]++", " ");
    return Ascii.trim(name) + ": " + Ascii.trim(value);
  }

  /// Leaves out white space before a line end.
  private static final class LineEnds implements OctetSink {
    private final OctetSink sink;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    LineEnds(OctetSink sink) {
      this.sink = sink;
    }

    @Override
    public void accept(byte[] octets, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        byte b = octets[i];
        if (b == ' ' || b == '\t') {
          held.write(b);
        } else {
          if (b != '\r') {
            out.writeBytes(held.toByteArray());
          }
          held.reset();
          out.write(b);
        }
      }
      sink.accept(out.toByteArray(), 0, out.size());
      out.reset();
    }
  }
}
