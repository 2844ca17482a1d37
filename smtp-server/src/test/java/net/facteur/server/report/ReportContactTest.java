package net.facteur.server.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;

/// Who writes reports on TLS, whether selectors stand in the settings or keys look after
/// themselves.
class ReportContactTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final DomainName NET = DomainName.of("example.net");

  private static TlsReportSettings reports(String more) {
    String text =
        "hostname = mail.example.org\ndomains { \"example.org\" {}, \"example.net\" {} }\n" + more;
    return switch (Reference.loader(Map.of(), Optional.empty())
        .parse(text, Path.of("/etc/facteur/mail.conf"))) {
      case LoadedSettings.Good(Settings read) -> TlsReportSettings.from(read);
      case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
    };
  }

  private static String contact(String more, DomainName... signing) {
    return reports(more)
        .signedBy(Set.of(signing))
        .map(reports -> reports.contact().text())
        .orElse("nobody");
  }

  @Test
  void aDomainWhoseKeysLookAfterThemselvesWritesReports() {
    assertEquals("postmaster@example.org", contact("", ORG));
    assertEquals("postmaster@example.net", contact("", NET));
  }

  @Test
  void noReportLeavesUnsigned() {
    assertEquals("nobody", contact(""));
    String named = "reports.contact = \"tls@example.org\"\n";
    assertEquals("nobody", contact(named, NET));
    assertEquals("tls@example.org", contact(named, NET, ORG));
  }

  @Test
  void sessionsAreCountedBeforeAnythingIsSigned() {
    assertTrue(reports("").counted());
    assertFalse(reports("reports.tls = false\n").counted());
    assertEquals("nobody", contact("reports.tls = false\n", ORG));
  }
}
