package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollView;
import net.facteur.server.tls.CertificateChain;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "tlsa")
final class TlsRecordsCommand implements Callable<Integer> {
  private static final TlsTexts SAY = TlsTexts.SAY;

  private static final int TTL = 3600;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Option(names = "--cert", paramLabel = "FILE")
  private @Nullable Path certificate;

  @Option(names = "--host", paramLabel = "NAME")
  private @Nullable String host;

  @Option(names = "--port", paramLabel = "N")
  private int port = 25;

  TlsRecordsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    if (port < 1 || port > 65_535) {
      throw CommandFailedException.notUnderstood(SAY.tlsNoPort(port), SAY.tlsLeavePort());
    }
    Path file = certificate;
    String name = host == null ? null : DkimKeys.domain(host).text();
    Set<TlsaRecord> records = new LinkedHashSet<>();
    if (file == null || name == null) {
      Settings read = settings.read(workplace);
      name = name == null ? HostSettings.from(read).name().text() : name;
      if (file == null) {
        records.addAll(RollView.of(RollSettings.from(read).directory()).wanted());
        file = configured(read);
      }
    }
    if (records.isEmpty()) {
      records.addAll(TlsaRecords.ofChain(chain(file)));
    }
    for (TlsaRecord record : records) {
      workplace.out().println("_" + port + "._tcp." + name + ". " + TTL + " IN TLSA " + record);
    }
    return Facteur.OK;
  }

  private static List<X509Certificate> chain(Path file) {
    try {
      return CertificateChain.read(file);
    } catch (InvalidCertificateException e) {
      throw new CommandFailedException(
          SAY.tlsCertificateUnusable(String.valueOf(e.getMessage())), SAY.tlsNameCert());
    }
  }

  private static Path configured(Settings read) {
    return TlsSettings.from(read)
        .map(tls -> tls.certificates().getFirst())
        .filter(files -> files.names().isEmpty())
        .map(TlsSettings.CertificateFiles::chain)
        .orElseThrow(() -> new CommandFailedException(SAY.tlsNoCertificate(), SAY.tlsUseCert()));
  }
}
