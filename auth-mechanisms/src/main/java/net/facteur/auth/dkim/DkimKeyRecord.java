package net.facteur.auth.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.TagList;

/// A key record, as it stands in TXT at `selector._domainkey.domain`.
///
/// Lists hold the words as written, known or not; unknown words do no harm (RFC 6376, section
/// 3.6.1). An absent tag is an empty list or an empty `Optional`, so that [#print()] writes what
/// was read.
///
/// @param versioned `v=DKIM1` stands at its beginning
/// @param keyType the word in `k=`; absent means `rsa`
/// @param hashes the words in `h=`; none means any hash
/// @param services the words in `s=`; none means every service
/// @param flags the words in `t=`
/// @param notes the text of `n=`, for people, still quoted-printable
/// @param granularity `g=` of RFC 4871: read, kept, and without meaning since RFC 6376
/// @param publicKey the base64 in `p=`, white space out; empty means that the key is revoked
/// @param others tags that are unknown here
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1 RFC 6376, section 3.6.1: Textual
///   Representation
public record DkimKeyRecord(
    boolean versioned,
    Optional<String> keyType,
    List<String> hashes,
    List<String> services,
    List<String> flags,
    Optional<String> notes,
    Optional<String> granularity,
    String publicKey,
    List<OtherTag> others) {
  private static final String VERSION = "DKIM1";

  public DkimKeyRecord {
    hashes = List.copyOf(hashes);
    services = List.copyOf(services);
    flags = List.copyOf(flags);
    others = List.copyOf(others);
  }

  /// A tag that is unknown here.
  public record OtherTag(String name, String value) {}

  /// The plain record of a key: version, type, key.
  public static DkimKeyRecord of(DkimPublicKey key) {
    return new DkimKeyRecord(
        true,
        Optional.of(key.type().word()),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Base64Text.encode(key.octets()),
        List.of());
  }

  /// This record with an empty `p=`, which says that the key is revoked.
  public DkimKeyRecord revoke() {
    return new DkimKeyRecord(
        versioned, keyType, hashes, services, flags, notes, granularity, "", others);
  }

  /// This record with other lists of hashes, services and flags, as [#print()] shall write them.
  public DkimKeyRecord with(List<String> hashes, List<String> services, List<String> flags) {
    return new DkimKeyRecord(
        versioned, keyType, hashes, services, flags, notes, granularity, publicKey, others);
  }

  /// This record with a note for people.
  public DkimKeyRecord withNotes(String text) {
    return new DkimKeyRecord(
        versioned,
        keyType,
        hashes,
        services,
        flags,
        Optional.of(QuotedPrintable.encodeSection(text)),
        granularity,
        publicKey,
        others);
  }

  /// Reads a record. Offsets point into `text`.
  ///
  /// @param text all strings of the TXT record joined
  public static Parsed<DkimKeyRecord> parse(String text) {
    return switch (TagList.parse(text)) {
      case Parsed.Ok<TagList>(TagList tags) -> parse(tags);
      case Parsed.Malformed<TagList> m -> m.as();
    };
  }

  private static Parsed<DkimKeyRecord> parse(TagList tags) {
    Optional<TagList.Tag> version = tags.get("v");
    if (version.isPresent()) {
      TagList.Tag v = version.get();
      // RFC 6376, 3.6.1: v= MUST be the first tag, and records with another value MUST be discarded
      if (!v.equals(tags.tags().getFirst()) || !v.value().equals(VERSION)) {
        return Parsed.malformed(v.valueOffset(), "v=DKIM1 as the first tag");
      }
    }
    Optional<TagList.Tag> key = tags.get("p");
    if (key.isEmpty()) {
      return Parsed.malformed(0, "p=");
    }
    String base64 = key.get().withoutWhiteSpace();
    if (Base64Text.decode(base64).isEmpty()) {
      return Parsed.malformed(key.get().valueOffset(), "base64");
    }
    for (String list : List.of("h", "s", "t")) {
      Optional<TagList.Tag> bad = tags.get(list).filter(tag -> words(tag).isEmpty());
      if (bad.isPresent()) {
        return Parsed.malformed(bad.get().valueOffset(), "words with colons between");
      }
    }
    return Parsed.ok(
        new DkimKeyRecord(
            version.isPresent(),
            tags.value("k"),
            list(tags, "h"),
            list(tags, "s"),
            list(tags, "t"),
            tags.value("n"),
            tags.value("g"),
            base64,
            others(tags)));
  }

  private static Optional<List<String>> words(TagList.Tag tag) {
    return DkimNames.colonList(tag.value());
  }

  private static List<String> list(TagList tags, String name) {
    return tags.get(name).flatMap(DkimKeyRecord::words).orElse(List.of());
  }

  private static List<OtherTag> others(TagList tags) {
    return tags.tags().stream()
        .filter(tag -> !isKnown(tag.name()))
        .map(tag -> new OtherTag(tag.name(), tag.value()))
        .toList();
  }

  private static boolean isKnown(String name) {
    return switch (name) {
      case "v", "h", "k", "n", "p", "s", "t", "g" -> true;
      default -> false;
    };
  }

  /// The key type; empty where this library does not know it.
  public Optional<KeyType> type() {
    return keyType.isEmpty() ? Optional.of(KeyType.RSA) : KeyType.of(keyType.get());
  }

  /// `p=` is empty: the key is revoked.
  public boolean revoked() {
    return publicKey.isEmpty();
  }

  /// `t=y`: the domain is testing, and its signatures are to be treated as none would be.
  public boolean testing() {
    return DkimNames.containsIgnoreCase(flags, "y");
  }

  /// `t=s`: the domain in `i=` must be that in `d=`, not one below it.
  public boolean strict() {
    return DkimNames.containsIgnoreCase(flags, "s");
  }

  /// `h=` is absent or names this hash.
  public boolean allows(HashAlgorithm hash) {
    return hashes.isEmpty() || DkimNames.containsIgnoreCase(hashes, hash.word());
  }

  /// `s=` is absent or names `email` or `*`.
  public boolean servesMail() {
    return services.isEmpty()
        || DkimNames.containsIgnoreCase(services, "email")
        || services.contains("*");
  }

  /// The note for people; as it stands where it is not quoted-printable.
  public Optional<String> notesText() {
    return notes.map(n -> QuotedPrintable.decodeSection(n).orElse(n));
  }

  /// The key itself.
  ///
  /// @return malformed where the type is unknown, the key revoked or not a key of its type
  public Parsed<DkimPublicKey> key() {
    return switch (type().orElse(null)) {
      case null -> Parsed.malformed(0, "a known key type");
      case KeyType known ->
          DkimPublicKey.parse(known, Base64Text.decode(publicKey).orElse(new byte[0]));
    };
  }

  /// The record on one line.
  public String print() {
    var tags = new ArrayList<String>();
    if (versioned) {
      tags.add("v=" + VERSION);
    }
    keyType.ifPresent(k -> tags.add("k=" + k));
    addList(tags, "h", hashes);
    addList(tags, "s", services);
    addList(tags, "t", flags);
    notes.ifPresent(n -> tags.add("n=" + n));
    granularity.ifPresent(g -> tags.add("g=" + g));
    others.forEach(other -> tags.add(other.name() + "=" + other.value()));
    tags.add("p=" + publicKey);
    return String.join("; ", tags);
  }

  private static void addList(List<String> tags, String name, List<String> words) {
    if (!words.isEmpty()) {
      tags.add(name + "=" + String.join(":", words));
    }
  }

  /// The record cut into strings of at most 255 octets, as DNS wants it.
  public TxtRecord toTxt() {
    return TxtRecord.of(print());
  }
}
