package net.facteur.auth.mtasts;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;

/// A policy that was fetched, and when.
///
/// @param id of the TXT record it was fetched under
/// @param used when mail last went to the domain; policies that nobody needs are not refreshed
record CachedPolicy(
    DomainName domain, String id, Instant fetched, Instant used, MtaStsPolicyText policy) {

  /// RFC 8461, section 5.1: time-since-fetch has not exceeded max_age.
  boolean expired(Instant now) {
    return now.isAfter(expiry());
  }

  Instant expiry() {
    return fetched.plus(policy.maxAge());
  }

  CachedPolicy usedAt(Instant now) {
    return new CachedPolicy(domain, id, fetched, now, policy);
  }

  int size() {
    return policy.lines().stream().mapToInt(line -> line.length() + 2).sum();
  }

  /// As it stands in its file: four lines about it, an empty one, the policy.
  String print() {
    return "domain: "
        + domain.text()
        + "\r\nid: "
        + id
        + "\r\nfetched: "
        + fetched
        + "\r\nused: "
        + used
        + "\r\n\r\n"
        + policy.print();
  }

  /// Reads a file; empty where it is not one of ours.
  static Optional<CachedPolicy> read(String text) {
    int blank = text.indexOf("\r\n\r\n");
    if (blank < 0) {
      return Optional.empty();
    }
    String[] head = text.substring(0, blank).split("\r\n", -1);
    String[] names = {"domain: ", "id: ", "fetched: ", "used: "};
    if (head.length != names.length) {
      return Optional.empty();
    }
    for (int i = 0; i < names.length; i++) {
      if (!head[i].startsWith(names[i])) {
        return Optional.empty();
      }
      head[i] = head[i].substring(names[i].length());
    }
    try {
      Instant fetched = Instant.parse(head[2]);
      Instant used = Instant.parse(head[3]);
      return DomainName.parse(head[0]) instanceof Parsed.Ok<DomainName>(DomainName domain)
          ? MtaStsPolicyText.parse(text.substring(blank + 4))
              .map(policy -> new CachedPolicy(domain, head[1], fetched, used, policy))
              .toOptional()
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
