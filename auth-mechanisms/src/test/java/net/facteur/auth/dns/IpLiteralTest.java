package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetAddress;
import java.util.HexFormat;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  private static InetAddress ok(String text) {
    return IpLiteral.parse(text).toOptional().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,c0000201",
    "0.0.0.0,00000000",
    "::,00000000000000000000000000000000",
    "2001:db8::1,20010db8000000000000000000000001",
    "::ffff:192.0.2.1,00000000000000000000ffffc0000201",
    "1:2:3:4:5:6:7::,00010002000300040005000600070000",
    "1:2:3:4:5:6:192.0.2.1,000100020003000400050006c0000201",
    "2001:DB8:0:0:1::F,20010db800000000000100000000000f",
  })
  void readsTheFormsOfTheRfc(String text, String hex) {
    assertArrayEquals(HexFormat.of().parseHex(hex), ok(text).getAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.256",
        "1.2.3.4 ",
        "0x1.2.3.4",
        "1.2.3.",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "fe80::1%lo",
        "12345::",
        "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:",
        "[::1]",
        "\u0661.2.3.4",
        ":1::2"
      })
  void refusesEverythingElse(String text) {
    assertInstanceOf(Parsed.Malformed.class, IpLiteral.parse(text), text);
  }

  @Test
  void onlyAMappedAddressBecomesIpv4() {
    assertEquals(ok("192.0.2.1"), IpLiteral.unmapped(ok("::ffff:192.0.2.1")));
    assertEquals(ok("::192.0.2.1"), IpLiteral.unmapped(ok("::192.0.2.1")));
  }
}
