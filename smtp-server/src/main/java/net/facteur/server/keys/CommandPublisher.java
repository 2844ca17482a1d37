package net.facteur.server.keys;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;

/// Has records written by a program of the administrator, for providers that take changes by an
/// interface of their own.
///
/// The program reads a line for each change, and knows the zone by the variable `FACTEUR_ZONE`:
///
/// - `add NAME TTL TYPE DATA`
/// - `remove NAME TYPE DATA`
///
/// The name ends with a dot, and the data are as in a zone file, on one line. It ends with 0 once
/// the provider has taken all of them, also where a record was there already or is gone already.
/// Anything else is a failure, and what it said last is the reason. It is run again each hour while
/// a name server does not have the records. Only [OwnRecords] are handed to it.
public final class CommandPublisher implements Publisher {
  private static final Duration AGAIN = Duration.ofHours(1);

  /// Runs the program.
  @FunctionalInterface
  public interface Program {
    /// @param zone whose records are changed
    /// @param lines the changes
    /// @return why it failed; empty where it did not
    Optional<String> run(DomainName zone, List<String> lines) throws IOException;
  }

  private final Authorities authorities;
  private final Program program;
  private final Duration ttl;
  private final InstantSource clock;
  private final OwnRecords own = new OwnRecords(Optional.empty());
  private final Map<Wanted, Instant> handed = new HashMap<>();

  /// @param ttl of the records
  public CommandPublisher(
      Authorities authorities, Program program, Duration ttl, InstantSource clock) {
    this.authorities = authorities;
    this.program = program;
    this.ttl = ttl;
    this.clock = clock;
  }

  @Override
  public synchronized Result ensure(Wanted wanted) {
    return switch (wanted) {
      case Wanted.Text text -> ensure(text);
      case Wanted.Tlsa tlsa -> ensure(tlsa);
    };
  }

  private Result ensure(Wanted.Text wanted) {
    Survey<TxtRecord> survey = authorities.ask(wanted.owner(), RecordType.TXT);
    Optional<Result> problem = own.problem(wanted, survey);
    if (problem.isPresent()) {
      return problem.get();
    }
    if (survey.all(values -> OwnRecords.only(values, wanted.text()))) {
      return there(wanted);
    }
    var lines = new ArrayList<String>();
    for (TxtRecord held :
        OwnRecords.held(survey).stream().flatMap(List::stream).distinct().toList()) {
      if (held.text().equals(wanted.text().text())) {
        continue;
      }
      if (wanted.before().filter(before -> OwnRecords.sameKey(held, before)).isEmpty()) {
        return new Result.Conflict(survey.owner() + " holds a record that is not ours");
      }
      lines.add("remove " + survey.owner() + ". TXT " + RecordText.data(held));
    }
    lines.add(
        "add "
            + survey.owner()
            + ". "
            + ttl.toSeconds()
            + " TXT "
            + RecordText.data(wanted.text()));
    return run(wanted, survey.zone(), lines);
  }

  private Result ensure(Wanted.Tlsa wanted) {
    Survey<TlsaRecord> survey = authorities.ask(wanted.owner(), RecordType.TLSA);
    Optional<Result> problem = own.problem(wanted, survey);
    if (problem.isPresent()) {
      return problem.get();
    }
    boolean settled =
        wanted.there()
            ? survey.all(values -> values.contains(wanted.tlsa()))
            : !survey.uncertain() && !survey.any(values -> values.contains(wanted.tlsa()));
    if (settled) {
      return there(wanted);
    }
    String line =
        wanted.there()
            ? "add " + survey.owner() + ". " + ttl.toSeconds() + " TLSA " + wanted.tlsa()
            : "remove " + survey.owner() + ". TLSA " + wanted.tlsa();
    return run(wanted, survey.zone(), List.of(line));
  }

  private Result there(Wanted wanted) {
    handed.remove(wanted);
    return new Result.Handed("the name servers have it so");
  }

  private Result run(Wanted wanted, DomainName zone, List<String> lines) {
    Instant now = clock.instant();
    Instant last = handed.get(wanted);
    if (last != null && now.isBefore(last.plus(AGAIN)) && !now.isBefore(last)) {
      return new Result.Handed("the program has it");
    }
    try {
      Optional<String> problem = program.run(zone, lines);
      if (problem.isPresent()) {
        return new Result.Failed("keys.publish-command: " + problem.get());
      }
      handed.put(wanted, now);
      return new Result.Handed("the program took it");
    } catch (IOException e) {
      return new Result.Failed("keys.publish-command cannot be run: " + e.getMessage());
    }
  }
}
