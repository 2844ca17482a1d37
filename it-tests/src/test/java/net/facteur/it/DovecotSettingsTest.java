package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The settings for Dovecot that are shipped are what Dovecot takes.
@RequiresProgram(Program.DOVECOT)
class DovecotSettingsTest {
  private static final Path SHIPPED = Path.of("../conf/dovecot");

  @TempDir private Path directory;

  @Test
  void theInstalledDovecotUnderstandsItsFile() throws Exception {
    String version = Command.run("/usr/sbin/dovecot", "--version").succeeded();
    boolean old = version.startsWith("2.3");
    Path certificate = directory.resolve("certificate.pem");
    Files.writeString(certificate, "a certificate");
    String text =
        Files.readString(SHIPPED.resolve("dovecot-" + (old ? "2.3" : "2.4") + ".conf"))
            .replaceAll("/etc/letsencrypt/\\S*", certificate.toString());
    String number = version.split(" ", 2)[0].strip();
    Path file = directory.resolve("dovecot.conf");
    Files.writeString(
        file,
        old
            ? text
            : "dovecot_config_version = "
                + number
                + "\ndovecot_storage_version = "
                + number
                + "\n"
                + text);
    String shown = Command.run("/usr/bin/doveconf", "-n", "-c", file.toString()).succeeded();
    assertTrue(shown.contains("special_use = \\Junk"), shown);
    assertTrue(shown.contains("/var/lib/facteur/mail/"), shown);
    assertEquals(4, shown.lines().filter(line -> line.contains("auto = subscribe")).count(), shown);
  }
}
