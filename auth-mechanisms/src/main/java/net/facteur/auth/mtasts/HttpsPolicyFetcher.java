package net.facteur.auth.mtasts;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.https.HttpsExchange;
import net.facteur.auth.https.HttpsOutcome;
import net.facteur.auth.https.HttpsRequest;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.Utf8;

/// Gets policies by HTTPS.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.3 RFC 8461, section 3.3: HTTPS Policy
///   Fetching
public final class HttpsPolicyFetcher implements PolicyFetcher {
  /// Where a policy host has the policy.
  public static final String PATH = "/.well-known/mta-sts.txt";

  private final HttpsExchange client;
  private final int port;

  public HttpsPolicyFetcher(HttpsExchange client) {
    this(client, HttpsRequest.PORT);
  }

  /// @param port another one than the RFC's, such as for tests
  public HttpsPolicyFetcher(HttpsExchange client, int port) {
    this.client = client;
    this.port = port;
  }

  /// The host that serves the policy of `domain`.
  ///
  /// @return empty where the name would be too long, or is no host name
  public static Optional<DomainName> policyHost(DomainName domain) {
    return domain.child("mta-sts").filter(DomainName::isHostName);
  }

  @Override
  public PolicyFetch fetch(DomainName domain) {
    Optional<DomainName> host = policyHost(domain);
    if (host.isEmpty()) {
      return failed(MtaStsLookup.Cause.FETCH, "mta-sts." + domain + " is not a host name");
    }
    return switch (client.send(HttpsRequest.get(host.get(), port, PATH))) {
      case HttpsOutcome.Failed(HttpsOutcome.Cause cause, String reason) ->
          failed(
              switch (cause) {
                case CERTIFICATE -> MtaStsLookup.Cause.WEBPKI;
                case NAME, CONNECTION, PROTOCOL, SIZE -> MtaStsLookup.Cause.FETCH;
              },
              reason);
      case HttpsOutcome.Answered answer -> read(answer);
    };
  }

  private static PolicyFetch read(HttpsOutcome.Answered answer) {
    // RFC 8461, 3.3: only valid if the response code is 200; 3xx MUST NOT be followed
    if (answer.status() != 200) {
      return failed(MtaStsLookup.Cause.FETCH, "HTTP status " + answer.status());
    }
    if (!answer.mediaType().equals("text/plain")) {
      return failed(MtaStsLookup.Cause.INVALID, "the media type is not text/plain");
    }
    return Utf8.decode(answer.body())
        .map(HttpsPolicyFetcher::parsed)
        .orElseGet(() -> failed(MtaStsLookup.Cause.INVALID, "the policy is not UTF-8"));
  }

  private static PolicyFetch parsed(String text) {
    return switch (MtaStsPolicyText.parse(text)) {
      case Parsed.Ok<MtaStsPolicyText>(MtaStsPolicyText policy) -> new PolicyFetch.Fetched(policy);
      case Parsed.Malformed<MtaStsPolicyText>(int offset, String expected) ->
          failed(
              MtaStsLookup.Cause.INVALID, "the policy lacks, at octet " + offset + ": " + expected);
    };
  }

  private static PolicyFetch failed(MtaStsLookup.Cause cause, String reason) {
    return new PolicyFetch.Failed(new MtaStsLookup.Unusable(cause, reason));
  }
}
