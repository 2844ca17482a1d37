package net.facteur.server.submission;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.routing.AddressLiteral;

/// Whose names a message may bear, asked of what is finally sent.
///
/// Who writes is named by From, and Sender must not name another user of ours. Who sends on the
/// mail of others (RFC 5322, 3.6.6) is named by Resent-From: the From of strangers then goes on
/// unchanged, and the signature is that of the user's domain alone.
final class Authorship {
  private static final int MAX_PARENTS = 10;

  private final Predicate<MailAddress> own;
  private final Set<DomainName> locals;

  /// @param own an address that this client may use
  /// @param locals our domains
  Authorship(Predicate<MailAddress> own, Set<DomainName> locals) {
    this.own = own;
    this.locals = locals;
  }

  /// What was decided.
  sealed interface Decision {}

  /// The message may be sent, signed for `domain`.
  record Sign(DomainName domain) implements Decision {}

  /// The message is sent on, and names somebody else of our domains: it may be sent, signed for
  /// `domain`, if it bears a valid signature of each of `claimed`.
  record Verify(DomainName domain, Set<DomainName> claimed, MailAddress address)
      implements Decision {}

  /// The message may not be sent.
  ///
  /// @param text what to tell the client
  /// @param address whose name it bears; for the log
  record Refuse(String text, MailAddress address) implements Decision {}

  Decision of(Preparation.Prepared message) {
    Optional<MailAddress> foreign = first(message.authors(), a -> !own.test(a));
    boolean redirected = foreign.isPresent() && !message.resentFrom().isEmpty();
    if (foreign.isPresent() && !redirected) {
      return new Refuse("The From address is not yours to use", foreign.get());
    }
    Predicate<MailAddress> anothers = a -> !own.test(a) && related(a);
    Optional<MailAddress> resender =
        first(message.resentFrom(), redirected ? a -> !own.test(a) : anothers)
            .or(() -> first(message.resentSenders(), anothers));
    if (resender.isPresent()) {
      return new Refuse("The Resent-From address is not yours to use", resender.get());
    }
    return redirected ? sentOn(message, anothers) : written(message, anothers);
  }

  private static Decision written(Preparation.Prepared message, Predicate<MailAddress> anothers) {
    Optional<MailAddress> sender = first(message.senders(), anothers);
    return sender.isPresent()
        ? new Refuse("The Sender address is not yours to use", sender.get())
        : signed(message.authors().getFirst(), "The From address has no domain name");
  }

  private static Decision sentOn(Preparation.Prepared message, Predicate<MailAddress> anothers) {
    var named = new ArrayList<MailAddress>(message.authors());
    named.addAll(message.senders());
    List<MailAddress> ours = named.stream().filter(anothers).toList();
    Decision decision =
        signed(message.resentFrom().getFirst(), "The Resent-From address has no domain name");
    if (ours.isEmpty() || !(decision instanceof Sign(DomainName domain))) {
      return decision;
    }
    Set<DomainName> claimed = new LinkedHashSet<>();
    for (MailAddress address : ours) {
      Optional<DomainName> spoken = domain(address);
      if (spoken.isEmpty()) {
        return new Refuse("An address of the message has no domain name", address);
      }
      claimed.add(spoken.get());
    }
    return new Verify(domain, claimed, ours.getFirst());
  }

  private static Decision signed(MailAddress address, String otherwise) {
    return domain(address).<Decision>map(Sign::new).orElseGet(() -> new Refuse(otherwise, address));
  }

  /// True where a signature of ours could speak for the address: its domain is ours, or lies below
  /// one of ours, or above (RFC 9989, 4.4: relaxed alignment). A domain that is no name may be
  /// shown as one of ours; an address literal is not.
  private boolean related(MailAddress address) {
    if (address.domain().startsWith("[")) {
      return AddressLiteral.bracketed(address.domain()).isEmpty();
    }
    Optional<DomainName> domain = domain(address);
    if (domain.isEmpty() || !domain.get().isPlain() || looksLikeOurs(address.domain())) {
      return true;
    }
    return parents(domain.get()).stream().anyMatch(locals::contains)
        || locals.stream().anyMatch(ours -> parents(ours).contains(domain.get()));
  }

  /// One of our names in look-alikes, or with signs beyond ASCII around it, which a reader may pass
  /// over. Octets that are no UTF-8 may be passed over, too.
  private boolean looksLikeOurs(String domain) {
    if (Ascii.isAscii(domain)) {
      return false;
    }
    String lenient =
        new String(domain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
            .replace("\ufffd", "");
    return locals.stream().anyMatch(ours -> ours.isShownIn(domain) || ours.isShownIn(lenient));
  }

  static List<DomainName> parents(DomainName domain) {
    var all = new ArrayList<DomainName>();
    Optional<DomainName> at = Optional.of(domain);
    for (int i = 0; i < MAX_PARENTS && at.isPresent() && !at.get().isRoot(); i++) {
      all.add(at.get());
      at = at.get().parent();
    }
    return all;
  }

  private static Optional<MailAddress> first(
      List<MailAddress> addresses, Predicate<MailAddress> which) {
    return addresses.stream().filter(which).findFirst();
  }

  static Optional<DomainName> domain(MailAddress address) {
    return DomainName.parse(address.domain()).toOptional().filter(d -> !d.isRoot());
  }
}
