package net.facteur.server.bounces;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How an address looks in the words of a report.
final class Addresses {
  /// Octets of an address (RFC 5321, section 4.5.3.1.3: a path has at most 256).
  static final int MAX = 254;

  /// An address that stands in a text.
  static final String WORD =
      "(?>(?:\"[^\"\\s@]{1,64}\"|[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\\x80-\\uffff-]{1,64})"
          + "@(?:[A-Za-z0-9\\x80-\\uffff](?:[A-Za-z0-9\\x80-\\uffff_-]{0,62})\\.){1,20}[A-Za-z0-9\\x80-\\uffff-]{1,63})";

  static final Pattern ANY = Pattern.compile(WORD);

  static final Pattern ANGLED = Pattern.compile("<([^<>\\s]{1,254})>");

  private static final Pattern CUT = Pattern.compile("[^.]\\.\\.\\.@");

  private Addresses() {}

  /// What stands in the brackets, where there are any.
  static String bare(String text) {
    Matcher m = ANGLED.matcher(text);
    return m.find() ? m.group(1) : text.strip();
  }

  /// False for what was made unreadable, such as `david...@example.org`.
  static boolean whole(String address) {
    return address.length() <= MAX && !CUT.matcher(address).find();
  }
}
