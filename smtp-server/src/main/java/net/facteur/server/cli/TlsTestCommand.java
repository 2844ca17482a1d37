package net.facteur.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import net.facteur.auth.dane.CertificateNames;
import net.facteur.auth.dane.TlsaLookup;
import net.facteur.auth.dns.DnssecStatus;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.DestinationProbe;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.delivery.TlsRequirement;
import net.facteur.server.delivery.TransportSecurity;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.routing.AddressLiteral;
import net.facteur.server.web.PolicyHost;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "test")
final class TlsTestCommand implements Callable<Integer> {
  private static final TlsTexts SAY = TlsTexts.SAY;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Parameters(paramLabel = "DOMAIN")
  private String domain = "";

  @Option(names = "--ip", paramLabel = "ADDRESS")
  private @Nullable String ip;

  @Option(names = "--json")
  private boolean json;

  TlsTestCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    DomainName name =
        DomainName.parse(domain)
            .toOptional()
            .orElseThrow(
                () ->
                    CommandFailedException.notUnderstood(
                        SAY.tlsNoDomain(domain), SAY.tlsBehindAt()));
    Settings read = settings.read(workplace);
    var policies = new CompletableFuture<MtaStsPolicies>();
    var security =
        TransportSecurity.of(
            read,
            workplace.random(),
            workplace.clock(),
            resolver -> {
              policies.complete(
                  OutboundTlsSettings.from(read).honoursMtaSts()
                      ? PolicyHost.asking(read, resolver)
                      : MtaStsPolicies.NONE);
              return policies.join();
            },
            TlsReporter.NONE);
    var walk =
        new DestinationProbe(
                DeliverySettings.from(read),
                security.resolver(),
                security.tls(),
                workplace.random())
            .walk(name, address());
    var steps =
        new Steps(
            name,
            OutboundTlsSettings.from(read).destinations().port(),
            security,
            policies.join(),
            walk);
    if (json) {
      workplace.out().println(new JsonMapper().writeValueAsString(steps.fields()));
    } else {
      steps.tell(workplace);
    }
    return walk.deliverable() ? Facteur.OK : Facteur.PROBLEM;
  }

  private Optional<InetAddress> address() {
    String text = ip;
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        AddressLiteral.parse(text)
            .orElseThrow(
                () -> CommandFailedException.notUnderstood(SAY.tlsNoIp(text), SAY.tlsWriteIp())));
  }

  /// What was found, step by step.
  private record Steps(
      DomainName domain,
      int port,
      TransportSecurity security,
      MtaStsPolicies policies,
      DestinationProbe.Walk walk) {

    Map<String, Object> fields() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("domain", domain.text());
      all.put("deliverable", walk.deliverable());
      all.put("dnssec", security.dnssec().status().mode().word());
      all.put("mta_sts", policy().in(Language.ENGLISH));
      walk.problem().ifPresent(problem -> all.put("problem", problem));
      all.put("hosts", walk.hosts().stream().map(this::fields).toList());
      return all;
    }

    private Map<String, Object> fields(DestinationProbe.Host met) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("host", met.host().name().text());
      fields.put("preference", met.host().preference());
      fields.put("mx_secure", met.host().secure());
      fields.put(
          "tlsa", tlsa(met.host().name()).stream().map(line -> line.in(Language.ENGLISH)).toList());
      fields.put("decision", met.decision().requirement().word());
      fields.put("why", why(met));
      met.problem().ifPresent(problem -> fields.put("problem", problem));
      var attempts = new ArrayList<Map<String, Object>>();
      for (DestinationProbe.Attempt attempt : met.attempts()) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("address", IpLiteral.print(attempt.address()));
        one.put("ready", attempt.ready());
        one.put("outcome", attempt.outcome());
        one.put(
            "chain",
            attempt.chain().stream().map(c -> certificate(c).in(Language.ENGLISH)).toList());
        attempts.add(one);
      }
      fields.put("attempts", attempts);
      return fields;
    }

    private static String why(DestinationProbe.Host met) {
      return met.decision().requirement() instanceof TlsRequirement.Barred(String reason)
              && !reason.equals(met.decision().why())
          ? reason + "; " + met.decision().why()
          : met.decision().why();
    }

    private Text policy() {
      return switch (policies.policyFor(domain).toCompletableFuture().join()) {
        case MtaStsLookup.None _ -> SAY.tlsPolicyNone();
        case MtaStsLookup.Policy policy ->
            Text.of(
                policy.policy().mode().word()
                    + " "
                    + policy.policy().mx().stream().map(Object::toString).toList());
        case MtaStsLookup.Unusable(var cause, String reason) ->
            switch (cause) {
              case FETCH -> SAY.tlsPolicyUnfetched(reason);
              case INVALID -> SAY.tlsPolicyInvalid(reason);
              case WEBPKI -> SAY.tlsPolicyUntrusted(reason);
            };
      };
    }

    private List<Text> tlsa(DomainName host) {
      return switch (new TlsaLookup(security.resolver()).find(host, port)) {
        case TlsaLookup.Found.Usable(DomainName base, var set) -> records(base, set);
        case TlsaLookup.Found.Unusable(DomainName base, var set) -> records(base, set);
        case TlsaLookup.Found.None(String reason) -> List.of(SAY.tlsaNone(reason));
        case TlsaLookup.Found.Failed(String reason, boolean bogus) ->
            List.of(bogus ? SAY.tlsaBogus(reason) : SAY.tlsaFailed(reason));
      };
    }

    private static List<Text> records(DomainName base, net.facteur.auth.dane.TlsaSet set) {
      var lines = new ArrayList<Text>();
      set.usable().forEach(r -> lines.add(Text.of(base + ": " + r)));
      set.unusable().forEach(u -> lines.add(SAY.tlsaUnusable(base, u.record(), u.reason())));
      return lines;
    }

    private static Text certificate(X509Certificate c) {
      List<String> names = CertificateNames.presented(c);
      return SAY.tlsPresented(
          c.getSubjectX500Principal().getName(),
          c.getIssuerX500Principal().getName(),
          c.getNotAfter().toInstant(),
          names.isEmpty() ? SAY.tlsNoHostName() : names);
    }

    void tell(Workplace workplace) {
      var out = workplace.out();
      out.println(workplace.bold(domain.text()));
      DnssecStatus dnssec = security.dnssec().status();
      out.println("  DNSSEC   " + dnssec.mode().word() + ": " + dnssec.detail());
      out.println("  MTA-STS  " + workplace.say(policy()));
      walk.problem()
          .ifPresent(
              p -> out.println("  " + workplace.red(workplace.say(SAY.tlsNoHost())) + ": " + p));
      for (DestinationProbe.Host met : walk.hosts()) {
        String name = workplace.bold(met.host().name().text());
        int preference = met.host().preference();
        out.println(
            workplace.say(
                met.host().secure()
                    ? SAY.tlsHostSecure(name, preference)
                    : SAY.tlsHost(name, preference)));
        tlsa(met.host().name()).forEach(line -> out.println("  TLSA      " + workplace.say(line)));
        out.println(
            "  " + workplace.say(SAY.tlsDecision(met.decision().requirement().word(), why(met))));
        String notReady = workplace.red(workplace.say(SAY.tlsNotReady()));
        met.problem().ifPresent(p -> out.println("  " + notReady + ": " + p));
        for (DestinationProbe.Attempt attempt : met.attempts()) {
          out.println("  " + workplace.say(SAY.tlsAddress(IpLiteral.print(attempt.address()))));
          attempt
              .chain()
              .forEach(
                  c -> out.println("    " + workplace.say(SAY.tlsCertificate(certificate(c)))));
          out.println(
              "    "
                  + (attempt.ready() ? workplace.green(workplace.say(SAY.tlsReady())) : notReady)
                  + ": "
                  + attempt.outcome());
        }
      }
    }
  }
}
