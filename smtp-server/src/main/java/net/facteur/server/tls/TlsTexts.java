package net.facteur.server.tls;

import java.nio.file.Path;
import java.time.Instant;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// Why a certificate or its key cannot be used.
interface TlsTexts {
  TlsTexts SAY = Texts.of(TlsTexts.class);

  Text early(Path file, Instant from);

  Text expired(Path file, Instant until);

  Text noX509(Path file);

  Text noCertificate(Path file);

  Text tooMany(Path file, int most);

  Text encrypted(Path file);

  Text noKey(Path file);

  Text uselessKey(Path file);

  Text oddKey(Path file, String algorithm);

  Text large(Path file);

  Text missing(Path file);

  Text damaged(Path file);

  Text disorder(Path file, int issuer, int issued);

  Text otherKey(Path key, Path chain);

  Text noClient(Path chain);

  Text refused(String certificate, String reason);
}
