package net.facteur.server.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalAddressesTest {
  private static LocalAddresses of(String hostname, String... domains) {
    var settings =
        new HostSettings(
            DomainName.of(hostname),
            Optional.empty(),
            List.of(Language.ENGLISH),
            ZoneOffset.UTC,
            List.of(domains).stream().map(DomainName::of).toList(),
            Path.of("data"));
    return LocalAddresses.of(
        settings, Set.of("vm", "vm.internal.test"), to -> to.localPart().equals("alice"));
  }

  private static final LocalAddresses OURS =
      of("mail.example.org", "a.test", "example.org", "vm.internal.test");

  @Test
  void theDomainIsThatOfTheHostWhereItIsOurs() {
    assertEquals("example.org", OURS.domain());
    assertEquals("a.test", of("mail.example.net", "a.test", "b.test").domain());
    assertEquals("mail.example.net", of("mail.example.net").domain());
    assertEquals("mail.example.org", of("mail.example.org", "mail.example.org").domain());
  }

  @ParameterizedTest
  @CsvSource({
    "alice, alice@example.org",
    "root, postmaster@example.org",
    "root@vm, postmaster@example.org",
    "alice@MAIL.example.org, alice@example.org",
    "alice@mail, alice@example.org",
    "alice@localhost, alice@example.org",
    "root@example.org, root@example.org",
    "root@vm.internal.test, root@vm.internal.test",
    "root@example.net, root@example.net",
    "bob@mail.example.net, bob@mail.example.net"
  })
  void recipients(String written, String expected) {
    assertEquals(expected, OURS.complete(written).map(OURS::recipient).orElseThrow().text());
  }

  @ParameterizedTest
  @CsvSource({"a b", "<a@b>", "a@b@c", "''", "@b", "a@", "a@b c"})
  void noAddresses(String written) {
    assertEquals(Optional.empty(), OURS.complete(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "From: root (Cron Daemon)         | root@example.org (Cron Daemon)",
        "From: Root <root@vm>             | Root <root@example.org>",
        "To: a, b@localhost, c@d.test     | a@example.org, b@example.org, c@d.test",
        "Cc: \"x@vm\" <x@d.test>          | \"x@example.org\" <x@d.test>",
        "Reply-To: x@vm.example.net       | x@vm.example.net",
        "Reply-To: x@myvm                 | x@myvm",
        "Subject: root@vm                 | root@vm",
        "To: <<>>                         | <<>>"
      })
  void fields(String written, String expected) {
    MessageHeader header =
        MessageHeader.parse((written + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    HeaderField completed = OURS.complete(header).fields().getFirst();
    assertEquals(expected, completed.unfolded().strip());
    MessageHeader signed = header.prepend(List.of(HeaderField.of("DKIM-Signature", " v=1")));
    assertEquals(signed.fields(), OURS.complete(signed).fields());
  }
}
