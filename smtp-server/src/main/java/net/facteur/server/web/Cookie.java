package net.facteur.server.web;

import java.time.Duration;
import java.util.Optional;

/// Something that a browser shows with each request, and shows to this host alone: the name on the
/// wire has the prefix `__Host-`, with which browsers take no cookie from plain HTTP nor from
/// another host. No script can read it, and forms of other sites come without it.
///
/// @param name letters, digits, `-` and `_`, without the prefix
/// @param value letters, digits, `-`, `_` and `.`, at most 1,024
/// @param age how long it is kept; empty until the browser ends, zero to take it away
/// @spec https://www.rfc-editor.org/rfc/rfc6265#section-4.1 RFC 6265, section 4.1: Set-Cookie
public record Cookie(String name, String value, Optional<Duration> age) {
  private static final String PREFIX = "__Host-";

  public Cookie {
    if (!name.matches("[A-Za-z0-9_-]+") || !value.matches("[A-Za-z0-9._-]{0,1024}")) {
      throw new IllegalArgumentException("no cookie has this name or this value: " + name);
    }
  }

  /// One that ends with the browser.
  public static Cookie ofBrowser(String name, String value) {
    return new Cookie(name, value, Optional.empty());
  }

  /// One that is kept.
  public static Cookie kept(String name, String value, Duration age) {
    return new Cookie(name, value, Optional.of(age));
  }

  /// Takes one away.
  public static Cookie gone(String name) {
    return new Cookie(name, "", Optional.of(Duration.ZERO));
  }

  /// What a browser sent; empty where it sent none of this name, or more than one.
  static Optional<String> find(String field, String name) {
    String start = PREFIX + name + "=";
    String found = null;
    for (String pair : field.split(";", -1)) {
      String one = pair.strip();
      if (one.startsWith(start)) {
        if (found != null) {
          return Optional.empty();
        }
        found = one.substring(start.length());
      }
    }
    return Optional.ofNullable(found);
  }

  /// The value of Set-Cookie.
  String print() {
    return PREFIX
        + name
        + "="
        + value
        + "; Path=/; Secure; HttpOnly; SameSite=Lax"
        + age.map(kept -> "; Max-Age=" + kept.toSeconds()).orElse("");
  }

  /// Without the value, which may be a secret.
  @Override
  public String toString() {
    return PREFIX + name;
  }
}
