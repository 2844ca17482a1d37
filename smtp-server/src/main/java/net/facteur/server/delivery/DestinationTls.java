package net.facteur.server.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.facteur.auth.dane.TlsaLookup;
import net.facteur.auth.dane.TlsaSet;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.tlsrpt.AppliedPolicy;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.server.delivery.TlsDecision.Account;
import net.facteur.server.report.TlsSessionResult;

/// The one decision: what the administrator says, else DANE, else MTA-STS, else TLS where offered.
///
/// MTA-STS never weakens, overrides or replaces DANE: where a TLSA look-up fails the host is barred
/// and no policy opens it again.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7672#section-2.2 RFC 7672, section 2.2: TLS Discovery
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-2 RFC 8461, section 2: Related Technologies
public final class DestinationTls implements TlsPolicy {
  private final Settings settings;
  private final TlsaLookup tlsa;
  private final MtaStsPolicies policies;

  /// What the administrator chooses.
  ///
  /// @param port of mail exchangers, part of the name of TLSA records
  /// @param insecureMx what secure TLSA records count for behind insecure MX records
  /// @param overrides by destination
  public record Settings(int port, InsecureMx insecureMx, Map<DomainName, TlsOverride> overrides) {
    public Settings {
      overrides = Map.copyOf(overrides);
    }
  }

  /// What secure TLSA records of a host count for that an insecure MX record leads to.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7672#section-2.2.1 RFC 7672, section 2.2.1: MX
  ///   Resolution
  public enum InsecureMx {
    /// Nothing.
    MAY,
    /// TLS is a must.
    ENCRYPT,
    /// The certificate has to fit.
    DANE
  }

  public DestinationTls(Settings settings, Resolver resolver, MtaStsPolicies policies) {
    this.settings = settings;
    this.tlsa = new TlsaLookup(resolver);
    this.policies = policies;
  }

  @Override
  public void expect(DomainName domain) {
    if (override(domain) instanceof TlsOverride.Dane) {
      var _ = policies.policyFor(domain);
    }
  }

  private TlsOverride override(DomainName domain) {
    return settings.overrides().getOrDefault(domain, new TlsOverride.Dane());
  }

  @Override
  public TlsDecision decide(DomainName domain, MxHost host, Demand demand) {
    TlsOverride override = override(domain);
    if (!(override instanceof TlsOverride.Dane)) {
      return demanded(byOverride(override, domain, host), demand, "delivery.tls");
    }
    if (demand == Demand.TLS_OPTIONAL) {
      // RFC 8689, section 4.2.2: the recipients' policies are set aside.
      return TlsDecision.of(new TlsRequirement.Opportunistic(), "TLS-Required: no");
    }
    // Begun before the TLSA look-up, so that both run side by side.
    CompletableFuture<MtaStsLookup> policy = policies.policyFor(domain).toCompletableFuture();
    boolean encryptOnly = !host.secure() && settings.insecureMx() == InsecureMx.ENCRYPT;
    return new Weighing(domain, host, records(host), encryptOnly, policy.join()).decide(demand);
  }

  private TlsaLookup.Found records(MxHost host) {
    return host.secure() || settings.insecureMx() != InsecureMx.MAY
        ? tlsa.find(host.name(), settings.port())
        : new TlsaLookup.Found.None("the MX records are not secure");
  }

  private TlsDecision byOverride(TlsOverride override, DomainName domain, MxHost host) {
    String why = "delivery.tls says " + override.text();
    return TlsDecision.of(
        switch (override) {
          case TlsOverride.Dane _, TlsOverride.May _ -> new TlsRequirement.Opportunistic();
          case TlsOverride.DaneOnly _ -> daneOnly(domain, host);
          case TlsOverride.Secure(List<String> names) ->
              new TlsRequirement.Verified(names.isEmpty() ? secureNames(domain, host) : names);
          case TlsOverride.Encrypt _ -> new TlsRequirement.Encrypt();
          case TlsOverride.None _ -> new TlsRequirement.Forbidden();
          case TlsOverride.Fingerprint(var digests) -> new TlsRequirement.Fingerprint(digests);
        },
        why);
  }

  /// An MX record that anybody can forge names nobody; one that is secure does.
  private static List<String> secureNames(DomainName domain, MxHost host) {
    return host.secure()
        ? List.of(domain.text(), "." + domain.text(), host.name().text())
        : List.of(domain.text(), "." + domain.text());
  }

  private TlsRequirement daneOnly(DomainName domain, MxHost host) {
    if (!host.secure()) {
      return new TlsRequirement.Barred("DANE is demanded, and the MX records are not secure");
    }
    return switch (tlsa.find(host.name(), settings.port())) {
      case TlsaLookup.Found.Usable(DomainName base, TlsaSet set) ->
          new TlsRequirement.Dane(set, names(base, domain, host), true, List.of());
      case TlsaLookup.Found.Unusable _ ->
          new TlsRequirement.Barred("DANE is demanded, and no TLSA record is usable");
      case TlsaLookup.Found.None(String why) ->
          new TlsRequirement.Barred("DANE is demanded: " + why);
      case TlsaLookup.Found.Failed(String reason, boolean _) ->
          new TlsRequirement.Barred("the TLSA look-up failed: " + reason);
    };
  }

  /// RFC 7672, section 3.2.2: the base domain, and with secure MX records the next-hop domain and
  /// what it is an alias of; without them the MX host alone.
  private static List<DomainName> names(DomainName base, DomainName domain, MxHost host) {
    return host.secure()
        ? List.of(base, domain, host.owner()).stream().distinct().toList()
        : List.of(base);
  }

  /// REQUIRETLS on top of what was decided.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8689#section-4.2.1 RFC 8689, section 4.2.1: Handling
  ///   of REQUIRETLS in the sending server
  private static TlsDecision demanded(TlsDecision decision, Demand demand, String by) {
    if (demand != Demand.REQUIRE_TLS) {
      return decision;
    }
    return switch (decision.requirement()) {
      case TlsRequirement.Verified _,
          TlsRequirement.MtaSts _,
          TlsRequirement.Fingerprint _,
          TlsRequirement.Barred _,
          TlsRequirement.Unattainable _ ->
          decision;
      case TlsRequirement.Dane dane when dane.mxProven() || !dane.policyToo().isEmpty() -> decision;
      case TlsRequirement.Dane _,
          TlsRequirement.Forbidden _,
          TlsRequirement.Opportunistic _,
          TlsRequirement.Encrypt _ ->
          new TlsDecision(
              new TlsRequirement.Unattainable(
                  "REQUIRETLS was asked for, and nothing proves which hosts are the destination's"),
              "REQUIRETLS, " + by + " does not verify",
              decision.accounts());
    };
  }

  /// What is known of a destination and one of its hosts.
  ///
  /// @param encryptOnly TLSA records make TLS a must, and that is all
  private record Weighing(
      DomainName domain,
      MxHost host,
      TlsaLookup.Found records,
      boolean encryptOnly,
      MtaStsLookup policy) {

    TlsDecision decide(Demand demand) {
      var accounts = new ArrayList<Account>();
      TlsDecision decision =
          switch (records) {
            case TlsaLookup.Found.Usable(DomainName base, TlsaSet _) when encryptOnly ->
                byPolicy(
                    new TlsRequirement.Encrypt(),
                    "TLSA records at " + base + ", MX records not secure",
                    accounts);
            case TlsaLookup.Found.Usable(DomainName base, TlsaSet set) -> dane(base, set, accounts);
            case TlsaLookup.Found.Unusable(DomainName base, TlsaSet set) ->
                unusable(base, set, accounts);
            case TlsaLookup.Found.None(String why) ->
                byPolicy(new TlsRequirement.Opportunistic(), why, accounts);
            case TlsaLookup.Found.Failed(String reason, boolean bogus) ->
                failed(reason, bogus, accounts);
          };
      if (accounts.isEmpty()) {
        accounts.add(
            new Account(domain, AppliedPolicy.none(domain), Optional.empty(), Optional.empty()));
      }
      return demanded(
          required(new TlsDecision(decision.requirement(), decision.why(), accounts), demand),
          demand,
          "the destination's policy");
    }

    /// With REQUIRETLS a host that secure MX records name may prove itself by any authority.
    private TlsDecision required(TlsDecision decision, Demand demand) {
      return demand == Demand.REQUIRE_TLS
              && host.secure()
              && (decision.requirement() instanceof TlsRequirement.Opportunistic
                  || decision.requirement() instanceof TlsRequirement.Encrypt)
          ? new TlsDecision(
              new TlsRequirement.Verified(List.of(host.name().text())),
              "REQUIRETLS behind secure MX records",
              decision.accounts())
          : decision;
    }

    private TlsDecision dane(DomainName base, TlsaSet set, List<Account> accounts) {
      accounts.add(account(tlsaPolicy(base, set), Optional.empty()));
      var names = names(base, domain, host);
      if (host.secure()) {
        watchPolicy(accounts, true);
        return TlsDecision.of(
            new TlsRequirement.Dane(set, names, true, List.of()), "TLSA records at " + base);
      }
      return switch (enforced()) {
        case Enforced.No _ -> {
          watchPolicy(accounts, false);
          yield TlsDecision.of(
              new TlsRequirement.Dane(set, names, false, List.of()),
              "TLSA records at " + base + ", MX records not secure");
        }
        case Enforced.Yes(AppliedPolicy applied) -> {
          accounts.add(account(applied, Optional.empty()));
          yield TlsDecision.of(
              new TlsRequirement.Dane(set, names, false, List.of(host.name())),
              "TLSA records at " + base + ", and the MTA-STS policy of " + domain);
        }
        case Enforced.OtherHosts(TlsDecision barred) -> {
          accounts.addAll(barred.accounts());
          yield barred;
        }
      };
    }

    /// RFC 7672, section 2.2: TLS is a must, and there is nothing to compare certificates with;
    /// unless a policy says more.
    private TlsDecision unusable(DomainName base, TlsaSet set, List<Account> accounts) {
      accounts.add(
          account(
              tlsaPolicy(base, set),
              Optional.of(
                  new TlsSessionResult.Failure(
                      ResultType.TLSA_INVALID, set.unusable().getFirst().reason()))));
      return byPolicy(
          new TlsRequirement.Encrypt(), "no TLSA record at " + base + " is usable", accounts);
    }

    private TlsDecision failed(String reason, boolean bogus, List<Account> accounts) {
      accounts.add(
          account(
              new AppliedPolicy(
                  AppliedPolicy.Type.TLSA, List.of(), host.name(), List.of(host.name().text())),
              Optional.of(
                  new TlsSessionResult.Failure(
                      bogus ? ResultType.DNSSEC_INVALID : ResultType.TLSA_INVALID, reason))));
      return TlsDecision.of(
          new TlsRequirement.Barred("it could not be learnt how to protect mail to " + host.name()),
          "the TLSA look-up failed: " + reason);
    }

    private TlsDecision byPolicy(TlsRequirement least, String why, List<Account> accounts) {
      return switch (enforced()) {
        case Enforced.Yes(AppliedPolicy applied) -> {
          accounts.add(account(applied, Optional.empty()));
          yield TlsDecision.of(
              new TlsRequirement.MtaSts(host.name()), "the MTA-STS policy of " + domain);
        }
        case Enforced.OtherHosts(TlsDecision barred) -> {
          accounts.addAll(barred.accounts());
          yield barred;
        }
        case Enforced.No _ -> {
          watchPolicy(accounts, false);
          yield TlsDecision.of(least, why);
        }
      };
    }

    private sealed interface Enforced {
      record Yes(AppliedPolicy policy) implements Enforced {}

      record OtherHosts(TlsDecision barred) implements Enforced {}

      record No() implements Enforced {}
    }

    private Enforced enforced() {
      if (!(policy instanceof MtaStsLookup.Policy(MtaStsPolicyText text, Optional<?> _))
          || text.mode() != MtaStsPolicyText.Mode.ENFORCE) {
        return new Enforced.No();
      }
      AppliedPolicy applied = stsPolicy(text);
      if (text.allows(host.name())) {
        return new Enforced.Yes(applied);
      }
      String reason = "the MTA-STS policy of " + domain + " does not name " + host.name();
      return new Enforced.OtherHosts(
          new TlsDecision(
              new TlsRequirement.Barred(reason),
              reason,
              List.of(
                  account(
                      applied,
                      Optional.of(
                          new TlsSessionResult.Failure(
                              ResultType.VALIDATION_FAILURE, "host not in the policy"))))));
    }

    /// Counts what an MTA-STS policy that does not decide would have said.
    ///
    /// @param daneDecides an enforced policy does not decide either
    private void watchPolicy(List<Account> accounts, boolean daneDecides) {
      switch (policy) {
        case MtaStsLookup.None _ -> {}
        case MtaStsLookup.Unusable unusable -> accounts.add(unfetched(unusable));
        case MtaStsLookup.Policy(
                MtaStsPolicyText text,
                Optional<MtaStsLookup.Unusable> refresh) -> {
          refresh.ifPresent(unusable -> accounts.add(unfetched(unusable)));
          if (daneDecides || text.mode() == MtaStsPolicyText.Mode.TESTING) {
            accounts.add(
                text.allows(host.name())
                    ? new Account(
                        domain,
                        stsPolicy(text),
                        Optional.of(new TlsRequirement.MtaSts(host.name())),
                        Optional.empty())
                    : account(
                        stsPolicy(text),
                        Optional.of(
                            new TlsSessionResult.Failure(
                                ResultType.VALIDATION_FAILURE, "host not in the policy"))));
          }
        }
      }
    }

    private Account unfetched(MtaStsLookup.Unusable unusable) {
      ResultType type =
          switch (unusable.cause()) {
            case FETCH -> ResultType.STS_POLICY_FETCH_ERROR;
            case INVALID -> ResultType.STS_POLICY_INVALID;
            case WEBPKI -> ResultType.STS_WEBPKI_INVALID;
          };
      return account(
          new AppliedPolicy(AppliedPolicy.Type.STS, List.of(), domain, List.of()),
          Optional.of(new TlsSessionResult.Failure(type, unusable.reason())));
    }

    private Account account(AppliedPolicy applied, Optional<TlsSessionResult.Failure> known) {
      return new Account(domain, applied, Optional.empty(), known);
    }

    private AppliedPolicy stsPolicy(MtaStsPolicyText text) {
      return new AppliedPolicy(
          AppliedPolicy.Type.STS,
          text.lines(),
          domain,
          text.mx().stream().map(Object::toString).toList());
    }

    private static AppliedPolicy tlsaPolicy(DomainName base, TlsaSet set) {
      var strings = new ArrayList<String>();
      set.usable().forEach(r -> strings.add(r.toString()));
      set.unusable().forEach(u -> strings.add(u.record().toString()));
      return new AppliedPolicy(
          AppliedPolicy.Type.TLSA,
          strings.subList(0, Math.min(20, strings.size())),
          base,
          List.of(base.text()));
    }
  }
}
