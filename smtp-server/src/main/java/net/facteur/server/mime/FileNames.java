package net.facteur.server.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.facteur.auth.message.EncodedWords;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// Every name that a reader may see of a part: `name` of Content-Type and `filename` of
/// Content-Disposition, as they stand and decoded, in all forms in which programs write and read
/// them. Where readers would differ, each reading is one of the names.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2183#section-2.3 RFC 2183, section 2.3: The Filename
///   Parameter
/// @spec https://www.rfc-editor.org/rfc/rfc2231#section-3 RFC 2231, section 3: Parameter Value
///   Continuations
public final class FileNames {
  private static final int MAX_PIECES = 1_000;

  private FileNames() {}

  /// The names that a header gives its content, none twice.
  public static Set<String> of(MessageHeader header) {
    var names = new LinkedHashSet<String>();
    header.resembling("Content-Type").forEach(field -> add(field, "name", names));
    header.resembling("Content-Disposition").forEach(field -> add(field, "filename", names));
    // Some programs take either from either.
    header.resembling("Content-Type").forEach(field -> add(field, "filename", names));
    header.resembling("Content-Disposition").forEach(field -> add(field, "name", names));
    return names;
  }

  private static void add(HeaderField field, String parameter, Set<String> names) {
    Map<Integer, String> pieces = new TreeMap<>();
    parameters(EncodedWords.decode(field.unfolded()))
        .forEach(
            (name, values) -> values.forEach(value -> take(parameter, name, value, names, pieces)));
    parameters(field.unfolded())
        .forEach(
            (name, values) -> values.forEach(value -> take(parameter, name, value, names, pieces)));
    if (!pieces.isEmpty()) {
      String whole = String.join("", pieces.values());
      addDecoded(whole, names);
      addDecoded(extended(whole), names);
    }
  }

  private static void take(
      String parameter, String name, String value, Set<String> names, Map<Integer, String> pieces) {
    if (name.equals(parameter)) {
      addDecoded(value, names);
    } else if (name.equals(parameter + "*")) {
      addDecoded(extended(value), names);
    } else if (name.startsWith(parameter + "*")) {
      String number = name.substring(parameter.length() + 1);
      String digits = number.endsWith("*") ? number.substring(0, number.length() - 1) : number;
      if (digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) < MAX_PIECES) {
        pieces.put(Integer.parseInt(digits), value);
      }
    }
  }

  private static void addDecoded(String value, Set<String> names) {
    names.add(value);
    names.add(EncodedWords.decode(value));
    names.add(extended(value));
  }

  /// The parameters of a field, each with all values that it has.
  private static Map<String, List<String>> parameters(String text) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    int at = text.indexOf(';');
    while (at >= 0 && at < text.length()) {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        break;
      }
      // What stands before the last semicolon is no name.
      int start = text.lastIndexOf(';', equals) + 1;
      String name = Ascii.lower(text.substring(start, equals).strip());
      int from = equals + 1;
      while (from < text.length() && Ascii.isWsp(text.charAt(from))) {
        from++;
      }
      var value = new StringBuilder();
      int end;
      if (from < text.length() && text.charAt(from) == '"') {
        end = quoted(text, from, value);
      } else {
        int semicolon = text.indexOf(';', from);
        end = semicolon < 0 ? text.length() : semicolon;
        value.append(text.substring(from, end).strip());
      }
      found.merge(name, List.of(value.toString()), FileNames::both);
      at = end >= text.length() ? -1 : end;
    }
    return found;
  }

  private static List<String> both(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  /// @return the index behind the quoted string
  private static int quoted(String text, int from, StringBuilder value) {
    int at = from + 1;
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at++));
    }
    return Math.min(at + 1, text.length());
  }

  /// `charset'language'text` with its percent signs read; a text without quotes as well.
  private static String extended(String value) {
    int first = value.indexOf('\'');
    int second = first < 0 ? -1 : value.indexOf('\'', first + 1);
    Charset charset = second < 0 ? StandardCharsets.UTF_8 : charset(value.substring(0, first));
    String text = second < 0 ? value : value.substring(second + 1);
    var octets = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = i + 1 < text.length() ? Ascii.hexValue(text.charAt(i + 1)) : -1;
      int low = i + 2 < text.length() ? Ascii.hexValue(text.charAt(i + 2)) : -1;
      if (c == '%' && high >= 0 && low >= 0) {
        octets.write(high << 4 | low);
        i += 2;
      } else {
        octets.writeBytes(Character.toString(c).getBytes(charset));
      }
    }
    return octets.toString(charset);
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      return StandardCharsets.UTF_8;
    }
  }

  /// What stands behind the last dot of a name, in lower case, as the system sees it that opens the
  /// file: without what it drops at the end, and before a NUL; empty where there is no dot.
  public static String suffix(String name) {
    int nul = name.indexOf('\0');
    String text = nul < 0 ? name : name.substring(0, nul);
    int end = text.length();
    while (end > 0 && isDropped(text.charAt(end - 1))) {
      end--;
    }
    int dot = text.lastIndexOf('.', end - 1);
    var suffix = new StringBuilder();
    for (int i = dot + 1; dot >= 0 && i < end; i++) {
      char c = text.charAt(i);
      if (!isInvisible(c)) {
        suffix.append(c);
      }
    }
    return Ascii.lower(suffix.toString());
  }

  private static boolean isDropped(char c) {
    return c == '.'
        || c == '"'
        || c == '\''
        || c == ';'
        || c <= ' '
        || c == '\u00a0'
        || isInvisible(c);
  }

  private static boolean isInvisible(char c) {
    int type = Character.getType(c);
    return type == Character.FORMAT || type == Character.CONTROL;
  }
}
