package net.facteur.queue;

/// An enhanced mail system status code such as `5.1.1`.
///
/// @param category 2 success, 4 persistent transient failure, 5 permanent failure
/// @param subject 0 to 999
/// @param detail 0 to 999
/// @spec https://www.rfc-editor.org/rfc/rfc3463#section-2 RFC 3463, section 2: Status Code
///   Structure
public record EnhancedStatusCode(int category, int subject, int detail) {
  public EnhancedStatusCode {
    if ((category != 2 && category != 4 && category != 5)
        || subject < 0
        || subject > 999
        || detail < 0
        || detail > 999) {
      throw new IllegalArgumentException(
          "no status code: " + category + "." + subject + "." + detail);
    }
  }

  public static EnhancedStatusCode of(int category, int subject, int detail) {
    return new EnhancedStatusCode(category, subject, detail);
  }

  @Override
  public String toString() {
    return category + "." + subject + "." + detail;
  }
}
