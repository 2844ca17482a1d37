package net.facteur.server.signing;

import static net.facteur.server.signing.KeyFileTexts.SAY;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// The keys that sign: for each domain those of its active selector, RSA first, then Ed25519.
///
/// @param keys at least one key for each domain
public record ActiveKeys(Map<DomainName, List<SigningKey>> keys) {
  /// None: nothing is signed.
  public static final ActiveKeys NONE = new ActiveKeys(Map.of());

  public ActiveKeys {
    keys = Map.copyOf(keys);
  }

  /// The keys of exactly this domain, none where it does not sign.
  public List<SigningKey> of(DomainName domain) {
    return keys.getOrDefault(domain, List.of());
  }

  /// What came of loading.
  ///
  /// @param keys what can be used
  /// @param problems why the server must not start, each with what to type; empty where all is well
  public record Loaded(ActiveKeys keys, List<Problem> problems) {}

  /// Why a domain cannot sign as it should.
  ///
  /// @param file the key
  /// @param what what is wrong, without a full stop
  /// @param remedy what to do
  public record Problem(DomainName domain, Path file, Text what, KeyRemedy remedy) {
    /// All of it in one line.
    public Text text() {
      return SAY.problem(what, remedy.words());
    }

    @Override
    public String toString() {
      return text().in(Language.ENGLISH);
    }
  }

  /// Reads the keys of every active selector from `directory`. A selector without any key is a
  /// problem: mail would leave unsigned.
  public static Loaded load(SigningSettings settings, Path directory, DkimCrypto crypto) {
    var keys = new HashMap<DomainName, List<SigningKey>>();
    var problems = new ArrayList<Problem>();
    settings
        .selectors()
        .forEach(
            (domain, selector) -> {
              var found = new ArrayList<SigningKey>();
              int before = problems.size();
              for (KeyType type : KeyType.values()) {
                KeyFile file = KeyFile.of(directory, selector, domain, type);
                switch (file.read()) {
                  case KeyFile.Content.Usable(DkimPrivateKey key) -> {
                    try {
                      found.add(signingKey(file, key, crypto));
                    } catch (GeneralSecurityException e) {
                      problems.add(
                          new Problem(
                              domain,
                              file.path(),
                              SAY.cannotBeUsedHere(file.path(), String.valueOf(e.getMessage())),
                              new KeyRemedy.Advice(SAY.makeNew(domain))));
                    }
                  }
                  case KeyFile.Content.Missing _ -> {}
                  case KeyFile.Content.Unusable(Text problem, KeyRemedy remedy) ->
                      problems.add(new Problem(domain, file.path(), problem, remedy));
                }
              }
              if (!found.isEmpty()) {
                keys.put(domain, List.copyOf(found));
              } else if (problems.size() == before) {
                Path file = KeyFile.of(directory, selector, domain, KeyType.RSA).path();
                problems.add(
                    new Problem(
                        domain,
                        file,
                        SAY.noKey(selector, domain, file),
                        new KeyRemedy.Advice(
                            SAY.makeOne(
                                "facteur dkim generate " + domain + " --selector " + selector))));
              }
            });
    return new Loaded(new ActiveKeys(keys), List.copyOf(problems));
  }

  private static SigningKey signingKey(KeyFile file, DkimPrivateKey key, DkimCrypto crypto)
      throws GeneralSecurityException {
    return new SigningKey(
        file.domain(), DomainName.of(file.selector()), key.algorithm(), crypto.signer(key));
  }
}
