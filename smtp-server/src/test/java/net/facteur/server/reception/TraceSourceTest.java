package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceSourceTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # RFC 5321, Facteur
          from mx.a.example ([192.0.2.7]) by mail.example.org with ESMTP id 06; Sun, 1           | 192.0.2.7 mx.a.example
          from mx.a.example (mx.a.example [192.0.2.7]) by mail.example.org; Sun, 1               | 192.0.2.7 mx.a.example
          from mx.a.example ([IPv6:2001:db8::7]) by mail.example.org; Sun, 1                     | 2001:db8::7 mx.a.example
          from [192.0.2.9] (mx.a.example [192.0.2.7]) by mail.example.org; Sun, 1                | 192.0.2.7 [192.0.2.9]
          FROM mx.a.example(mx.a.example [192.0.2.7])BY mail.example.org; Sun, 1                 | 192.0.2.7 mx.a.example
          from mx.a.example ([::ffff:192.0.2.7]) by mail.example.org; Sun, 1                     | 192.0.2.7 mx.a.example
          # Postfix
          from mx.a.example (unknown [192.0.2.7]) (using TLSv1.3 with cipher X (256/256 bits) key-exchange Y) (No client certificate requested) by mx2.example.org (Postfix) with ESMTPS id 4bX for <a@example.org>; Sun, 1 | 192.0.2.7 mx.a.example
          from mx.a.example (mx.a.example [IPv6:2001:db8::7]) by mx2.example.org (Postfix) with ESMTP id 4; Sun, 1 | 2001:db8::7 mx.a.example
          from localhost (localhost [127.0.0.1]) by mx2.example.org (Postfix) with ESMTP id 4; Sun, 1 | 127.0.0.1 localhost
          from [10.0.0.3] (dsl.a.example [192.0.2.7]) (Authenticated sender: ann) by mx2.example.org (Postfix) with ESMTPSA id 4; Sun, 1 | user
          by mx2.example.org (Postfix, from userid 1000) id 4; Sun, 1                            | here
          # Sendmail
          from mx.a.example (mx.a.example [192.0.2.7] (may be forged)) by mx2.example.org (8.17/8.17) with ESMTP id x; Sun, 1 | 192.0.2.7 mx.a.example
          from mx.a.example (IDENT:joe@mx.a.example [192.0.2.7]) by mx2.example.org; Sun, 1      | 192.0.2.7 mx.a.example
          (from root@localhost) by mx2.example.org (8.17/8.17/Submit) id x; Sun, 1               | here
          # Exim
          from mx.a.example ([192.0.2.7]) by mx2.example.org with esmtps (TLS1.3) tls X (Exim 4.98) (envelope-from <a@b.c>) id 1x; Sun, 1 | 192.0.2.7 mx.a.example
          from rdns.a.example ([192.0.2.7] helo=mx.a.example) by mx2.example.org with esmtp (Exim 4.98); Sun, 1 | 192.0.2.7 mx.a.example
          from rdns.a.example ([192.0.2.7]:4711 helo=[192.0.2.9]) by mx2.example.org with esmtp (Exim 4.98); Sun, 1 | 192.0.2.7 [192.0.2.9]
          from [192.0.2.7] (helo=mx.a.example) by mx2.example.org with esmtp (Exim 4.98); Sun, 1 | 192.0.2.7 mx.a.example
          from [192.0.2.7] (helo=[192.0.2.9]) by mx2.example.org with esmtp (Exim 4.98); Sun, 1  | 192.0.2.7 [192.0.2.9]
          from [192.0.2.7]:4711 (helo=mx.a.example) by mx2.example.org with esmtp (Exim 4.98); Sun, 1 | 192.0.2.7 mx.a.example
          from [2001:db8::7] (ident=joe helo=mx.a.example) by mx2.example.org with esmtp (Exim 4.98); Sun, 1 | 2001:db8::7 mx.a.example
          from dsl.a.example ([192.0.2.7] helo=laptop) by mx2.example.org with esmtpsa (TLS1.3) (Exim 4.98); Sun, 1 | user
          from ann by mx2.example.org with local (Exim 4.98); Sun, 1                             | here
          # Exchange
          from mx.a.example (192.0.2.7) by EX01.example.org (10.0.0.1) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.2.1; Sun, 1 | 192.0.2.7 mx.a.example
          from mx.a.example (2001:db8::7) by EX01.example.org (2001:db8::1) with Microsoft SMTP Server id 15.2.1 via Frontend Transport; Sun, 1 | 2001:db8::7 mx.a.example
          from EX02.example.org ([fe80::1%5]) by EX01.example.org ([fe80::2%5]) with mapi id 15.2; Sun, 1 | malformed
          # qmail
          from unknown (HELO mx.a.example) (192.0.2.7) by mx2.example.org with SMTP; Sun, 1      | 192.0.2.7 mx.a.example
          from rdns.a.example (HELO [192.0.2.9]) (joe@192.0.2.7) by mx2.example.org with SMTP; Sun, 1 | 192.0.2.7 [192.0.2.9]
          (qmail 4711 invoked from network); 29 Apr 2026 23:45:10 +0000                          | here
          # nobody, or more than one
          from mx.a.example by mx2.example.org with ESMTP; Sun, 1                                | malformed
          from [192.0.2.7] by mx2.example.org with ESMTP; Sun, 1                                 | malformed
          from mx.a.example (mx.a.example) by mx2.example.org with ESMTP; Sun, 1                 | malformed
          from mx.a.example (x [192.0.2.9]) (y [192.0.2.7]) by mx2.example.org; Sun, 1           | malformed
          from x (y [192.0.2.9]) by z (real [192.0.2.7]) by mx2.example.org; Sun, 1              | malformed
          from x y (y [192.0.2.7]) by mx2.example.org; Sun, 1                                    | malformed
          from mx.a.example ([192.0.2.7) by mx2.example.org; Sun, 1                              | malformed
          from mx.a.example ([192.0.2.7] by mx2.example.org; Sun, 1                              | malformed
          from mx.a.example [192.0.2.7]) by mx2.example.org; Sun, 1                              | malformed
          from mx.a.example ([192.0.2.07]) by mx2.example.org; Sun, 1                            | malformed
          from mx.a.example ([192.0.2.7]); by mx2.example.org                                    | malformed
          from mx.a.example (\\[192.0.2.7\\] \\(x) by mx2.example.org; Sun, 1                    | 192.0.2.7 mx.a.example
          from localhost by mail.example.org with ESMTPSA id 06; Sun, 1                          | user
          mx.a.example ([192.0.2.7]) by mail.example.org; Sun, 1                                 | malformed
          ''                                                                                     | malformed
          ;                                                                                      | malformed
          ()                                                                                     | malformed
          """)
  void readsWhereTheWriterGotTheMessage(String field, String expected) {
    String read =
        switch (TraceSource.parse(field)) {
          case Parsed.Malformed<TraceSource> _ -> "malformed";
          case Parsed.Ok<TraceSource>(TraceSource.Here()) -> "here";
          case Parsed.Ok<TraceSource>(TraceSource.User()) -> "user";
          case Parsed.Ok<TraceSource>(TraceSource.Host(var address, var hello)) ->
              IpLiteral.print(address) + " " + hello;
        };
    assertEquals(expected, read);
  }
}
