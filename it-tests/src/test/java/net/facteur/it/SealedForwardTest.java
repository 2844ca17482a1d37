package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.arc.ArcSealer;
import net.facteur.auth.arc.ArcValidator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mail for an address that has no mailbox here and is forwarded, which a list changed and sealed,
/// through the whole server: what we would quarantine is refused at the door, unless a sealer that
/// we trust found it to pass.
class SealedForwardTest {
  private static final String LIST = "lists.test";

  /// Its author domain has a DMARC policy, which the message fails here.
  private static final String STRICT = "alice@strict.test";

  /// Its author domain has none; what the settings say of SPF counts.
  private static final String PLAIN = "alice@plain.test";

  private static final String SETTINGS =
      """
      forwards { "bob@example.org" = ["dan@example.net"] }
      reception.spf { mailfrom { fail = quarantine } }
      arc.trusted-sealers = ["%s"]
      """;

  @TempDir private Path directory;
  private final DkimPrivateKey key = TestKeys.rsa();

  private void publish(World world) {
    world.key("s", LIST, key);
    world.text(LIST, "v=spf1 -all");
    world.text("strict.test", "v=spf1 -all");
    world.text("_dmarc.strict.test", "v=DMARC1; p=quarantine");
    world.text("plain.test", "v=spf1 -all");
  }

  /// @param found what the list says of DMARC
  private Mail sealed(String author, String subject, String found) throws Exception {
    Mail mail = Mail.of(author, Site.BOB, subject, "Changed by the list");
    MessageHeader header = mail.header();
    MessageBody body = MessageBody.of(mail.body().getBytes(StandardCharsets.ISO_8859_1));
    var results =
        new AuthenticationResults(
            "mx." + LIST,
            List.of(
                MethodResult.of("dmarc", found)
                    .with("header", "from", author.substring(author.indexOf('@') + 1))));
    ArcOutcome unsealed =
        new ArcValidator(
                ZoneResolver.of(Map.of()),
                DkimCrypto.standard(),
                InstantSource.system(),
                DkimVerifier.Policy.DEFAULT)
            .validate(header, body);
    var sealer =
        new ArcSealer(
            new SigningKey(
                DomainName.of(LIST),
                DomainName.of("s"),
                key.algorithm(),
                DkimCrypto.standard().signer(key)),
            InstantSource.system());
    MessageHeader whole = header.prepend(sealer.seal(header, body, results, unsealed));
    return new Mail(new String(whole.section(), StandardCharsets.ISO_8859_1) + mail.body());
  }

  private static String send(RunningServer server, Mail mail) throws Exception {
    try (var link = SmtpLink.open(server.reception(), World.STRANGER, "mx." + LIST)) {
      return link.send("owner@" + LIST, Site.BOB, mail);
    }
  }

  private static RecordingMx.Transaction forwarded(RecordingMx mx, String subject)
      throws Exception {
    return Await.present(
        () -> "no mail with `" + subject + "` in " + mx.taken(),
        () ->
            mx.transactions().stream()
                .filter(t -> t.mail().text().contains("Subject: " + subject))
                .findFirst());
  }

  @Test
  void whatATrustedSealerFoundToPassIsForwardedAndMarkedIfWeWouldQuarantineIt() throws Exception {
    try (var server = RunningServer.start(directory, SETTINGS.formatted(LIST));
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      publish(server.world());
      for (String author : List.of(STRICT, PLAIN)) {
        String reply = send(server, sealed(author, "failed", "fail"));
        assertTrue(reply.startsWith("550 5.7.1 "), reply);
        reply = send(server, Mail.of(author, Site.BOB, "unsealed", "Hello"));
        assertTrue(reply.startsWith("550 5.7.1 "), reply);
        Mail changed = sealed(author, "changed", "pass");
        reply = send(server, new Mail(changed.text() + "and more\r\n"));
        assertTrue(reply.startsWith("550 5.7.1 "), reply);
      }

      String reply = send(server, sealed(PLAIN, "to be marked", "pass"));
      assertTrue(reply.startsWith("250"), reply);
      RecordingMx.Transaction marked = forwarded(mx, "to be marked");
      assertEquals(List.of("YES"), marked.mail().fields("X-Spam-Flag"), marked.mail()::text);
      // No path of ours, by which anybody could be written to.
      assertTrue(
          marked.paths().getFirst().startsWith("MAIL FROM:<owner@" + LIST + ">"),
          marked.paths()::toString);
      assertTrue(marked.paths().get(1).startsWith("RCPT TO:<dan@example.net>"));
      assertTrue(marked.mail().verdict(Site.HOST).contains("arc=pass"), marked.mail()::text);

      // The seal makes up for DMARC, so that nothing is quarantined.
      reply = send(server, sealed(STRICT, "not to be marked", "pass"));
      assertTrue(reply.startsWith("250"), reply);
      RecordingMx.Transaction plain = forwarded(mx, "not to be marked");
      assertEquals(List.of(), plain.mail().fields("X-Spam-Flag"), plain.mail()::text);
      assertTrue(plain.paths().getFirst().startsWith("MAIL FROM:<SRS0="), plain.paths()::toString);
      assertEquals(2, mx.transactions().size());
      assertEquals(List.of(), server.site().mailbox(Site.BOB).mails());
    }
  }

  @Test
  void theSealOfAnotherMakesUpForNothing() throws Exception {
    try (var server = RunningServer.start(directory, SETTINGS.formatted("other.test"));
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      publish(server.world());
      for (String author : List.of(STRICT, PLAIN)) {
        String reply = send(server, sealed(author, "of another", "pass"));
        assertTrue(reply.startsWith("550 5.7.1 "), reply);
      }
      assertEquals(List.of(), mx.transactions());
    }
  }
}
