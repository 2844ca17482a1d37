package net.facteur.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.Resolver;
import net.facteur.queue.QueueInspector;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.CountsDatabase;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.destinations.DestinationStore;
import net.facteur.server.destinations.ProvidersInLetter;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.feedback.DeadInLetter;
import net.facteur.server.feedback.FeedbackSettings;
import net.facteur.server.feedback.ForwardsInLetter;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeysInLetter;
import net.facteur.server.keys.tlsa.CertificatesInLetter;
import net.facteur.server.letter.DiskInLetter;
import net.facteur.server.letter.Letter;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.letter.LetterSettings;
import net.facteur.server.letter.QueueInLetter;
import net.facteur.server.letter.WeeklyLetter;
import net.facteur.server.limits.HeldInLetter;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.quarantine.QuarantineInLetter;
import net.facteur.server.quarantine.QuarantineSettings;
import net.facteur.server.quarantine.QuarantineStore;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routes.FallbacksInLetter;
import net.facteur.server.sources.FailingSources;
import net.facteur.server.sources.KeptSurveys;
import net.facteur.server.sources.ReportsInLetter;
import net.facteur.server.upkeep.Upkeep;

/// What stands in the weekly letter, and who sends it.
public final class LetterWiring {
  private LetterWiring() {}

  /// The letter with its parts, of a running server or of what lies on the disk.
  public static Letter letter(
      Settings settings, Resolver resolver, QueueInspector queue, InstantSource clock) {
    var host = HostSettings.from(settings);
    return new Letter(
        host.name().text(),
        List.of(
            new HeldInLetter(queue),
            new QueueInLetter(queue),
            new QuarantineInLetter(new QuarantineStore(QuarantineSettings.directory(host), clock)),
            new FallbacksInLetter(() -> keptCounts(settings, clock)),
            new ProvidersInLetter(
                () -> destinations(settings, clock),
                ExplanationsSettings.from(settings).explanations()),
            new ForwardsInLetter(
                () -> keptCounts(settings, clock), FeedbackSettings.from(settings), clock),
            new DeadInLetter(
                () -> keptCounts(settings, clock), FeedbackSettings.from(settings), clock),
            new ReportsInLetter(() -> KeptSurveys.open(settings, resolver)),
            new KeysInLetter(KeySettings.from(settings)),
            new CertificatesInLetter(settings),
            new DiskInLetter(
                host.data(), StoreSettings.from(settings).queue().storage().minimumFree())),
        host.zone());
  }

  /// Those parts of it that are found out on this machine at once.
  static List<LetterPart> swift(Settings settings, QueueInspector queue, InstantSource clock) {
    var host = HostSettings.from(settings);
    return List.of(
        new HeldInLetter(queue),
        new QuarantineInLetter(new QuarantineStore(QuarantineSettings.directory(host), clock)),
        new KeysInLetter(KeySettings.from(settings)),
        new CertificatesInLetter(settings),
        new DiskInLetter(
            host.data(), StoreSettings.from(settings).queue().storage().minimumFree()));
  }

  /// The file that asks for the letter at once.
  public static Path wanted(Settings settings) {
    return HostSettings.from(settings).inData(Path.of(WeeklyLetter.WANTED));
  }

  /// What is told each week, and at once.
  static List<Upkeep.Chore> chores(
      Settings settings, LastingParts lasting, Resolver resolver, PostmasterMail mail) {
    return List.of(
        new WeeklyLetter(
            letter(settings, resolver, lasting.inspector(), lasting.clock()),
            LetterSettings.from(settings),
            wanted(settings),
            () -> counts(settings, lasting.clock()),
            mail::post,
            lasting.clock()),
        new FailingSources(
            () -> KeptSurveys.open(settings, resolver),
            () -> counts(settings, lasting.clock()),
            mail,
            lasting.clock()));
  }

  /// Makes no file: whoever only shows the letter may not be the user of the server.
  private static Optional<CountStore> keptCounts(Settings settings, InstantSource clock)
      throws IOException {
    return CountsDatabase.isAt(StoreSettings.Place.from(settings))
        ? Optional.of(counts(settings, clock))
        : Optional.empty();
  }

  /// What is remembered of destinations, of a running server or of what lies on the disk.
  static Optional<ProvidersInLetter.Kept> destinations(Settings settings, InstantSource clock)
      throws IOException {
    Optional<CountStore> counts = keptCounts(settings, clock);
    return counts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ProvidersInLetter.Kept(
                DestinationStore.at(StoreSettings.Place.from(settings)), counts.get()));
  }

  private static CountStore counts(Settings settings, InstantSource clock) throws IOException {
    return SqlCountStore.at(StoreSettings.Place.from(settings), clock);
  }
}
