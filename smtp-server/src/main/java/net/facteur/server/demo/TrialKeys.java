package net.facteur.server.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.message.MessageHeader;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.signing.KeyFile;

/// The DKIM keys of one domain: the two that its server signs with, and a third that has been
/// revoked.
///
/// @param rsa at selector [Party#SELECTOR]
/// @param ed25519 at the same with `-ed`
/// @param revoked at selector `old`, its record without a key
record TrialKeys(
    DomainName domain, DkimPrivateKey rsa, DkimPrivateKey ed25519, DkimPrivateKey revoked) {
  static final String REVOKED_SELECTOR = "old";
  private static final int RSA_BITS = 2048;

  static TrialKeys generate(DomainName domain, SecureRandom random) {
    DkimCrypto crypto = CryptoProviders.detect().crypto();
    return new TrialKeys(
        domain,
        crypto.generate(KeyType.RSA, RSA_BITS, random),
        crypto.generate(KeyType.ED25519, 0, random),
        crypto.generate(KeyType.ED25519, 0, random));
  }

  /// The key records as the zone has them.
  List<ZoneRecord<?>> records() {
    return List.of(
        key(Party.SELECTOR, rsa),
        key(Party.SELECTOR + "-ed", ed25519),
        ZoneRecord.of(name(REVOKED_SELECTOR), RecordType.TXT, revoked.record().revoke().toTxt()));
  }

  private ZoneRecord<?> key(String selector, DkimPrivateKey key) {
    return ZoneRecord.of(name(selector), RecordType.TXT, key.record().toTxt());
  }

  private String name(String selector) {
    return selector + "._domainkey." + domain;
  }

  /// Writes the keys of the server, readable by it alone.
  void write(Path directory) throws IOException {
    KeyFile.of(directory, Party.SELECTOR, domain, KeyType.RSA).write(rsa);
    KeyFile.of(directory, Party.SELECTOR, domain, KeyType.ED25519).write(ed25519);
  }

  /// Signs with the revoked key, as one does who has stolen it.
  TrialMail signRevoked(TrialMail mail, InstantSource clock) {
    try {
      var key =
          new SigningKey(
              domain,
              DomainName.of(REVOKED_SELECTOR),
              revoked.algorithm(),
              DkimCrypto.standard().signer(revoked));
      var signer = new DkimSigner(key, DkimSigner.Settings.DEFAULT, clock);
      byte[] body = mail.body().getBytes(StandardCharsets.UTF_8);
      var field =
          signer.sign(
              MessageHeader.parse(mail.headerOctets()),
              () -> new java.io.ByteArrayInputStream(body));
      return mail.withField(new String(field.raw(), StandardCharsets.ISO_8859_1));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("a new key can sign", e);
    }
  }
}
