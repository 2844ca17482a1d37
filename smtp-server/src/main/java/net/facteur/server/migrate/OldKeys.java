package net.facteur.server.migrate;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.language.Text;

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
      List<OpenDkim.Signer> signers = read.get().of("postmaster@" + domain, read.get().multiple());
      boolean taken = false;
      for (OpenDkim.Signer signer : signers) {
        taken |= dkimKey(domain, signer, taken);
      }
    }
    read.get().domains().stream()
        .filter(d -> !catchAll.containsKey(d))
        .forEach(d -> findings.left("OpenDKIM: " + d, SAY.keyOfOtherDomain(d)));
  }

  private boolean dkimKey(String domain, OpenDkim.Signer signer, boolean already) {
    String what = "OpenDKIM: " + signer.selector() + "._domainkey." + signer.domain();
    if (!signer.domain().equals(domain)) {
      findings.left(what, SAY.thirdParty(domain));
      return false;
    }
    switch (tree.read(signer.file())) {
      case OldFile.Found(String text, boolean _) -> {
        switch (DkimPrivateKey.parse(text)) {
          case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> {
            boolean ed = key.publicKey().type() == KeyType.ED25519;
            boolean small = !ed && (key.bits() < 1024 || key.bits() > 4096);
            if (already
                || ed
                || small
                || !signer.selector().matches("[a-z0-9A-Z-]+(\\.[a-z0-9A-Z-]+)*")) {
              findings.left(
                  what, already ? SAY.secondKey() : ed ? SAY.edKey() : SAY.keySize(key.bits()));
              return false;
            }
            keys.add(new Move.Key(DomainName.of(domain), signer.selector(), key));
            findings.taken(what, SAY.keyTaken(signer.selector(), domain));
            return true;
          }
          case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
              findings.left(what + " " + signer.file(), SAY.noKey(expected));
        }
      }
      case OldFile.Missing _ -> findings.left(what + " " + signer.file(), SAY.missing());
      case OldFile.Unusable(Text why) -> findings.left(what + " " + signer.file(), why);
    }
    return false;
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
