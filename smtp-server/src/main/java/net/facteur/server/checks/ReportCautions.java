package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.report.dmarc.DmarcReportSettings;

/// Reports for others that can never leave, since nobody could sign them.
final class ReportCautions {
  private final Settings settings;

  ReportCautions(Settings settings) {
    this.settings = settings;
  }

  List<Mistake> all() {
    DmarcReportSettings dmarc = DmarcReportSettings.from(settings);
    TlsReportSettings author = dmarc.author();
    Optional<MailAddress> contact = author.contact();
    if (author.domains().isEmpty()) {
      return dmarc.enabled()
          ? List.of(
              new Mistake(
                  settings.origin(DmarcReportSettings.ENABLED),
                  SAY.reportsUnsigned(),
                  ConfigTexts.SAY.type("reports.dmarc = no")))
          : List.of();
    }
    if (contact.isEmpty()
        || !(dmarc.enabled() || author.counted())
        || DomainName.parse(contact.get().domain())
            .toOptional()
            .filter(author.domains()::contains)
            .isPresent()) {
      return List.of();
    }
    return List.of(
        new Mistake(
            settings.origin(TlsReportSettings.CONTACT),
            SAY.reportsOfForeign(contact.get().text()),
            ConfigTexts.SAY.type(
                "reports.contact = \"postmaster@" + author.domains().getFirst() + "\"")));
  }
}
