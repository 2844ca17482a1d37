package net.facteur.server.signin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;

/// The one script of these pages: browsers give passkeys to scripts only. Without it, everything
/// but passkeys works.
final class PasskeyScript {
  private static final String TEXT = text();

  /// With a hash of what it holds, so that browsers keep it for a year.
  static final String PATH = "/assets/" + hash() + "/passkey.js";

  private PasskeyScript() {}

  static Route route() {
    var response =
        new Response(
            Status.OK,
            "text/javascript; charset=utf-8",
            TEXT,
            Map.of("cache-control", "public, max-age=31536000, immutable"));
    return Route.get(Scheme.HTTPS, PATH, _ -> response);
  }

  private static String text() {
    try (InputStream in = PasskeyScript.class.getResourceAsStream("passkey.js")) {
      if (in == null) {
        throw new IllegalStateException("the jar has no passkey.js");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(TEXT.getBytes(StandardCharsets.UTF_8)),
              0,
              8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
