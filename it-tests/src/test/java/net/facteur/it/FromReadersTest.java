package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What readers of mail in Java (Jakarta Mail) and Perl (Email::MIME, Email::Address, MailTools)
/// would show as the author is among the domains that we look at: of the From fields that our own
/// table knows as malformed, and of fields put together from what forgers use.
class FromReadersTest {
  private static final int CASES = 4_000;

  private static final Path TABLE =
      Path.of("..", "auth-mechanisms", "src", "test", "resources", "from", "malformed.txt");

  private static final List<String> NAMES =
      List.of(
          "From: ",
          "From: ",
          "From: ",
          "From : ",
          "From\t:",
          "FROM:",
          "from\r\n :",
          "\u00ef\u00bb\u00bfFrom:",
          "From\u0000:",
          "From\u00a0:",
          " From: ",
          "Sender: ",
          "Subject: x\r\n From: ",
          "From:\r\n ",
          "X\rFrom: ",
          "X: y\nFrom:",
          "Reply-To: ",
          "From\u000b: ");

  private static final List<String> PIECES =
      List.of(
          "a@one.test",
          "b@two.test",
          "<c@three.test>",
          "<",
          ">",
          "\"",
          ",",
          ";",
          "Board: ",
          " ",
          "(",
          ")",
          "CEO",
          "@four.test",
          "e@",
          "[five.test]",
          "\u0001",
          "\u0000",
          "=?utf-8?q?f=40six.test?=",
          "\\",
          ".",
          "..",
          "'g@seven.test' via L",
          "\"h@eight.test\"",
          "\r\n ",
          "<@x.test:i@nine.test>");

  /// Prints for each message the domains that Perl's readers name.
  private static final String PERL =
      """
      use strict;
      $SIG{__WARN__} = sub {};
      use MIME::Base64; use Encode;
      use Email::MIME; use Email::Address; use Email::Address::XS;
      use Mail::Header; use Mail::Address;
      while (my $line = <STDIN>) {
        my $raw = decode_base64($line);
        my %found;
        my $keep = sub { for my $h (@_) { $found{$h} = 1 if defined $h && length $h } };
        eval {
          my $m = Email::MIME->new($raw);
          my @values = ($m->header_raw('From'), eval { $m->header_str('From') });
          for my $v (@values) {
            eval { $keep->(map { $_->host } grep { $_->is_valid } Email::Address::XS->parse($v)) };
            eval { $keep->(map { $_->host } Email::Address->parse($v)) };
          }
          eval { $keep->(map { $_->host } $m->header_as_obj('From')->addresses) };
        };
        eval {
          my @lines = map { "$_\\n" } split /\\r?\\n/, $raw;
          my $h = Mail::Header->new(\\@lines, Modify => 0);
          for my $v ($h->get('From')) {
            eval { $keep->(map { $_->host } Mail::Address->parse($v)) };
          }
        };
        print encode_base64(encode('UTF-8', join("\\n", sort keys %found)), ''), "\\n";
      }
      """;

  @TempDir private Path directory;

  private static List<String> headers() throws IOException {
    var headers = new ArrayList<String>();
    for (String line : Files.readAllLines(TABLE)) {
      if (!line.startsWith("#")) {
        headers.add(unescaped(line) + "\r\n\r\n");
      }
    }
    assertTrue(headers.size() > 50, headers::toString);
    var random = new Random(Long.getLong("facteur.seed", 9989));
    for (int i = 0; i < CASES; i++) {
      headers.add(made(random));
    }
    return headers;
  }

  private static String unescaped(String line) {
    var out = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      if (line.startsWith("\\x", i)) {
        out.append((char) Integer.parseInt(line.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        out.append(line.charAt(i) == '/' ? "\r\n" : line.substring(i, i + 1));
      }
    }
    return out.toString();
  }

  private static String made(Random random) {
    var out = new StringBuilder();
    for (int fields = 1 + random.nextInt(3); fields > 0; fields--) {
      out.append(NAMES.get(random.nextInt(NAMES.size())));
      for (int n = 1 + random.nextInt(5); n > 0; n--) {
        out.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      out.append("\r\n");
    }
    return out.append("\r\n").toString();
  }

  @Test
  void whatJakartaMailTakesForTheAuthorIsLookedAt() throws Exception {
    List<String> headers = headers();
    var seen = new ArrayList<Set<String>>();
    for (String header : headers) {
      var domains = new LinkedHashSet<String>();
      for (String strict : List.of("true", "false")) {
        domains.addAll(jakarta(header, strict));
      }
      seen.add(domains);
    }
    compare(headers, seen);
  }

  private static Set<String> jakarta(String header, String strict) throws MessagingException {
    var properties = new Properties();
    properties.setProperty("mail.mime.address.strict", strict);
    var message =
        new MimeMessage(
            Session.getInstance(properties),
            new ByteArrayInputStream(header.getBytes(StandardCharsets.ISO_8859_1)));
    var addresses = new ArrayList<Address>();
    Stream.<Source>of(
            message::getFrom,
            () -> parsed(message, true, true),
            () -> parsed(message, false, true),
            () -> parsed(message, false, false))
        .forEach(
            source -> {
              try {
                Address[] found = source.addresses();
                addresses.addAll(found == null ? List.of() : List.of(found));
              } catch (MessagingException _) {
                // This reader shows nothing.
              }
            });
    var domains = new LinkedHashSet<String>();
    for (Address address : addresses) {
      String text = ((InternetAddress) address).getAddress();
      if (text != null && text.indexOf('@') >= 0) {
        domains.add(text.substring(text.lastIndexOf('@') + 1));
      }
    }
    return domains;
  }

  @FunctionalInterface
  private interface Source {
    Address[] addresses() throws MessagingException;
  }

  private static Address[] parsed(MimeMessage message, boolean strict, boolean header)
      throws MessagingException {
    String joined = message.getHeader("From", ",");
    if (joined == null) {
      return new Address[0];
    }
    return header
        ? InternetAddress.parseHeader(joined, strict)
        : InternetAddress.parse(joined, strict);
  }

  @Test
  @RequiresProgram(Program.PERL_MAIL)
  void whatPerlTakesForTheAuthorIsLookedAt() throws Exception {
    List<String> headers = headers();
    Path script = Files.writeString(directory.resolve("reader.pl"), PERL);
    Path input =
        Files.write(
            directory.resolve("in"),
            headers.stream()
                .map(h -> h.getBytes(StandardCharsets.ISO_8859_1))
                .map(Base64.getEncoder()::encodeToString)
                .toList());
    List<String> lines =
        Command.with(input, "/usr/bin/perl", script.toString()).succeeded().lines().toList();
    assertEquals(headers.size(), lines.size());
    compare(
        headers,
        lines.stream()
            .map(line -> new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8))
            .map(text -> Set.of(text.split("\n", -1)))
            .toList());
  }

  private static void compare(List<String> headers, List<Set<String>> seen) {
    var missed = new ArrayList<String>();
    int named = 0;
    for (int i = 0; i < headers.size(); i++) {
      AuthorDomain author =
          AuthorDomain.of(
              MessageHeader.parse(headers.get(i).getBytes(StandardCharsets.ISO_8859_1)));
      Set<DomainName> theirs = new LinkedHashSet<>();
      for (String text : seen.get(i)) {
        if (DomainName.parse(text.toLowerCase(Locale.ROOT))
                instanceof Parsed.Ok<DomainName>(DomainName domain)
            && domain.isHostName()
            && domain.labelCount() > 1) {
          theirs.add(domain);
        }
      }
      named += theirs.size();
      // A display name of one well-formed address may look like another, and does not count.
      boolean looked =
          author instanceof AuthorDomain.One(DomainName one)
              ? theirs.isEmpty() || theirs.contains(one)
              : author.domains().containsAll(theirs) || tooMany(author);
      if (!looked) {
        missed.add(theirs + " of " + shown(headers.get(i)) + " is not in " + author);
      }
    }
    assertEquals(List.of(), missed.subList(0, Math.min(20, missed.size())));
    assertTrue(named > headers.size() / 40, "they named " + named);
  }

  /// The strictest policy is taken for granted then.
  private static boolean tooMany(AuthorDomain author) {
    return author instanceof AuthorDomain.Unclear unclear && unclear.tooMany();
  }

  private static String shown(String header) {
    var out = new StringBuilder();
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      out.append(c < ' ' || c >= 0x7f ? "\\x%02x".formatted((int) c) : Character.toString(c));
    }
    return out.toString();
  }
}
