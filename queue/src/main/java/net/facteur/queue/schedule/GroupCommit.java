package net.facteur.queue.schedule;

/// When the changes that wait to be written are committed, and which of them together. Each commit
/// costs a sync of the disk, whatever it holds, and while one is under way all others wait.
///
/// Urgent changes are those for which somebody waits: new mail, whose client wants its 250, and
/// what operators do. Patient ones are those for which nobody does: ends of attempts, which are
/// lost in a crash at the price of a repetition.
///
/// - **An urgent change that comes alone** is committed at once.
/// - **After a commit of a crowd** the next one waits a moment: whoever was answered brings more
///   mail at once, and fewer commits cost less. The moment is no longer than the last commit took.
/// - **Patient changes** wait for company of their own kind, or of urgent changes that come in
///   company themselves; one that comes alone does not carry them along.
///
/// All times are nanoseconds. Moments are those of one clock that only goes forward and begins
/// anywhere.
///
/// @param crowd a commit of so many changes is one of a crowd
/// @param crowdLasts how long after it the next change still belongs to the crowd
/// @param longestPause the longest wait of urgent changes for company
/// @param patience the longest wait of a patient change, and so how long the end of an attempt may
///   stay unrecorded
/// @param patientTogether so many patient changes need no more company
/// @param urgentTogether so many urgent changes take the patient ones along
public record GroupCommit(
    int crowd,
    long crowdLasts,
    long longestPause,
    long patience,
    int patientTogether,
    int urgentTogether) {
  /// How the queue commits.
  public static final GroupCommit STANDARD =
      new GroupCommit(3, 5_000_000, 300_000, 10_000_000, 64, 4);

  /// What waits to be written.
  ///
  /// @param urgent how many urgent changes
  /// @param urgentSince when the first of these came; of no meaning where there is none
  /// @param patient how many patient changes
  /// @param patientSince when the first of these came, likewise
  public record Waiting(int urgent, long urgentSince, int patient, long patientSince) {}

  /// The commit before.
  ///
  /// @param changes how many it held
  /// @param took from its begin to its end
  /// @param ended when
  public record Last(int changes, long took, long ended) {
    /// There was none yet.
    public static final Last NONE = new Last(0, 0, 0);
  }

  /// What to do now.
  public sealed interface Decision {
    /// Nothing waits: sleep until something comes.
    record Sleep() implements Decision {}

    /// Sleep so long, unless something comes.
    record SleepFor(long nanos) implements Decision {}

    /// Wait so long, whatever comes.
    record Gather(long nanos) implements Decision {}

    /// Commit the urgent changes.
    ///
    /// @param withPatient the patient ones, too
    record Commit(boolean withPatient) implements Decision {}
  }

  /// What to do with what waits at the moment `now`.
  public Decision next(Waiting waiting, Last last, long now) {
    boolean patientDue = waiting.patient > 0 && untilPatientDue(waiting, now) <= 0;
    if (waiting.urgent > 0) {
      long pause = pause(waiting, last, now);
      return pause > 0
          ? new Decision.Gather(pause)
          : new Decision.Commit(patientDue || waiting.urgent >= urgentTogether);
    }
    if (waiting.patient == 0) {
      return new Decision.Sleep();
    }
    return patientDue
        ? new Decision.Commit(true)
        : new Decision.SleepFor(untilPatientDue(waiting, now));
  }

  private long untilPatientDue(Waiting waiting, long now) {
    return waiting.patient >= patientTogether ? 0 : waiting.patientSince + patience - now;
  }

  /// How much longer urgent changes wait for company.
  private long pause(Waiting waiting, Last last, long now) {
    if (last.changes < crowd || waiting.urgentSince - last.ended >= crowdLasts) {
      return 0;
    }
    // What came while the last commit was under way begins to wait with its end.
    long since = Math.max(waiting.urgentSince - last.ended, 0);
    return since + Math.min(last.took, longestPause) - (now - last.ended);
  }
}
