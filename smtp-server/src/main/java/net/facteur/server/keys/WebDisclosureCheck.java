package net.facteur.server.keys;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.auth.https.HttpsExchange;
import net.facteur.auth.https.HttpsOutcome;
import net.facteur.auth.https.HttpsRequest;
import net.facteur.auth.syntax.Parsed;

/// Fetches a URL with a valid certificate and compares what it says.
///
/// @param https asks the web
public record WebDisclosureCheck(HttpsExchange https) implements DisclosureCheck {
  @Override
  public Optional<String> problem(String url, String text) {
    return switch (HttpsRequest.get(url)) {
      case Parsed.Malformed<HttpsRequest>(int _, String expected) ->
          Optional.of(url + " is no URL: expected " + expected);
      case Parsed.Ok<HttpsRequest>(HttpsRequest request) ->
          switch (https.send(request)) {
            case HttpsOutcome.Failed(HttpsOutcome.Cause _, String reason) ->
                Optional.of(url + " does not answer: " + reason);
            case HttpsOutcome.Answered(int status, String _, byte[] body) ->
                status == 200 && new String(body, StandardCharsets.ISO_8859_1).equals(text)
                    ? Optional.empty()
                    : Optional.of(url + " answers " + status + ", or something else than the key");
          };
    };
  }
}
