package net.facteur.server.keys;

import static net.facteur.server.keys.PinnedTexts.SAY;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.RecordCheck.Expected;
import net.facteur.server.keys.RecordCheck.Finding;
import net.facteur.server.language.Text;
import net.facteur.server.signing.KeyFile;

/// Looks at the records of selectors that stand in the settings, which nobody else publishes.
public final class PinnedSelectors {
  private final KeySettings settings;
  private final KeyStore store;
  private final RecordCheck check;

  /// @param store holds the keys
  public PinnedSelectors(KeySettings settings, KeyStore store, Authorities authorities) {
    this.settings = settings;
    this.store = store;
    this.check = new RecordCheck(authorities);
  }

  /// What the name servers say of a selector.
  public sealed interface Verdict {
    /// A name server has the record of every key.
    ///
    /// @param lagging those that do not; empty where all have them
    record Published(String lagging) implements Verdict {}

    /// A name server says that a record is missing, or has another one, and none says otherwise.
    ///
    /// @param problem for people, without a full stop
    /// @param remedy what to do, with the records to publish; without a full stop
    record Missing(Text problem, Text remedy) implements Verdict {}

    /// No name server said anything.
    ///
    /// @param why for people
    record Unknown(Text why) implements Verdict {}
  }

  /// Asks every authoritative server for the records of the selector of a domain.
  public Verdict look(DomainName domain) {
    String selector = settings.pinned().get(domain);
    if (selector == null) {
      return new Verdict.Published("");
    }
    var name = new KeyName(domain, selector);
    Map<KeyType, DkimPrivateKey> keys = keys(name);
    Finding found = check.look(name, keys, Expected.KEYS);
    if (found.published()) {
      return new Verdict.Published(found.explanation());
    }
    return found.answered()
        ? missing(name, found, keys)
        : new Verdict.Unknown(Text.of(found.explanation()));
  }

  /// Those that cannot be read are told of elsewhere.
  private Map<KeyType, DkimPrivateKey> keys(KeyName name) {
    var keys = new EnumMap<KeyType, DkimPrivateKey>(KeyType.class);
    for (KeyType type : KeyType.values()) {
      if (store.read(name, type) instanceof KeyFile.Content.Usable(DkimPrivateKey key)) {
        keys.put(type, key);
      }
    }
    return keys;
  }

  private static Verdict missing(KeyName name, Finding found, Map<KeyType, DkimPrivateKey> keys) {
    return new Verdict.Missing(
        SAY.pinnedMissing(name.selector(), name.domain(), found.explanation()),
        Text.lines(
            List.of(
                SAY.publish(),
                Text.indented(Text.of(KeyRecords.lines(name, keys).stripTrailing())),
                SAY.orUnpin("domains.\"" + name.domain() + "\".dkim.selector"))));
  }
}
