package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.HashAlgorithm;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What may be said in a key record besides the key. Nothing of it is needed.
final class DkimRecordOptions {
  @Option(
      names = "--hash",
      split = ",",
      paramLabel = "HASH",
      description = "The hashes that signatures may use; any, unless given. Only sha256 is in use.")
  private List<String> hashes = List.of();

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      description = "A note for people who read the record.")
  private @Nullable String note;

  @Option(
      names = "--service",
      split = ",",
      paramLabel = "SERVICE",
      description = "What the key is for: email, or * for everything, which is the default.")
  private List<String> services = List.of();

  @Option(
      names = "--testing",
      description = "Say that signing is being tested: receivers treat the mail as unsigned.")
  private boolean testing;

  @Option(
      names = "--no-subdomains",
      description = "The key may not speak for users of domains below this one.")
  private boolean noSubdomains;

  @Option(
      names = "--granularity",
      paramLabel = "LOCAL-PART",
      description = "Gone: RFC 6376 removed it, and receivers no longer look at it.")
  private @Nullable String granularity;

  DkimKeyRecord apply(DkimKeyRecord plain) {
    if (granularity != null) {
      throw CommandFailedException.notUnderstood(
          "Granularity (g=) is gone from DKIM since 2011: no receiver looks at it any more, so that"
              + " a key cannot be bound to one user.",
          "Leave --granularity out. For a service of its own, give it a selector of its own.");
    }
    for (String hash : hashes) {
      checkHash(hash);
    }
    for (String service : services) {
      if (!service.equals("email") && !service.equals("*")) {
        throw CommandFailedException.notUnderstood(
            "There is no service `" + service + "`.", "Type --service email, or leave it out.");
      }
    }
    var flags = new ArrayList<String>();
    if (testing) {
      flags.add("y");
    }
    if (noSubdomains) {
      flags.add("s");
    }
    DkimKeyRecord record = plain.with(hashes, services, flags);
    String text = note;
    return text == null ? record : record.withNotes(text);
  }

  private static void checkHash(String hash) {
    Optional<HashAlgorithm> known = HashAlgorithm.of(hash);
    if (known.isEmpty()) {
      throw CommandFailedException.notUnderstood(
          "There is no hash `" + hash + "` in DKIM.", "Type --hash sha256, or leave it out.");
    }
    // RFC 8301, 3.1: rsa-sha1 MUST NOT be used for signing or verifying
    if (known.get() == HashAlgorithm.SHA1) {
      throw CommandFailedException.notUnderstood(
          "sha1 is broken, and receivers do not take signatures made with it (RFC 8301).",
          "Type --hash sha256, or leave it out.");
    }
  }
}
