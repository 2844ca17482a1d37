package net.facteur.auth.spf;

import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Ascii;

/// Writes the value of a Received-SPF header field.
///
/// ```
/// header-field     = "Received-SPF:" [CFWS] result FWS [comment FWS]
///                    [ key-value-list ] CRLF
/// key-value-list   = key-value-pair *( ";" [CFWS] key-value-pair ) [";"]
/// key-value-pair   = key [CFWS] "=" ( dot-atom / quoted-string )
/// ```
///
/// Whatever a peer sent is quoted, stripped of everything but printable ASCII, and cut to 256
/// characters, so that it can neither end the field nor grow it without bound. Each pair stands on
/// a line of its own.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-9.1 RFC 7208, section 9.1: The Received-SPF
///   Header Field
public final class ReceivedSpf {
  private static final int MAX_VALUE = 256;

  private ReceivedSpf() {}

  /// True where the field is one of this kind and a reader might take it for ours: it names us
  /// anywhere, in any case and whatever stands in between, or nobody.
  ///
  /// @param receiver the name of this host
  public static boolean claims(HeaderField field, String receiver) {
    if (!field.resembles("Received-SPF")) {
      return false;
    }
    String bare = bare(field.value());
    return bare.contains(bare(receiver)) || !bare.contains("receiver=");
  }

  /// In lower case, without comments' brackets, quotes, escapes, white space and controls.
  private static String bare(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c != 0x7f && "\"\\()".indexOf(c) < 0) {
        out.append(c);
      }
    }
    return Ascii.lower(out.toString());
  }

  /// The field's value with a leading space and CRLF folds, without the final CRLF.
  ///
  /// @param receiver the name of this host
  public static String value(SpfOutcome outcome, SpfRequest request, String receiver) {
    var lines = new ArrayList<String>();
    String host = SpfExplanation.printable(receiver, MAX_VALUE);
    lines.add(" " + outcome.result().word() + " (" + comment(host + ":"));
    lines.add(comment(sentence(outcome)) + ")");
    lines.addAll(pairs(outcome, request, host));
    return String.join("\r\n ", lines);
  }

  private static List<String> pairs(SpfOutcome outcome, SpfRequest request, String receiver) {
    var pairs = new ArrayList<String>();
    pairs.add(pair("receiver", receiver));
    pairs.add(pair("identity", outcome.identity().word()));
    pairs.add(pair("client-ip", IpLiteral.print(IpLiteral.unmapped(request.client()))));
    switch (request.identity()) {
      case MAIL_FROM -> pairs.add(pair("envelope-from", request.reversePath()));
      case HELO -> {}
    }
    pairs.add(pair("helo", request.helo()));
    switch (outcome.result()) {
      case TEMPERROR, PERMERROR -> pairs.add(pair("problem", outcome.problem()));
      case PASS, FAIL, SOFTFAIL, NEUTRAL -> pairs.add(pair("mechanism", outcome.mechanism()));
      case NONE -> {}
    }
    return pairs;
  }

  private static String sentence(SpfOutcome outcome) {
    String domain = outcome.domain().map(d -> "domain of " + d).orElse("no domain");
    return switch (outcome.result()) {
      case PASS -> domain + " designates the client as permitted sender";
      case FAIL -> domain + " does not designate the client as permitted sender";
      case SOFTFAIL -> domain + " does probably not permit the client as sender";
      case NEUTRAL -> domain + " neither permits nor denies the client";
      case NONE -> domain + " publishes no policy";
      case TEMPERROR -> "error in looking up the " + domain + " that may pass";
      case PERMERROR -> "error in the policy of the " + domain;
    };
  }

  /// Text within a comment: RFC 5322 `ctext` and quoted-pairs.
  private static String comment(String text) {
    return escaped(SpfExplanation.printable(text, 2 * MAX_VALUE), "()\\");
  }

  private static String pair(String key, String value) {
    String safe = SpfExplanation.printable(value, MAX_VALUE);
    String written = isDotAtom(safe) ? safe : "\"" + escaped(safe, "\"\\") + "\"";
    return key + "=" + written + ";";
  }

  private static String escaped(String text, String specials) {
    var out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      if (specials.indexOf(text.charAt(i)) >= 0) {
        out.append('\\');
      }
      out.append(text.charAt(i));
    }
    return out.toString();
  }

  private static boolean isDotAtom(String text) {
    boolean atomBefore = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean atom = Ascii.isAlnum(c) || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0;
      if (!atom && (c != '.' || !atomBefore)) {
        return false;
      }
      atomBefore = atom;
    }
    return atomBefore;
  }
}
