package net.facteur.auth.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScannerTest {
  @Test
  void keepsOffsetsOfTheWholeTextWithinARange() {
    var in = new Scanner("ab;cd;ef", 3, 5);
    assertEquals("cd", in.takeWhile(Ascii::isAlpha));
    assertEquals(5, in.offset());
    assertTrue(in.atEnd());
    assertEquals(-1, in.peek());
    assertFalse(in.take(';'));
    assertFalse(in.take("ef"));
  }

  @Test
  void aWordIsNotTakenPastTheEndOfTheRange() {
    assertFalse(new Scanner("include", 0, 4).takeIgnoreCase("include"));
    assertFalse(new Scanner("include", 0, 4).take("include"));
    assertTrue(new Scanner("inCLude").takeIgnoreCase("INclude"));
  }

  @Test
  void aRangeInTheMiddleHasItsOwnEnds() {
    var in = new Scanner("ab;cd;ef", 3, 5);
    assertFalse(in.take("cd;"));
    assertFalse(in.takeIgnoreCase("CD;"));
    assertEquals(-1, in.peek(-1));
    assertEquals('d', in.peek(1));
    assertEquals(-1, in.peek(2));
    assertEquals('c', in.next());
    assertTrue(in.skipWhile(Ascii::isAlpha));
    assertFalse(in.skipWhile(Ascii::isAlpha));
    assertEquals(-1, in.next());
    assertThrows(IndexOutOfBoundsException.class, () -> in.seek(2));
    assertThrows(IndexOutOfBoundsException.class, () -> in.seek(6));
    in.seek(3);
    assertEquals("cd", in.text(3, 5));
  }

  @Test
  void whetherWhiteSpaceWasThereIsTold() {
    var in = new Scanner("\t x");
    assertTrue(in.skipWsp());
    assertFalse(in.skipWsp());
    assertEquals(2, in.offset());
  }

  @Test
  void theValueOfATagEndsAtWhatMayNotStandInIt() {
    for (char end : new char[] {' ', ';', '\t', '\r', 0x7f, 0x100, 0}) {
      var in = new Scanner("!~\u0080\u00ff:<" + end + "x");
      in.skipTagValue();
      assertEquals(6, in.offset(), () -> "U+" + Integer.toHexString(end));
    }
  }

  @Test
  void foldsTheCaseOfAsciiOnly() {
    assertFalse(Ascii.equalsIgnoreCase("\u212a", "k"));
    assertEquals("\u0130a", Ascii.lower("\u0130A"));
  }

  @ParameterizedTest
  @CsvSource({"0,0", "007,7", "255,255", "0000000255,255"})
  void readsNumbers(String text, long value) {
    assertEquals(Parsed.ok(value), new Scanner(text).number(10, 255));
  }

  @ParameterizedTest
  @CsvSource({"256", "+5", "-1", "''", "\u0665", "99999999999999999999", "00000000001"})
  void refusesWhatIsNoNumberInBounds(String text) {
    var in = new Scanner(text);
    assertInstanceOf(Parsed.Malformed.class, in.number(10, 255));
    assertEquals(0, in.offset());
  }

  @Test
  void theLargestLongCanBeRead() {
    var in = new Scanner("9223372036854775807");
    assertEquals(Parsed.ok(Long.MAX_VALUE), in.number(19, Long.MAX_VALUE));
    assertInstanceOf(
        Parsed.Malformed.class, new Scanner("9223372036854775808").number(19, Long.MAX_VALUE));
  }

  @Test
  void foldsNeedWhiteSpaceAfterTheLineEnd() {
    var in = new Scanner(" \r\n\t\r\n x\r\ny");
    assertTrue(in.skipFws());
    assertTrue(in.take('x'));
    assertFalse(in.skipFws());
  }
}
