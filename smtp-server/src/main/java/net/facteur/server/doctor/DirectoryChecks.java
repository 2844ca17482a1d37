package net.facteur.server.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import net.facteur.server.ldap.DirectoryProbe;
import net.facteur.server.ldap.LdapSettings;

/// The directory of accounts: whether each of its servers answers.
public final class DirectoryChecks {
  private static final DoctorTexts SAY = DoctorTexts.SAY;
  private static final String CHECK = "ldap";

  private DirectoryChecks() {}

  /// Asks each server, and waits for it. Nothing where the settings name none.
  public static List<Finding> examine(Settings settings) {
    Optional<LdapSettings> ldap = LdapSettings.from(settings);
    if (ldap.isEmpty()) {
      return List.of();
    }
    var findings = new ArrayList<Finding>();
    try {
      DirectoryProbe.Look look = new DirectoryProbe(ldap.get(), System::nanoTime).look(List.of());
      boolean some = look.servers().stream().anyMatch(server -> server.trouble().isEmpty());
      for (DirectoryProbe.Step.Server server : look.servers()) {
        findings.add(
            server
                .trouble()
                .map(
                    trouble ->
                        some
                            ? Finding.warning(CHECK, server.url(), trouble.sentence())
                            : Finding.error(CHECK, server.url(), trouble.sentence()))
                .orElseGet(() -> Finding.ok(CHECK, server.url(), SAY.directoryAnswers())));
      }
    } catch (IOException e) {
      findings.add(Finding.error(CHECK, "mail.conf", Text.of(FileTrouble.sentence(e))));
    }
    return findings;
  }
}
