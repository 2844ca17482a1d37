package net.facteur.auth.srs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// Rewrites reverse-paths of forwarded mail, and takes the rewriting back. Pure but for the clock,
/// and safe for use by many threads.
public final class SrsRewriter {
  private static final String SEPARATORS = "=-+";
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int DAYS = 1024;
  private static final int MAX_LOCAL_PART_OCTETS = 64;

  private final Settings settings;
  private final SrsHash hash;
  private final InstantSource clock;

  /// How addresses are written, and which are believed.
  ///
  /// @param secrets the first signs, all verify
  /// @param separator what stands after `SRS0` and `SRS1`: `=`, `-` or `+`
  /// @param hashLength characters of a hash, 4 to 20
  /// @param validity how long bounces find their way back, 1 to 1,000 days
  public record Settings(
      List<SrsSecret> secrets, char separator, int hashLength, Duration validity) {
    public Settings {
      secrets = List.copyOf(secrets);
      if (secrets.isEmpty()) {
        throw new IllegalArgumentException("at least one SRS secret");
      }
      if (SEPARATORS.indexOf(separator) < 0) {
        throw new IllegalArgumentException("an SRS separator of " + SEPARATORS);
      }
      if (hashLength < 4 || hashLength > 20) {
        throw new IllegalArgumentException("an SRS hash of 4 to 20 characters");
      }
      if (validity.toDays() < 1 || validity.toDays() > 1_000) {
        throw new IllegalArgumentException("an SRS validity of 1 to 1,000 days");
      }
    }

    /// `=`, four characters and 21 days, as everybody has it.
    public static Settings defaults(List<SrsSecret> secrets) {
      return new Settings(secrets, '=', 4, Duration.ofDays(21));
    }
  }

  public SrsRewriter(Settings settings, InstantSource clock) {
    this.settings = settings;
    this.hash = new SrsHash(settings.secrets(), settings.hashLength());
    this.clock = clock;
  }

  /// The reverse-path under which a message is forwarded.
  ///
  /// @param reversePath not null (`<>` stays as it is and is not for here), without angle brackets
  /// @param domain the forwarder's own, to which bounces come back
  public SrsForwarding forward(String reversePath, String domain) {
    int at = reversePath.lastIndexOf('@');
    if (at < 0) {
      return new SrsForwarding.Refused(SrsProblem.NO_AT_SIGN);
    }
    String host = reversePath.substring(at + 1);
    Optional<String> user = LocalPart.meaning(reversePath.substring(0, at));
    if (host.isEmpty() || user.isEmpty() || user.get().isEmpty()) {
      return new SrsForwarding.Refused(SrsProblem.MALFORMED);
    }
    if (Ascii.equalsIgnoreCase(host, domain)) {
      return new SrsForwarding.Unchanged(reversePath);
    }
    String local = LocalPart.written(rewritten(user.get(), host));
    boolean withinLimit = local.getBytes(StandardCharsets.UTF_8).length <= MAX_LOCAL_PART_OCTETS;
    return new SrsForwarding.Rewritten(local + "@" + domain, withinLimit);
  }

  private String rewritten(String user, String host) {
    if (isTagged(user, "SRS0")) {
      return guarded(host, user.substring(4)); // a forwarder before us, who will undo it
    }
    if (isTagged(user, "SRS1")) {
      String[] parts = user.substring(5).split("=", 3);
      if (parts.length == 3 && !parts[1].isEmpty() && startsWithSeparator(parts[2])) {
        return guarded(parts[1], parts[2]); // past the forwarder before us, straight to the first
      }
    }
    String day = day();
    return "SRS0"
        + settings.separator()
        + hash.sign(day + host + user)
        + "="
        + day
        + "="
        + host
        + "="
        + user;
  }

  private String guarded(String host, String rest) {
    return "SRS1" + settings.separator() + hash.sign(host + rest) + "=" + host + "=" + rest;
  }

  /// The address behind one that this host once wrote. Whether its domain is ours is for the caller
  /// to see.
  public SrsReversal reverse(String address) {
    int at = address.lastIndexOf('@');
    if (at < 0) {
      return new SrsReversal.Refused(SrsProblem.NO_AT_SIGN);
    }
    Optional<String> local = LocalPart.meaning(address.substring(0, at));
    if (local.isEmpty()) {
      return new SrsReversal.Refused(SrsProblem.MALFORMED);
    }
    if (isTagged(local.get(), "SRS0")) {
      return reverseShortcut(local.get().substring(5));
    }
    return isTagged(local.get(), "SRS1")
        ? reverseGuarded(local.get().substring(5))
        : new SrsReversal.Refused(SrsProblem.NOT_SRS);
  }

  /// `hash=day=host=user`
  private SrsReversal reverseShortcut(String text) {
    String[] parts = text.split("=", 4);
    if (parts.length < 4 || parts[1].length() != 2 || parts[2].isEmpty() || parts[3].isEmpty()) {
      return new SrsReversal.Refused(SrsProblem.MALFORMED);
    }
    if (!hash.verify(parts[0], parts[1] + parts[2] + parts[3])) {
      return new SrsReversal.Refused(SrsProblem.BAD_HASH);
    }
    return isCurrent(parts[1])
        ? new SrsReversal.Reversed(LocalPart.written(parts[3]) + "@" + parts[2])
        : new SrsReversal.Refused(SrsProblem.EXPIRED);
  }

  /// `hash=host=rest`, where `rest` is the local part at that host without `SRS0`. It has no day:
  /// the first forwarder looks at his own.
  private SrsReversal reverseGuarded(String text) {
    String[] parts = text.split("=", 3);
    if (parts.length < 3 || parts[1].isEmpty() || !startsWithSeparator(parts[2])) {
      return new SrsReversal.Refused(SrsProblem.MALFORMED);
    }
    return hash.verify(parts[0], parts[1] + parts[2])
        ? new SrsReversal.Reversed(LocalPart.written("SRS0" + parts[2]) + "@" + parts[1])
        : new SrsReversal.Refused(SrsProblem.BAD_HASH);
  }

  /// True for local parts that SRS made, ours or not.
  public static boolean isSrs(String localPart) {
    return LocalPart.meaning(localPart)
        .filter(local -> isTagged(local, "SRS0") || isTagged(local, "SRS1"))
        .isPresent();
  }

  private static boolean isTagged(String local, String tag) {
    return local.length() > 4
        && Ascii.startsWithIgnoreCase(local, tag)
        && SEPARATORS.indexOf(local.charAt(4)) >= 0;
  }

  private static boolean startsWithSeparator(String rest) {
    return rest.length() > 1 && SEPARATORS.indexOf(rest.charAt(0)) >= 0;
  }

  /// Days since 1970 modulo 1024, as two base32 digits.
  private String day() {
    int day = today();
    return "" + BASE32.charAt(day / 32) + BASE32.charAt(day % 32);
  }

  private int today() {
    return Math.floorMod(Math.floorDiv(clock.instant().getEpochSecond(), 86_400L), DAYS);
  }

  private boolean isCurrent(String day) {
    int high = BASE32.indexOf(upper(day.charAt(0)));
    int low = BASE32.indexOf(upper(day.charAt(1)));
    return high >= 0
        && low >= 0
        && Math.floorMod(today() - (high * 32 + low), DAYS) <= settings.validity().toDays();
  }

  private static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
  }
}
