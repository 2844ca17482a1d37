package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.KeyName;
import net.facteur.server.language.Text;
import net.facteur.server.signing.KeyFile;

/// Secrets of OpenDKIM and postsrsd.
final class OldKeys {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  private final MainCf main;
  private final OldTree tree;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, String> settings;
  private final Map<String, Optional<String>> catchAll;
  private final List<Move.Key> keys;
  private Optional<String> srsSecret = Optional.empty();

  OldKeys(OldPostfix old, Taken taken) {
    main = old.main();
    tree = old.tree();
    findings = old.findings();
    handled = old.handled();
    settings = taken.settings();
    catchAll = taken.catchAll();
    keys = taken.keys();
  }

  void opendkim() {
    Optional<OpenDkim> read = OpenDkim.read(tree);
    if (read.isEmpty()) {
      if (tree.exists("/etc/opendkim.conf")) {
        findings.left("/etc/opendkim.conf", SAY.unreadable(""));
      }
      return;
    }
    for (String domain : catchAll.keySet()) {
      domain(domain, read.get());
    }
    read.get().domains().stream()
        .filter(d -> !catchAll.containsKey(d))
        .forEach(d -> findings.left("OpenDKIM: " + d, SAY.keyOfOtherDomain(d)));
  }

  /// A key that can be used.
  private record Usable(OpenDkim.Signer signer, DkimPrivateKey key) {
    String what() {
      return OldKeys.what(signer);
    }

    KeyType type() {
      return key.publicKey().type();
    }
  }

  /// The first RSA key signs, and with it an Ed25519 key whose selector is named after its own.
  /// Further RSA keys that signed, too, retire: their records are needed until the mail that they
  /// signed is there.
  private void domain(String domain, OpenDkim old) {
    List<OpenDkim.Signer> all = old.of("postmaster@" + domain, true);
    List<OpenDkim.Signer> signing = old.multiple() ? all : all.stream().limit(1).toList();
    List<Usable> usable = signing.stream().flatMap(s -> usable(domain, s).stream()).toList();
    List<Usable> rsa = usable.stream().filter(u -> u.type() == KeyType.RSA).toList();
    var others = new ArrayList<>(usable.stream().filter(u -> u.type() != KeyType.RSA).toList());
    var names = new HashSet<String>();
    for (Usable key : rsa) {
      boolean signs = names.isEmpty();
      Optional<Usable> beside =
          signs
              ? others.stream()
                  .filter(o -> pair(key.signer().selector(), o.signer().selector()).isPresent())
                  .findFirst()
              : Optional.empty();
      String name =
          beside
              .flatMap(o -> pair(key.signer().selector(), o.signer().selector()))
              .orElse(key.signer().selector());
      if (!names.add(name)) {
        continue;
      }
      keys.add(
          new Move.Key(
              DomainName.of(domain),
              name,
              Stream.concat(Stream.of(key), beside.stream()).map(Usable::key).toList(),
              signs));
      if (signs) {
        findings.taken(key.what(), SAY.keyTaken(key.signer().selector(), domain));
        beside.ifPresent(
            o -> {
              others.remove(o);
              findings.taken(o.what(), SAY.edKeyTaken(key.signer().selector()));
            });
      } else {
        findings.otherwise(key.what(), SAY.keyRetires(rsa.getFirst().signer().selector(), domain));
      }
    }
    others.forEach(
        o ->
            findings.left(
                o.what(),
                rsa.isEmpty()
                    ? SAY.edKey()
                    : SAY.edKeyElsewhere(
                        KeyFile.selector(rsa.getFirst().signer().selector(), KeyType.ED25519))));
    Stream.concat(all.stream().skip(signing.size()), old.unused(domain).stream())
        .filter(signer -> !names.contains(signer.selector()))
        .filter(signer -> signer.domain().equals(domain))
        .distinct()
        .forEach(
            signer ->
                findings.left(
                    what(signer), SAY.keyUnused(domain, signer.selector(), signer.file())));
  }

  private static String what(OpenDkim.Signer signer) {
    return "OpenDKIM: " + signer.selector() + "._domainkey." + signer.domain();
  }

  /// The name under which Facteur finds both keys where their records are; empty where there is
  /// none.
  private static Optional<String> pair(String rsa, String ed25519) {
    return Stream.of(rsa, rsa.replaceFirst(KeyType.RSA.word(), KeyFile.ALGORITHM))
        .filter(name -> KeyFile.selector(name, KeyType.RSA).equals(rsa))
        .filter(name -> KeyFile.selector(name, KeyType.ED25519).equals(ed25519))
        .filter(KeyName::isSelector)
        .findFirst();
  }

  private Optional<Usable> usable(String domain, OpenDkim.Signer signer) {
    String what = what(signer);
    if (!signer.domain().equals(domain)) {
      findings.left(what, SAY.thirdParty(domain));
      return Optional.empty();
    }
    switch (tree.read(signer.file())) {
      case OldFile.Found(String text, boolean _) -> {
        switch (DkimPrivateKey.parse(text)) {
          case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> {
            boolean small =
                key.publicKey().type() == KeyType.RSA && (key.bits() < 1024 || key.bits() > 4096);
            if (!small && signer.selector().matches("[a-z0-9A-Z-]+(\\.[a-z0-9A-Z-]+)*")) {
              return Optional.of(new Usable(signer, key));
            }
            findings.left(what, SAY.keySize(key.bits()));
          }
          case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
              findings.left(what + " " + signer.file(), SAY.noKey(expected));
        }
      }
      case OldFile.Missing _ -> findings.left(what + " " + signer.file(), SAY.missing());
      case OldFile.Unusable(Text why) -> findings.left(what + " " + signer.file(), why);
    }
    return Optional.empty();
  }

  void postsrsd() {
    Map<String, String> found = new HashMap<>();
    for (String file :
        List.of("/etc/default/postsrsd", "/etc/postsrsd.conf", "/etc/postsrsd/postsrsd.conf")) {
      if (tree.read(file) instanceof OldFile.Found text) {
        for (String line : text.lines()) {
          int equals = line.indexOf('=');
          if (equals > 0 && !line.stripLeading().startsWith("#")) {
            found.put(
                line.substring(0, equals)
                    .strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceFirst("^srs_", "")
                    .replace('-', '_'),
                line.substring(equals + 1).strip().replaceAll("^[\"']|[\"']$", ""));
          }
        }
      }
    }
    String file =
        found.getOrDefault("secret", found.getOrDefault("secrets_file", "/etc/postsrsd.secret"));
    switch (tree.read(file)) {
      case OldFile.Found(String text, boolean _) -> {
        srsSecret = Optional.of(text);
        findings.taken(file, SAY.srsSecret());
      }
      case OldFile.Missing _ -> {
        return;
      }
      case OldFile.Unusable(Text why) -> findings.left(file, why);
    }
    handled.addAll(
        List.of(
            "sender_canonical_maps",
            "sender_canonical_classes",
            "recipient_canonical_maps",
            "recipient_canonical_classes"));
    String domain =
        found
            .getOrDefault("domain", found.getOrDefault("srs_domain", main.value("mydomain")))
            .toLowerCase(Locale.ROOT);
    if (catchAll.containsKey(domain)) {
      settings.put("srs.domain", domain);
      findings.taken("postsrsd: SRS_DOMAIN", SAY.becomes("srs.domain"));
    } else if (!domain.isEmpty()) {
      findings.left("postsrsd: SRS_DOMAIN", SAY.srsDomain(domain));
    }
    if (!found.getOrDefault("separator", "=").equals("=")) {
      findings.otherwise("postsrsd: SRS_SEPARATOR", SAY.srsSeparator());
    }
  }

  Optional<String> srsSecret() {
    return srsSecret;
  }
}
