package net.facteur.server.routing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Notify;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// Collects the ends of one transaction's recipients into envelopes, each end once.
final class EnvelopeSheet {
  private final Router router;
  private final Map<ReversePath, List<Recipient>> byPath = new LinkedHashMap<>();
  private final Set<String> seen = new HashSet<>();

  EnvelopeSheet(Router router) {
    this.router = router;
  }

  void add(ReversePath reversePath, ForwardPath path, Resolution.End end) {
    var destination = end.hop().destination();
    if (!seen.add(destination.text() + " " + router.key(end.address()))) {
      return;
    }
    Optional<String> original = path.originalRecipient();
    if (original.isEmpty() && !end.address().equals(path.address())) {
      original = Optional.of(originalRecipient(path.address()));
    }
    byPath
        .computeIfAbsent(reversePath, _ -> new ArrayList<>())
        // RFC 3461, section 5.2.7: NOTIFY and ORCPT go on with the rewritten address.
        .add(
            new Recipient(end.address(), destination, path.notifyOn(), original, end.forwarders()));
  }

  /// Notes that an address stands for several.
  ///
  /// @return it with the wishes that go on to each of them
  /// @spec https://www.rfc-editor.org/rfc/rfc3461#section-5.2.7.3 RFC 3461, section 5.2.7.3:
  ///   multiple-recipient aliases, (c)
  ForwardPath expand(ReversePath reversePath, ForwardPath path) {
    Set<Notify> wishes = path.notifyOn().orElse(Set.of());
    if (!wishes.contains(Notify.SUCCESS)) {
      return path;
    }
    byPath
        .computeIfAbsent(reversePath, _ -> new ArrayList<>())
        .add(
            new Recipient(
                path.address(),
                Destination.EXPANDED,
                Optional.of(Set.of(Notify.SUCCESS)),
                path.originalRecipient()));
    var others = EnumSet.copyOf(wishes);
    others.remove(Notify.SUCCESS);
    return new ForwardPath(path.address(), Optional.of(others), path.originalRecipient());
  }

  List<Envelope> envelopes() {
    var out = new ArrayList<Envelope>(byPath.size());
    byPath.forEach((path, recipients) -> out.add(new Envelope(path, recipients)));
    return out;
  }

  /// An ORCPT value for an address that came without one.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc3461#section-4.2 RFC 3461, section 4.2: ORCPT
  /// @spec https://www.rfc-editor.org/rfc/rfc6533#section-3 RFC 6533, section 3: utf-8 address type
  static String originalRecipient(MailAddress address) {
    String text = address.text();
    return address.needsSmtpUtf8() ? "utf-8;" + utf8Xtext(text) : "rfc822;" + xtext(text);
  }

  private static String xtext(String text) {
    var out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      if (b > 0x20 && b < 0x7f && b != '+' && b != '=') {
        out.append((char) b);
      } else {
        out.append('+').append(hex(b >> 4)).append(hex(b));
      }
    }
    return out.toString();
  }

  private static String utf8Xtext(String text) {
    var out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c > 0x20 && c < 0x7f && c != '+' && c != '=' && c != '\\') {
                out.append((char) c);
              } else {
                String digits = Integer.toHexString(c);
                out.append("\\x{");
                digits.chars().forEach(d -> out.append((char) (d >= 'a' ? d - 32 : d)));
                out.append('}');
              }
            });
    return out.toString();
  }

  private static char hex(int nibble) {
    return "0123456789ABCDEF".charAt(nibble & 15);
  }
}
