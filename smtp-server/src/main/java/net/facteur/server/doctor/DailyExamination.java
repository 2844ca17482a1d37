package net.facteur.server.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.PolicyFetcher;
import net.facteur.server.alerts.AlertSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableFile;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Examines the server each day, and mails the postmaster one plain message when something is
/// different from the day before.
public final class DailyExamination implements Examination {
  private static final Logger LOG = LogManager.getLogger(DailyExamination.class);

  /// What it remembers of the day before, in the directory of the data.
  public static final String FILE_NAME = "doctor";

  private final Doctor doctor;
  private final Settings settings;
  private final Supplier<List<Finding>> startChecks;
  private final Supplier<ForwardChecks.Known> forwards;
  private final Optional<Instant> built;
  private final Resolver resolver;
  private final ServerFacts.Network network;
  private final PolicyFetcher policies;
  private final InstantSource clock;
  private final Notices notices;
  private final Language language;
  private final ReentrantLock one = new ReentrantLock();
  private volatile Optional<Examined> last = Optional.empty();

  /// @param startChecks what a start would find wrong by now
  /// @param forwards what is known of forwarded mail
  /// @param built the date of the program; empty where it does not know
  /// @param nanoTime measures the disk
  public DailyExamination(
      Settings settings,
      Supplier<List<Finding>> startChecks,
      Supplier<ForwardChecks.Known> forwards,
      Optional<Instant> built,
      Resolver resolver,
      ServerFacts.Network network,
      PolicyFetcher policies,
      InstantSource clock,
      LongSupplier nanoTime,
      Notices notices) {
    this.doctor = new Doctor(nanoTime);
    this.policies = policies;
    this.settings = settings;
    this.startChecks = startChecks;
    this.forwards = forwards;
    this.built = built;
    this.resolver = resolver;
    this.network = network;
    this.clock = clock;
    this.notices = notices;
    this.language = HostSettings.from(settings).languages().getFirst();
  }

  /// Never throws.
  ///
  /// @param oldestQueued when the oldest queued message was taken
  public void run(Optional<Instant> oldestQueued) {
    try {
      run(FactGathering.of(settings, built, oldestQueued, resolver, network, policies, clock));
    } catch (IOException | RuntimeException e) {
      LOG.error("the daily examination failed", e);
    }
  }

  @Override
  public Optional<Examined> last() {
    return last;
  }

  @Override
  public List<Finding> examine(Optional<Instant> oldestQueued) throws IOException {
    return found(
        FactGathering.of(settings, built, oldestQueued, resolver, network, policies, clock));
  }

  private List<Finding> found(ServerFacts patient) {
    one.lock();
    try {
      var findings = new ArrayList<Finding>(startChecks.get());
      findings.addAll(doctor.examine(patient));
      findings.addAll(DirectoryChecks.examine(settings));
      findings.addAll(BackupChecks.examine(settings, clock));
      findings.addAll(DnsListChecks.examine(settings, resolver));
      findings.addAll(ForwardChecks.examine(settings, forwards.get()));
      last = Optional.of(new Examined(clock.instant(), findings));
      return findings;
    } finally {
      one.unlock();
    }
  }

  private void run(ServerFacts patient) throws IOException {
    List<Finding> findings = found(patient);
    String digest = Doctor.digest(untold(findings));
    Path file = patient.data().resolve(FILE_NAME);
    String before = read(file);
    LOG.info("doctor findings={} changed={}", findings.size(), !digest.equals(before));
    if (!digest.equals(before)) {
      notices.tell(notice(patient, findings));
      DurableFile.secret(file).replace(digest);
    }
  }

  /// Those that no alert tells.
  private List<Finding> untold(List<Finding> findings) {
    return AlertSettings.from(settings).mail()
        ? findings.stream().filter(f -> !FindingAlerts.CHECKS.contains(f.check())).toList()
        : findings;
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private Notices.Notice notice(ServerFacts patient, List<Finding> findings) {
    List<Text> lines = Doctor.tell(findings, language, false).stream().map(Text::of).toList();
    return new Notices.Notice(
        DoctorTexts.SAY.noticeSubject(patient.host()),
        lines.isEmpty()
            ? DoctorTexts.SAY.noticeWell()
            : Text.paragraphs(
                DoctorTexts.SAY.noticeFound(), Text.lines(lines), DoctorTexts.SAY.noticeSee()));
  }
}
