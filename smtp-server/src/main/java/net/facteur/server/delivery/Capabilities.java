package net.facteur.server.delivery;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a host announced in its EHLO reply.
///
/// @param size largest message in octets; 0 where no limit is announced
/// @param authentication SASL mechanism names
/// @param maxRecipients RCPTMAX of the LIMITS extension (RFC 9422), or a very large number
record Capabilities(
    boolean pipelining,
    boolean eightBitMime,
    boolean binaryMime,
    boolean chunking,
    boolean smtpUtf8,
    boolean dsn,
    boolean startTls,
    boolean requireTls,
    boolean sizeOffered,
    long size,
    int maxRecipients,
    int maxMessages,
    Set<String> authentication) {
  /// A host that knows HELO only.
  static final Capabilities NONE =
      new Capabilities(
          false,
          false,
          false,
          false,
          false,
          false,
          false,
          false,
          false,
          0,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Set.of());

  /// @param lines of the EHLO reply, the greeting first
  static Capabilities of(List<String> lines) {
    var names = new HashSet<String>();
    var mechanisms = new HashSet<String>();
    long size = 0;
    int maxRecipients = Integer.MAX_VALUE;
    int maxMessages = Integer.MAX_VALUE;
    for (String line : lines.subList(1, lines.size())) {
      var words = line.split(" ", -1);
      String name = upper(words[0]);
      if (name.startsWith("AUTH=")) {
        // An old spelling of AUTH that some hosts still send.
        mechanisms.add(name.substring(5));
        name = "AUTH";
      }
      names.add(name);
      for (int i = 1; i < words.length; i++) {
        String word = upper(words[i]);
        if (name.equals("AUTH")) {
          mechanisms.add(word);
        } else if (name.equals("SIZE")) {
          size = Math.max(0, number(word));
        } else if (name.equals("LIMITS") && word.startsWith("RCPTMAX=")) {
          maxRecipients = limit(word.substring(8));
        } else if (name.equals("LIMITS") && word.startsWith("MAILMAX=")) {
          maxMessages = limit(word.substring(8));
        }
      }
    }
    return new Capabilities(
        names.contains("PIPELINING"),
        names.contains("8BITMIME"),
        names.contains("BINARYMIME"),
        names.contains("CHUNKING"),
        names.contains("SMTPUTF8"),
        names.contains("DSN"),
        names.contains("STARTTLS"),
        names.contains("REQUIRETLS"),
        names.contains("SIZE"),
        size,
        maxRecipients,
        maxMessages,
        Set.copyOf(mechanisms));
  }

  /// The same without what the host was found not to do. The limit of SIZE stays.
  Capabilities without(Set<UntrueExtension> doubts) {
    boolean parameters = !doubts.contains(UntrueExtension.PARAMETERS);
    return new Capabilities(
        pipelining && !doubts.contains(UntrueExtension.PIPELINING),
        eightBitMime && parameters,
        binaryMime,
        chunking && !doubts.contains(UntrueExtension.CHUNKING),
        smtpUtf8,
        dsn && parameters,
        startTls,
        requireTls,
        sizeOffered && parameters,
        size,
        maxRecipients,
        maxMessages,
        authentication);
  }

  private static int limit(String digits) {
    long n = number(digits);
    return n < 1 || n > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) n;
  }

  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  private static String upper(String s) {
    var out = s.toCharArray();
    for (int i = 0; i < out.length; i++) {
      if (out[i] >= 'a' && out[i] <= 'z') {
        out[i] = (char) (out[i] - 32);
      }
    }
    return new String(out);
  }
}
