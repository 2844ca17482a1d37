package net.facteur.server.addresses;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.UserName;

/// What stands for one address, or one domain. There is one entry for each.
public sealed interface AddressEntry {
  /// Addresses that one may stand for.
  int MAX_TARGETS = 1000;

  /// What it is for: `local-part@domain` in lower case, or `@domain`.
  String key();

  /// When it counts no longer; empty where it always does.
  default Optional<Instant> until() {
    return Optional.empty();
  }

  /// Other addresses stand for it.
  record Alias(UserName address, List<String> to, Optional<Instant> until) implements AddressEntry {
    public Alias {
      to = List.copyOf(to);
    }

    @Override
    public String key() {
      return address.text();
    }
  }

  /// The mail of a user goes on to other addresses.
  ///
  /// @param keep a copy stays in the mailbox
  record Forward(UserName address, List<String> to, boolean keep, Optional<Instant> until)
      implements AddressEntry {
    public Forward {
      to = List.copyOf(to);
    }

    @Override
    public String key() {
      return address.text();
    }
  }

  /// It is refused, whatever a catch-all takes.
  record Refused(UserName address) implements AddressEntry {
    @Override
    public String key() {
      return address.text();
    }
  }

  /// Its mail is taken and thrown away.
  record Discarded(UserName address) implements AddressEntry {
    @Override
    public String key() {
      return address.text();
    }
  }

  /// A domain has the addresses of another as well as its own.
  record Domain(DomainName domain, DomainName of) implements AddressEntry {
    @Override
    public String key() {
      return "@" + domain.text();
    }
  }

  /// The line of the file.
  default String line() {
    return switch (this) {
      case Alias(UserName address, List<String> to, Optional<Instant> until) ->
          "alias " + address + " to=" + String.join(",", to) + ending(until);
      case Forward(UserName address, List<String> to, boolean keep, Optional<Instant> until) ->
          "forward "
              + address
              + " to="
              + String.join(",", to)
              + (keep ? " keep=yes" : "")
              + ending(until);
      case Refused(UserName address) -> "refuse " + address;
      case Discarded(UserName address) -> "discard " + address;
      case Domain(DomainName domain, DomainName of) -> "domain " + domain + " of=" + of;
    };
  }

  private static String ending(Optional<Instant> until) {
    return until.map(end -> " until=" + end).orElse("");
  }

  /// True where mail can be sent to it as the target of an entry.
  static boolean isTarget(String address) {
    int at = address.lastIndexOf('@');
    return at > 0
        && at <= 64
        && address.length() <= 320
        && !Ascii.hasControl(address)
        && "|/:\"".indexOf(address.charAt(0)) < 0
        && address.codePoints().noneMatch(c -> c == ' ' || c == ',' || c == '<' || c == '>')
        && DomainName.parse(address.substring(at + 1))
            .toOptional()
            .filter(DomainName::isHostName)
            .isPresent();
  }

  /// Reads a line; empty where it is none.
  static Optional<AddressEntry> parse(String line) {
    String[] fields = line.strip().split(" +", -1);
    if (fields.length < 2) {
      return Optional.empty();
    }
    Optional<UserName> address = UserName.parse(fields[1]);
    var options = Options.of(fields);
    if (options.isEmpty()) {
      return Optional.empty();
    }
    Options o = options.get();
    return switch (fields[0]) {
      case "alias" ->
          address
              .filter(_ -> !o.to.isEmpty() && !o.keep && o.of.isEmpty())
              .map(a -> new Alias(a, o.to, o.until));
      case "forward" ->
          address
              .filter(_ -> !o.to.isEmpty() && o.of.isEmpty())
              .map(a -> new Forward(a, o.to, o.keep, o.until));
      case "refuse" -> address.filter(_ -> fields.length == 2).map(Refused::new);
      case "discard" -> address.filter(_ -> fields.length == 2).map(Discarded::new);
      case "domain" ->
          domain(fields[1])
              .filter(_ -> o.of.isPresent() && fields.length == 3)
              .map(d -> new Domain(d, o.of.orElseThrow()));
      default -> Optional.empty();
    };
  }

  private static Optional<DomainName> domain(String text) {
    return DomainName.parse(text).toOptional().filter(DomainName::isHostName);
  }

  /// The fields behind the address.
  record Options(List<String> to, boolean keep, Optional<Instant> until, Optional<DomainName> of) {
    static Optional<Options> of(String[] fields) {
      List<String> to = new ArrayList<>();
      boolean keep = false;
      Optional<Instant> until = Optional.empty();
      Optional<DomainName> of = Optional.empty();
      for (int i = 2; i < fields.length; i++) {
        int equals = fields[i].indexOf('=');
        String value = fields[i].substring(equals + 1);
        boolean known = true;
        switch (equals < 0 ? "" : fields[i].substring(0, equals)) {
          case "to" -> {
            List<String> all = List.of(value.split(",", -1));
            known = all.stream().allMatch(AddressEntry::isTarget) && all.size() <= MAX_TARGETS;
            to.addAll(all);
          }
          case "keep" -> {
            keep = value.equals("yes");
            known = keep;
          }
          case "until" -> {
            until = instant(value);
            known = until.isPresent();
          }
          case "of" -> {
            of = domain(value);
            known = of.isPresent();
          }
          default -> known = false;
        }
        if (!known) {
          return Optional.empty();
        }
      }
      return Optional.of(new Options(List.copyOf(to), keep, until, of));
    }

    private static Optional<Instant> instant(String text) {
      try {
        return Optional.of(Instant.parse(text));
      } catch (DateTimeException _) {
        return Optional.empty();
      }
    }
  }
}
