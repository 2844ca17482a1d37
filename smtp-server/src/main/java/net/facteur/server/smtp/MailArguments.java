package net.facteur.server.smtp;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.PathParser.Path;
import org.jspecify.annotations.Nullable;

/// The arguments of MAIL.
record MailArguments(ReversePath reversePath, Transaction.MailParameters parameters) {
  /// RFC 3461, 4.4.
  private static final int MAX_ENVID = 100;

  /// What the listener announced, so that a parameter of an extension that was not is unknown.
  ///
  /// @param extended EHLO was said
  /// @param requireTls REQUIRETLS is announced
  /// @param auth AUTH is announced
  /// @param manners how strictly the client is read
  record Announced(
      boolean extended, boolean requireTls, boolean auth, PathParser.Manners manners) {}

  static Checked<MailArguments> parse(String argument, Announced announced) {
    int at = Verbs.pathStart(argument, "FROM:");
    if (at < 0) {
      return Checked.wrong(501, 5, 5, 4, "Syntax: MAIL FROM:<address>");
    }
    return switch (PathParser.reversePath(argument, at, announced.manners())) {
      case Parsed.Malformed<Path> _ -> Checked.wrong(501, 5, 1, 7, "Bad sender address syntax");
      case Parsed.Ok<Path>(Path path) -> parameters(argument, path, announced);
    };
  }

  private static Checked<MailArguments> parameters(
      String argument, Path path, Announced announced) {
    return switch (Parameter.parse(argument, path.end(), announced.manners().liberal())) {
      case Parsed.Malformed<List<Parameter>> _ ->
          Checked.wrong(501, 5, 5, 4, "Bad parameter syntax");
      case Parsed.Ok<List<Parameter>>(List<Parameter> given) -> {
        var builder = new Builder(announced);
        for (Parameter parameter : given) {
          SmtpReply wrong = builder.take(parameter);
          if (wrong != null) {
            yield new Checked.Wrong<>(wrong);
          }
        }
        yield builder.build(path.mailbox());
      }
    };
  }

  private static final class Builder {
    private final Announced announced;
    private long size = -1;
    private MessageTraits.Body body = MessageTraits.Body.SEVEN_BIT;
    private boolean smtpUtf8;
    private boolean requireTls;
    private Optional<MessageTraits.Returned> returned = Optional.empty();
    private Optional<String> envelopeId = Optional.empty();
    private Optional<String> authIdentity = Optional.empty();

    Builder(Announced announced) {
      this.announced = announced;
    }

    @Nullable SmtpReply take(Parameter p) {
      if (!announced.extended) {
        return unknown();
      }
      return switch (p.keyword()) {
        case "SIZE" -> size(p);
        case "BODY" -> body(p);
        case "SMTPUTF8" -> {
          smtpUtf8 = true;
          yield p.valued() ? bad("SMTPUTF8 takes no value") : null;
        }
        case "RET" -> returned(p);
        case "ENVID" -> envelopeId(p);
        case "AUTH" -> announced.auth ? authIdentity(p) : unknown();
        case "REQUIRETLS" -> {
          requireTls = true;
          yield !announced.requireTls
              ? unknown()
              : p.valued() ? bad("REQUIRETLS takes no value") : null;
        }
        // RFC 5321, 4.1.1.11: anything else is not recognized or not implemented.
        default -> unknown();
      };
    }

    private @Nullable SmtpReply size(Parameter p) {
      size = Parameter.number(p.value());
      return size < 0 ? bad("Bad SIZE") : null;
    }

    private @Nullable SmtpReply body(Parameter p) {
      String keyword = Ascii.upper(p.value());
      for (MessageTraits.Body known : MessageTraits.Body.values()) {
        if (known.keyword().equals(keyword)) {
          body = known;
          return null;
        }
      }
      return bad("Bad BODY");
    }

    private @Nullable SmtpReply returned(Parameter p) {
      switch (Ascii.upper(p.value())) {
        case "FULL" -> returned = Optional.of(MessageTraits.Returned.FULL);
        case "HDRS" -> returned = Optional.of(MessageTraits.Returned.HDRS);
        default -> {
          return bad("Bad RET");
        }
      }
      return null;
    }

    private @Nullable SmtpReply envelopeId(Parameter p) {
      // RFC 3461, 4.4: xtext of printable characters.
      boolean good =
          p.valued()
              && p.value().length() <= MAX_ENVID
              && Xtext.decode(p.value())
                  .filter(d -> d.chars().allMatch(c -> c >= ' ' && c <= '~'))
                  .isPresent();
      envelopeId = Optional.of(p.value());
      return good ? null : bad("Bad ENVID");
    }

    private @Nullable SmtpReply authIdentity(Parameter p) {
      // RFC 4954, 5: the xtext of a mailbox, or "<>".
      if (p.value().equals("<>")) {
        return null;
      }
      Optional<String> mailbox = Xtext.decode(p.value());
      if (mailbox.isEmpty() || PathParser.mailbox(mailbox.get()) instanceof Parsed.Malformed<?> _) {
        return bad("Bad AUTH");
      }
      authIdentity = mailbox;
      return null;
    }

    private static SmtpReply bad(String text) {
      return SmtpReply.of(501, 5, 5, 4, text);
    }

    private static SmtpReply unknown() {
      return SmtpReply.of(555, 5, 5, 4, "Parameter not recognized");
    }

    Checked<MailArguments> build(Optional<MailAddress> mailbox) {
      // RFC 6531, 3.6: a non-ASCII address without SMTPUTF8.
      if (!smtpUtf8 && mailbox.filter(MailAddress::needsSmtpUtf8).isPresent()) {
        return Checked.wrong(553, 5, 6, 7, "Address needs SMTPUTF8");
      }
      ReversePath path =
          mailbox.<ReversePath>map(ReversePath.Of::new).orElse(ReversePath.Null.NULL);
      return new Checked.Right<>(
          new MailArguments(
              path,
              new Transaction.MailParameters(
                  size, body, smtpUtf8, requireTls, returned, envelopeId, authIdentity)));
    }
  }
}
