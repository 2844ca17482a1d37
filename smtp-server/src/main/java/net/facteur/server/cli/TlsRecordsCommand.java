package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsTable;
import net.facteur.server.tls.CertificateChain;
import net.facteur.server.tls.InvalidCertificateException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tlsa",
    description = {
      "Print the TLSA records of a certificate, to be put into a zone that is signed by DNSSEC.",
      "The 3 1 1 record is the one to publish; it stays right as long as the key is kept. The 2 1 1"
          + " records are for those who pin their certification authority."
    })
final class TlsRecordsCommand implements Callable<Integer> {
  private static final int TTL = 3600;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "The certificate with its chain, PEM; tls.certificate unless named.")
  private @Nullable Path certificate;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "The host in the MX record; the setting hostname unless named.")
  private @Nullable String host;

  @Option(names = "--port", paramLabel = "N", description = "The port; 25 unless named.")
  private int port = 25;

  TlsRecordsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    Path file = certificate;
    String name = host;
    if (file == null || name == null) {
      Settings read = settings.read(workplace);
      name = name == null ? read.get(SettingsTable.HOSTNAME).text() : name;
      file = file == null ? configured(read) : file;
    }
    List<X509Certificate> chain;
    try {
      chain = CertificateChain.read(file);
    } catch (InvalidCertificateException e) {
      throw new CommandFailedException(
          "The certificate cannot be used: " + e.getMessage() + ".", "Name a PEM file by --cert.");
    }
    Set<String> lines = new LinkedHashSet<>();
    for (var record : TlsaRecords.ofChain(chain)) {
      lines.add("_" + port + "._tcp." + name + ". " + TTL + " IN TLSA " + record);
    }
    lines.forEach(workplace.out()::println);
    return Facteur.OK;
  }

  private static Path configured(Settings read) {
    Optional<Path> configured = read.find(SettingsTable.TLS_CERTIFICATE);
    return configured
        .map(read::resolve)
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "No certificate is named.", "Use --cert, or set tls.certificate."));
  }
}
