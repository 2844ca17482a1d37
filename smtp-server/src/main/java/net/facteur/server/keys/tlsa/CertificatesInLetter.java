package net.facteur.server.keys.tlsa;

import static net.facteur.server.keys.tlsa.AdmissionTexts.SAY;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.TlsSettings;

/// Certificates that run out soon, in the weekly letter.
public record CertificatesInLetter(Settings settings) implements LetterPart {
  /// Whatever renews them by itself has done so before.
  private static final Duration SOON = Duration.ofDays(21);

  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    Optional<TlsSettings> tls = TlsSettings.from(settings);
    if (tls.isEmpty()) {
      return new Said.Nothing();
    }
    var soon = new ArrayList<Text>();
    var well = new ArrayList<Text>();
    RollView view = RollView.of(RollSettings.from(settings).directory());
    for (TlsSettings.CertificateFiles files : view.inService(tls.get()).certificates()) {
      try {
        X509Certificate certificate = PemFiles.certificate(files);
        Instant end = certificate.getNotAfter().toInstant();
        LocalDate day = end.atZone(ZoneOffset.UTC).toLocalDate();
        if (end.minus(SOON).isBefore(to)) {
          soon.add(SAY.letterCertificateEnds(files.chain(), day));
        } else {
          well.add(SAY.letterCertificate(day));
        }
      } catch (InvalidCertificateException _) {
        soon.add(SAY.letterCertificateUnread(files.chain()));
      }
    }
    if (!soon.isEmpty()) {
      return new Said.News(SAY.letterCertificates(), soon);
    }
    return well.isEmpty() ? new Said.Nothing() : new Said.Calm(Text.joined(" ", List.copyOf(well)));
  }
}
