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
import net.facteur.server.language.Text;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.text.StrangerText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "verify")
final class VerifyCommand implements Callable<Integer> {
  private static final VerifyTexts SAY = VerifyTexts.SAY;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();
  @Mixin private final DnsOption dns = new DnsOption();

  @Parameters(arity = "0..1", paramLabel = "FILE")
  private @Nullable Path file;

  @Option(names = "--ip", paramLabel = "ADDRESS")
  private @Nullable String ip;

  @Option(names = "--helo", paramLabel = "NAME")
  private String helo = "";

  @Option(names = "--mail-from", paramLabel = "ADDRESS")
  private @Nullable String mailFrom;

  @Option(names = "--batch", paramLabel = "CASES")
  private @Nullable String batch;

  @Option(names = "--json")
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
            SAY.verifyTwoSources(cases, file), SAY.verifyLeaveOne());
      }
      return new VerifyBatch(workplace, checker).run(cases) ? Facteur.OK : Facteur.PROBLEM;
    }
    Path path = file;
    if (path == null) {
      throw CommandFailedException.notUnderstood(SAY.verifyNone(), SAY.verifyType());
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
                    CliTexts.SAY.notIpAddress(text), CliTexts.SAY.typeIpAddress()));
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
      section("SPF", SAY.verifyAskSpf(), workplace.say(SAY.verifyNotChecked()));
      lines(List.of(workplace.say(SAY.verifyNoClient())));
    } else {
      section(
          workplace.say(SAY.verifySpfHelo()),
          SAY.verifyAskHelo(),
          report.spfHelo().result().word());
      lines(report.spfHelo().trace());
      section(
          workplace.say(SAY.verifySpfMailFrom()),
          SAY.verifyAskMailFrom(),
          report.spfMailFrom().result().word());
      lines(report.spfMailFrom().trace());
      if (!report.spfMailFrom().explanation().isEmpty()) {
        lines(
            List.of(
                workplace.say(SAY.verifyDomainSays(report.spfMailFrom().explanation().text()))));
      }
    }
    section("DKIM", SAY.verifyAskDkim(), report.dkim().word());
    if (report.signatures().isEmpty()) {
      lines(List.of(workplace.say(SAY.verifyUnsigned())));
    }
    for (int i = 0; i < report.signatures().size(); i++) {
      tell(report.signatures().get(i));
      near.get(i)
          .forEach(
              words -> workplace.out().println("    " + workplace.say(SAY.verifyNearly(words))));
    }
    section("ADSP", SAY.verifyAskAdsp(), report.adsp().result().word());
    lines(report.adsp().trace());
    section("ARC", SAY.verifyAskArc(), report.arc().status().word());
    lines(report.arc().trace());
    section("DMARC", SAY.verifyAskDmarc(), report.dmarc().result().word());
    lines(report.dmarc().trace());
    if (report.dmarc().result() == DmarcResult.FAIL) {
      lines(List.of(workplace.say(handling(report))));
    }
    workplace.out().println();
    workplace.out().print(text(report.toAuthenticationResults(hostname).toField().raw()));
    workplace.out().flush();
  }

  private static Text handling(AuthenticationReport report) {
    return switch (report.dmarc().disposition().handling()) {
      case NONE -> SAY.verifyDefaultDeliver();
      case QUARANTINE -> SAY.verifyDefaultJunk();
      case REJECT -> SAY.verifyDefaultRefuse();
    };
  }

  private void tell(DkimOutcome signature) {
    Object domain =
        signature.domain().<Object>map(Object::toString).orElseGet(SAY::verifyUnknownDomain);
    workplace
        .out()
        .println(
            "  " + workplace.say(SAY.verifySignature(domain, coloured(signature.result().word()))));
    for (DkimOutcome.Step step : signature.steps()) {
      workplace
          .out()
          .println(
              "    "
                  + (step.good() ? "" : workplace.red(workplace.say(SAY.verifyNotRight()) + ": "))
                  + step.what()
                  + ": "
                  + visible(step.finding()));
    }
    if (signature.result() != DkimResult.PASS) {
      workplace.out().println("    " + workplace.say(SAY.verifySo(visible(signature.reason()))));
    }
  }

  private void section(String name, Text question, String result) {
    workplace
        .out()
        .println(workplace.bold(name) + " - " + workplace.say(question) + " " + coloured(result));
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
