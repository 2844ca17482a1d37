package net.facteur.server.migrate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.User;

/// What the new server begins with.
///
/// @param settings rows of the settings file by their whole name, the value as HOCON writes it
/// @param catchAll of each local domain, which may have none
/// @param domainAliases local domains whose addresses are those of another one
/// @param relayDomains the host of each domain that is passed on, empty for its mail exchangers
/// @param users with the hashes of the old server
/// @param keys the DKIM key that signs for a domain
/// @param smarthostPassword for the server that mail leaves through
/// @param srsSecret the file of postsrsd
/// @param certificate of the old server, with its key
/// @param mailboxes where the old server keeps the mail of a user
/// @param findings what became of everything
public record Move(
    Map<String, String> settings,
    Map<String, Optional<String>> catchAll,
    Map<String, String> domainAliases,
    Map<String, Optional<String>> relayDomains,
    Map<String, List<String>> aliases,
    Map<String, List<String>> forwards,
    List<User> users,
    List<Key> keys,
    Optional<String> smarthostPassword,
    Optional<String> srsSecret,
    Optional<Certificate> certificate,
    Map<String, String> mailboxes,
    Findings findings) {
  /// A selector of the old server.
  ///
  /// @param selector under which the record of the RSA key stands, and beside it that of the other
  /// @param keys of one kind each
  /// @param signs false where it did until now, and only its records are still needed
  public record Key(DomainName domain, String selector, List<DkimPrivateKey> keys, boolean signs) {
    public Key {
      keys = List.copyOf(keys);
    }
  }

  /// @param chain PEM
  /// @param key PEM
  public record Certificate(String chain, String key) {}
}
