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
  private static final DkimTexts SAY = DkimTexts.SAY;

  @Option(names = "--hash", split = ",", paramLabel = "HASH")
  private List<String> hashes = List.of();

  @Option(names = "--note", paramLabel = "TEXT")
  private @Nullable String note;

  @Option(names = "--service", split = ",", paramLabel = "SERVICE")
  private List<String> services = List.of();

  @Option(names = "--testing")
  private boolean testing;

  @Option(names = "--no-subdomains")
  private boolean noSubdomains;

  @Option(names = "--granularity", paramLabel = "LOCAL-PART")
  private @Nullable String granularity;

  DkimKeyRecord apply(DkimKeyRecord plain) {
    if (granularity != null) {
      throw CommandFailedException.notUnderstood(
          SAY.dkimGranularity(), SAY.dkimGranularityRemedy());
    }
    for (String hash : hashes) {
      checkHash(hash);
    }
    for (String service : services) {
      if (!service.equals("email") && !service.equals("*")) {
        throw CommandFailedException.notUnderstood(
            SAY.dkimNoService(service), SAY.dkimTypeService());
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
      throw CommandFailedException.notUnderstood(SAY.dkimNoHash(hash), SAY.dkimTypeHash());
    }
    // RFC 8301, 3.1: rsa-sha1 MUST NOT be used for signing or verifying
    if (known.get() == HashAlgorithm.SHA1) {
      throw CommandFailedException.notUnderstood(SAY.dkimSha1(), SAY.dkimTypeHash());
    }
  }
}
