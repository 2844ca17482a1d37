package net.facteur.server.cli;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.acme.CertificateRenewal;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "renew")
final class TlsRenewCommand extends KeyedCommand {
  private static final TlsTexts SAY = TlsTexts.SAY;

  @Option(names = "--dry-run")
  private boolean dryRun;

  TlsRenewCommand(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = option.read(workplace);
    AcmeSettings acme =
        AcmeSettings.from(settings)
            .orElseThrow(
                () -> new CommandFailedException(SAY.tlsNoAuthority(), SAY.tlsSeeDirectory()));
    Text what =
        SAY.tlsAsks(
            acme.directory(),
            acme.names(),
            switch (acme.challenge()) {
              case HTTP_01 -> "http-01";
              case DNS_01 -> "dns-01";
            });
    if (dryRun) {
      workplace.out().println(workplace.say(CliTexts.SAY.wouldBeDone(what)) + ".");
      return Facteur.OK;
    }
    workplace.out().println(workplace.say(what) + " ...");
    workplace.out().flush();
    Optional<RunningServer> server = RunningServer.of(settings, workplace.language());
    Optional<String> problem =
        server.isPresent()
            ? server.get().renewCertificate()
            : CertificateRenewal.renewNow(settings, keeping(settings));
    if (problem.isPresent()) {
      throw new CommandFailedException(SAY.tlsNotRenewed(problem.get()), SAY.tlsSeeChallenge());
    }
    workplace
        .out()
        .println(
            workplace.green("ok")
                + ": "
                + option.typed(workplace, workplace.say(SAY.tlsRenewed())));
    return Facteur.OK;
  }
}
