package net.facteur.server.keys.tlsa;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.server.keys.Outcome;
import net.facteur.server.keys.Publisher;
import net.facteur.server.keys.tlsa.CertificateKeys.Entry;
import net.facteur.server.keys.tlsa.RollEvent.Transition;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Leads the keys of the host's certificates through their life, one step after the other.
///
/// Like that of a DKIM key, every step can be done again, and is written down last. So the process
/// may die anywhere.
public final class TlsaRoll {
  private static final Logger LOG = LogManager.getLogger(TlsaRoll.class);
  private static final int MAX_STEPS = 32;
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofDays(2);
  private static final Duration LOOK = Duration.ofHours(1);

  private final Parts parts;
  private final String by;
  private final Arrivals arrivals;
  private Instant looked = Instant.MIN;

  /// What a roll is made with.
  ///
  /// @param host the name in MX records
  /// @param first whether the record of the first key is published where the host has none
  /// @param sources where renewed certificates come from, by their name for people
  /// @param guard judges a renewed certificate of the key in service
  public record Parts(
      DomainName host,
      boolean first,
      RollJournal journal,
      CertificateStore store,
      Map<String, CertificateSource> sources,
      Publisher publisher,
      PublishedTlsa records,
      TlsaGuard guard,
      Notices notices,
      InstantSource clock) {
    public Parts {
      sources = Map.copyOf(sources);
    }
  }

  /// @param by who acts, for the journal
  public TlsaRoll(Parts parts, String by) {
    this.parts = parts;
    this.by = by;
    this.arrivals =
        new Arrivals(parts.host(), parts.store(), parts.guard(), parts.notices(), parts.clock());
  }

  /// The certificate in service. The first time that is `configured`, later the one that the
  /// journal says, whatever lies in the files of the settings by now.
  ///
  /// @return where it lies
  /// @throws InvalidCertificateException where it cannot be used
  public synchronized CertificateFiles inService(CertificateFiles configured)
      throws IOException, InvalidCertificateException {
    Optional<Entry> active = parts.journal().read().active();
    if (active.isEmpty()) {
      ServerCertificate certificate = PemFiles.read(configured);
      String name = CertificateStore.name(certificate);
      TlsaRecord key = TlsaRecords.ofKey(certificate.leaf());
      parts.store().add(certificate);
      Optional<Entry> known = parts.journal().read().find(key);
      if (known.isEmpty() || known.get().state() instanceof RollState.Gone) {
        write(key, new Transition.Staged(Optional.of(name)), "the certificate of the settings");
      } else if (!known.get().certificate().equals(Optional.of(name))) {
        write(key, new Transition.Certified(name), "the certificate of the settings");
      }
      write(key, new Transition.Active(Optional.empty()), "the first one");
      return parts.store().files(name);
    }
    return parts.store().files(active.get().certificate().orElseThrow());
  }

  /// When it is worth to look again: when caches have forgotten how it was before a record came, or
  /// after a pause while a record is on its way in or out.
  public Optional<Instant> due(Duration pause) throws IOException {
    Instant next = now().plus(pause);
    return parts.journal().read().entries().stream()
        .flatMap(entry -> due(entry.state(), next).stream())
        .min(Instant::compareTo);
  }

  private static Optional<Instant> due(RollState state, Instant next) {
    return switch (state) {
      case RollState.Publishing(var _, var until) -> until.or(() -> Optional.of(next));
      case RollState.Staged _, RollState.Retiring _ -> Optional.of(next);
      case RollState.Visible _, RollState.Active _, RollState.Gone _ -> Optional.empty();
    };
  }

  /// Goes as far as is possible now.
  ///
  /// @return true where something changed
  /// @throws IOException where the journal or a certificate cannot be read or written
  public synchronized boolean advance() throws IOException {
    try {
      return stepByStep();
    } finally {
      parts.publisher().roundEnds();
    }
  }

  private boolean stepByStep() throws IOException {
    if (clockWentBack()) {
      return false;
    }
    boolean changed = false;
    for (Map.Entry<String, CertificateSource> source : parts.sources().entrySet()) {
      CertificateKeys keys = parts.journal().read();
      Optional<Arrivals.Arrival> arrival = arrivals.take(source.getKey(), source.getValue(), keys);
      if (arrival.isPresent()) {
        changed |=
            write(arrival.get().key(), arrival.get().transition(), "from " + source.getKey());
      }
    }
    for (int i = 0; i < MAX_STEPS && step(); i++) {
      changed = true;
    }
    return changed;
  }

  /// Takes a key that has no certificate yet on its way, so that its record is visible by the time
  /// it gets one.
  public synchronized void prepare(TlsaRecord key) throws IOException {
    for (Entry entry : parts.journal().read().entries()) {
      if (entry.state().coming() && entry.certificate().isEmpty() && !entry.key().equals(key)) {
        write(entry.key(), new Transition.Withdrawn(), "another key is to be the next one");
      }
    }
    if (parts.journal().read().find(key).isEmpty()) {
      write(key, new Transition.Staged(Optional.empty()), "the key of the next certificate");
    }
  }

  private boolean clockWentBack() throws IOException {
    Instant latest =
        parts.journal().read().entries().stream()
            .map(e -> e.history().getLast().at())
            .max(Instant::compareTo)
            .orElse(Instant.MIN);
    boolean back = latest.isAfter(now().plus(TOLERATED_SKEW));
    if (back) {
      tell(
          TlsaTexts.SAY.clockSubject(),
          TlsaTexts.SAY.clock(
              latest.truncatedTo(ChronoUnit.SECONDS), now().truncatedTo(ChronoUnit.SECONDS)));
    }
    return back;
  }

  // ---- the steps

  private boolean step() throws IOException {
    CertificateKeys keys = parts.journal().read();
    Optional<Entry> outrun = Arrivals.outrun(keys);
    if (outrun.isPresent()) {
      return write(outrun.get().key(), new Transition.Withdrawn(), "a newer certificate came");
    }
    for (Entry entry : keys.entries()) {
      if (step(keys, entry)) {
        return true;
      }
    }
    return false;
  }

  private boolean step(CertificateKeys keys, Entry entry) throws IOException {
    return switch (entry.state()) {
      case RollState.Staged _ -> publish(entry);
      case RollState.Publishing(Instant since, Optional<Instant> until) ->
          until.isEmpty() ? look(entry, since) : lookAgain(entry, until.get());
      case RollState.Visible _ -> activate(keys, entry);
      case RollState.Active _ -> watch(entry);
      case RollState.Retiring(Instant since) -> remove(keys, entry, since);
      case RollState.Gone _ -> false;
    };
  }

  private boolean publish(Entry entry) throws IOException {
    return switch (parts.records().look()) {
      case PublishedTlsa.Found.Nothing() -> nothingToFit(entry);
      case PublishedTlsa.Found.Unknown(String why) -> waits(entry, why);
      case PublishedTlsa.Found.Records(Survey<TlsaRecord> survey) -> {
        if (fits(survey, entry)) {
          yield write(
              entry.key(), new Transition.Publishing(), "the name servers have a record of it");
        }
        Optional<String> how = hand(entry, true);
        yield how.isPresent() && write(entry.key(), new Transition.Publishing(), how.get());
      }
    };
  }

  private boolean nothingToFit(Entry entry) throws IOException {
    return write(
        entry.key(),
        new Transition.Visible(),
        "the host has no TLSA records, so that none has to fit");
  }

  private boolean look(Entry entry, Instant since) throws IOException {
    return switch (parts.records().look()) {
      case PublishedTlsa.Found.Nothing() -> nothingToFit(entry);
      case PublishedTlsa.Found.Unknown(String why) -> waits(entry, why);
      case PublishedTlsa.Found.Records(Survey<TlsaRecord> survey) -> {
        if (fits(survey, entry)) {
          yield write(
              entry.key(),
              new Transition.Seen(now().plus(PublishedTlsa.twice(survey))),
              "every name server of the zone has the record");
        }
        var _ = hand(entry, true);
        if (now().isAfter(since.plus(PATIENCE))) {
          tell(
              TlsaTexts.SAY.unpublishedSubject(parts.host()),
              Text.paragraphs(
                  TlsaTexts.SAY.unpublished(since.truncatedTo(ChronoUnit.SECONDS)),
                  Text.of("  " + parts.records().line(entry.key())),
                  Text.of(survey.explain(records -> records.contains(entry.key()))),
                  TlsaTexts.SAY.unpublishedMeanwhile()));
        }
        yield false;
      }
    };
  }

  private boolean lookAgain(Entry entry, Instant due) throws IOException {
    if (now().isBefore(due)) {
      return false;
    }
    return switch (parts.records().look()) {
      case PublishedTlsa.Found.Nothing() -> nothingToFit(entry);
      case PublishedTlsa.Found.Unknown(String why) -> waits(entry, why);
      case PublishedTlsa.Found.Records(Survey<TlsaRecord> survey) ->
          fits(survey, entry)
              ? write(
                  entry.key(),
                  new Transition.Visible(),
                  "every name server has had it for two TTLs")
              : write(entry.key(), new Transition.Publishing(), "not all have it any more");
    };
  }

  /// Looks once more before anything is switched.
  private boolean activate(CertificateKeys keys, Entry entry) throws IOException {
    if (entry.certificate().isEmpty()) {
      return false;
    }
    Optional<ServerCertificate> certificate = arrivals.stored(entry.certificate().get());
    if (certificate.isEmpty()) {
      return write(entry.key(), new Transition.Withdrawn(), "its files are gone or damaged");
    }
    if (arrivals.misfit(certificate.get().leaf(), keys).isPresent()) {
      return write(entry.key(), new Transition.Withdrawn(), "it cannot be used any more");
    }
    return switch (parts.records().look()) {
      case PublishedTlsa.Found.Nothing() -> serve(keys, entry);
      case PublishedTlsa.Found.Unknown(String why) -> waits(entry, why);
      case PublishedTlsa.Found.Records(Survey<TlsaRecord> survey) ->
          (fits(survey, entry) && seenForLong(entry))
              ? serve(keys, entry)
              : write(entry.key(), new Transition.Publishing(), "the TLSA records have changed");
    };
  }

  /// Where there was nothing to fit before, two TTLs have not passed.
  private static boolean seenForLong(Entry entry) {
    var last = new int[] {-1, -1};
    List<RollEvent> history = entry.history();
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i).transition() instanceof Transition.Seen) {
        last[0] = i;
      } else if (history.get(i).transition() instanceof Transition.Publishing
          || history.get(i).transition() instanceof Transition.Staged) {
        last[1] = i;
      }
    }
    return last[0] > last[1];
  }

  private boolean serve(CertificateKeys keys, Entry entry) throws IOException {
    return write(
        entry.key(),
        new Transition.Active(keys.active().map(Entry::key)),
        "it may go into service");
  }

  /// Somebody may change the zone by hand.
  private boolean watch(Entry entry) throws IOException {
    if (now().isBefore(looked.plus(LOOK)) && !now().isBefore(looked)) {
      return false;
    }
    looked = now();
    switch (parts.records().look()) {
      case PublishedTlsa.Found.Nothing() -> {
        if (parts.first()) {
          var _ = hand(entry, true);
        }
      }
      case PublishedTlsa.Found.Unknown(String why) ->
          LOG.warn("tlsa host={} result=unknown reason=\"{}\"", parts.host(), why);
      case PublishedTlsa.Found.Records(Survey<TlsaRecord> survey) -> {
        if (!fits(survey, entry) && !survey.uncertain()) {
          var _ = hand(entry, true);
          tell(
              TlsaTexts.SAY.misfitSubject(parts.host()),
              Text.paragraphs(
                  TlsaTexts.SAY.misfit(),
                  Text.of("  " + parts.records().line(entry.key())),
                  Text.of(survey.explain(records -> records.contains(entry.key())))));
        }
        sweep(survey);
      }
    }
    return false;
  }

  /// A removal may have got lost after it was answered, and a lagging server may have hidden that.
  private void sweep(Survey<TlsaRecord> survey) throws IOException {
    for (Entry entry : parts.journal().read().entries()) {
      if (entry.state() instanceof RollState.Gone
          && survey.any(records -> records.contains(entry.key()))) {
        var _ = hand(entry, false);
      }
    }
  }

  private boolean remove(CertificateKeys keys, Entry entry, Instant since) throws IOException {
    Optional<Entry> active = keys.active();
    if (active.isEmpty()) {
      return false;
    }
    return switch (parts.records().look()) {
      case PublishedTlsa.Found.Nothing() ->
          write(entry.key(), new Transition.Gone(), "the host has no TLSA records");
      case PublishedTlsa.Found.Unknown(String why) -> waits(entry, why);
      case PublishedTlsa.Found.Records(Survey<TlsaRecord> survey) -> {
        boolean holds = survey.any(records -> records.contains(entry.key()));
        boolean handed =
            entry.history().stream()
                .anyMatch(
                    e ->
                        e.transition() instanceof Transition.Publishing
                            || e.transition() instanceof Transition.Active);
        if (!handed && !holds && !survey.uncertain()) {
          yield write(entry.key(), new Transition.Gone(), "its record was never published");
        }
        // Who looked us up just before the switch may still arrive with the old answer.
        if (!fits(survey, active.get())
            || now().isBefore(since.plus(PublishedTlsa.twice(survey)))) {
          yield false;
        }
        // Also where no server has it: the primary may, and they may lag.
        yield hand(entry, false).isPresent()
            && !holds
            && !survey.uncertain()
            && write(entry.key(), new Transition.Gone(), "no name server has its record");
      }
    };
  }

  // ---- with what

  private boolean fits(Survey<TlsaRecord> survey, Entry entry) {
    if (survey.all(records -> records.contains(entry.key()))) {
      return true;
    }
    return entry
        .certificate()
        .flatMap(arrivals::stored)
        .filter(c -> parts.records().fit(survey, c.chain(), now()))
        .isPresent();
  }

  private boolean waits(Entry entry, String why) {
    LOG.warn("tlsa key=\"{}\" result=waits reason=\"{}\"", entry.key(), why);
    return false;
  }

  private Optional<String> hand(Entry entry, boolean there) {
    var wanted =
        new Publisher.Wanted.Tlsa(parts.host(), parts.records().owner(), entry.key(), there);
    return switch (parts.publisher().ensure(wanted)) {
      case Publisher.Result.Handed(String how) -> Optional.of(how);
      case Publisher.Result.Conflict(String what) -> failed(entry, what);
      case Publisher.Result.Failed(String why) -> failed(entry, why);
    };
  }

  private Optional<String> failed(Entry entry, String why) {
    LOG.warn("tlsa key=\"{}\" result=failed reason=\"{}\"", entry.key(), why);
    if (now().isAfter(entry.state().since().plus(Duration.ofHours(6)))) {
      tell(
          TlsaTexts.SAY.notWrittenSubject(parts.host()),
          Text.paragraphs(
              TlsaTexts.SAY.notWritten(why),
              Text.of("  " + parts.records().line(entry.key())),
              TlsaTexts.SAY.notWrittenMeanwhile()));
    }
    return Optional.empty();
  }

  private Instant now() {
    return parts.clock().instant();
  }

  private void tell(Text subject, Text text) {
    parts.notices().tell(new Notices.Notice(subject, text));
  }

  private boolean write(TlsaRecord key, Transition transition, String reason) throws IOException {
    var event = new RollEvent(now(), key, transition, reason, by);
    return switch (parts.journal().append(event)) {
      case Outcome.Applied<CertificateKeys> _ -> {
        LOG.info("tlsa key=\"{}\" state={} reason=\"{}\"", key, RollText.word(transition), reason);
        yield true;
      }
      case Outcome.Refused<CertificateKeys>(String why) -> {
        LOG.info("tlsa key=\"{}\" refused=\"{}\"", key, why);
        yield false;
      }
    };
  }
}
