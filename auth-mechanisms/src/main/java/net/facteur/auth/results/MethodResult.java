package net.facteur.auth.results;

import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.syntax.Ascii;

/// What one authentication method found (`resinfo`), such as `spf=pass reason="listed"
/// smtp.mailfrom=example.org`.
///
/// Values may hold any character: the writer makes them safe. Method, result and property names are
/// words of the program or of an IANA registry, so anything but letters, digits and inner hyphens
/// in them is a bug.
///
/// @param method `spf`, `dkim`, `dmarc`, ...
/// @param version of the method, 1 unless a specification says otherwise
/// @param result a result word of the method
/// @param reason free text, empty where there is none
/// @param properties what was looked at, in order
/// @param comment for people, empty where there is none
/// @spec https://www.rfc-editor.org/rfc/rfc8601#section-2.2 RFC 8601, section 2.2: Formal
///   Definition
public record MethodResult(
    String method,
    int version,
    String result,
    String reason,
    List<Property> properties,
    String comment) {

  /// A property that was evaluated (`propspec`), such as `header.d=example.org`.
  ///
  /// @param type `smtp`, `header`, `body` or `policy`
  /// @param name what of it
  /// @param value any text, from whatever source
  public record Property(String type, String name, String value) {
    public Property {
      checkWord(type);
      checkWord(name);
    }

    @Override
    public String toString() {
      return type + "." + name + "=" + value;
    }
  }

  public MethodResult {
    checkWord(method);
    checkWord(result);
    if (version < 0) {
      throw new IllegalArgumentException("a version is not negative");
    }
    properties = List.copyOf(properties);
  }

  /// A result without anything else.
  public static MethodResult of(String method, String result) {
    return new MethodResult(method, 1, result, "", List.of(), "");
  }

  /// This result with one more property at the end.
  public MethodResult with(String type, String name, String value) {
    var more = new ArrayList<>(properties);
    more.add(new Property(type, name, value));
    return new MethodResult(method, version, result, reason, more, comment);
  }

  public MethodResult withReason(String text) {
    return new MethodResult(method, version, result, text, properties, comment);
  }

  public MethodResult withComment(String text) {
    return new MethodResult(method, version, result, reason, properties, text);
  }

  /// The values of the property `type.name`, in order.
  public List<String> values(String type, String name) {
    return properties.stream()
        .filter(p -> Ascii.equalsIgnoreCase(p.type, type))
        .filter(p -> Ascii.equalsIgnoreCase(p.name, name))
        .map(Property::value)
        .toList();
  }

  private static void checkWord(String word) {
    boolean right =
        Octets.isKeyword(word) && word.length() <= AuthenticationResults.MAX_WORD_LENGTH;
    if (!right) {
      throw new IllegalArgumentException("not a word of Authentication-Results: " + word);
    }
  }
}
