package net.facteur.server.accounts.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.facteur.server.accounts.hash.ForeignHash.Strength;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The suites `dovecot-passwd` and `shadow-htpasswd`, and what no program writes.
class HashTextTest {
  private static final String SUITES = "/conformance/migration/";
  private static final String SHA =
      "FJjaJ3ZnAe1VTkmwiyQ.1mwcP5UI0mmTUtxRAkViKGfTuP9V2tCQt00H5sC.hSS/hilssoDx5pT7157yZ.vAi.";

  @TestFactory
  Stream<DynamicTest> passwordsOfDovecotAreRight() {
    return cases("dovecot-passwd", _ -> "users");
  }

  @TestFactory
  Stream<DynamicTest> passwordsOfUnixAndApacheAreRight() {
    return cases("shadow-htpasswd", node -> node.path("file").asString("shadow"));
  }

  private static Stream<DynamicTest> cases(String suite, Function<JsonNode, String> file) {
    JsonNode expected = JsonMapper.shared().readTree(text(suite + "/expected.json"));
    assertTrue(expected.size() > 10, "the suite is there");
    return StreamSupport.stream(expected.spliterator(), false)
        .map(
            node -> {
              String user = node.path("user").asString();
              return DynamicTest.dynamicTest(
                  user, () -> check(field(suite + "/" + file.apply(node), user), node));
            });
  }

  private static void check(String field, JsonNode expected) {
    HashReading reading = HashText.read(field);
    if (!expected.path("login").asBoolean(true)) {
      assertInstanceOf(HashReading.NoLogin.class, reading);
      return;
    }
    ForeignHash hash = assertInstanceOf(HashReading.Known.class, reading).hash();
    assumeTrue(hash.usable(), "this machine has no libcrypt.so.1, which is what checks yescrypt");
    byte[] password = octets(expected.path("password").asString());
    assertTrue(hash.matches(password), hash.scheme());
    // DES looks at eight characters, bcrypt at 72.
    assertFalse(hash.matches(octets("x" + expected.path("password").asString())), "a wrong one");
    assertFalse(hash.text().contains(" "), "what is written is one word");
    ForeignHash again =
        assertInstanceOf(HashReading.Known.class, HashText.read(hash.text())).hash();
    assertEquals(hash, again, "what is written is read");
    assertEquals(hash.text(), again.text());
    assertTrue(again.matches(password));
    assertFalse(hash.toString().contains(field.substring(field.length() - 8)), "not in a log");
  }

  private static String field(String file, String user) {
    return text(file)
        .lines()
        .filter(line -> line.startsWith(user + ":"))
        .map(line -> line.substring(user.length() + 1).split(":", -1)[0])
        .findFirst()
        .orElseThrow();
  }

  private static String text(String resource) {
    try (InputStream in =
        Objects.requireNonNull(HashTextTest.class.getResourceAsStream(SUITES + resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Each was computed by another program: Dovecot's `doveadm pw`, `crypt` of libxcrypt, Python's
  /// hashlib.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a",
        "{sha}5en6G6MezRroT3XKqkdPOmY/BfQ=",
        "{MD5}Xr4ilOzQ4PCOq3aQ0qbuaQ==",
        "$pbkdf2-sha256$6400$AAECAwQFBgcICQoLDA0ODw$35MkONrZD6WYra7kCu68R9nMMXI6K2H2d9nifSMca9w",
        "{PBKDF2}$pbkdf2$6400$AAECAwQFBgcICQoLDA0ODw$CK/iK7sH2bkdDwQtWjdjlZX11CQ",
        "{PBKDF2-SHA512}10000$AAECAwQFBgcICQoLDA0ODw$s1qOkFay1DbcR0sablkjBgtOqf1IcoQVkkK1uzR9LdXA0A7SkKhkz0j9Li48.pDMKueSh3UUQNkgDDksLeAu.Q",
        "{SCRAM-SHA-256}4096,ntcXG8b2BZbx++fFADQUaA==,43pE7ClvwJHmZ25oGsitmp/bBrBey4dxsQEZ8XKiUuw=,vNugkiU3cOiWD58h2ilJlXz3N8F6EzfGiLSK2EFEWNI=",
        "{SHA256-CRYPT}$5$rounds=10000$Hw58acJ2yO33do77$2xgv4FiaCjz2Ru6Qw.2lgbxnWkVKofT4U2L7LqyHO0/",
        "{SSHA256}WKpLjksW+k1CWp6lS1RBY6t0+iggodobqmNPOhvHORsp9CfO",
        "{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$SMoJGcraBzp9UUfBGEpKlQ$iG62KgYYc1WsWqsiVSviOk/zB3KpZE2DWO5ufPFPmTs",
        "{SMD5.HEX}0e7e1487246bfdbd10dc90c8a7bb74fbfbde690a",
      })
  void othersWriteSo(String text) {
    ForeignHash hash = assertInstanceOf(HashReading.Known.class, HashText.read(text)).hash();
    assertTrue(hash.matches(octets("secret")));
    assertFalse(hash.matches(octets("secreT")));
    assertEquals(
        hash, assertInstanceOf(HashReading.Known.class, HashText.read(hash.text())).hash());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$6$rounds=999999999$saltstring$" + SHA,
        "{SHA512-CRYPT}$6$rounds=1000001$saltstring$" + SHA,
        "{SHA512-CRYPT}$6$rounds=99999999999999999$saltstring$" + SHA,
        "$2y$15$abcdefghijklmnopqrstuuvx6iyJOX72px3QGY3VQpGQuuUXTy6he",
        "{PBKDF2}$1$Io6FWNE.rbLanRSd$999999999$afe8731699e4b116f38bd22d7311d54296dd3696",
        "{ARGON2ID}$argon2id$v=19$m=4194304,t=1,p=1$JsVc8rID6NNXbXKtD2rluw$1E3GEojCoOmxJe6wr6UfsE0g+ngwrevoa6SfQkc8/3k",
        "{ARGON2ID}$argon2id$v=19$m=65536,t=1000000,p=1$JsVc8rID6NNXbXKtD2rluw$1E3GEojCoOmxJe6wr6UfsE0g+ngwrevoa6SfQkc8/3k",
        "{SCRAM-SHA-1}2000000000,7IEId+rKsMITfDtwcRybaQ==,9I3IYz4x7p4COGX7zI8RnHHiHiM=,YFqi9yfjXM9W6+DZXK8CuNxm/x4=",
        "$y$jzT$F5Jx5fExrKuPp53xLKQ..1$CLV.La9c8IKh7v4G4IKolKfa6N/bkqW9mqepf1U2c6.",
        "$7$zU..../....SodiumChloride$OMjhrtzVPmZYa2DUisIbyS./maY0tbkrdzVlUcN..p8",
      })
  void whatWouldHangAThreadIsRefusedInASentence(String text) {
    HashReading reading = HashText.read(text);
    assertInstanceOf(HashReading.TooCostly.class, reading);
    String said = reading.reason().in(Language.ENGLISH);
    assertTrue(said.startsWith("a check would take too long: "), said);
    assertFalse(said.contains("SALT"), said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$6$",
        "$6$salt",
        "$6$salt$short",
        "{SHA512-CRYPT}",
        "{SSHA}",
        "{SSHA}!!!!",
        "{SSHA}YQ==",
        "{SHA}ouPEXOuK77gGh7x5Yh9Jtye36Q9f3EkR",
        "{SHA.ROT13}abc",
        "{PBKDF2}$1$$$",
        "{PBKDF2}x",
        "$2y$99$x",
        "$2y$03$abcdefghijklmnopqrstuuvx6iyJOX72px3QGY3VQpGQuuUXTy6he",
        "{CRAM-MD5}00",
        "{SCRAM-SHA-256}1,,,",
        "$argon2id$v=19$m=1,t=1,p=1$JsVc8rID6NNXbXKtD2rluw$1E3GEojCoOmxJe6wr6UfsE",
        "$1$",
        "tooshort",
        "{PLAIN-MD5}xyz",
        "$y$",
        "$7$",
        "$6$rounds=1$salt$" + SHA,
        "{PLAIN.HEX}zz",
        "{SHA256.HEX}31a5502f933b68581687f4889aae827fe67148609cdbd0e817ee53172d49d7",
      })
  void whatIsNoHashIsNone(String text) {
    HashReading reading = HashText.read(text);
    assertFalse(reading instanceof HashReading.Known, text);
    assertFalse(reading.reason().in(Language.ENGLISH).isBlank());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{OTP}x",
        "{DIGEST-MD5}0123456789abcdef0123456789abcdef",
        "$sha1$1$s$h",
        "{NTLM}00"
      })
  void aSchemeThatNobodyChecksHereIsNamed(String text) {
    HashReading reading = HashText.read(text);
    var unknown = assertInstanceOf(HashReading.Unknown.class, reading);
    assertTrue(reading.reason().in(Language.ENGLISH).contains(unknown.scheme()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "!",
        "*",
        "!!",
        "x",
        "!$6$saltstring$" + SHA,
        "{CRYPT}",
        "{PLAIN}",
        "{CRYPT}!"
      })
  void nobodyLogsInWithoutAPassword(String text) {
    assertInstanceOf(HashReading.NoLogin.class, HashText.read(text));
  }

  @Test
  void theSchemeOfAFileHoldsWhereALineNamesNone() {
    var plain = assertInstanceOf(HashReading.Known.class, HashText.read("se cret", "PLAIN"));
    assertTrue(plain.hash().matches(octets("se cret")));
    assertEquals(Strength.NONE, plain.hash().strength());
    var salted =
        assertInstanceOf(
            HashReading.Known.class, HashText.read("ouPEXOuK77gGh7x5Yh9Jtye36Q9f3EkR", "SSHA"));
    assertEquals("SSHA", salted.hash().scheme());
    assertEquals(Strength.WEAK, salted.hash().strength());
  }

  @Test
  void aPasswordOfAMegabyteCostsNothing() {
    byte[] large = octets("x".repeat(1 << 20));
    for (String text :
        List.of(
            "$6$rounds=1000000$saltstring$" + SHA,
            "$2y$14$abcdefghijklmnopqrstuuvx6iyJOX72px3QGY3VQpGQuuUXTy6he",
            "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$CLV.La9c8IKh7v4G4IKolKfa6N/bkqW9mqepf1U2c6.")) {
      assertFalse(
          assertInstanceOf(HashReading.Known.class, HashText.read(text)).hash().matches(large));
    }
  }

  @Test
  void schemesAreNamedInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.of("tr"));
    try {
      assertInstanceOf(HashReading.Known.class, HashText.read("{plain}x"));
    } finally {
      Locale.setDefault(before);
    }
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
