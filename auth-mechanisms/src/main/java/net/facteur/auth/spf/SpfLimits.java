package net.facteur.auth.spf;

import java.time.Duration;

/// How much one check may cost.
///
/// @param terms terms that ask the DNS, over all records
/// @param voidLookups how many of them may find nothing
/// @param mxNames mail servers of one `mx`; more are an error
/// @param ptrNames names of the client that are looked at; more are ignored
/// @param time for all look-ups of a check together
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4 RFC 7208, section 4.6.4: DNS Lookup
///   Limits
public record SpfLimits(int terms, int voidLookups, int mxNames, int ptrNames, Duration time) {
  /// The RFC's numbers; its least time is 20 s.
  public static final SpfLimits RFC_7208 = new SpfLimits(10, 2, 10, 10, Duration.ofSeconds(20));
}
