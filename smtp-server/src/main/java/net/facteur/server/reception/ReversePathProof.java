package net.facteur.server.reception;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.spf.SpfResult;
import net.facteur.queue.Notify;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// Whether whoever stands in the reverse-path wrote the message, and so which reports he gets.
///
/// A report to a forged address is spam that we send. One that tells of success may be asked for
/// with each of a thousand recipients, so it goes only to a sender who is proven; one that tells of
/// failure is owed to everybody who is not known to be forged.
///
/// @param spf the result for the reverse-path
/// @param signed a DKIM signature of a domain aligned with the reverse-path's passes
record ReversePathProof(SpfResult spf, boolean signed) {
  static ReversePathProof of(AuthenticationReport report) {
    String path = report.request().reversePath();
    Optional<DomainName> sender =
        DomainName.parse(path.substring(path.lastIndexOf('@') + 1))
            .toOptional()
            .filter(domain -> !domain.isRoot());
    Optional<DomainName> organization =
        report.dmarc() instanceof DmarcOutcome.Evaluated evaluated
            ? Optional.of(evaluated.policyDomain())
            : Optional.empty();
    boolean signed =
        sender.isPresent()
            && report.signatures().stream()
                .filter(signature -> signature.result() == DkimResult.PASS)
                .map(DkimOutcome::domain)
                .flatMap(Optional::stream)
                .anyMatch(signer -> aligned(signer, sender.get(), organization));
    return new ReversePathProof(report.spfMailFrom().result(), signed);
  }

  /// Relaxed alignment without a look-up of its own: one is within the other, or both are within
  /// the domain whose DMARC policy was found.
  private static boolean aligned(
      DomainName signer, DomainName sender, Optional<DomainName> organization) {
    return (signer.labelCount() > 1 && sender.isWithin(signer))
        || (sender.labelCount() > 1 && signer.isWithin(sender))
        || organization
            .filter(top -> top.labelCount() > 1 && signer.isWithin(top) && sender.isWithin(top))
            .isPresent();
  }

  boolean proven() {
    return spf == SpfResult.PASS || signed;
  }

  private boolean forged() {
    return spf == SpfResult.FAIL && !signed;
  }

  /// The recipients with the wishes that are granted.
  ///
  /// @param unsure whether nobody knows that there is such a recipient, so that a forger may have
  ///   made him up
  List<ForwardPath> granted(
      List<ForwardPath> paths, boolean quarantined, Predicate<ForwardPath> unsure) {
    return paths.stream()
        .map(
            path -> {
              // RFC 3461, 4.1: without NOTIFY, failure and delay
              Set<Notify> allowed = allowed(quarantined || (!proven() && unsure.test(path)));
              Set<Notify> wishes = EnumSet.noneOf(Notify.class);
              wishes.addAll(path.notifyOn().orElse(Set.of(Notify.FAILURE, Notify.DELAY)));
              return wishes.retainAll(allowed)
                  ? new ForwardPath(path.address(), Optional.of(wishes), path.originalRecipient())
                  : path;
            })
        .toList();
  }

  private Set<Notify> allowed(boolean silent) {
    Set<Notify> allowed = EnumSet.noneOf(Notify.class);
    if (!forged() && !silent) {
      allowed.add(Notify.FAILURE);
      if (spf != SpfResult.FAIL) {
        allowed.add(Notify.DELAY);
      }
      if (proven()) {
        allowed.add(Notify.SUCCESS);
      }
    }
    return allowed;
  }

  /// Why the sender is told of nothing; empty where he may be told of failures.
  ///
  /// @param unsure of some recipient, nobody knows that he is there
  Optional<String> silence(boolean quarantined, boolean unsure) {
    if (quarantined) {
      return Optional.of("none to the sender, since the message is quarantined");
    }
    if (forged()) {
      return Optional.of(
          "none to the sender, who is forged: SPF says fail and no signature is his");
    }
    return unsure && !proven()
        ? Optional.of(
            "none to the sender about recipients whose server could not be asked, since nothing"
                + " proves that he wrote the message")
        : Optional.empty();
  }
}
