package net.facteur.server.cli;

import java.io.IOException;
import java.util.Optional;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.acme.CertificateRenewal;
import net.facteur.server.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "renew",
    description = {
      "Ask the certification authority of acme.directory for a certificate now, and drop it in the"
          + " staging directory.",
      "The running server does this by itself in time, and puts the certificate in service."
    })
final class TlsRenewCommand extends KeyedCommand {
  @Option(names = "--dry-run", description = "Only say what would be done.")
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
                () ->
                    new CommandFailedException(
                        "No certification authority is named.",
                        "See: facteur explain acme.directory"));
    String what =
        acme.directory()
            + " is asked for a certificate for "
            + acme.names()
            + " by "
            + switch (acme.challenge()) {
              case HTTP_01 -> "http-01";
              case DNS_01 -> "dns-01";
            };
    if (dryRun) {
      workplace.out().println("It would be done: " + what + ".");
      return Facteur.OK;
    }
    workplace.out().println(what + " ...");
    workplace.out().flush();
    Optional<RunningServer> server = RunningServer.of(settings);
    Optional<String> problem =
        server.isPresent()
            ? server.get().renewCertificate()
            : CertificateRenewal.renewNow(settings, keeping(settings));
    if (problem.isPresent()) {
      throw new CommandFailedException(
          "No certificate came: " + problem.get() + ".", "See: facteur explain acme.challenge");
    }
    workplace
        .out()
        .println(
            workplace.green("ok")
                + option.typed(
                    workplace,
                    ": it lies in the staging directory, and a running server takes it from there;"
                        + " see: facteur tls status"));
    return Facteur.OK;
  }
}
