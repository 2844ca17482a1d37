package net.facteur.auth.dkim;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// Signs messages with one key.
///
/// The work comes apart so that a server can do each piece where it belongs: hash the body with a
/// [BodyPass] for [#body()] while it streams by, [#prepare] the octets to be signed, let the
/// private key work on its own threads, and [Prepared#complete] the field. [#sign] does it all.
///
/// Safe for use by many threads if the key's [Crypto] is.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-5 RFC 6376, section 5: Signer Actions
public final class DkimSigner {
  /// The private-key operation.
  @FunctionalInterface
  public interface Crypto {
    /// Makes the raw signature over `octets`: RSASSA-PKCS1-v1_5 with SHA-256, or pure Ed25519.
    byte[] sign(byte[] octets) throws GeneralSecurityException;
  }

  private final SigningKey key;
  private final Settings settings;
  private final InstantSource clock;

  public DkimSigner(SigningKey key, Settings settings, InstantSource clock) {
    this.key = key;
    this.settings = settings;
    this.clock = clock;
  }

  /// How messages are signed.
  ///
  /// @param canonicalization `c=`
  /// @param fields header fields to sign wherever they are present, every instance of them
  /// @param oversigned fields named once more than they are present, so that none can be added
  /// @param oversignedIfPresent the same, but not named at all where there is none: many a relay
  ///   adds them
  /// @param expiry how long a signature is good (`x=`), at least a second
  /// @param agent whom the signature speaks for (`i=`)
  public record Settings(
      Canonicalization canonicalization,
      List<String> fields,
      List<String> oversigned,
      List<String> oversignedIfPresent,
      Optional<Duration> expiry,
      Optional<Auid> agent) {
    /// What RFC 6376 recommends to sign, and what decides how a message is shown.
    public static final List<String> RECOMMENDED_FIELDS =
        List.of(
            "From",
            "Sender",
            "Reply-To",
            "Subject",
            "Date",
            "Message-ID",
            "To",
            "Cc",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "Content-ID",
            "Content-Description",
            "Resent-Date",
            "Resent-From",
            "Resent-Sender",
            "Resent-To",
            "Resent-Cc",
            "Resent-Message-ID",
            "In-Reply-To",
            "References",
            "List-Id",
            "List-Help",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "List-Subscribe",
            "List-Post",
            "List-Owner",
            "List-Archive",
            // RFC 8460, 5.3: these SHOULD be included in the DKIM signature
            "TLS-Report-Domain",
            "TLS-Report-Submitter",
            "TLS-Required");

    /// Fields that change on the way, so that they must not be signed.
    public static final List<String> NEVER_SIGNED =
        List.of(
            "Return-Path",
            "Received",
            "Received-SPF",
            "Authentication-Results",
            "DKIM-Signature",
            "ARC-Seal",
            "ARC-Message-Signature",
            "ARC-Authentication-Results",
            "Bcc",
            "Resent-Bcc");

    /// What a reader sees, and what an answer goes to: mail programs show the topmost field of a
    /// name, so that one more must never go unnoticed.
    public static final List<String> OVERSIGNED =
        List.of("From", "To", "Cc", "Subject", "Date", "Reply-To", "Message-ID");

    /// What decides how the body is read. A relay may add them to a message that has none.
    public static final List<String> OVERSIGNED_IF_PRESENT =
        List.of(
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "In-Reply-To",
            "References");

    /// relaxed/relaxed, the recommended fields, those oversigned that a reader sees, no expiry, no
    /// `i=`.
    ///
    /// @spec https://www.rfc-editor.org/rfc/rfc6376#section-5.4.1 RFC 6376, section 5.4.1:
    ///   Recommended Signature Content
    public static final Settings DEFAULT =
        new Settings(
            Canonicalization.RELAXED,
            RECOMMENDED_FIELDS,
            OVERSIGNED,
            OVERSIGNED_IF_PRESENT,
            Optional.empty(),
            Optional.empty());

    public Settings {
      fields = List.copyOf(fields);
      oversigned = List.copyOf(oversigned);
      oversignedIfPresent = List.copyOf(oversignedIfPresent);
      // RFC 6376, 5.4: the From header field MUST be signed
      if (!DkimNames.containsIgnoreCase(fields, "From")) {
        throw new IllegalArgumentException("From must be signed");
      }
      for (String never : NEVER_SIGNED) {
        if (DkimNames.containsIgnoreCase(fields, never)
            || DkimNames.containsIgnoreCase(oversigned, never)
            || DkimNames.containsIgnoreCase(oversignedIfPresent, never)) {
          throw new IllegalArgumentException(never + " must not be signed");
        }
      }
      if (expiry.isPresent() && expiry.get().toSeconds() < 1) {
        throw new IllegalArgumentException("an expiry of at least a second");
      }
    }

    /// The same with another canonicalization.
    public Settings withCanonicalization(Canonicalization other) {
      return new Settings(other, fields, oversigned, oversignedIfPresent, expiry, agent);
    }

    /// The same with an expiry.
    public Settings withExpiry(Duration duration) {
      return new Settings(
          canonicalization, fields, oversigned, oversignedIfPresent, Optional.of(duration), agent);
    }

    /// The same with other fields oversigned.
    ///
    /// @param always named once more than they are present
    /// @param ifPresent the same, but not named at all where there is none
    public Settings withOversigned(List<String> always, List<String> ifPresent) {
      return new Settings(canonicalization, fields, always, ifPresent, expiry, agent);
    }

    /// The same with other fields signed where they are present; From is always signed.
    public Settings withFields(List<String> names) {
      var signed = new ArrayList<>(names);
      if (!DkimNames.containsIgnoreCase(names, "From")) {
        signed.addFirst("From");
      }
      return new Settings(canonicalization, signed, oversigned, oversignedIfPresent, expiry, agent);
    }
  }

  /// A signature that lacks the private key's work only.
  public static final class Prepared {
    private final DkimSignature unsigned;
    private final byte[] octets;

    private Prepared(DkimSignature unsigned, byte[] octets) {
      this.unsigned = unsigned;
      this.octets = octets;
    }

    /// What the private key is to sign.
    public byte[] octets() {
      return octets.clone();
    }

    /// The field to put on top of the message's header.
    ///
    /// @param signature what the key's [Crypto] made of [#octets()]
    public HeaderField complete(byte[] signature) {
      return HeaderField.of(DkimSignature.FIELD, unsigned.signed(signature).print());
    }
  }

  public SigningKey key() {
    return key;
  }

  /// The body hash that [#prepare] wants.
  public BodySelection body() {
    return BodySelection.whole(settings.canonicalization().body(), key.algorithm().hash());
  }

  /// Everything but the private key's work.
  ///
  /// @param header the header as it will be sent, without this signature
  /// @param bodyHash the hash of [#body()]
  public Prepared prepare(MessageHeader header, byte[] bodyHash) {
    var fields = new FieldIndex(header);
    long now = clock.instant().getEpochSecond();
    var unsigned =
        new DkimSignature(
            key.algorithm(),
            "",
            Base64Text.encode(bodyHash),
            settings.canonicalization(),
            key.domain(),
            signedFields(fields),
            settings.agent(),
            OptionalLong.empty(),
            List.of(),
            key.selector(),
            OptionalLong.of(now),
            settings.expiry().isPresent()
                ? OptionalLong.of(now + settings.expiry().get().toSeconds())
                : OptionalLong.empty(),
            List.of(),
            List.of());
    HeaderField field = HeaderField.of(DkimSignature.FIELD, unsigned.print());
    int end = field.length() - 2;
    byte[] data =
        fields.headerData(
            unsigned.signedFields(),
            settings.canonicalization().header(),
            new SignatureField(field, end, end));
    return new Prepared(unsigned, DkimCrypto.toBeSigned(key.algorithm(), data));
  }

  /// Oversigned fields stand first, so that no flood of others takes their place.
  private List<String> signedFields(FieldIndex fields) {
    var names = new ArrayList<String>();
    var counted = new HashSet<String>();
    for (String name : settings.oversigned()) {
      if (counted.add(Ascii.lower(name))) {
        add(names, name, fields.count(name) + 1);
      }
    }
    for (String name : settings.oversignedIfPresent()) {
      int present = fields.count(name);
      if (present > 0 && counted.add(Ascii.lower(name))) {
        add(names, name, present + 1);
      }
    }
    for (String name : settings.fields()) {
      if (counted.add(Ascii.lower(name))) {
        add(names, name, fields.count(name));
      }
    }
    if (!DkimNames.containsIgnoreCase(names, "From")) {
      names.add("From");
    }
    return names;
  }

  private static void add(List<String> names, String name, int times) {
    for (int i = 0; i < times && names.size() < DkimSignature.MAX_SIGNED_FIELDS - 1; i++) {
      names.add(name);
    }
  }

  /// Signs a message on this thread, reading the body once.
  ///
  /// @return the field to put on top of the header
  /// @throws IOException where the body cannot be read
  /// @throws GeneralSecurityException where the key does not work
  public HeaderField sign(MessageHeader header, MessageBody body)
      throws IOException, GeneralSecurityException {
    byte[] hash = new BodyPass(List.of(body())).read(body).hash(body());
    Prepared prepared = prepare(header, hash);
    return prepared.complete(key.crypto().sign(prepared.octets()));
  }
}
