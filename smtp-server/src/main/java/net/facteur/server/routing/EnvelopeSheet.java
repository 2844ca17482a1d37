package net.facteur.server.routing;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
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
import net.facteur.queue.OriginalRecipient;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// Collects the ends of one transaction's recipients into envelopes, each end once.
final class EnvelopeSheet {
  private final Router router;
  private final Map<ReversePath, List<Recipient>> byPath = new LinkedHashMap<>();
  private final Map<String, Place> seen = new HashMap<>();
  private final Set<String> reported = new HashSet<>();

  EnvelopeSheet(Router router) {
    this.router = router;
  }

  void add(ReversePath reversePath, ForwardPath path, Resolution.End end) {
    Place before = seen.get(end.place(router));
    if (before != null) {
      before.joinedBy(path);
      if (keptElsewhere(end.hop()) && end.plain(router)) {
        before.named(end.address());
      }
      // RFC 3461, section 5.2.7: who wants to hear of success still does.
      if (path.notifyOn().orElse(Set.of()).contains(Notify.SUCCESS)
          && reported.add(router.key(path.address()))) {
        note(reversePath, path);
      }
      return;
    }
    reported.add(router.key(path.address()));
    Optional<String> original = path.originalRecipient();
    if (original.isEmpty() && !end.address().equals(path.address())) {
      original = Optional.of(OriginalRecipient.of(path.address()));
    }
    List<Recipient> list = byPath.computeIfAbsent(reversePath, _ -> new ArrayList<>());
    seen.put(end.place(router), new Place(list, list.size()));
    // RFC 3461, section 5.2.7: NOTIFY and ORCPT go on with the rewritten address.
    list.add(
        new Recipient(
            end.address(), end.hop().destination(), path.notifyOn(), original, end.forwarders()));
  }

  /// A program that keeps mailboxes may know no sub-addresses, so the mailbox itself is named where
  /// somebody did. Our own takes the first tag for the folder.
  private static boolean keptElsewhere(NextHop hop) {
    return switch (hop) {
      case NextHop.LmtpSocket _, NextHop.LmtpHost _, NextHop.LmtpJunk _ -> true;
      case NextHop.Maildir _,
          NextHop.Junk _,
          NextHop.Nowhere _,
          NextHop.ToList _,
          NextHop.ToMembers _,
          NextHop.Discard _,
          NextHop.Refused _,
          NextHop.Relay _,
          NextHop.Mx _,
          NextHop.Literal _ ->
          false;
    };
  }

  /// Where the recipient stands that has the place's copy.
  private record Place(List<Recipient> list, int index) {
    /// Whoever shares the copy hears of its failure, unless all said that they do not want to.
    void joinedBy(ForwardPath other) {
      Recipient kept = list.get(index);
      Optional<Set<Notify>> wishes = union(kept.notifyOn(), other.notifyOn());
      if (!wishes.equals(kept.notifyOn())) {
        put(kept.address(), wishes);
      }
    }

    /// The copy goes to the mailbox by this address.
    void named(MailAddress address) {
      put(address, list.get(index).notifyOn());
    }

    private void put(MailAddress address, Optional<Set<Notify>> wishes) {
      Recipient kept = list.get(index);
      list.set(
          index,
          new Recipient(
              address, kept.destination(), wishes, kept.originalRecipient(), kept.forwarders()));
    }

    /// An empty one is the default, which is to hear of failure (RFC 3461, section 4.1).
    private static Optional<Set<Notify>> union(
        Optional<Set<Notify>> kept, Optional<Set<Notify>> other) {
      if (kept.isEmpty()) {
        return kept;
      }
      var all = EnumSet.noneOf(Notify.class);
      all.addAll(kept.get());
      other.orElse(Set.of(Notify.FAILURE)).stream()
          .filter(wish -> wish != Notify.SUCCESS)
          .forEach(all::add);
      return Optional.of(all);
    }
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
    note(reversePath, path);
    var others = EnumSet.copyOf(wishes);
    others.remove(Notify.SUCCESS);
    return new ForwardPath(path.address(), Optional.of(others), path.originalRecipient());
  }

  /// Notes a recipient that others stand for, and that hears of success.
  private void note(ReversePath reversePath, ForwardPath path) {
    byPath
        .computeIfAbsent(reversePath, _ -> new ArrayList<>())
        .add(
            new Recipient(
                path.address(),
                Destination.EXPANDED,
                Optional.of(Set.of(Notify.SUCCESS)),
                path.originalRecipient()));
  }

  List<Envelope> envelopes() {
    var out = new ArrayList<Envelope>(byPath.size());
    byPath.forEach((path, recipients) -> out.add(new Envelope(path, recipients)));
    return out;
  }
}
