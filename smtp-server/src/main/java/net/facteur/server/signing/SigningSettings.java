package net.facteur.server.signing;

import java.util.Map;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dns.DomainName;

/// How outbound mail is signed.
///
/// @param threads signing threads, 1 to 256; by default one for each core
/// @param queue messages that may wait for a thread, 1 to 100,000; further ones are put off
/// @param selectors the active selector of each domain that signs
/// @param signatures what a signature covers, and how long it is good
public record SigningSettings(
    int threads, int queue, Map<DomainName, String> selectors, DkimSigner.Settings signatures) {
  public SigningSettings {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("1 to 256 signing threads");
    }
    if (queue < 1 || queue > 100_000) {
      throw new IllegalArgumentException("a signing queue of 1 to 100,000");
    }
    selectors = Map.copyOf(selectors);
  }

  /// The same with other selectors.
  public SigningSettings withSelectors(Map<DomainName, String> others) {
    return new SigningSettings(threads, queue, others, signatures);
  }
}
