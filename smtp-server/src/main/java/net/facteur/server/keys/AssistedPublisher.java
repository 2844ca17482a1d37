package net.facteur.server.keys;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;

/// A person edits the zone: the records are sent to the postmaster, all of one round in one message
/// for each domain, and again each week while they are missing.
public final class AssistedPublisher implements Publisher {
  private static final Duration REMINDER = Duration.ofDays(7);

  private final Notices notices;
  private final InstantSource clock;
  private final Map<Wanted, Instant> told = new HashMap<>();

  /// What is to be told at the end of the round.
  private final Map<DomainName, List<Wanted>> round = new LinkedHashMap<>();

  /// What a person is to do with records.
  private enum Chore {
    ADD,
    CHANGE,
    ADD_TLSA,
    REMOVE_TLSA;

    static Chore of(Wanted wanted) {
      return switch (wanted) {
        case Wanted.Text text -> text.before().isPresent() ? CHANGE : ADD;
        case Wanted.Tlsa tlsa -> tlsa.there() ? ADD_TLSA : REMOVE_TLSA;
      };
    }
  }

  public AssistedPublisher(Notices notices, InstantSource clock) {
    this.notices = notices;
    this.clock = clock;
  }

  @Override
  public synchronized Result ensure(Wanted wanted) {
    Instant now = clock.instant();
    Instant last = told.get(wanted);
    if (last == null || !now.isBefore(last.plus(REMINDER))) {
      told.put(wanted, now);
      round.computeIfAbsent(wanted.domain(), _ -> new ArrayList<>()).add(wanted);
    }
    return new Result.Handed("the record was sent to the postmaster");
  }

  @Override
  public synchronized void roundEnds() {
    round.forEach((domain, wishes) -> notices.tell(notice(domain, wishes)));
    round.clear();
  }

  private static Notices.Notice notice(DomainName domain, List<Wanted> wishes) {
    var chores = new EnumMap<Chore, List<Wanted>>(Chore.class);
    wishes.forEach(w -> chores.computeIfAbsent(Chore.of(w), _ -> new ArrayList<>()).add(w));
    var texts = new ArrayList<Text>();
    chores.forEach((chore, records) -> texts.add(text(chore, domain, records)));
    Chore first = chores.keySet().iterator().next();
    return new Notices.Notice(
        chores.size() == 1
            ? subject(first, domain, wishes.size())
            : KeysTexts.SAY.recordsSubject(wishes.size(), domain),
        Text.paragraphs(texts));
  }

  private static Text subject(Chore chore, DomainName domain, int count) {
    return switch (chore) {
      case ADD -> KeysTexts.SAY.addSubject(count, domain);
      case CHANGE -> KeysTexts.SAY.changeSubject(count, domain);
      case ADD_TLSA -> KeysTexts.SAY.addTlsaSubject(count, domain);
      case REMOVE_TLSA -> KeysTexts.SAY.removeTlsaSubject(count, domain);
    };
  }

  private static Text text(Chore chore, DomainName domain, List<Wanted> wishes) {
    int count = wishes.size();
    var parts = new ArrayList<Text>();
    parts.add(
        switch (chore) {
          case ADD -> KeysTexts.SAY.add(count, domain);
          case CHANGE -> KeysTexts.SAY.change(count, domain);
          case ADD_TLSA -> KeysTexts.SAY.addTlsa(count);
          case REMOVE_TLSA -> KeysTexts.SAY.removeTlsa(count);
        });
    parts.add(Text.of(lines(wishes)));
    parts.addAll(forms(wishes));
    parts.add(
        switch (chore) {
          case ADD -> KeysTexts.SAY.added(count);
          case CHANGE -> KeysTexts.SAY.changed(count);
          case ADD_TLSA -> KeysTexts.SAY.addedTlsa(count);
          case REMOVE_TLSA -> KeysTexts.SAY.removedTlsa(count);
        });
    return Text.paragraphs(parts);
  }

  /// As they stand in a zone file.
  private static String lines(List<Wanted> wishes) {
    return wishes.stream()
        .flatMap(
            wanted ->
                switch (wanted) {
                  case Wanted.Text record ->
                      RecordText.bind(record.owner(), record.text()).stream();
                  case Wanted.Tlsa record -> record.lines().stream();
                })
        .collect(Collectors.joining("\n"));
  }

  /// As the form of a provider asks for them.
  private static List<Text> forms(List<Wanted> wishes) {
    var texts = new ArrayList<Text>();
    for (Wanted wanted : wishes) {
      if (wanted instanceof Wanted.Text(var _, DomainName owner, var record, var _)) {
        texts.add(KeysTexts.SAY.inForm(owner));
        texts.add(Text.of(record.text()));
      }
    }
    return texts;
  }
}
