package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.PeopleTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressKind;
import net.facteur.server.addresses.AddressRow;
import net.facteur.server.addresses.AddressRules;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Text;
import net.facteur.server.signin.Form;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;

/// Aliases, forwards, refused and discarded addresses: those of the settings file are shown, those
/// of the store can be changed. Each form carries the version of what it showed.
record AddressPages(SignedPages pages, PeopleDoors doors) {
  static final String ADDRESSES = "/server/addresses";
  static final String ADDRESS = "/server/address";
  static final String REMOVE = "/server/address/remove";

  private static final int MOST = 40;
  private static final int MOST_TARGETS = 5;
  private static final int ATTEMPTS = 20;

  List<Route> routes() {
    return List.of(
        pages.get(ADDRESSES, Who.ADMINISTRATOR, this::all),
        pages.get(ADDRESS, Who.ADMINISTRATOR, this::one),
        pages.post(ADDRESS, Who.ADMINISTRATOR, this::put),
        pages.post(REMOVE, Who.ADMINISTRATOR, this::remove));
  }

  // ---- the list

  private Response all(Signed signed) throws IOException {
    String typed = signed.request().query("q").orElse("").strip();
    String wanted = typed.toLowerCase(Locale.ROOT);
    List<AddressRow> found =
        AddressRow.all(doors.routing(), doors.addresses().read()).stream()
            .filter(
                row ->
                    Stream.concat(Stream.of(row.address()), row.to().stream())
                        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(wanted)))
            .toList();
    var content = new ArrayList<Html>();
    content.add(signed.paragraph(SAY.addressesAre()));
    content.add(Shown.search(signed, ADDRESSES, VolunteerTexts.SAY.peopleSearch(), typed));
    content.add(
        element("p", Shown.link(ADDRESS, signed.say(SAY.addressAdd())).with("class", "button")));
    if (found.isEmpty()) {
      content.add(signed.paragraph(SAY.addressNone()));
    } else {
      content.add(
          Shown.table(
              signed,
              List.of(SAY.addressColumn(), SAY.leadsColumn(), SAY.standsColumn()),
              found.stream()
                  .limit(MOST)
                  .map(
                      row ->
                          List.of(
                              row.stored()
                                  ? Shown.link(at(row.address()), Shown.stranger(row.address()))
                                  : Shown.stranger(row.address()),
                              Shown.said(signed, said(row, MOST_TARGETS)),
                              signed.say(
                                  !row.stored()
                                      ? SAY.inSettings()
                                      : row.overruled() ? SAY.overruled() : SAY.inStore())))
                  .toList()));
    }
    if (found.size() > MOST) {
      content.add(signed.paragraph(SAY.moreAddresses(found.size() - MOST)));
    }
    content.add(element("p", Shown.link(PeoplePage.PEOPLE, signed.say(VolunteerTexts.SAY.back()))));
    return signed.show(SAY.addressesTitle(), content);
  }

  private static String at(String key) {
    return ADDRESS + "?key=" + Shown.encoded(key);
  }

  /// What becomes of mail to an address.
  private static Text said(AddressRow row, int most) {
    String to =
        String.join(", ", row.to().stream().limit(most).toList())
            + (row.to().size() > most ? ", …" : "");
    Text what =
        switch (row.kind()) {
          case ALIAS -> SAY.aliasTo(to);
          case FORWARD -> row.keep() ? SAY.forwardKeepTo(to) : SAY.forwardTo(to);
          case REFUSED -> SAY.isRefused();
          case DISCARDED -> SAY.isDiscarded();
          case DOMAIN -> SAY.domainAs(to);
        };
    return row.until().isEmpty() ? what : SAY.untilDay(what, day(row.until().get()).toString());
  }

  private Text said(Optional<AddressEntry> entry) {
    return entry
        .map(its -> said(AddressRow.of(its, doors.rules().settings()), AddressEntry.MAX_TARGETS))
        .orElseGet(SAY::standsNothing);
  }

  /// The last day on which an entry counts.
  private static LocalDate day(Instant until) {
    return until.minusNanos(1).atOffset(ZoneOffset.UTC).toLocalDate();
  }

  // ---- one of them

  /// What stands in the fields of the form.
  ///
  /// @param key of the entry that is changed; empty for a new one
  private record Typed(
      String key, String kind, String address, String to, boolean keep, String until) {
    static Typed of(Signed signed) {
      String key = signed.field("key").orElse("");
      return new Typed(
          key,
          signed.field("kind").orElse(""),
          key.isEmpty() ? signed.field("address").orElse("").strip() : key,
          signed.field("to").orElse(""),
          signed.field("keep").isPresent(),
          signed.field("until").orElse("").strip());
    }

    static Typed of(AddressRow row) {
      return new Typed(
          row.address(),
          row.kind().word(),
          row.address(),
          String.join("\n", row.to()),
          row.keep(),
          row.until().map(end -> day(end).toString()).orElse(""));
    }

    static Typed nothing() {
      return new Typed("", AddressKind.ALIAS.word(), "", "", false, "");
    }

    /// Empty where the kind is none, or the day.
    Optional<AddressRules.Wish> wish() {
      Optional<Instant> end = end();
      return end.isEmpty() && !until.isEmpty()
          ? Optional.empty()
          : AddressKind.of(kind)
              .map(its -> new AddressRules.Wish(its, address, Shown.words(to), keep, end));
    }

    private Optional<Instant> end() {
      try {
        return until.isEmpty()
            ? Optional.empty()
            : Optional.of(
                LocalDate.parse(until)
                    .atStartOfDay()
                    .toInstant(ZoneOffset.UTC)
                    .plus(Duration.ofDays(1)));
      } catch (DateTimeException _) {
        return Optional.empty();
      }
    }
  }

  private Response one(Signed signed) throws IOException {
    Optional<String> key = signed.request().query("key");
    if (key.isEmpty()) {
      return form(signed, Typed.nothing(), Optional.empty(), List.of());
    }
    Optional<AddressEntry> entry = doors.addresses().entry(key.get());
    if (entry.isEmpty()) {
      return gone(signed);
    }
    AddressRow row = AddressRow.of(entry.get(), doors.rules().settings());
    List<Html> notes =
        row.overruled() ? List.of(signed.note("warn", SAY.overruledIs())) : List.of();
    return form(signed, Typed.of(row), entry, notes);
  }

  private static Response gone(Signed signed) {
    return signed
        .show(
            SAY.addressesTitle(),
            List.of(
                signed.note("warn", SAY.addressGone()),
                element("p", Shown.link(ADDRESSES, signed.say(VolunteerTexts.SAY.back())))))
        .with(Status.NOT_FOUND);
  }

  /// @param present what stands for the address now, of which the form carries the version
  private static Response form(
      Signed signed, Typed typed, Optional<AddressEntry> present, List<Html> notes) {
    var content = new ArrayList<Html>(notes);
    String version = Version.of(present.map(AddressEntry::line).orElse(""));
    Form form = signed.form(ADDRESS).hidden("version", version).hidden("key", typed.key());
    if (typed.key().isEmpty()) {
      form =
          form.field(
              SAY.addressField(),
              Form.input("address", "text", "off")
                  .with("required", "")
                  .with("maxlength", "320")
                  .with("value", Shown.cleaned(typed.address())));
    }
    Html.Element to =
        element("textarea", Html.words(typed.to()))
            .with("id", "field-to")
            .with("name", "to")
            .with("rows", "4");
    content.add(
        form.select(
                "kind",
                SAY.kindField(),
                Stream.of(AddressKind.values())
                    .map(
                        kind ->
                            new Form.Option(
                                kind.word(),
                                kind(kind).in(signed.language()),
                                kind.word().equals(typed.kind())))
                    .toList())
            .field(SAY.targetsField(), to)
            .box("keep", SAY.keepBox(), typed.keep())
            .field(
                SAY.untilField(),
                Form.input("until", "date", "off").with("value", Shown.cleaned(typed.until())))
            .button(SAY.save()));
    if (!typed.key().isEmpty() && present.isPresent()) {
      content.add(
          signed
              .form(REMOVE)
              .hidden("version", version)
              .hidden("key", typed.key())
              .button(SAY.addressRemove(), "danger"));
    }
    content.add(element("p", Shown.link(ADDRESSES, signed.say(VolunteerTexts.SAY.back()))));
    Text title = typed.key().isEmpty() ? SAY.addressAdd() : Text.of(Shown.cleaned(typed.key()));
    return signed.show(title, content);
  }

  private static Text kind(AddressKind kind) {
    return switch (kind) {
      case ALIAS -> SAY.kindAlias();
      case FORWARD -> SAY.kindForward();
      case REFUSED -> SAY.kindRefused();
      case DISCARDED -> SAY.kindDiscarded();
      case DOMAIN -> SAY.kindDomain();
    };
  }

  private Response put(Signed signed) throws IOException {
    Typed typed = Typed.of(signed);
    Optional<AddressEntry> shown =
        typed.key().isEmpty() ? Optional.empty() : doors.addresses().entry(typed.key());
    Optional<AddressRules.Wish> wish = typed.wish();
    if (wish.isEmpty()) {
      return form(signed, typed, shown, List.of(signed.note("bad", SAY.untilWrong())))
          .with(Status.BAD_REQUEST);
    }
    return switch (doors.rules().read(wish.get())) {
      case AddressRules.Read.Wrong(AddressRules.Fault fault, String what) ->
          form(signed, typed, shown, List.of(signed.note("bad", wrong(fault, what))))
              .with(Status.BAD_REQUEST);
      case AddressRules.Read.Good(AddressEntry entry) ->
          changed(signed, typed, entry.key(), Optional.of(entry));
    };
  }

  private static Text wrong(AddressRules.Fault fault, String what) {
    String text = Shown.cleaned(what);
    return switch (fault) {
      case MISNAMED -> SAY.faultMisnamed(text);
      case FOREIGN -> SAY.foreign(text);
      case IN_SETTINGS -> SAY.faultInSettings(text);
      case NO_USER -> SAY.faultNoUser(text);
      case NO_TARGET -> SAY.faultNoTarget();
      case WRONG_TARGET -> SAY.faultWrongTarget(text);
      case TOO_MANY -> SAY.faultTooMany(AddressEntry.MAX_TARGETS);
      case ITSELF -> SAY.faultItself(text);
      case ONE_DOMAIN -> SAY.faultOneDomain();
    };
  }

  private Response remove(Signed signed) throws IOException {
    String key = signed.field("key").orElse("");
    return changed(signed, new Typed(key, "", key, "", false, ""), key, Optional.empty());
  }

  /// @param wanted empty where it shall go
  private Response changed(Signed signed, Typed typed, String key, Optional<AddressEntry> wanted)
      throws IOException {
    String version = signed.field("version").orElse("");
    Optional<AddressEntry> present = doors.addresses().entry(key);
    for (int i = 0; i < ATTEMPTS; i++) {
      if (present.equals(wanted)) {
        return Response.seeOther(ADDRESSES); // it is as it is wanted
      }
      String line = present.map(AddressEntry::line).orElse("");
      if (!Version.of(line).equals(version)) {
        break;
      }
      AddressChange change =
          wanted.isPresent()
              ? new AddressChange.Put(wanted.get(), true)
              : new AddressChange.Remove(key);
      if (doors.addresses().change(change, line) == AddressChange.Outcome.DONE) {
        signed.done(
            wanted.isPresent() ? Deed.Kind.ADDRESS_CHANGED : Deed.Kind.ADDRESS_REMOVED,
            wanted.map(AddressEntry::line).orElse(key));
        return Response.seeOther(ADDRESSES);
      }
      present = doors.addresses().entry(key);
    }
    Typed again =
        wanted.isPresent() || present.isEmpty()
            ? typed
            : Typed.of(AddressRow.of(present.get(), doors.rules().settings()));
    return form(
            signed,
            new Typed(
                present.isPresent() ? key : "",
                again.kind(),
                key,
                again.to(),
                again.keep(),
                again.until()),
            present,
            List.of(Shown.meanwhile(signed, said(present), said(wanted))))
        .with(Status.CONFLICT);
  }
}
