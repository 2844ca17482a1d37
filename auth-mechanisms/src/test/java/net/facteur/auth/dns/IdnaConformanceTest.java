package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.IDNA;
import com.ibm.icu.util.VersionInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import net.facteur.auth.ConformanceCases;
import org.junit.jupiter.api.Test;

/// Unicode's own cases for UTS 46, as of version 13.
class IdnaConformanceTest {
  private static final VersionInfo VERSION = VersionInfo.getInstance(13);

  /// What version 13 refuses and later ones take: the struck-through comparison signs are symbols
  /// like others, capitals of Georgian, of the palochka and of sharp s have lower case, and four
  /// fillers are ignored.
  private static final String CHANGED =
      "\u2260\u226e\u226f\u04c0\u1e9e\u115f\u1160\u3164\uffa0"
          + "\u10a0\u10a1\u10a2\u10a3\u10a4\u10a5\u10a6\u10a7\u10a8\u10a9\u10aa\u10ab\u10ac\u10ad"
          + "\u10ae\u10af\u10b0\u10b1\u10b2\u10b3\u10b4\u10b5\u10b6\u10b7\u10b8\u10b9\u10ba\u10bb"
          + "\u10bc\u10bd\u10be\u10bf\u10c0\u10c1\u10c2\u10c3\u10c4\u10c5\u10c7\u10cd";

  private static final Pattern ESCAPED = Pattern.compile("\\\\u([0-9A-Fa-f]{4})");

  /// @param ascii the A-labels; empty where the name is refused
  private record Case(String source, Optional<String> ascii) {}

  @Test
  void everyCaseOfUnicodeIsDecidedAsUnicodeDecidesIt() throws IOException {
    var wrong = new ArrayList<String>();
    int same = 0;
    for (Case c : cases()) {
      Optional<String> ascii = InternationalName.toAscii(c.source());
      if (ascii.equals(c.ascii())) {
        same++;
      } else if (c.ascii().isPresent() || !changedSince(c.source())) {
        wrong.add(c + " is " + ascii);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(same > 6_000, "only " + same);
  }

  private static boolean changedSince(String source) {
    var unicode = new StringBuilder(source);
    IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_UNICODE)
        .nameToUnicode(source, unicode, new IDNA.Info());
    return (source + unicode)
        .codePoints()
        .anyMatch(c -> CHANGED.indexOf(c) >= 0 || UCharacter.getAge(c).compareTo(VERSION) > 0);
  }

  private static List<Case> cases() throws IOException {
    byte[] packed = ConformanceCases.octets("idna/unicode/IdnaTestV2.txt.gz");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(IdnaConformanceTest::read)
          .toList();
    }
  }

  /// source; toUnicode; its status; toAsciiN; its status; ... where a blank column repeats the one
  /// before of its kind.
  private static Case read(String line) {
    String[] columns = line.split("#", 2)[0].split(";", -1);
    String source = unescaped(columns[0].strip());
    String ascii = unescaped(or(columns[3], or(columns[1], source)));
    String status = or(columns[4], columns[2].strip());
    boolean good = status.isEmpty() || status.equals("[]");
    return new Case(source, good ? Optional.of(ascii) : Optional.empty());
  }

  private static String or(String column, String other) {
    return column.isBlank() ? other : column.strip();
  }

  private static String unescaped(String text) {
    return ESCAPED
        .matcher(text)
        .replaceAll(
            m -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(m.group(1), 16))));
  }
}
