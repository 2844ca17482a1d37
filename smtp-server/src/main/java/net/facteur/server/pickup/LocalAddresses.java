package net.facteur.server.pickup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.server.host.HostSettings;
import net.facteur.server.smtp.PathParser;
import net.facteur.server.submission.AddressFields;

/// The addresses that programs write, as the world may see them: without a domain, or with a name
/// of this host, they are at our domain.
///
/// @param domain ours
/// @param host the names of this host, in lower case, but for those that are domains of ours
/// @param known whether mail to an address of ours finds somebody
public record LocalAddresses(String domain, Set<String> host, Predicate<MailAddress> known) {
  private static final String POSTMASTER = "postmaster";
  private static final Set<String> FIELDS =
      Set.of(
          "from",
          "sender",
          "reply-to",
          "to",
          "cc",
          "bcc",
          "resent-from",
          "resent-sender",
          "resent-to",
          "resent-cc",
          "resent-bcc");

  /// RFC 5322, 3.4.1: what follows the `@`, where it is a name.
  private static final Pattern AT = Pattern.compile("@([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)");

  /// @param settings who the server is
  /// @param machine what programs call the machine
  public static LocalAddresses of(
      HostSettings settings, Set<String> machine, Predicate<MailAddress> known) {
    String name = settings.name().text();
    List<String> domains = settings.domains().stream().map(DomainName::text).toList();
    // That of mail.example.org is example.org, if that is ours.
    String domain =
        domains.stream()
            .filter(ours -> name.equals(ours) || name.endsWith("." + ours))
            .findFirst()
            .or(() -> domains.stream().findFirst())
            .orElse(name);
    Set<String> host =
        Stream.concat(Stream.of(name, "localhost", "localhost.localdomain"), machine.stream())
            .map(text -> text.toLowerCase(Locale.ROOT))
            .flatMap(text -> Stream.of(text, text.replaceFirst("\\..*", "")))
            .filter(text -> !domains.contains(text))
            .collect(Collectors.toUnmodifiableSet());
    return new LocalAddresses(domain, host, known);
  }

  /// An address of an envelope.
  ///
  /// @param ofHost it had no domain, or a name of this host
  record Completed(MailAddress address, boolean ofHost) {}

  /// @return empty where `text` is no address
  Optional<Completed> complete(String text) {
    String whole = text.indexOf('@') < 0 ? text + "@" + domain : text;
    return PathParser.mailbox(whole) instanceof Parsed.Ok<MailAddress>(MailAddress address)
        ? Optional.of(complete(address, text.indexOf('@') < 0))
        : Optional.empty();
  }

  private Completed complete(MailAddress address, boolean bare) {
    return isHost(address.domain())
        ? new Completed(new MailAddress(address.localPart(), domain), true)
        : new Completed(address, bare);
  }

  /// Whom mail to it is for: what the host's users are sent, and nobody at our domain has, is for
  /// the postmaster.
  MailAddress recipient(Completed completed) {
    return completed.ofHost() && !known.test(completed.address())
        ? postmaster()
        : completed.address();
  }

  /// The address of a system user, where reports for it go: its own, if mail there finds somebody.
  MailAddress ofUser(String user) {
    return complete(user).map(this::recipient).orElseGet(this::postmaster);
  }

  private MailAddress postmaster() {
    return new MailAddress(POSTMASTER, domain);
  }

  private boolean isHost(String name) {
    return host.contains(name.toLowerCase(Locale.ROOT));
  }

  /// A header whose address fields are complete. What is signed already stays as it is.
  MessageHeader complete(MessageHeader header) {
    if (header.first("DKIM-Signature").isPresent()) {
      return header;
    }
    return new MessageHeader(
        header.fields().stream()
            .map(
                field ->
                    field.wellFormed() && FIELDS.contains(Ascii.lower(field.name()))
                        ? complete(field)
                        : field)
            .toList());
  }

  private HeaderField complete(HeaderField field) {
    HeaderField whole = AddressFields.repaired(field, Optional.of(domain)).orElse(field);
    Matcher names = AT.matcher(whole.value());
    return names.results().anyMatch(this::namesHost)
        ? HeaderField.of(
            whole.name(),
            names
                .reset()
                .replaceAll(
                    found ->
                        Matcher.quoteReplacement(namesHost(found) ? "@" + domain : found.group()))
                .stripTrailing())
        : whole;
  }

  private boolean namesHost(MatchResult found) {
    return isHost(found.group(1));
  }

  /// Whom a header says that the message is for (`-t`): those of the Resent fields, if there are
  /// any.
  ///
  /// @return empty where a field cannot be read
  Optional<List<MailAddress>> named(MessageHeader header) {
    String before = header.first("Resent-From").isPresent() ? "Resent-" : "";
    var found = new ArrayList<MailAddress>();
    for (String name : List.of("To", "Cc", "Bcc")) {
      for (HeaderField field : header.all(before + name)) {
        Optional<List<MailAddress>> addresses =
            field.unfolded().isEmpty() ? Optional.of(List.of()) : AddressFields.of(field);
        if (addresses.isEmpty()) {
          return Optional.empty();
        }
        found.addAll(addresses.get());
      }
    }
    return Optional.of(found);
  }
}
