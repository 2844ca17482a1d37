package net.facteur.server.delivery;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.net.CipherSuites;
import net.facteur.server.net.NativeTlsClient;
import net.facteur.server.net.NativeTlsStream;
import net.facteur.server.routing.AddressLiteral;

/// Starts TLS on an outgoing connection. Who the peer is, is for [PeerVerifier] to say.
@FunctionalInterface
public interface ClientTls {
  /// Does the handshake, blocking; the caller bounds the time by closing `plain`.
  ///
  /// @param serverName the name to send as SNI; an IP address is not sent
  /// @param offer what the host may choose from
  /// @throws IOException where the handshake fails
  Secured secure(Socket plain, String serverName, Offer offer) throws IOException;

  /// Which cipher suites the host may choose from.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9325#section-4.2 RFC 9325, section 4.2: Cipher Suites
  enum Offer {
    /// Those with forward secrecy and authenticated encryption.
    STRONG,
    /// Older ones as well.
    RATHER_THAN_CLEAR;

    List<String> suites() {
      return switch (this) {
        case STRONG -> CipherSuites.STRONG;
        case RATHER_THAN_CLEAR -> CipherSuites.RATHER_THAN_CLEAR;
      };
    }

    /// What is offered where this is required.
    static Offer to(TlsRequirement requirement) {
      return requirement.clearAllowed() ? RATHER_THAN_CLEAR : STRONG;
    }
  }

  /// BoringSSL where it runs on this machine, else the Java platform.
  ///
  /// @param identity shown to servers that ask for a certificate
  /// @param resumption resume earlier sessions
  static ClientTls best(Optional<KeyManager> identity, boolean resumption, SecureRandom random) {
    if (!NativeTlsClient.isAvailable()) {
      return new JsseClientTls(identity, resumption, random);
    }
    var clients = new EnumMap<Offer, NativeTlsClient>(Offer.class);
    for (Offer offer : Offer.values()) {
      clients.put(
          offer, new NativeTlsClient(identity, new AnyCertificate(), offer.suites(), resumption));
    }
    return (plain, serverName, offer) -> {
      NativeTlsStream stream =
          Objects.requireNonNull(clients.get(offer)).secure(plain, serverName, sni(serverName));
      return new Secured(
          stream, stream.in(), stream.out(), stream.protocol(), stream.cipher(), stream.chain());
    };
  }

  /// The name to send, unless it is an address.
  static Optional<String> sni(String serverName) {
    return AddressLiteral.parse(serverName).isEmpty()
        ? DomainName.parse(serverName)
            .toOptional()
            .filter(DomainName::isHostName)
            .map(DomainName::text)
        : Optional.empty();
  }

  /// A protected connection.
  ///
  /// @param connection closed, the plain socket is too, at once
  /// @param in what the peer says
  /// @param out what is said to it; each write is sent at once. Closed, the host is told that
  ///   nothing more comes (RFC 8446, 6.1), and the connection is closed
  /// @param protocol such as `TLSv1.3`
  /// @param cipher the cipher suite
  /// @param chain what the peer has shown, its own certificate first; empty where it has none
  record Secured(
      Closeable connection,
      InputStream in,
      OutputStream out,
      String protocol,
      String cipher,
      List<X509Certificate> chain) {
    public Secured {
      chain = List.copyOf(chain);
    }
  }
}
