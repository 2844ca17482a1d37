package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.message.HeaderField;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Generated messages, signed by this library, by OpenDKIM or by hand, altered or not, with good
/// and bad key records: this library and OpenDKIM must say the same. Every difference needs a
/// written reason.
@Tag("peer")
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenDkimPeerTest {
  private static final int CASES = 2_100;
  private static final int MANY = 60_000;
  private static final Instant SIGNED = Instant.parse("2020-01-01T00:00:00Z");
  private static final DkimPrivateKey STRANGERS = Samples.key(1024);
  private static final DkimPrivateKey SMALL = small();

  /// Key records by selector: good ones, odd ones, and ones that say no.
  private static final Map<String, String> ZONE = zone();

  private record Case(Eml eml, String made) {}

  /// A key that [DkimPrivateKey#generate] refuses to make.
  private static DkimPrivateKey small() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(768);
      byte[] info = generator.generateKeyPair().getPrivate().getEncoded();
      return DkimPrivateKey.parse(
              "-----BEGIN PRIVATE KEY-----\n"
                  + Base64.getEncoder().encodeToString(info)
                  + "\n-----END PRIVATE KEY-----\n")
          .toOptional()
          .orElseThrow();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> zone() {
    String rsa = Samples.RSA.record().publicKey();
    String ed = Samples.EDWARDS.record().publicKey();
    var records = new TreeMap<String, String>();
    records.put("rsa", "v=DKIM1; k=rsa; p=" + rsa);
    records.put("ed", "v=DKIM1; k=ed25519; p=" + ed);
    records.put("plain", "p=" + rsa);
    records.put("noted", "v=DKIM1; n=a=20note; h=sha256; s=email; x=y; p=" + rsa);
    records.put("all", "v=DKIM1; h=sha1:sha256; s=*; p=" + rsa + ";");
    records.put("testing", "v=DKIM1; t=y; p=" + rsa);
    records.put("strict", "v=DKIM1; t=y:s; p=" + rsa);
    records.put("revoked", "v=DKIM1; p=");
    records.put("edrevoked", "v=DKIM1; k=ed25519; p=");
    records.put("sha1", "v=DKIM1; h=sha1; p=" + rsa);
    records.put("service", "v=DKIM1; s=tlsrpt; p=" + rsa);
    records.put("late", "k=rsa; v=DKIM1; p=" + rsa);
    records.put("version", "v=DKIM2; p=" + rsa);
    records.put("type", "v=DKIM1; k=dsa; p=" + rsa);
    records.put("swapped", "v=DKIM1; k=rsa; p=" + ed);
    records.put("edswapped", "v=DKIM1; k=ed25519; p=" + rsa);
    records.put("stranger", "v=DKIM1; p=" + STRANGERS.record().publicKey());
    records.put("small", "v=DKIM1; p=" + SMALL.record().publicKey());
    records.put("cut", "v=DKIM1; p=" + rsa.substring(0, rsa.length() / 2));
    records.put("text", "some text that is no key");
    records.put("nokey", "v=DKIM1; k=rsa");
    var zone = new HashMap<String, String>();
    records.forEach((selector, text) -> zone.put(selector + "._domainkey.example.com", text));
    return zone;
  }

  private static final List<String> GOOD =
      List.of("rsa", "rsa", "ed", "ed", "plain", "noted", "all", "testing", "strict");
  private static final List<String> BAD =
      List.of(
          "revoked",
          "edrevoked",
          "sha1",
          "service",
          "late",
          "version",
          "type",
          "swapped",
          "edswapped",
          "stranger",
          "small",
          "cut",
          "text",
          "nokey",
          "absent");

  private static DkimPrivateKey key(String selector) {
    if (selector.equals("small")) {
      return SMALL;
    }
    return selector.startsWith("ed") ? Samples.EDWARDS : Samples.RSA;
  }

  @Test
  void bothSayTheSame() throws Exception {
    compare(CASES);
  }

  @Test
  @Tag("long")
  void bothSayTheSameOfManyMore() throws Exception {
    compare(MANY);
  }

  private static void compare(int wanted) throws Exception {
    OpenDkim.require();
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    List<Case> cases;
    List<String> answers;
    try (var openDkim = new OpenDkim()) {
      cases = cases(new Random(seed), wanted, openDkim);
      answers = openDkim.verify(cases.stream().map(Case::eml).toList(), ZONE);
    }
    var reasons = new TreeMap<String, Integer>();
    var unexplained = new ArrayList<String>();
    int bad = 0;
    for (int i = 0; i < cases.size(); i++) {
      List<DkimOutcome> mine = verify(cases.get(i).eml());
      boolean pass = DkimOutcome.best(mine) == DkimResult.PASS;
      boolean theirs = answers.get(i).contains("dkim=pass");
      bad += pass ? 0 : 1;
      if (pass != theirs) {
        Optional<String> reason = reason(cases.get(i).eml(), mine, answers.get(i));
        reason.ifPresent(r -> reasons.merge(r, 1, Integer::sum));
        if (reason.isEmpty()) {
          unexplained.add(told(cases.get(i), mine, answers.get(i)));
        }
      }
    }
    System.out.println(
        cases.size() + " cases, " + bad + " of them not pass, explained differences " + reasons);
    assertTrue(cases.size() >= 2_000 && bad * 10 >= cases.size() * 3, "too few bad cases");
    assertTrue(bad * 10 <= cases.size() * 8, "too few good cases: " + bad);
    assertEquals(
        List.of(),
        unexplained.stream().limit(Integer.getInteger("facteur.show", 5)).toList(),
        () -> unexplained.size() + " differences, seed " + seed);
  }

  /// Why OpenDKIM may decide otherwise; empty where there is no good reason.
  private static Optional<String> reason(Eml eml, List<DkimOutcome> mine, String theirs) {
    String why = mine.isEmpty() ? "" : mine.getFirst().reason();
    if (theirs.contains("dkim=pass") && theirs.contains("header.a=rsa-sha1")) {
      return Optional.of(
          "RFC 8301, 3.1: \"rsa-sha1 MUST NOT be used for signing or verifying\"; OpenDKIM is"
              + " older");
    }
    if (DkimOutcome.best(mine) == DkimResult.PASS
        && new String(eml.octets(), StandardCharsets.ISO_8859_1)
            .matches("(?is).*\\bh=[^;]*DKIM-Signature.*")) {
      return Optional.of(
          "RFC 6376, 3.5, h=: \"The field MAY contain names of header fields that do not exist when"
              + " signed\", and 3.7: the field being verified is hashed last and once; OpenDKIM"
              + " takes it for one of those that h= names");
    }
    if (theirs.contains("header.s=late") && why.contains("v=DKIM1 as the first tag")) {
      return Optional.of(
          "RFC 6376, 3.6.1, v=: \"This tag MUST be the first tag in the record\"; OpenDKIM does not"
              + " look where it stands");
    }
    return Optional.empty();
  }

  private static String told(Case c, List<DkimOutcome> mine, String theirs) {
    return c.made()
        + ": "
        + mine.stream().map(o -> o.result() + " (" + o.reason() + ")").toList()
        + ", they "
        + theirs
        + "\n"
        + new String(c.eml().octets(), StandardCharsets.ISO_8859_1);
  }

  private static List<DkimOutcome> verify(Eml eml) throws Exception {
    var names = new ArrayList<String>();
    ZONE.forEach((name, record) -> names.addAll(List.of(name, record)));
    Resolver resolver = Samples.zone(names.toArray(String[]::new));
    return new DkimVerifier(
            resolver, DkimCrypto.standard(), InstantSource.system(), DkimVerifier.Policy.DEFAULT)
        .verify(eml.header(), eml.stream());
  }

  private static List<Case> cases(RandomGenerator random, int wanted, OpenDkim openDkim)
      throws Exception {
    var cases = new ArrayList<Case>();
    for (int i = 0; i < wanted / 3; i++) {
      Eml eml = message(random);
      String selector = selector(random);
      cases.add(altered(random, signedHere(random, eml, selector), "we sign, " + selector));
      String other = selector(random);
      HandSigner.Plan plan = plan(random, eml, other);
      HeaderField field = HandSigner.sign(eml, key(other), plan);
      cases.add(altered(random, on(eml, field), "by hand, " + plan));
    }
    var forms = new ArrayList<Canonicalization>();
    for (Canonicalization.Form header : Canonicalization.Form.values()) {
      for (Canonicalization.Form body : Canonicalization.Form.values()) {
        forms.add(new Canonicalization(header, body));
      }
    }
    int each = (wanted / 3 + 7) / 8;
    for (String selector : List.of("rsa", "ed")) {
      for (Canonicalization form : forms) {
        var messages = new ArrayList<Eml>();
        for (int i = 0; i < each; i++) {
          messages.add(message(random));
        }
        List<HeaderField> fields = openDkim.sign(messages, key(selector), selector, form);
        for (int i = 0; i < each; i++) {
          cases.add(altered(random, on(messages.get(i), fields.get(i)), "they sign, " + form));
        }
      }
    }
    return cases;
  }

  private static Eml on(Eml eml, HeaderField field) {
    return new Eml(eml.header().prepend(List.of(field)), eml.body());
  }

  private static Eml message(RandomGenerator random) {
    return withLastLineEnd(Samples.message(random));
  }

  /// No transport brings a body without a CRLF at its end, and OpenDKIM's test mode adds it.
  private static Eml withLastLineEnd(Eml eml) {
    String body = new String(eml.body(), StandardCharsets.ISO_8859_1);
    return body.isEmpty() || body.endsWith("\r\n")
        ? eml
        : new Eml(eml.header(), HandSigner.octets(body + "\r\n"));
  }

  private static String selector(RandomGenerator random) {
    return Samples.pick(random, random.nextInt(5) > 0 ? GOOD : BAD);
  }

  private static Canonicalization form(RandomGenerator random) {
    var forms = List.of(Canonicalization.Form.values());
    return new Canonicalization(Samples.pick(random, forms), Samples.pick(random, forms));
  }

  private static Eml signedHere(RandomGenerator random, Eml eml, String selector) throws Exception {
    var settings =
        DkimSigner.Settings.DEFAULT
            .withCanonicalization(form(random))
            .withOversigned(
                Samples.pick(
                    random, List.of(List.of(), List.of("From"), List.of("From", "To", "X"))),
                Samples.pick(random, List.of(List.of(), List.of("Subject", "Cc", "Y"))));
    if (random.nextInt(8) == 0) {
      settings = settings.withExpiry(Duration.ofDays(Samples.pick(random, List.of(1, 36_500))));
    }
    SigningKey key = Samples.key(key(selector), selector);
    return on(eml, new DkimSigner(key, settings, () -> SIGNED).sign(eml.header(), eml.stream()));
  }

  /// Tags in any number and order, most of them right.
  private static HandSigner.Plan plan(RandomGenerator random, Eml eml, String selector) {
    DkimPrivateKey key = key(selector);
    SigningAlgorithm algorithm =
        key.algorithm() == SigningAlgorithm.RSA_SHA256 && random.nextInt(12) == 0
            ? SigningAlgorithm.RSA_SHA1
            : key.algorithm();
    Canonicalization form = form(random);
    var tags = new ArrayList<>(List.of("d=example.com;", "s=" + selector + ";"));
    tags.add(pick(random, "v=1;", 30, "v=2;", "", "v=1.0;"));
    tags.add(
        pick(
            random,
            "h=From:To:Subject;",
            4,
            "h=from;",
            "h= From :\r\n\tSubject : From;",
            "h=from:subject:subject:list-id:x-none;",
            "h=From:DKIM-Signature;",
            "h=To:Subject;",
            "h=;"));
    tags.add(pick(random, "", 4, "q=dns/txt;", "q=dns/txt:other;", "q=other;", "q=dns;"));
    tags.add(
        pick(
            random,
            "",
            4,
            "i=@example.com;",
            "i=alice@example.com;",
            "i=@sub.example.com;",
            "i=@example.org;",
            "i=@notexample.com;"));
    tags.add(
        pick(
            random,
            "",
            6,
            "t=1577836800;",
            "t=1577836800; x=1577923200;",
            "t=1577836800; x=4733510400;",
            "t=1577836800; x=1577836799;",
            "t=4733510400;",
            "t=soon;"));
    tags.add(pick(random, "", 6, "z=From:alice@example.com|Subject:=20x;", "y=unknown;"));
    OptionalLong length = OptionalLong.empty();
    if (random.nextInt(4) == 0) {
      length = OptionalLong.of(random.nextInt(eml.body().length + 40));
      tags.add("l=" + length.getAsLong() + ";");
    }
    Collections.shuffle(tags, Random.from(random));
    return new HandSigner.Plan(algorithm, form, String.join(" ", tags), length);
  }

  /// The first, `weight` times as often as each of the others.
  private static String pick(RandomGenerator random, String first, int weight, String... others) {
    int n = random.nextInt(weight + others.length);
    return n < weight ? first : others[n - weight];
  }

  /// One change or none.
  private static Case altered(RandomGenerator random, Eml eml, String made) {
    String text = new String(eml.octets(), StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    int change = random.nextInt(28);
    String changed =
        switch (change) {
          case 0 -> text + Samples.pick(random, List.of("x\r\n", "\r\n", " \r\n\r\n", "\t\r\n"));
          case 1 -> insert(text, body + random.nextInt(text.length() - body + 1), "z");
          case 2 -> insert(text, body + random.nextInt(text.length() - body + 1), " ");
          case 3 -> text.replace("To:", "To: ");
          case 4 -> text.replace("Subject: ", "subject:\r\n ");
          case 5 -> "Subject: added\r\n" + text;
          case 6 -> text.substring(0, body) + "extra\r\n" + text.substring(body);
          case 7 -> text.replace("Alice", "Mallory");
          case 8 -> text.replaceFirst("d=example.com", "d=example.org");
          case 9 -> text.replaceFirst("bh=(.)", "bh=$1 ");
          case 10 -> text.replaceFirst("bh=.", "bh=");
          case 11 -> text.replaceFirst("c=[^;]*;", "c=simple/relaxed;");
          case 12 -> text.substring(0, body + random.nextInt(text.length() - body + 1));
          case 13 -> text.replaceFirst("a=[a-z0-9-]*;", "a=rsa-md5;");
          case 14 -> text.replaceFirst("(?i)From: Alice", "From: Eve <e@example.com>\r\nX: Alice");
          case 15 -> text.replaceFirst("s=[a-z0-9]*;", "s=rsa;");
          default -> text;
        };
    return new Case(withLastLineEnd(Eml.of(HandSigner.octets(changed))), made + ", " + change);
  }

  private static String insert(String text, int at, String what) {
    return text.substring(0, at) + what + text.substring(at);
  }
}
