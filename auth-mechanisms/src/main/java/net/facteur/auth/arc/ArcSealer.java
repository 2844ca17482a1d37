package net.facteur.auth.arc;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
/// A chain that failed gets one last set, which says so and covers nothing but itself; after that,
/// and where the sets cannot even be put in order, nothing is added.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8617#section-5.1 RFC 8617, section 5.1: Sealer Actions
/// @spec https://www.rfc-editor.org/rfc/rfc8617#section-5.1.2 RFC 8617, section 5.1.2: Marking and
///   Sealing "cv=fail" (Invalid) Chains
public final class ArcSealer {
  private static final String FOLD = "\r\n\t";
  private static final int LINE_CHARS = 72;
  private static final int MAX_SIGNED_FIELDS = 200;

  /// What stands in `b=` where a field is read before it is signed.
  private static final String PLACEHOLDER = "AAAA";

  private final SigningKey key;
  private final InstantSource clock;
  private final List<String> fields;
  private final int lineChars;

  /// Signs the fields that DKIM signs, and all DKIM-Signature fields.
  public ArcSealer(SigningKey key, InstantSource clock) {
    this(
        key,
        clock,
        // 4.1.2: DKIM-Signature fields should be covered
        Stream.concat(DkimSigner.Settings.RECOMMENDED_FIELDS.stream(), Stream.of("DKIM-Signature"))
            .toList(),
        LINE_CHARS);
  }

  /// @param fields names of the fields to sign, as often as they stand in the header; never those
  ///   of ARC, nor Authentication-Results
  /// @param lineChars where long values are folded
  ArcSealer(SigningKey key, InstantSource clock, List<String> fields, int lineChars) {
    this.key = key;
    this.clock = clock;
    this.fields = List.copyOf(fields);
    this.lineChars = lineChars;
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
    if (instance > ArcSet.MAX_SETS || isOver(chain)) {
      return List.of();
    }
    HeaderField found =
        HeaderField.of(ArcSet.RESULTS, " i=" + instance + "; " + results.payload(Alphabet.UTF_8));
    HeaderField message = messageSignature(header, body, instance);
    var signed = new ArrayList<HeaderField>();
    // 5.1.2: the seal of a failed chain covers its own set only
    if (chain.status() != ChainStatus.FAIL) {
      for (ArcSet set : chain.sets()) {
        signed.addAll(List.of(set.results(), set.messageSignature().field(), set.seal().field()));
      }
    }
    signed.addAll(List.of(found, message));
    return List.of(seal(instance, chain.status(), signed), message, found);
  }

  /// 5.1.3: once broken, the chain cannot be continued.
  private static boolean isOver(ArcOutcome chain) {
    return chain.status() == ChainStatus.FAIL
        && (chain.sets().isEmpty()
            || chain.sets().stream().anyMatch(set -> set.claimed() == ChainStatus.FAIL));
  }

  private HeaderField seal(int instance, ChainStatus before, List<HeaderField> signed)
      throws GeneralSecurityException {
    UnaryOperator<String> value =
        b ->
            start(b)
                + FOLD
                + "cv="
                + before.word()
                + "; d="
                + key.domain()
                + "; i="
                + instance
                + end();
    HeaderField unsigned = HeaderField.of(ArcSet.SEAL, value.apply(""));
    ArcFields.Seal read =
        parsed(ArcFields.seal(HeaderField.of(ArcSet.SEAL, value.apply(PLACEHOLDER))));
    var signature = new RelatedSignature(unsigned, read.signature().signature());
    byte[] octets = signature.octetsToSign(signature.listedData(signed));
    return HeaderField.of(ArcSet.SEAL, value.apply(signature(octets)));
  }

  private HeaderField messageSignature(MessageHeader header, MessageBody body, int instance)
      throws IOException, GeneralSecurityException {
    var selection = BodySelection.whole(Canonicalization.RELAXED.body(), key.algorithm().hash());
    byte[] hash = new BodyPass(List.of(selection)).read(body).hash(selection);
    String middle =
        FOLD
            + "bh="
            + Base64.getEncoder().encodeToString(hash)
            + "; c=relaxed/relaxed;"
            + FOLD
            + "d="
            + key.domain()
            + ";"
            + FOLD
            + signedFields(header)
            + ";"
            + FOLD
            + "i="
            + instance
            + end();
    String name = ArcSet.MESSAGE_SIGNATURE;
    HeaderField unsigned = HeaderField.of(name, start("") + middle);
    RelatedSignature read =
        parsed(ArcFields.messageSignature(HeaderField.of(name, start(PLACEHOLDER) + middle)));
    var signature = new RelatedSignature(unsigned, read.signature());
    byte[] octets = signature.octetsToSign(signature.selectedData(header));
    return HeaderField.of(name, start(signature(octets)) + middle);
  }

  private static <T> T parsed(Parsed<T> own) {
    return switch (own) {
      case Parsed.Ok<T>(T value) -> value;
      case Parsed.Malformed<T>(int offset, String expected) ->
          throw new IllegalStateException("own field, at " + offset + ": " + expected);
    };
  }

  /// The tags stand in the order of the alphabet, as test suites want it.
  private String start(String b) {
    return " a=" + key.algorithm().word() + ";" + FOLD + "b=" + b + ";";
  }

  private String end() {
    return "; s=" + key.selector() + "; t=" + clock.instant().getEpochSecond();
  }

  /// The tag `h=`, folded.
  private String signedFields(MessageHeader header) {
    var tag = new StringBuilder("h=");
    int lineStart = 0;
    int signed = 0;
    for (String name : fields) {
      for (int n = header.all(name).size(); n > 0 && signed < MAX_SIGNED_FIELDS; n--, signed++) {
        if (signed > 0) {
          tag.append(':');
        }
        if (tag.length() - lineStart + name.length() >= lineChars) {
          tag.append(FOLD);
          lineStart = tag.length();
        }
        tag.append(name);
      }
    }
    return signed == 0 ? "h=From" : tag.toString();
  }

  private String signature(byte[] octets) throws GeneralSecurityException {
    String base64 = Base64.getEncoder().encodeToString(key.crypto().sign(octets));
    var folded = new StringBuilder();
    int end = lineChars - "b=".length();
    for (int i = 0; i < base64.length(); i = end, end += lineChars) {
      folded.append(i == 0 ? "" : FOLD).append(base64, i, Math.min(base64.length(), end));
    }
    return folded.toString();
  }
}
