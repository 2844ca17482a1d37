package net.facteur.server.smtp;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Notify;
import net.facteur.server.smtp.PathParser.Path;

/// The arguments of RCPT.
final class RcptArguments {
  /// RFC 3461, 4.2.
  private static final int MAX_ORCPT = 500;

  private RcptArguments() {}

  /// @param extended EHLO was said
  /// @param smtpUtf8 the transaction has SMTPUTF8
  /// @param manners how strictly the client is read
  static Checked<Transaction.ForwardPath> parse(
      String argument, boolean extended, boolean smtpUtf8, PathParser.Manners manners) {
    int at = Verbs.pathStart(argument, "TO:");
    if (at < 0) {
      return Checked.wrong(501, 5, 5, 4, "Syntax: RCPT TO:<address>");
    }
    return switch (PathParser.forwardPath(argument, at, manners)) {
      case Parsed.Malformed<Path> _ -> Checked.wrong(501, 5, 1, 3, "Bad recipient address syntax");
      case Parsed.Ok<Path>(Path path) -> {
        MailAddress mailbox = path.mailbox().orElseThrow();
        // RFC 6531, 3.6: a non-ASCII address without SMTPUTF8.
        yield mailbox.needsSmtpUtf8() && !smtpUtf8
            ? Checked.wrong(553, 5, 6, 7, "Address needs SMTPUTF8")
            : parameters(argument, path.end(), mailbox, extended, smtpUtf8, manners.liberal());
      }
    };
  }

  private static Checked<Transaction.ForwardPath> parameters(
      String argument,
      int from,
      MailAddress mailbox,
      boolean extended,
      boolean smtpUtf8,
      boolean liberal) {
    return switch (Parameter.parse(argument, from, liberal)) {
      case Parsed.Malformed<List<Parameter>> _ ->
          Checked.wrong(501, 5, 5, 4, "Bad parameter syntax");
      case Parsed.Ok<List<Parameter>>(List<Parameter> given) ->
          extended || given.isEmpty()
              ? known(given, mailbox, smtpUtf8)
              : Checked.wrong(555, 5, 5, 4, "Parameter not recognized");
    };
  }

  private static Checked<Transaction.ForwardPath> known(
      List<Parameter> given, MailAddress mailbox, boolean smtpUtf8) {
    Optional<Set<Notify>> notify = Optional.empty();
    Optional<String> original = Optional.empty();
    for (Parameter p : given) {
      switch (p.keyword()) {
        case "NOTIFY" -> {
          notify = notify(p.value());
          if (notify.isEmpty()) {
            return Checked.wrong(501, 5, 5, 4, "Bad NOTIFY");
          }
        }
        case "ORCPT" -> {
          if (!isOriginalRecipient(p.value(), smtpUtf8)) {
            return Checked.wrong(501, 5, 5, 4, "Bad ORCPT");
          }
          original = Optional.of(p.value());
        }
        // RFC 5321, 4.1.1.11: anything else is not recognized or not implemented.
        default -> {
          return Checked.wrong(555, 5, 5, 4, "Parameter not recognized");
        }
      }
    }
    return new Checked.Right<>(new Transaction.ForwardPath(mailbox, notify, original));
  }

  /// RFC 3461, 4.1: NEVER alone, or a list of the others.
  private static Optional<Set<Notify>> notify(String value) {
    String list = Ascii.upper(value);
    Set<Notify> events = EnumSet.noneOf(Notify.class);
    if (list.equals("NEVER")) {
      return Optional.of(events);
    }
    for (String word : list.split(",", -1)) {
      switch (word) {
        case "SUCCESS" -> events.add(Notify.SUCCESS);
        case "FAILURE" -> events.add(Notify.FAILURE);
        case "DELAY" -> events.add(Notify.DELAY);
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(events);
  }

  /// RFC 3461, 4.2, and RFC 6533, 3: `addr-type;address`, the address in xtext, or in the forms of
  /// type `utf-8`.
  private static boolean isOriginalRecipient(String value, boolean smtpUtf8) {
    int semicolon = value.indexOf(';');
    if (semicolon < 1 || value.length() > MAX_ORCPT) {
      return false;
    }
    String type = value.substring(0, semicolon);
    String address = value.substring(semicolon + 1);
    boolean atom =
        type.chars().allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\".[]".indexOf(c) < 0);
    if (!atom) {
      return false;
    }
    if (Ascii.upper(type).equals("UTF-8")) {
      return Xtext.isUtf8Address(address, smtpUtf8);
    }
    return !address.isEmpty()
        && Xtext.decode(address)
            .filter(d -> d.chars().allMatch(c -> c >= ' ' && c <= '~'))
            .isPresent();
  }
}
