package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.PeopleTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.accounts.QuotaText;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.SendAs;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.web.Html;

/// What one form of the page about a user changes. Each has a version of its own, so that two
/// people who change different things of one user do not meet.
enum PersonPart {
  /// What the user may not do.
  STATE {
    @Override
    String value(User user) {
      return Stream.of(Restriction.values())
          .filter(user.restrictions()::contains)
          .map(Restriction::word)
          .collect(Collectors.joining(" "));
    }

    @Override
    Text said(User user) {
      var said = new ArrayList<Text>();
      for (Restriction each : Restriction.values()) {
        if (user.restrictions().contains(each)) {
          said.add(words(each));
        }
      }
      return said.isEmpty() ? SAY.partFree() : Text.lines(said);
    }

    @Override
    Form fields(Form form, User user) {
      Form all = form;
      for (Restriction each : Restriction.values()) {
        all = all.box(each.word(), words(each), user.restrictions().contains(each));
      }
      return all;
    }

    @Override
    Optional<User> applied(User user, Signed typed) {
      User after = user;
      for (Restriction each : Restriction.values()) {
        after = after.with(each, typed.field(each.word()).isPresent());
      }
      return Optional.of(after);
    }
  },

  /// What the mailbox may hold.
  QUOTA {
    @Override
    String value(User user) {
      return user.quota().map(QuotaText::of).orElse("");
    }

    @Override
    Text said(User user) {
      return user.quota()
          .map(octets -> octets == 0 ? SAY.partNoLimit() : Text.of(QuotaText.of(octets)))
          .orElseGet(SAY::partLimitOfAll);
    }

    @Override
    Form fields(Form form, User user) {
      return form.field(SAY.quotaField(), input("quota", value(user)));
    }

    @Override
    Optional<User> applied(User user, Signed typed) {
      String text = typed.field("quota").orElse("").strip().replace(" ", "");
      return text.isEmpty()
          ? Optional.of(user.withQuota(Optional.empty()))
          : QuotaText.parse(text).map(octets -> user.withQuota(Optional.of(octets)));
    }
  },

  /// Other addresses that the user may send as.
  SEND_AS {
    @Override
    String value(User user) {
      return String.join(", ", user.sendAs());
    }

    @Override
    Text said(User user) {
      return user.sendAs().isEmpty() ? SAY.partNothing() : Text.of(Shown.cleaned(value(user)));
    }

    @Override
    Form fields(Form form, User user) {
      return form.field(SAY.sendAsField(), input("send-as", value(user)));
    }

    @Override
    Optional<User> applied(User user, Signed typed) {
      List<String> addresses = Shown.words(typed.field("send-as").orElse(""));
      return addresses.stream().allMatch(SendAs::isOne)
          ? Optional.of(user.withSendAs(addresses))
          : Optional.empty();
    }
  },

  /// An address elsewhere.
  CONTACT {
    @Override
    String value(User user) {
      return user.contact().map(UserName::text).orElse("");
    }

    @Override
    Text said(User user) {
      return user.contact()
          .map(address -> Text.of(Shown.cleaned(address.text())))
          .orElseGet(SAY::partNothing);
    }

    @Override
    Form fields(Form form, User user) {
      return form.field(SAY.contactField(), input("contact", value(user)));
    }

    @Override
    Optional<User> applied(User user, Signed typed) {
      String text = typed.field("contact").orElse("").strip();
      return text.isEmpty()
          ? Optional.of(user.withContact(Optional.empty()))
          : UserName.parse(text).map(address -> user.withContact(Optional.of(address)));
    }
  };

  /// The value as it is typed, which the version is made of.
  abstract String value(User user);

  /// The value in words.
  abstract Text said(User user);

  /// The fields of the form, as they are for a user.
  abstract Form fields(Form form, User user);

  /// The user as somebody wants it; empty where that is no value.
  abstract Optional<User> applied(User user, Signed typed);

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<PersonPart> of(String word) {
    return Stream.of(values()).filter(part -> part.word().equals(word)).findFirst();
  }

  Text title() {
    return switch (this) {
      case STATE -> SAY.stateTitle();
      case QUOTA -> SAY.quotaTitle();
      case SEND_AS -> SAY.sendAsTitle();
      case CONTACT -> SAY.contactTitle();
    };
  }

  /// What to type, where something else was.
  Text wrong() {
    return switch (this) {
      case STATE -> SAY.personAgain();
      case QUOTA -> SAY.quotaWrong();
      case SEND_AS -> SAY.sendAsWrong();
      case CONTACT -> SAY.contactWrong();
    };
  }

  private static Text words(Restriction restriction) {
    return switch (restriction) {
      case LOCKED -> SAY.lockedBox();
      case SUSPENDED -> SAY.suspendedBox();
      case SEND_ONLY -> SAY.sendOnlyBox();
    };
  }

  private static Html.Element input(String name, String value) {
    return Form.input(name, "text", "off").with("value", value).with("maxlength", "2000");
  }
}
