package net.facteur.server.mime;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;

/// What an entity says of its content, as far as it matters for its lines.
///
/// @param type `text/plain` and so on, in lower case; empty where there is no or a broken field
/// @param boundary of a multipart, where it has a usable one
/// @param encoding the Content-Transfer-Encoding in lower case, `7bit` where there is none
/// @spec https://www.rfc-editor.org/rfc/rfc2045#section-5.1 RFC 2045, section 5.1
public record ContentType(String type, Optional<String> boundary, String encoding) {
  private static final Pattern TYPE =
      Pattern.compile("\\s*([A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+)\\s*(?:[;(].*)?");
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.){1,70})\"|([^\\s;\"]{1,70}))",
          Pattern.CASE_INSENSITIVE);

  /// What the fields of an entity say.
  public static ContentType of(MessageHeader header) {
    String field = header.first("Content-Type").map(HeaderField::unfolded).orElse("");
    Matcher type = TYPE.matcher(field);
    Matcher boundary = BOUNDARY.matcher(field);
    String encoding =
        header
            .first("Content-Transfer-Encoding")
            .map(HeaderField::unfolded)
            .map(text -> Ascii.lower(text.replaceAll("\\([^)]*\\)", "").strip()))
            .orElse("7bit");
    return new ContentType(
        type.matches() ? Ascii.lower(type.group(1)) : "",
        boundary.find()
            ? Optional.of(
                boundary.group(1) != null
                    ? boundary.group(1).replaceAll("\\\\(.)", "$1")
                    : boundary.group(2))
            : Optional.empty(),
        encoding);
  }

  public boolean isMultipart() {
    return type.startsWith("multipart/");
  }

  /// A message within the message.
  public boolean isMessage() {
    return type.equals("message/rfc822") || type.equals("message/global");
  }

  /// What stands in it is covered by a signature, or is read by a program that counts octets.
  public boolean isSealed() {
    return type.equals("multipart/signed") || type.equals("multipart/encrypted");
  }

  public boolean isText() {
    return type.isEmpty() || type.startsWith("text/");
  }

  /// The content stands there as it is.
  public boolean isIdentity() {
    return encoding.equals("7bit") || encoding.equals("8bit") || encoding.equals("binary");
  }
}
