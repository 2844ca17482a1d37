package net.facteur.auth.https;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.NetworkFault;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.syntax.Ascii;

/// Makes HTTPS requests. Safe for use by many threads at once.
public final class HttpsClient implements HttpsExchange {
  private static final int MAX_ADDRESSES = 4;
  private static final int SAN_DNS = 2;

  private final Resolver resolver;
  private final SSLContext trust;
  private final Limits limits;

  /// What an exchange may take.
  ///
  /// @param whole from the first connection to the last octet
  /// @param connect for one address
  /// @param body octets of the answer's body
  public record Limits(Duration whole, Duration connect, int body) {
    /// One minute and 64 KiB, as RFC 8461, section 3.3 suggests.
    public static final Limits DEFAULTS =
        new Limits(Duration.ofMinutes(1), Duration.ofSeconds(15), 64 << 10);
  }

  /// @param trust makes the TLS connections and says whose certificates count
  public HttpsClient(Resolver resolver, SSLContext trust, Limits limits) {
    this.resolver = resolver;
    this.trust = trust;
    this.limits = limits;
  }

  @Override
  public HttpsOutcome send(HttpsRequest request) {
    var addresses = new ArrayList<InetAddress>();
    Answer<InetAddress> four = resolver.lookup(request.host(), RecordType.A);
    for (Answer<InetAddress> answer :
        List.of(resolver.lookup(request.host(), RecordType.AAAA), four)) {
      answer.orEmpty().stream().limit(MAX_ADDRESSES / 2).forEach(addresses::add);
    }
    if (addresses.isEmpty()) {
      return new HttpsOutcome.Failed(
          HttpsOutcome.Cause.NAME,
          "no address for "
              + request.host()
              + (four.temporaryFailure() ? ": the look-up failed" : ""));
    }
    long deadline = System.nanoTime() + limits.whole().toNanos();
    HttpsOutcome last = null;
    for (InetAddress address : addresses) {
      last = exchange(request, address, deadline);
      // only what has not reached the host may be said to the next address
      if (!(last instanceof HttpsOutcome.Failed(HttpsOutcome.Cause cause, String _))
          || cause != HttpsOutcome.Cause.CONNECTION
          || System.nanoTime() >= deadline) {
        return last;
      }
    }
    return last == null
        ? new HttpsOutcome.Failed(HttpsOutcome.Cause.NAME, "no address for " + request.host())
        : last;
  }

  private HttpsOutcome exchange(HttpsRequest request, InetAddress address, long deadline) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    try (var plain = new Socket()) {
      // A read time-out alone would let a peer drip octets for ever.
      Executor later =
          CompletableFuture.delayedExecutor(
              Math.max(left, 1), TimeUnit.MILLISECONDS, Runnable::run);
      CompletableFuture<Void> alarm = CompletableFuture.runAsync(() -> closeQuietly(plain), later);
      try {
        plain.setTcpNoDelay(true);
        plain.connect(
            new InetSocketAddress(address, request.port()),
            (int) Math.clamp(left, 1, limits.connect().toMillis()));
        return overTls(request, plain);
      } catch (IOException e) {
        return System.nanoTime() >= deadline
            ? failed(
                HttpsOutcome.Cause.CONNECTION, "not done in " + limits.whole().toSeconds() + " s")
            : failure(e);
      } finally {
        alarm.cancel(false);
      }
    } catch (IOException e) {
      return failure(e);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // it is gone either way
    }
  }

  private HttpsOutcome overTls(HttpsRequest request, Socket plain) throws IOException {
    try (var tls =
        (SSLSocket)
            trust
                .getSocketFactory()
                .createSocket(plain, request.host().text(), request.port(), true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      // RFC 8461, 7.1: the SNI extension MUST contain the name of the Policy Host
      parameters.setServerNames(List.of(new SNIHostName(request.host().text())));
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      if (!(tls.getSession().getPeerCertificates()[0] instanceof X509Certificate leaf)
          || !names(leaf, request.host())) {
        return failed(
            HttpsOutcome.Cause.CERTIFICATE, "the certificate is not for " + request.host());
      }
      tls.getOutputStream().write(request.octets());
      tls.getOutputStream().flush();
      return new HttpsAnswer(tls.getInputStream(), limits.body()).read();
    }
  }

  /// True where the certificate has the name as DNS-ID, or a wildcard for its whole leftmost label.
  /// The JDK's own check takes the common name and partial wildcards too.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.3 RFC 8461, section 3.3: HTTPS Policy
  ///   Fetching
  static boolean names(X509Certificate leaf, DomainName host) {
    try {
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      String wildcard = host.parent().map(parent -> "*." + parent.text()).orElse("");
      return names != null
          && names.stream()
              .filter(name -> name.getFirst().equals(SAN_DNS))
              .map(name -> Ascii.lower(String.valueOf(name.get(1))))
              .anyMatch(name -> name.equals(host.text()) || name.equals(wildcard));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private static HttpsOutcome failure(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathValidatorException path
          && path.getReason() == CertPathValidatorException.BasicReason.EXPIRED) {
        return failed(HttpsOutcome.Cause.CERTIFICATE, "the certificate has expired");
      }
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return failed(HttpsOutcome.Cause.CERTIFICATE, String.valueOf(cause.getMessage()));
      }
    }
    String what = e instanceof SSLException ? "TLS: " : "";
    return failed(HttpsOutcome.Cause.CONNECTION, what + NetworkFault.of(e));
  }

  static HttpsOutcome.Failed failed(HttpsOutcome.Cause cause, String reason) {
    var clean = new StringBuilder();
    for (int i = 0; i < reason.length() && i < 200; i++) {
      char c = reason.charAt(i);
      clean.append(Ascii.isVisible(c) || c == ' ' ? c : '?');
    }
    return new HttpsOutcome.Failed(cause, clean.toString());
  }
}
