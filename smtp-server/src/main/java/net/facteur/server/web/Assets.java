package net.facteur.server.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The files that pages are dressed in. Each is found at a path with a hash of what it holds, so
/// that browsers keep it for a year and ask for it once; a new version has a new path.
public final class Assets {
  private static final int HASH_OCTETS = 8;

  /// The style of all pages.
  static final Asset STYLE = asset("facteur.css", "text/css; charset=utf-8");

  /// What stands before the title in a browser.
  static final Asset ICON = asset("facteur.svg", "image/svg+xml");

  private Assets() {}

  /// @param path where it is found
  record Asset(String path, String type, Content content) {
    Route route(Scheme scheme) {
      var response =
          new Response(
              Status.OK,
              type,
              content,
              Map.of("cache-control", "public, max-age=31536000, immutable"),
              List.of());
      return Route.get(scheme, path, _ -> response);
    }
  }

  /// What serves them.
  public static List<Route> routes() {
    return Stream.of(STYLE, ICON).map(asset -> asset.route(Scheme.HTTPS)).toList();
  }

  private static Asset asset(String name, String type) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + name);
      }
      byte[] octets = in.readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(octets);
      return new Asset(
          "/assets/" + HexFormat.of().formatHex(hash, 0, HASH_OCTETS) + "/" + name,
          type,
          Content.of(octets));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
