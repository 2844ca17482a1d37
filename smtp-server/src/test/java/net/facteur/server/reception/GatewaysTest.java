package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewaysTest {
  private static final Gateways GATEWAYS =
      new Gateways(
          List.of(
              AddressBlock.parse("192.0.2.0/28").toOptional().orElseThrow(),
              AddressBlock.parse("10.9.0.0/16").toOptional().orElseThrow()));

  private static SmtpClient client(String address) {
    var remote = new InetSocketAddress(InetAddress.ofLiteral(address), 40000);
    return new SmtpClient(
        "s1",
        remote,
        remote,
        SmtpClient.Listener.RECEPTION,
        "gw",
        true,
        Optional.empty(),
        Optional.empty());
  }

  private static String origin(String client, String... received) {
    var header = new StringBuilder("X-First: x\r\n");
    for (String field : received) {
      header.append("Received: ").append(field).append("; now\r\n");
    }
    header.append("From: a@b.example\r\n\r\n");
    var fields = MessageHeader.parse(header.toString().getBytes(StandardCharsets.ISO_8859_1));
    return switch (GATEWAYS.origin(client(client), fields)) {
      case Gateways.Origin.Host(var address, var hello) -> IpLiteral.print(address) + " " + hello;
      case Gateways.Origin.Hidden(var why) -> why;
    };
  }

  /// Each letter is a field, the topmost first.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s     | 203.0.113.5 stranger
          sf    | 203.0.113.5 stranger
          sg    | 203.0.113.5 stranger
          su    | 203.0.113.5 stranger
          sh    | 203.0.113.5 stranger
          sm    | 203.0.113.5 stranger
          gs    | 203.0.113.5 stranger
          ls    | 203.0.113.5 stranger
          hs    | 203.0.113.5 stranger
          glhsf | 203.0.113.5 stranger
          is    | 203.0.113.5 stranger
          u     | 192.0.2.1 gw
          us    | 192.0.2.1 gw
          gu    | 192.0.2.2 inner
          gus   | 192.0.2.2 inner
          h     | 192.0.2.1 gw
          l     | 192.0.2.1 gw
          g     | 192.0.2.2 inner
          gl    | 192.0.2.2 inner
          m     | the Received field of the gateway [192.0.2.1] names no address
          ms    | the Received field of the gateway [192.0.2.1] names no address
          gms   | the Received field of the gateway [192.0.2.2] names no address
          p     | the gateway [192.0.2.1] names a private address, [172.17.0.1]
          ps    | the gateway [192.0.2.1] names a private address, [172.17.0.1]
          6     | the gateway [192.0.2.1] names a private address, [IPv6:fd00::1]
          ''    | the gateway [192.0.2.1] wrote no Received field
          """)
  void theFirstWhoIsNotOursIsChecked(String fields, String expected) {
    String[] received =
        fields
            .chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case 's' -> "from stranger (x [203.0.113.5]) by gw.example with ESMTP";
                      case 'f' -> "from forged (x [198.51.100.1]) by gw.example with ESMTP";
                      case 'g' -> "from inner (x [192.0.2.2]) by gw.example with ESMTP";
                      case 'i' -> "from filter (x [10.9.1.1]) by gw.example with ESMTP";
                      case 'l' -> "from localhost (localhost [127.0.0.1]) by gw.example with ESMTP";
                      case 'h' -> "by gw.example (Postfix, from userid 0)";
                      case 'u' -> "from home (x [203.0.113.9]) by gw.example with ESMTPSA";
                      case 'p' -> "from docker (x [172.17.0.1]) by gw.example with ESMTP";
                      case '6' -> "from docker (x [IPv6:fd00::1]) by gw.example with ESMTP";
                      default -> "from somebody by gw.example with ESMTP";
                    })
            .toArray(String[]::new);
    assertEquals(expected, origin("192.0.2.1", received));
  }

  @Test
  void strangersSpeakForThemselves() {
    assertEquals(
        "198.51.100.9 gw", origin("198.51.100.9", "from x (x [203.0.113.5]) by y with ESMTP"));
    assertEquals("198.51.100.9 gw", origin("198.51.100.9"));
  }

  @Test
  void noMoreFieldsAreReadThanOurOwnHostsWrite() {
    var endless = new String[40];
    Arrays.fill(endless, "by gw.example (Postfix, from userid 0)");
    endless[39] = "from stranger (x [203.0.113.5]) by gw.example with ESMTP";
    assertEquals(
        "only hosts of our own stand in the first Received fields", origin("192.0.2.1", endless));
  }
}
