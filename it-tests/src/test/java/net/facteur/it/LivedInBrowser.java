package net.facteur.it;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/// Browsers of the people of a [LivedInServer]: they find its names on this machine, and believe
/// its certificate.
final class LivedInBrowser {
  private LivedInBrowser() {}

  static Browser open(LivedInServer lived, Path directory) throws Exception {
    Path certificate = lived.server().site().directory().resolve("server.pem");
    byte[] key;
    try (InputStream in = Files.newInputStream(certificate)) {
      key =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(in)
                      .getPublicKey()
                      .getEncoded());
    }
    Browser browser =
        Browser.open(
            directory,
            "--host-resolver-rules=MAP " + Site.HOST + " 127.0.0.1",
            "--ignore-certificate-errors-spki-list=" + Base64.getEncoder().encodeToString(key));
    // What it loads for itself when it starts is no matter of ours.
    browser.go(URI.create("about:blank"));
    var _ = browser.loaded();
    return browser;
  }

  /// Signs somebody in by the form.
  static void signIn(Browser browser, URI form, String user) throws Exception {
    browser.go(form);
    browser.type("#field-user", user);
    browser.type("#field-password", Site.PASSWORD);
    browser.click("form[action='/signin'] button");
    Await.until(browser::text, () -> !browser.where().getPath().startsWith("/signin"));
  }
}
