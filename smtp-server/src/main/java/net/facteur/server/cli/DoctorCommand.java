package net.facteur.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.server.Version;
import net.facteur.server.checks.StartChecks;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.doctor.BackupChecks;
import net.facteur.server.doctor.DirectoryChecks;
import net.facteur.server.doctor.DnsListChecks;
import net.facteur.server.doctor.Doctor;
import net.facteur.server.doctor.FactGathering;
import net.facteur.server.doctor.Finding;
import net.facteur.server.doctor.ForwardChecks;
import net.facteur.server.doctor.SocketNetwork;
import net.facteur.server.language.Language;
import net.facteur.server.web.PolicyHost;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "doctor")
final class DoctorCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();
  @Mixin private final DnsOption dns = new DnsOption();

  @Option(names = "--json")
  private boolean json;

  @Option(names = "--language", paramLabel = "LANGUAGE")
  private @Nullable String language;

  @Option(names = "--offline")
  private boolean offline;

  DoctorCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.read(workplace);
    Resolver resolver = dns.resolver(workplace, settings);
    var patient =
        FactGathering.of(
            settings,
            Version.PRESENT.built(),
            Optional.empty(),
            resolver,
            new SocketNetwork(!offline && !dns.offline()),
            new HttpsPolicyFetcher(
                PolicyHost.https(Optional.of(settings), resolver),
                OutboundTlsSettings.from(settings).mtaStsPort()),
            workplace.clock());
    var findings =
        new ArrayList<Finding>(
            StartChecks.asked(settings, workplace.clock(), workplace.doors()).forDoctor());
    findings.addAll(new Doctor(System::nanoTime).examine(patient));
    findings.addAll(DirectoryChecks.examine(settings));
    findings.addAll(BackupChecks.examine(settings, workplace.clock()));
    findings.addAll(DnsListChecks.examine(settings, resolver));
    findings.addAll(
        ForwardChecks.examine(settings, new FeedbackReading(workplace, settings).known()));
    Language words = words();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("ok", !Doctor.ill(findings));
      all.put("findings", Doctor.fields(findings, words, text -> option.typed(workplace, text)));
      workplace.out().println(new JsonMapper().writeValueAsString(all));
    } else {
      Doctor.tell(findings, words, true)
          .forEach(line -> workplace.out().println(coloured(option.typed(workplace, line))));
    }
    return Doctor.ill(findings) ? Facteur.PROBLEM : Facteur.OK;
  }

  private Language words() {
    String chosen = language;
    if (chosen == null) {
      return Language.ofTerminal(workplace.environment());
    }
    return Language.of(chosen)
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    CliTexts.SAY.noTextsIn(chosen), CliTexts.SAY.chooseLanguage(Language.codes())));
  }

  private String coloured(String line) {
    if (line.startsWith("ok ")) {
      return workplace.green("ok") + line.substring(2);
    }
    return line.startsWith("err") ? workplace.red(line.substring(0, 7)) + line.substring(7) : line;
  }
}
