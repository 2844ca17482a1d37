package net.facteur.server.web;

/// How a request went.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-15 RFC 9110, section 15: Status Codes
public enum Status {
  OK(200),
  SEE_OTHER(303),
  BAD_REQUEST(400),
  UNAUTHORIZED(401),
  FORBIDDEN(403),
  NOT_FOUND(404),
  METHOD_NOT_ALLOWED(405),
  CONFLICT(409),
  CONTENT_TOO_LARGE(413),
  URI_TOO_LONG(414),
  MISDIRECTED(421),
  TOO_MANY_REQUESTS(429),
  FIELDS_TOO_LARGE(431),
  FAULT(500),
  NOT_IMPLEMENTED(501),
  UNAVAILABLE(503),
  VERSION_NOT_SUPPORTED(505);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
