package net.facteur.auth;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.facteur.auth.adsp.AdspEvaluator;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.arc.ArcValidation;
import net.facteur.auth.arc.ArcValidator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dkim.DkimVerification;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.AuthenticatedIdentifier;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Standing;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dns.DeadlineResolver;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.spf.SpfOutcome;
import net.facteur.auth.spf.SpfRequest;
import net.facteur.auth.spf.SpfResult;
import net.facteur.auth.spf.SpfVerifier;

/// Authenticates messages: SPF, DKIM and ARC side by side, then ADSP and DMARC on their results.
///
/// The body is read once, and only if something is signed. Look-ups block, so it is called on a
/// virtual thread, never on an event loop; it throws for nothing that a message or a DNS answer
/// holds. Safe for use by many threads.
public final class MessageAuthenticator {
  private final Resolver resolver;
  private final DkimCrypto crypto;
  private final InstantSource clock;
  private final Settings settings;
  private final Consumer<AuthenticationReport> told;

  /// What this site asks for.
  ///
  /// @param receiver this host's name, for the explanations of SPF
  /// @param lookUpBudget time for all look-ups of SPF, DKIM and ARC for one message, and once more
  ///   for those of DMARC and ADSP; once it is up, what is still missing is a temporary error. One
  ///   look-up under way may add its own time limit to it
  /// @param dkim what the DKIM verifier puts up with
  /// @param dmarc what is done with messages that fail DMARC
  /// @param trustedSealers forwarders whose ARC sets are believed: what one of them found to pass
  ///   DMARC before the message was changed is not held against it; default none
  public record Settings(
      String receiver,
      Duration lookUpBudget,
      DkimVerifier.Policy dkim,
      DmarcLocalPolicy dmarc,
      Set<DomainName> trustedSealers) {
    public Settings {
      trustedSealers = Set.copyOf(trustedSealers);
      if (lookUpBudget.isNegative() || lookUpBudget.isZero()) {
        throw new IllegalArgumentException("a budget of more than no time");
      }
    }

    /// 20 seconds (as RFC 7208, section 4.6.4 allows for SPF alone), DKIM as its defaults but for
    /// `l=`, which counts only where nothing was added, and no rejection for DMARC alone.
    public static Settings defaults(String receiver) {
      return new Settings(
          receiver,
          Duration.ofSeconds(20),
          DkimVerifier.Policy.DEFAULT.withBodyLengths(DkimVerifier.BodyLengths.REFUSE_UNSIGNED),
          DmarcLocalPolicy.neverRejectAlone());
    }

    /// The same without trusted sealers.
    public Settings(
        String receiver, Duration lookUpBudget, DkimVerifier.Policy dkim, DmarcLocalPolicy dmarc) {
      this(receiver, lookUpBudget, dkim, dmarc, Set.of());
    }
  }

  public MessageAuthenticator(
      Resolver resolver, DkimCrypto crypto, InstantSource clock, Settings settings) {
    this(resolver, crypto, clock, settings, _ -> {});
  }

  /// @param told hears of each report as soon as it is made; it must be quick, and throw nothing
  public MessageAuthenticator(
      Resolver resolver,
      DkimCrypto crypto,
      InstantSource clock,
      Settings settings,
      Consumer<AuthenticationReport> told) {
    this.told = told;
    this.resolver = resolver;
    this.crypto = crypto;
    this.clock = clock;
    this.settings = settings;
  }

  /// Runs every check on a message as it was received, before anything is added or removed.
  ///
  /// @throws IOException where the body cannot be read, which is our own disk's fault
  public AuthenticationReport authenticate(
      AuthenticationRequest request, MessageHeader header, MessageBody body) throws IOException {
    var timed = new DeadlineResolver(resolver, clock, settings.lookUpBudget());
    var spf = new SpfVerifier(timed, clock, settings.receiver());
    DkimVerification dkim = new DkimVerifier(timed, crypto, clock, settings.dkim()).begin(header);
    ArcValidation arc = new ArcValidator(timed, crypto, clock, settings.dkim()).begin(header);
    Future<SpfOutcome> helo;
    Future<SpfOutcome> mailFrom;
    Future<List<DkimOutcome>> signatures;
    Future<ArcOutcome> chain;
    // closing waits for the tasks
    try (var lookUps = Executors.newVirtualThreadPerTaskExecutor()) {
      helo =
          lookUps.submit(
              () -> spf(spf, request, SpfRequest.helo(request.client(), request.helo())));
      mailFrom =
          lookUps.submit(
              () ->
                  spf(
                      spf,
                      request,
                      SpfRequest.mailFrom(
                          request.client(), request.helo(), request.reversePath())));
      if (dkim.wantsBody() || arc.wantsBody()) {
        // One pass for both: neither keeps anything of the body.
        body.read(
            (octets, offset, length) -> {
              dkim.update(octets, offset, length);
              arc.update(octets, offset, length);
            });
      }
      signatures = lookUps.submit(dkim::outcomes);
      chain = lookUps.submit(arc::outcome);
    }
    AuthorDomain author = AuthorDomain.of(header);
    // A time of its own: many slow signatures must not keep the author's policy from being found.
    var policies = new DeadlineResolver(resolver, clock, settings.lookUpBudget());
    DmarcOutcome dmarc =
        new DmarcEvaluator(
                policies,
                settings
                    .dmarc()
                    .trusting(chain.resultNow().foundToPassDmarc(settings.trustedSealers())))
            .evaluate(author, identifiers(mailFrom.resultNow(), signatures.resultNow()));
    var report =
        new AuthenticationReport(
            request,
            author,
            helo.resultNow(),
            mailFrom.resultNow(),
            signatures.resultNow(),
            new AdspEvaluator(policies).evaluate(author, signers(signatures.resultNow())),
            chain.resultNow(),
            dmarc);
    told.accept(report);
    return report;
  }

  private static SpfOutcome spf(
      SpfVerifier verifier, AuthenticationRequest request, SpfRequest identity) {
    return request
        .withoutSpf()
        .map(why -> SpfOutcome.unchecked(identity.identity(), why))
        .orElseGet(() -> verifier.check(identity));
  }

  private static Set<DomainName> signers(List<DkimOutcome> signatures) {
    return signatures.stream()
        .filter(signature -> signature.result() == DkimResult.PASS)
        .map(DkimOutcome::domain)
        .flatMap(Optional::stream)
        .collect(Collectors.toSet());
  }

  /// RFC 9989, 4.4.2: of SPF only the MAIL FROM identity counts.
  private static List<AuthenticatedIdentifier> identifiers(
      SpfOutcome mailFrom, List<DkimOutcome> signatures) {
    var identifiers = new ArrayList<AuthenticatedIdentifier>();
    mailFrom
        .domain()
        .map(domain -> AuthenticatedIdentifier.spf(domain, standing(mailFrom.result())))
        .ifPresent(identifiers::add);
    for (DkimOutcome signature : signatures) {
      signature
          .domain()
          .map(
              domain ->
                  AuthenticatedIdentifier.dkim(
                      domain, signature.selector().orElse(""), standing(signature)))
          .ifPresent(identifiers::add);
    }
    return identifiers;
  }

  private static Standing standing(SpfResult result) {
    return switch (result) {
      case PASS -> Standing.PASSED;
      case TEMPERROR -> Standing.UNDETERMINED;
      case NONE, NEUTRAL, FAIL, SOFTFAIL, PERMERROR -> Standing.FAILED;
    };
  }

  /// RFC 9989, 4.4.1: where the signature validates, its domain is authenticated, also while the
  /// domain says that it is testing its keys.
  private static Standing standing(DkimOutcome signature) {
    return switch (signature.result()) {
      case PASS -> Standing.PASSED;
      case TEMPERROR -> Standing.UNDETERMINED;
      case NONE, FAIL, POLICY, NEUTRAL, PERMERROR -> Standing.FAILED;
    };
  }
}
