package net.facteur.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dkim.DkimSignature;
import net.facteur.auth.dkim.NearFit;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnsSettings;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.spf.SpfResult;
import net.facteur.server.config.Settings;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "verify",
    description = {
      "Check a saved message as reception would: SPF, DKIM, ADSP, ARC and DMARC, step by step.",
      "To try it without the DNS: facteur verify conf/samples/signed.eml --zone conf/samples/zone"
          + " --ip 192.0.2.25 --helo mail.example.org --mail-from alice@example.org",
      "Ends with 1 where the message fails DMARC, or where there is no DMARC policy and neither a"
          + " signature nor SPF passes."
    })
final class VerifyCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();
  @Mixin private final DnsOption dns = new DnsOption();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The message, such as mail.eml")
  private @Nullable Path file;

  @Option(
      names = "--ip",
      paramLabel = "ADDRESS",
      description = "The client that sent it. SPF cannot be checked without it.")
  private @Nullable String ip;

  @Option(names = "--helo", paramLabel = "NAME", description = "What the client called itself.")
  private String helo = "";

  @Option(
      names = "--mail-from",
      paramLabel = "ADDRESS",
      description = "The reverse-path; that of the Return-Path field unless given.")
  private @Nullable String mailFrom;

  @Option(
      names = "--batch",
      paramLabel = "CASES",
      description = {
        "Check many: a file with a JSON object on each line, or - for the input; a line of JSON"
            + " comes back for each.",
        "{\"id\", \"message\" or \"file\", \"ip\", \"helo\", \"mail_from\", \"now\", \"zone\"}"
      })
  private @Nullable String batch;

  @Option(names = "--json", description = "Write one JSON object.")
  private boolean json;

  VerifyCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /// Who checks, and whom it asks.
  ///
  /// @param hostname the authserv-id
  /// @param settings how reception would check
  record Checker(String hostname, Resolver resolver, MessageAuthenticator.Settings settings) {}

  @Override
  public Integer call() throws IOException {
    Checker checker = checker();
    String cases = batch;
    if (cases != null) {
      if (file != null) {
        throw CommandFailedException.notUnderstood(
            "--batch reads its messages from " + cases + ", not from " + file + ".",
            "Leave one of them out.");
      }
      return new VerifyBatch(workplace, checker).run(cases) ? Facteur.OK : Facteur.PROBLEM;
    }
    Path path = file;
    if (path == null) {
      throw CommandFailedException.notUnderstood(
          "No message is named.", "Type: facteur verify conf/samples/signed.eml, for example.");
    }
    MessageFile message = MessageFile.read(path);
    AuthenticationRequest request = request(message);
    var authenticator =
        new MessageAuthenticator(
            checker.resolver(), DkimCrypto.standard(), workplace.clock(), checker.settings());
    AuthenticationReport report =
        authenticator.authenticate(request, message.header(), message.stream());
    List<List<String>> near = nearFits(checker.resolver(), report, message);
    if (json) {
      Map<String, @Nullable Object> all = new LinkedHashMap<>();
      all.put("file", path.toString());
      var dmarc = new DmarcEvaluator(checker.resolver(), checker.settings().dmarc());
      all.putAll(
          new ReportJson(dmarc::organizationalDomain).of(report, near, checker.hostname(), true));
      workplace.out().println(new JsonMapper().writeValueAsString(all));
    } else {
      tell(report, checker.hostname(), near);
    }
    return authentic(report) ? Facteur.OK : Facteur.PROBLEM;
  }

  private Checker checker() throws IOException {
    Optional<Settings> read = dns.offline() ? Optional.empty() : settings.readIfThere(workplace);
    String hostname =
        read.map(s -> HostSettings.from(s).name().text())
            .or(dns.offline() ? Optional::empty : workplace.machineName())
            .orElse("localhost");
    DnsSettings ask =
        read.map(s -> ResolverSettings.from(s).servers()).orElse(DnsSettings.DEFAULTS);
    Resolver resolver = dns.resolver(workplace, read);
    ReceptionSettings reception =
        read.map(s -> ReceptionSettings.from(s)).orElse(ReceptionSettings.DEFAULTS);
    return new Checker(
        hostname,
        dns.offline() ? resolver : new CachingResolver(resolver, ask, workplace.clock()),
        reception.authentication(hostname));
  }

  /// Without a client nothing is known of the SMTP transaction, and SPF has nothing to check.
  private AuthenticationRequest request(MessageFile message) {
    String client = ip;
    if (client == null) {
      return new AuthenticationRequest(InetAddress.getLoopbackAddress(), "", "");
    }
    String path = mailFrom;
    return new AuthenticationRequest(
        address(client), helo, path == null ? message.returnPath() : bare(path));
  }

  static InetAddress address(String text) {
    return IpLiteral.parse(text)
        .toOptional()
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    "`" + text + "` is not an IP address.", "Type it as 192.0.2.1 or 2001:db8::1"));
  }

  static String bare(String path) {
    return path.startsWith("<") && path.endsWith(">") ? path.substring(1, path.length() - 1) : path;
  }

  private static boolean authentic(AuthenticationReport report) {
    return switch (report.dmarc().result()) {
      case PASS -> true;
      case FAIL, PERMERROR -> false;
      case NONE, TEMPERROR ->
          report.dkim() == DkimResult.PASS || report.spfMailFrom().result() == SpfResult.PASS;
    };
  }

  /// What failed signatures of simple canonicalization would fit, signature by signature.
  static List<List<String>> nearFits(
      Resolver resolver, AuthenticationReport report, MessageFile message) throws IOException {
    var near = new NearFit(resolver, DkimCrypto.standard());
    List<HeaderField> fields = message.header().all(DkimSignature.FIELD);
    var all = new ArrayList<List<String>>();
    for (int i = 0; i < report.signatures().size(); i++) {
      boolean failed = report.signatures().get(i).result() == DkimResult.FAIL;
      all.add(
          failed && i < fields.size()
              ? near.of(message.header(), fields.get(i), message.stream())
              : List.of());
    }
    return all;
  }

  private void tell(AuthenticationReport report, String hostname, List<List<String>> near) {
    if (ip == null) {
      section("SPF", "may this client send mail for the domain?", "not checked");
      lines(List.of("--ip names no client, so there is nothing to compare with a record"));
    } else {
      section("SPF of HELO", "may this client use this name?", report.spfHelo().result().word());
      lines(report.spfHelo().trace());
      section(
          "SPF of MAIL FROM",
          "may this client send mail for the reverse-path's domain?",
          report.spfMailFrom().result().word());
      lines(report.spfMailFrom().trace());
      if (!report.spfMailFrom().explanation().isEmpty()) {
        lines(List.of("the domain says: " + report.spfMailFrom().explanation().text()));
      }
    }
    section("DKIM", "who signed it, and is it unchanged?", report.dkim().word());
    if (report.signatures().isEmpty()) {
      lines(List.of("nobody signed it"));
    }
    for (int i = 0; i < report.signatures().size(); i++) {
      tell(report.signatures().get(i));
      near.get(i).forEach(words -> workplace.out().println("    nearly: " + words));
    }
    section("ADSP", "historic: does the author domain sign all?", report.adsp().result().word());
    lines(report.adsp().trace());
    section("ARC", "what did those who passed it on find?", report.arc().status().word());
    lines(report.arc().trace());
    section(
        "DMARC", "does SPF or DKIM vouch for the domain in From?", report.dmarc().result().word());
    lines(report.dmarc().trace());
    if (report.dmarc().result() == DmarcResult.FAIL) {
      lines(List.of("by default we would " + handling(report)));
    }
    workplace.out().println();
    workplace.out().print(text(report.toAuthenticationResults(hostname).toField().raw()));
    workplace.out().flush();
  }

  private static String handling(AuthenticationReport report) {
    return switch (report.dmarc().disposition().handling()) {
      case NONE -> "deliver it all the same";
      case QUARANTINE -> "put it into the junk folder";
      case REJECT -> "refuse it";
    };
  }

  private void tell(DkimOutcome signature) {
    String domain = signature.domain().map(Object::toString).orElse("an unknown domain");
    workplace
        .out()
        .println("  signature of " + domain + ": " + coloured(signature.result().word()));
    for (DkimOutcome.Step step : signature.steps()) {
      workplace
          .out()
          .println(
              "    "
                  + (step.good() ? "" : workplace.red("not right: "))
                  + step.what()
                  + ": "
                  + visible(step.finding()));
    }
    if (signature.result() != DkimResult.PASS) {
      workplace.out().println("    so: " + visible(signature.reason()));
    }
  }

  private void section(String name, String question, String result) {
    workplace.out().println(workplace.bold(name) + " - " + question + " " + coloured(result));
  }

  private String coloured(String result) {
    return switch (result) {
      case "pass" -> workplace.green(result);
      case "fail", "permerror", "discard" -> workplace.red(result);
      default -> result;
    };
  }

  private void lines(List<String> lines) {
    lines.forEach(line -> workplace.out().println("  " + visible(line)));
  }

  /// Strangers wrote parts of this; a terminal obeys control characters.
  private static String visible(String text) {
    return StrangerText.of(text).onTerminal();
  }

  private static String text(byte[] field) {
    return new String(field, java.nio.charset.StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
