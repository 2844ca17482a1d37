package net.facteur.server.keys;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.SrvRecord;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;

/// Looks whether the records of a plan are in the DNS: at every name server of their zone, past all
/// caches, so that looking early does no harm.
public final class RecordWatch {
  private final Authorities authorities;

  public RecordWatch(Authorities authorities) {
    this.authorities = authorities;
  }

  /// How it stands with a record.
  public sealed interface State {
    /// Every name server has it.
    record There() implements State {}

    /// Some name server does not have it, or has another one in its place.
    ///
    /// @param who says which, for people
    record Missing(String who) implements State {}

    /// Nobody can say.
    ///
    /// @param why for people
    record Unknown(String why) implements State {}

    /// Somebody has to fill it in first, or it is of a type that is not looked for (CAA).
    record Unwatched() implements State {}
  }

  /// A record and how it stands.
  public record Watched(ZonePlan.Line line, State state) {}

  /// Asks for every record of a plan. Takes as long as the name servers do.
  public List<Watched> look(ZonePlan plan) {
    var all = new ArrayList<Watched>();
    for (ZonePlan.Group group : plan.groups()) {
      for (ZonePlan.Line line : group.lines()) {
        all.add(new Watched(line, line.ready() ? look(line) : new State.Unwatched()));
      }
    }
    return all;
  }

  private State look(ZonePlan.Line line) {
    return switch (line.type()) {
      case "A" -> look(line, RecordType.A, any(RecordWatch::print, line.data()));
      case "AAAA" -> look(line, RecordType.AAAA, any(RecordWatch::print, line.data()));
      case "MX" -> look(line, RecordType.MX, any(RecordWatch::print, line.data()));
      case "SRV" -> look(line, RecordType.SRV, any(RecordWatch::print, line.data()));
      case "TLSA" -> look(line, RecordType.TLSA, any(TlsaRecord::toString, line.data()));
      case "TXT" -> look(line, RecordType.TXT, held -> holds(held, line.plain()));
      case "CNAME" -> alias(line);
      default -> new State.Unwatched();
    };
  }

  private <T> State look(ZonePlan.Line line, RecordType<T> type, Predicate<List<T>> right) {
    Survey<T> survey = authorities.ask(line.owner(), type);
    if (survey.all(right)) {
      return new State.There();
    }
    boolean silent =
        survey.servers().stream().allMatch(said -> said.reply() instanceof Survey.Reply.Silent<T>);
    String who = survey.explain(right);
    return silent ? new State.Unknown(who) : new State.Missing(who);
  }

  /// A CNAME is there where it leads from the name to its target.
  private State alias(ZonePlan.Line line) {
    Survey<InetAddress> survey = authorities.ask(line.owner(), RecordType.A);
    if (print(survey.owner()).equals(line.data())) {
      return new State.There();
    }
    return survey.servers().isEmpty()
        ? new State.Unknown(survey.explain(_ -> true))
        : new State.Missing(survey.explain(_ -> false));
  }

  private static <T> Predicate<List<T>> any(
      java.util.function.Function<T, String> print, String data) {
    return held -> held.stream().map(print).anyMatch(data::equalsIgnoreCase);
  }

  /// RFC 7208, 4.5; RFC 9989, 4.10; RFC 8461, 3.1; RFC 8460, 3: two records of one kind count as
  /// none, so that the right one has to be alone with its version.
  private static boolean holds(List<TxtRecord> held, String wanted) {
    String version = version(wanted);
    return held.stream().map(TxtRecord::text).anyMatch(wanted::equals)
        && (version.isEmpty()
            || held.stream().filter(txt -> version(txt.text()).equals(version)).count() == 1);
  }

  private static String version(String text) {
    String start = text.toLowerCase(Locale.ROOT).split("[ ;]", 2)[0];
    return start.startsWith("v=") ? start : "";
  }

  private static String print(InetAddress address) {
    return IpLiteral.print(address);
  }

  private static String print(DomainName name) {
    return name + ".";
  }

  private static String print(MxRecord mx) {
    return mx.preference() + " " + print(mx.exchange());
  }

  private static String print(SrvRecord srv) {
    return srv.priority() + " " + srv.weight() + " " + srv.port() + " " + print(srv.target());
  }
}
