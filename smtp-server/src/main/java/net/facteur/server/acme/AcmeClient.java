package net.facteur.server.acme;

import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.KeyPairFile;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/// Gets certificates from an authority.
///
/// Blocks for as long as the authority takes, at most some minutes.
public final class AcmeClient {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final AcmeSettings settings;
  private final Challenges challenges;
  private final SecureRandom random;

  public AcmeClient(AcmeSettings settings, Challenges challenges, SecureRandom random) {
    this.settings = settings;
    this.random = random;
    this.challenges = challenges;
  }

  /// Asks for a certificate.
  ///
  /// @param key what it is for
  /// @return the certificate, then those of its issuers
  public List<X509Certificate> order(KeyPair key) throws AcmeFailedException, InterruptedException {
    try {
      Login login = login();
      Order order =
          login.newOrder().domains(settings.names().stream().map(n -> n.text()).toList()).create();
      for (Authorization authorization : order.getAuthorizations()) {
        prove(authorization);
      }
      if (order.waitUntilReady(PATIENCE) == Status.INVALID) {
        throw refused(order);
      }
      order.execute(key);
      if (order.waitForCompletion(PATIENCE) != Status.VALID) {
        throw refused(order);
      }
      return order.getCertificate().getCertificateChain();
    } catch (AcmeException e) {
      throw new AcmeFailedException(settings.directory() + " says: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new AcmeFailedException("the account's key cannot be kept: " + e.getMessage(), e);
    }
  }

  private AcmeFailedException refused(Order order) {
    return new AcmeFailedException(
        settings.directory()
            + " issued nothing: "
            + order.getError().map(Object::toString).orElse("it gave no reason"));
  }

  private Login login() throws AcmeException, IOException, AcmeFailedException {
    var session = new Session(settings.directory(), provider());
    session.networkSettings().setTimeout(TIMEOUT);
    var account =
        new AccountBuilder()
            .useKeyPair(KeyPairFile.open(settings.home().resolve("account.pem"), random));
    var terms = session.getMetadata().getTermsOfService();
    if (settings.termsAccepted()) {
      account.agreeToTermsOfService();
    } else if (terms.isPresent()) {
      throw new AcmeFailedException(
          "the authority has terms, "
              + terms.get()
              + "; read them, and set acme.accept-terms = true if you agree");
    }
    settings.contact().ifPresent(account::addEmail);
    return account.createLogin(session);
  }

  private void prove(Authorization authorization)
      throws AcmeException, AcmeFailedException, InterruptedException {
    if (authorization.getStatus() == Status.VALID) {
      return;
    }
    Challenges.Answer answer = challenges.answer(authorization, authorization.getIdentifier());
    try {
      answer.challenge().trigger();
      if (answer.challenge().waitForCompletion(PATIENCE) != Status.VALID) {
        throw new AcmeFailedException(
            "the authority does not see that "
                + authorization.getIdentifier().getDomain()
                + " is ours: "
                + answer.challenge().getError().map(Object::toString).orElse("it gave no reason"));
      }
    } finally {
      answer.withdraw().run();
    }
  }

  private GenericAcmeProvider provider() throws AcmeFailedException {
    if (settings.authorities().isEmpty()) {
      return new GenericAcmeProvider();
    }
    SSLContext trust;
    try {
      trust = SSLContext.getInstance("TLS");
      trust.init(
          null,
          new TrustManager[] {CertificateAuthorities.read(settings.authorities().get())},
          null);
    } catch (GeneralSecurityException | InvalidCertificateException e) {
      throw new AcmeFailedException("acme.authorities cannot be used: " + e.getMessage(), e);
    }
    return new GenericAcmeProvider() {
      @Override
      public HttpClient createHttpClient(NetworkSettings network) {
        return HttpClient.newBuilder()
            .connectTimeout(network.getTimeout())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .sslContext(trust)
            .build();
      }
    };
  }
}
