package net.facteur.auth.dkim;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.OctetSink;

/// One pass over a body that yields every body hash that is wanted.
///
/// The body is given in chunks as it comes, canonicalized once per form and hashed once per
/// different [BodySelection]; nothing of it is kept. Not safe for use by several threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.7 RFC 6376, section 3.7: Computing the
///   Message Hashes
public final class BodyPass {
  private final Map<Canonicalization.Form, BodyCanonicalizer> forms =
      new EnumMap<>(Canonicalization.Form.class);
  private final Map<BodySelection, LimitedDigest> digests = new HashMap<>();
  private final Map<BodySelection, byte[]> hashes = new HashMap<>();
  private boolean finished;

  /// A pass for these selections; the caller bounds their number. Equal ones are computed once.
  public BodyPass(Collection<BodySelection> selections) {
    var sinks =
        new EnumMap<Canonicalization.Form, List<LimitedDigest>>(Canonicalization.Form.class);
    for (BodySelection selection : selections) {
      digests.computeIfAbsent(
          selection,
          s -> {
            var digest = new LimitedDigest(s.hash().digest(), s.limit());
            sinks.computeIfAbsent(s.form(), _ -> new ArrayList<>()).add(digest);
            return digest;
          });
    }
    sinks.forEach((form, list) -> forms.put(form, BodyCanonicalizer.of(form, sink(list))));
  }

  private static OctetSink sink(List<LimitedDigest> digests) {
    if (digests.size() == 1) {
      return digests.getFirst();
    }
    return (octets, offset, length) -> {
      for (LimitedDigest digest : digests) {
        digest.accept(octets, offset, length);
      }
    };
  }

  /// Takes the next `length` octets of the body, from `offset` on.
  public void update(byte[] octets, int offset, int length) {
    for (BodyCanonicalizer form : forms.values()) {
      form.update(octets, offset, length);
    }
  }

  /// Takes the whole body.
  public BodyPass read(MessageBody body) throws IOException {
    if (!forms.isEmpty()) {
      body.read(this::update);
    }
    finish();
    return this;
  }

  /// Ends the body. More calls do nothing.
  public void finish() {
    if (!finished) {
      finished = true;
      forms.values().forEach(BodyCanonicalizer::finish);
      digests.forEach((selection, digest) -> hashes.put(selection, digest.hash()));
    }
  }

  /// The hash of a selection this pass was made for, once it is finished.
  ///
  /// @throws IllegalStateException before the end, or for another selection
  public byte[] hash(BodySelection selection) {
    byte[] hash = hashes.get(selection);
    if (hash == null) {
      throw new IllegalStateException("no body hash of " + selection);
    }
    return hash.clone();
  }

  /// Octets of the whole body in a form this pass was made for, once it is finished.
  ///
  /// @throws IllegalStateException before the end, or for another form
  public long length(Canonicalization.Form form) {
    BodyCanonicalizer canonicalizer = forms.get(form);
    if (!finished || canonicalizer == null) {
      throw new IllegalStateException("no body length in form " + form);
    }
    return canonicalizer.written();
  }

  /// Hashes the first octets only, as many as `l=` says.
  private static final class LimitedDigest implements OctetSink {
    private final MessageDigest digest;
    private long left;

    LimitedDigest(MessageDigest digest, long limit) {
      this.digest = digest;
      this.left = limit;
    }

    @Override
    public void accept(byte[] octets, int offset, int length) {
      int now = (int) Math.min(length, left);
      digest.update(octets, offset, now);
      left -= now;
    }

    byte[] hash() {
      return digest.digest();
    }
  }
}
