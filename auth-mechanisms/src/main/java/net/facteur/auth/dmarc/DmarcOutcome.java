package net.facteur.auth.dmarc;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.syntax.Ascii;

/// What DMARC says about a message.
public sealed interface DmarcOutcome {
  /// How the answer was found, step by step, for people.
  List<String> trace();

  /// The result word.
  DmarcResult result();

  /// What becomes of the message as far as DMARC decides.
  Disposition disposition();

  /// The result for Authentication-Results.
  MethodResult toMethodResult();

  /// There is a policy for the author domain, and the message passes or fails it.
  ///
  /// @param result [DmarcResult#PASS] or [DmarcResult#FAIL]
  /// @param authorDomain the domain of From
  /// @param policyDomain where the record was found
  /// @param organizationalDomain of the author domain; empty where nothing depended on it, so that
  ///   it was not asked for
  /// @param record the record
  /// @param policySource which tag gave the policy
  /// @param declared the policy of that tag
  /// @param applied the policy that counts, after `t=y`
  /// @param alignments every identifier that was looked at
  /// @param disposition what local policy makes of it
  record Evaluated(
      DmarcResult result,
      DomainName authorDomain,
      DomainName policyDomain,
      Optional<DomainName> organizationalDomain,
      DmarcRecord record,
      PolicySource policySource,
      DmarcPolicy declared,
      DmarcPolicy applied,
      List<Alignment> alignments,
      Disposition disposition,
      List<String> trace)
      implements DmarcOutcome {
    public Evaluated {
      alignments = List.copyOf(alignments);
      trace = List.copyOf(trace);
    }

    /// True where this mechanism gave an aligned pass.
    public boolean aligned(AuthenticatedIdentifier.Mechanism mechanism) {
      for (Alignment alignment : alignments) {
        if (alignment.authenticates() && alignment.identifier().mechanism() == mechanism) {
          return true;
        }
      }
      return false;
    }

    Evaluated with(Disposition decided) {
      return new Evaluated(
          result,
          authorDomain,
          policyDomain,
          organizationalDomain,
          record,
          policySource,
          declared,
          applied,
          alignments,
          decided,
          Stream.concat(trace.stream(), Stream.of("handling: " + decided)).toList());
    }

    @Override
    public MethodResult toMethodResult() {
      return MethodResult.of("dmarc", result.word())
          .withComment(
              policySource.tag()
                  + "="
                  + declared.word()
                  + (record.testing() ? " t=y" : "")
                  + " at "
                  + policyDomain)
          .with("header", "from", authorDomain.toString())
          .with("policy", "dmarc", applied.word());
    }
  }

  /// DMARC does not apply: nobody published a policy that covers the author domain.
  record NotApplicable(DomainName authorDomain, String reason, List<String> trace)
      implements DmarcOutcome {
    public NotApplicable {
      trace = List.copyOf(trace);
    }

    @Override
    public DmarcResult result() {
      return DmarcResult.NONE;
    }

    @Override
    public Disposition disposition() {
      return Disposition.of(DmarcPolicy.NONE);
    }

    @Override
    public MethodResult toMethodResult() {
      return MethodResult.of("dmarc", "none").with("header", "from", authorDomain.toString());
    }
  }

  /// No answer: a look-up failed (temperror), or the author cannot be told for sure and no domain
  /// that might be his fails (permerror).
  ///
  /// @param authorDomains as far as they are known
  record Undetermined(
      DmarcResult result, List<DomainName> authorDomains, String reason, List<String> trace)
      implements DmarcOutcome {
    public Undetermined {
      authorDomains = List.copyOf(authorDomains);
      trace = List.copyOf(trace);
    }

    @Override
    public Disposition disposition() {
      return Disposition.of(DmarcPolicy.NONE);
    }

    @Override
    public MethodResult toMethodResult() {
      MethodResult method = MethodResult.of("dmarc", result.word()).withReason(reason);
      return authorDomains.size() == 1
          ? method.with("header", "from", authorDomains.getFirst().toString())
          : method;
    }
  }

  /// The tag that gave the policy.
  enum PolicySource {
    /// The author domain's own record, or no more special tag in another.
    P("p"),
    /// For existing subdomains.
    SP("sp"),
    /// For subdomains that do not exist.
    NP("np");

    private final String tag;

    PolicySource(String tag) {
      this.tag = tag;
    }

    public String tag() {
      return tag;
    }
  }

  /// How an identifier stands to the author domain.
  ///
  /// @param aligned in the mode that the record asks for; false also where that could not be found
  /// @param detail for people
  record Alignment(
      AuthenticatedIdentifier identifier, AlignmentMode mode, boolean aligned, String detail) {
    /// Aligned and passed.
    public boolean authenticates() {
      return aligned && identifier.standing() == AuthenticatedIdentifier.Standing.PASSED;
    }
  }

  /// What is done, and why that is not what the domain asked for.
  ///
  /// @param handling `none` means: nothing because of DMARC
  /// @param overrides empty where the domain's wish is followed
  record Disposition(DmarcPolicy handling, List<PolicyOverride> overrides) {
    public Disposition {
      overrides = List.copyOf(overrides);
    }

    public static Disposition of(DmarcPolicy handling) {
      return new Disposition(handling, List.of());
    }

    @Override
    public String toString() {
      var out = new StringBuilder(handling.word());
      for (PolicyOverride override : overrides) {
        out.append(", ").append(override.type().word()).append(" (").append(override.comment());
        out.append(')');
      }
      return out.toString();
    }
  }

  /// Why local policy deviates, as aggregate reports tell it.
  ///
  /// @param comment may be published to the domain owner
  record PolicyOverride(Type type, String comment) {
    /// The words of the report format.
    ///
    /// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.1.1.6 RFC 9990: Policy Override
    ///   Reason
    public enum Type {
      LOCAL_POLICY,
      MAILING_LIST,
      OTHER,
      POLICY_TEST_MODE,
      TRUSTED_FORWARDER;

      /// The word in reports.
      public String word() {
        return Ascii.lower(name());
      }
    }
  }
}
