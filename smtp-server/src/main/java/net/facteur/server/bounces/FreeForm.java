package net.facteur.server.bounces;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.bounces.DeliveryReport.Fate;
import net.facteur.server.bounces.DeliveryReport.Ground;
import net.facteur.server.bounces.DeliveryReport.Reported;

/// A report in words: the lines before the returned message.
final class FreeForm {
  private static final int MAX_LINES = 400;
  private static final int MAX_LINE = 2_000;
  private static final int MAX_RECIPIENTS = 1_000;
  private static final int MAX_SAID = 1_000;

  /// Where the returned message begins.
  private static final Pattern COPY =
      Pattern.compile(
          "^\\W*(?:the )?(?:content-type: message/rfc822|(?:this is |here is |below (?:this|the"
              + " next) line is |attachment is )?(?:the |a )?copy of (?:the|your|part)|original"
              + " message(?! (?:was|could|can|will|is))|forwarded message|returned message|start of"
              + " returned|unsent message|undelivered message|non-delivered information|message"
              + " (?:header|body|text|contents?)s?\\b|(?:the )?headers? (?:of|and)|first \\d+"
              + " lines|mensaje original|old message|returned mail follows|end of"
              + " message\\W*$|below this line).*",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern FIELD =
      Pattern.compile(
          "^(?:Return-Path|Received|X-Received|DKIM-Signature|X-Google-\\S+|Message-ID|MIME-Version|ARC-\\S+):.*",
          Pattern.CASE_INSENSITIVE);

  /// A line that is an address and little else.
  private static final Pattern ALONE =
      Pattern.compile(
          "^[\\s>*|\"'-]{0,20}(?:<?(?:mailto:|smtp:)?\"?("
              + Addresses.WORD
              + ")\"?>?)[\"']?\\s*(?:[:;,.\\[]|\\.\\.\\.|$|<br>|on \\w{3},|-\\s|<|\\().*",
          Pattern.CASE_INSENSITIVE);

  /// Words that lead to an address on the same line.
  private static final Pattern LED =
      Pattern.compile(
          "(?:unknown user|invalid final delivery userid|exceeds allowed size|user not"
              + " known|delivery failed \\d+ attempts|undeliverable to|undeliverable"
              + " address|(?:failed|rejected) recipient|mailbox is full|addressed(?: to|,)|(?:your"
              + " mail|message) to|permanent errors|dda:smtp|rcpt to|generated"
              + " from|error-for|(?:^|\\s)[45]\\d\\d(?:[-"
              + " ][45]\\.\\d{1,3}\\.\\d{1,3})?|\\buser|\\bmailbox"
              + "|\\baccount|\\baddress|\\brecipient(?:\\(s\\)|s)?)[\\s:='\"(<]{1,4}("
              + Addresses.WORD
              + ")",
          Pattern.CASE_INSENSITIVE);

  /// Says that something failed, or waits.
  private static final Pattern FAILURE =
      Pattern.compile(
          "(?:could|can|was|were|is|been|did|not|un)\\s?(?:not|n't|be|able)?\\s?(?:be"
              + " )?(?:deliver|reach|sent|accept|receiv)|fail|undeliver|unable|error|rejected|reject|returned|bounce|no"
              + " such|unknown|problem|refused|disabled|full|quota|invalid|not"
              + " exist|delayed|deferred|timed out",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern DELAY =
      Pattern.compile(
          "not yet been delivered|has been delayed|warning message only|will (?:continue|be"
              + " retried)|delivery attempts will continue|still trying|will keep trying|message"
              + " delayed|\\(delay\\)|temporarily? (?:delayed|deferred)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ANYWHERE = Pattern.compile("(" + Addresses.WORD + ")");

  /// A line that says of the address in it that mail did not reach it.
  private static final Pattern REFUSAL =
      Pattern.compile(
          "^(?!.*mail from).*(?:(?:^|[^\\d.])[45][0-5]\\d[ -]|not (?:be )?deliver|undeliver|did not"
              + " reach|could not be|unknown|no such|rejected|not found|failed|unable to|not"
              + " exist)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern EXPANDED =
      Pattern.compile("\\(expanded from: <?(" + Addresses.WORD + ")>?\\)");

  private static final Pattern GIVEN_UP =
      Pattern.compile("given up|permanent(?:ly)?|not going to try", Pattern.CASE_INSENSITIVE);

  private final List<String> lines;
  private final Set<String> strangers;

  /// @param text what people read
  /// @param strangers addresses in lower case that are no recipients, as whom the report is for
  FreeForm(String text, Set<String> strangers) {
    this.lines = before(text);
    this.strangers = strangers;
  }

  private static List<String> before(String text) {
    var kept = new ArrayList<String>();
    for (String line : text.split("\n", -1)) {
      String cut = line.substring(0, Math.min(line.length(), MAX_LINE));
      boolean begun = kept.stream().anyMatch(l -> !l.isBlank());
      if (kept.size() >= MAX_LINES
          || (begun && (COPY.matcher(cut).matches() || FIELD.matcher(cut).matches()))) {
        break;
      }
      kept.add(cut);
    }
    return kept;
  }

  /// The lines that were read.
  String text() {
    return String.join("\n", lines);
  }

  /// The recipients that the words name.
  ///
  /// @param named those that a field of the report names
  /// @param others whom the message that came back was for, by its own fields
  List<Reported> recipients(List<String> named, List<String> others) {
    String text = text();
    // A notification for programs, such as those of cloud services, is not for us.
    if (text.stripLeading().startsWith("{")) {
      return List.of();
    }
    if (named.isEmpty()
        && !FAILURE.matcher(text).find()
        && Grounds.of(Optional.empty(), text) == Ground.OTHER) {
      return List.of();
    }
    Fate fate =
        DELAY.matcher(text).find() && !GIVEN_UP.matcher(text).find() ? Fate.DELAYED : Fate.FAILED;
    Map<String, Found> found = alone(strangers);
    if (found.isEmpty() && named.isEmpty()) {
      found = within(LED, _ -> true);
    }
    if (found.isEmpty() && named.isEmpty()) {
      found = within(ANYWHERE, line -> REFUSAL.matcher(line).find());
    }
    if (found.isEmpty() && named.isEmpty()) {
      found = alone(Set.of()); // somebody wrote to himself
    }
    if (found.isEmpty() && named.isEmpty() && others.size() == 1) {
      found.put(Ascii.lower(others.getFirst()), new Found(others.getFirst(), 0));
    }
    if (!named.isEmpty()) {
      found.keySet().retainAll(named.stream().map(Ascii::lower).toList());
      for (String name : named) {
        found.putIfAbsent(Ascii.lower(name), new Found(name, 0));
      }
    }
    var all = List.copyOf(found.values());
    var out = new ArrayList<Reported>();
    for (int i = 0; i < all.size() && i < MAX_RECIPIENTS; i++) {
      Found each = all.get(i);
      int from = all.size() == 1 ? 0 : each.line();
      int to = all.size() == 1 ? lines.size() : end(found, from);
      String said = String.join("\n", lines.subList(from, to));
      Optional<EnhancedStatusCode> status = Grounds.status("", said);
      out.add(
          new Reported(
              each.address(),
              expandedFrom(said),
              fate,
              status,
              Grounds.of(status, said),
              said.substring(0, Math.min(said.length(), MAX_SAID)).strip()));
    }
    return out;
  }

  /// @param line where it was found
  private record Found(String address, int line) {}

  private Map<String, Found> alone(Set<String> without) {
    Map<String, Found> found = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher alone = ALONE.matcher(lines.get(i));
      if (alone.matches()) {
        add(found, alone.group(1), i, without);
      }
    }
    return found;
  }

  private Map<String, Found> within(Pattern pattern, Predicate<String> line) {
    Map<String, Found> found = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      if (line.test(lines.get(i))) {
        Matcher m = pattern.matcher(lines.get(i));
        while (m.find()) {
          add(found, m.group(1), i, strangers);
        }
      }
    }
    return found;
  }

  private static void add(Map<String, Found> found, String address, int line, Set<String> without) {
    String key = Ascii.lower(address);
    if (Addresses.whole(address) && !without.contains(key) && !key.startsWith("mailer-daemon@")) {
      found.putIfAbsent(key, new Found(address, line));
    }
  }

  /// Where the words about the address on a line end: at the next line that has one.
  private int end(Map<String, Found> found, int from) {
    for (int i = from + 1; i < lines.size(); i++) {
      int line = i;
      Matcher alone = ALONE.matcher(lines.get(i));
      if (found.values().stream().anyMatch(each -> each.line() == line)
          || (alone.matches() && found.containsKey(Ascii.lower(alone.group(1))))) {
        return i;
      }
    }
    return lines.size();
  }

  /// The alias of the reporter's that led to an address; it stands behind it.
  private static List<String> expandedFrom(String said) {
    Matcher m = EXPANDED.matcher(said);
    return m.find() ? List.of(m.group(1)) : List.of();
  }
}
