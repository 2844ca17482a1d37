package net.facteur.server.keys;

import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.signing.KeyFile;

/// Where the private keys lie.
public interface KeyStore {
  /// Makes the keys that are not there yet. Keys are never overwritten.
  void make(KeyName name, Set<KeyType> types) throws IOException;

  /// Reads a key.
  KeyFile.Content read(KeyName name, KeyType type);

  /// True where a key of the selector exists, ours or not.
  boolean taken(DomainName domain, String selector);

  /// Puts the keys of a selector aside, which is to be used again.
  void putAside(KeyName name, Instant now) throws IOException;
}
