package net.facteur.server;

import java.util.List;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.report.received.ReportMail;
import net.facteur.server.servermail.MailReaders;

/// Who reads mail that is meant for the server: the one list of all readers.
final class ReadMailWiring {
  private ReadMailWiring() {}

  static MailReaders of(Settings settings, LastingParts lasting) {
    return new MailReaders(
        List.of(
            new ReportMail(
                ReceivedReportSettings.from(settings),
                HostSettings.from(settings).domains(),
                lasting.reports(),
                lasting.clock())));
  }
}
