package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole server with accounts of a real slapd.
@RequiresProgram(Program.SLAPD)
class LdapTest {
  private static final String CAROL = "carol@example.org";

  @TempDir private Path directory = Path.of("");

  private static ServerCertificate certificate(CertificateAuthority authority) {
    return authority.issue(
        List.of(new HostPattern(false, DomainName.of("localhost.test"))), List.of(World.OURS));
  }

  private static String settings(Slapd slapd, String servers, String password) throws IOException {
    return """
    ldap {
      servers = [%s]
      base = "dc=example,dc=org"
      bind-dn = "cn=facteur,dc=example,dc=org"
      bind-password-file = "%s"
      authorities = "%s"
      attributes.quota = mailQuotaSize
      time-limit = 2s
    }
    """
        .formatted(servers, slapd.password(password), slapd.authority());
  }

  private static String quoted(String url) {
    return "\"" + url + "\"";
  }

  private static RunningServer serve(World world, String settings) throws IOException {
    return RunningServer.start(world, settings, CryptoProviders.detect(), InstantSource.system());
  }

  private static String rcpt(RunningServer server, String address) throws IOException {
    try (SmtpLink link = SmtpLink.open(server.reception(), World.THEIRS, "mx.example.net")) {
      link.command("MAIL FROM:<zoe@example.net>");
      return link.command("RCPT TO:<" + address + ">");
    }
  }

  private static String auth(RunningServer server, String user, String password)
      throws IOException {
    try (SmtpLink link = SmtpLink.open(server.submission())) {
      link.secure(server.world().trust());
      byte[] plain = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
      return link.command("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain));
    }
  }

  @Test
  void mailLandsAtAccountsAliasesAndGroupsAndTheirUsersSend() throws Exception {
    var world = new World(directory);
    try (Slapd slapd = Slapd.start(world.authority(), certificate(world.authority()));
        RunningServer server =
            serve(world, settings(slapd, quoted(slapd.plain()), Slapd.MACHINE))) {
      server.mail(CAROL);
      server.site().mailbox(CAROL).awaitWith("to " + CAROL);
      server.mail("ventes@example.org");
      server.site().mailbox(CAROL).awaitWith("to ventes@example.org");
      server.mail("team@example.org");
      server.site().mailbox(CAROL).awaitWith("to team@example.org");
      server.site().mailbox("dave@example.org").awaitWith("to team@example.org");
      server.mail("dave+shop@example.org");
      server.site().mailbox("dave@example.org").awaitWith("to dave+shop@example.org");

      assertTrue(rcpt(server, "Carol@example.org").startsWith("250"));
      assertTrue(rcpt(server, "nobody@example.org").startsWith("550"));
      assertTrue(rcpt(server, "*@example.org").startsWith("550"));

      for (String login : List.of("carol", CAROL, "VENTES@example.org")) {
        try (SmtpLink carol =
            SmtpLink.open(server.submission()).login(world.trust(), login, Slapd.PASSWORD)) {
          String from = "ventes@example.org";
          String sent =
              carol.send(from, Site.ALICE, Mail.of(from, Site.ALICE, "by " + login, "Hi"));
          assertTrue(sent.startsWith("250"), sent);
        }
        server.site().mailbox(Site.ALICE).awaitWith("by " + login);
      }
      try (SmtpLink carol =
          SmtpLink.open(server.submission()).login(world.trust(), "carol", Slapd.PASSWORD)) {
        String dave = "dave@example.org";
        assertTrue(carol.command("MAIL FROM:<" + dave + ">").startsWith("553"));
        String team = "team@example.org";
        assertTrue(carol.command("MAIL FROM:<" + team + ">").startsWith("553"));
        String forged = carol.send(CAROL, Site.ALICE, Mail.of(dave, Site.ALICE, "forged", "Hi"));
        assertTrue(forged.startsWith("550"), forged);
      }
      assertTrue(auth(server, "carol", "wrong").startsWith("535"));
      assertTrue(auth(server, "nobody", Slapd.PASSWORD).startsWith("535"));
      // Both have him: the password is that of the users file.
      assertTrue(auth(server, Site.BOB, Site.PASSWORD).startsWith("235"));
      assertTrue(auth(server, Site.BOB, Slapd.PASSWORD).startsWith("535"));
    }
  }

  @Test
  void aDirectoryThatIsDownLetsMailWaitAndKnownUsersIn() throws Exception {
    var world = new World(directory);
    try (Slapd slapd = Slapd.start(world.authority(), certificate(world.authority()));
        RunningServer server =
            serve(
                world,
                settings(slapd, quoted(slapd.secure()), Slapd.MACHINE) + "ldap.fresh = 0s\n")) {
      assertTrue(auth(server, "carol", Slapd.PASSWORD).startsWith("235"));
      slapd.down();
      assertTrue(auth(server, "carol", Slapd.PASSWORD).startsWith("235"), "she was here lately");
      assertTrue(auth(server, "carol", "wrong").startsWith("454"));
      assertTrue(auth(server, "dave", Slapd.PASSWORD).startsWith("454"));
      assertTrue(rcpt(server, CAROL).startsWith("250"), "known from before");
      assertTrue(rcpt(server, "dave@example.org").startsWith("451"));
      assertTrue(rcpt(server, "nobody@example.org").startsWith("451"));
      assertTrue(rcpt(server, Site.ALICE).startsWith("250"), "the users file is here");
      try (SmtpLink carol =
          SmtpLink.open(server.submission()).login(world.trust(), "carol", Slapd.PASSWORD)) {
        String sent = carol.send(CAROL, Site.ALICE, Mail.of(CAROL, Site.ALICE, "still here", "Hi"));
        assertTrue(sent.startsWith("250"), sent);
      }
      server.site().mailbox(Site.ALICE).awaitWith("still here");
      slapd.up();
      Await.until(
          () -> "dave stays unknown", () -> rcpt(server, "dave@example.org").startsWith("250"));
      assertTrue(rcpt(server, "nobody@example.org").startsWith("550"));
      assertTrue(auth(server, "dave", Slapd.PASSWORD).startsWith("235"));
    }
  }

  @Test
  void aTestTellsWhatIsWrongWithAServer() throws Exception {
    var world = new World(directory);
    Site site = Site.build(world, 0, 0);
    ServerCertificate elsewhere =
        world.authority().issue(DomainName.of("directory.test")); // not the address we use
    try (Slapd slapd = Slapd.start(world.authority(), certificate(world.authority()));
        Slapd misnamed = Slapd.start(world.authority(), elsewhere)) {
      site.configure(
          settings(slapd, quoted(slapd.plain()) + ", " + quoted(slapd.secure()), Slapd.MACHINE));
      CommandLineRun well = test(site, "ventes@example.org");
      assertEquals(0, well.code(), well.text());
      assertTrue(well.text().contains("uid=carol,dc=example,dc=org"), well.text());
      assertTrue(well.text().contains("1GiB"), well.text());
      assertEquals(1, test(site, "nobody").code());

      site.configure(settings(slapd, quoted(slapd.secure()), "wrong"));
      CommandLineRun refused = test(site, "carol");
      assertEquals(1, refused.code());
      assertTrue(refused.text().contains("does not take ldap.bind-dn"), refused.text());

      for (String url : List.of(misnamed.plain(), misnamed.secure())) {
        site.configure(settings(slapd, quoted(url), Slapd.MACHINE));
        CommandLineRun wrong = test(site, "carol");
        assertEquals(1, wrong.code());
        assertTrue(wrong.text().contains("cannot be trusted"), wrong.text());
      }

      for (String url : List.of(slapd.plain(), slapd.secure())) {
        site.configure(
            settings(slapd, quoted(url), Slapd.MACHINE)
                .replaceFirst("(?m)^ *authorities.*$", "")); // the system knows nothing of it
        CommandLineRun untrusted = test(site, "carol");
        assertEquals(1, untrusted.code());
        assertTrue(untrusted.text().contains("cannot be trusted"), untrusted.text());
      }

      site.configure(
          settings(slapd, quoted(slapd.secure()), Slapd.MACHINE)
              .replace("base = \"dc=example", "base = \"dc=other"));
      CommandLineRun lost = test(site, "carol");
      assertEquals(1, lost.code());
      assertTrue(lost.text().contains("no entry where the search begins"), lost.text());

      slapd.down();
      site.configure(settings(slapd, quoted(slapd.plain()), Slapd.MACHINE));
      CommandLineRun silent = test(site, "carol");
      assertEquals(1, silent.code());
      assertTrue(silent.text().contains("does not answer"), silent.text());
      slapd.up();
    } finally {
      world.close();
    }
  }

  @Test
  void checkWarnsOfUsersThatBothHave() throws Exception {
    var world = new World(directory);
    Site site = Site.build(world, 2525, 2587);
    try (Slapd slapd = Slapd.start(world.authority(), certificate(world.authority()))) {
      site.configure(settings(slapd, quoted(slapd.plain()), Slapd.MACHINE));
      CommandLineRun check = CommandLineRun.of("check", "-c", site.configuration().toString());
      assertTrue(
          check.text().contains("bob@example.org is a user of the users file"), check.text());
      assertEquals(0, check.code(), check.text());
    } finally {
      world.close();
    }
  }

  private static CommandLineRun test(Site site, String name) {
    return CommandLineRun.of("ldap", "test", name, "-c", site.configuration().toString());
  }
}
