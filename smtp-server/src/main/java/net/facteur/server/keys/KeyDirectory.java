package net.facteur.server.keys;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.DurableFile;
import net.facteur.server.signing.KeyFile;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Keys as files, one each, see [KeyFile].
///
/// @param directory mode 0700
/// @param rsaBits size of new RSA keys, 1024 to 4096
public record KeyDirectory(Path directory, int rsaBits, SecureRandom random) implements KeyStore {
  private static final Logger LOG = LogManager.getLogger(KeyDirectory.class);

  @Override
  public void make(KeyName name, Set<KeyType> types) throws IOException {
    for (KeyType type : types) {
      KeyFile file = file(name, type);
      if (!Files.exists(file.path())) {
        try {
          file.write(DkimPrivateKey.generate(type, rsaBits, random));
          LOG.info("made the {} key {}", type.word(), file.path());
        } catch (FileAlreadyExistsException e) {
          LOG.debug("{} was made by somebody else just now", file.path());
        }
      }
    }
  }

  @Override
  public KeyFile.Content read(KeyName name, KeyType type) {
    return file(name, type).read();
  }

  @Override
  public boolean taken(DomainName domain, String selector) {
    var name = new KeyName(domain, selector);
    return List.of(KeyType.values()).stream().anyMatch(t -> Files.exists(file(name, t).path()));
  }

  @Override
  public void putAside(KeyName name, Instant now) throws IOException {
    for (KeyType type : KeyType.values()) {
      Path path = file(name, type).path();
      if (Files.exists(path)) {
        DurableFile.secret(path)
            .rename(path.resolveSibling(path.getFileName() + ".until-" + now.getEpochSecond()));
      }
    }
  }

  private KeyFile file(KeyName name, KeyType type) {
    return KeyFile.of(directory, name.selector(), name.domain(), type);
  }
}
