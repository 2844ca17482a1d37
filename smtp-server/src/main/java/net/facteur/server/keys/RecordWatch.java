package net.facteur.server.keys;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
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
  ///
  /// @param servers what each name server has in its place; empty where none was asked
  public record Watched(ZonePlan.Line line, State state, List<AtServer> servers) {
    public Watched {
      servers = List.copyOf(servers);
    }

    /// True where some name server lacks it, or nobody can say.
    public boolean pending() {
      return switch (state) {
        case State.Missing _, State.Unknown _ -> true;
        case State.There _, State.Unwatched _ -> false;
      };
    }
  }

  /// What one name server has.
  ///
  /// @param server its name and address
  public record AtServer(String server, Holding holding) {}

  /// What a name server may have in the place of a record.
  public sealed interface Holding {
    /// The record.
    record It() implements Holding {}

    /// Something else.
    ///
    /// @param values as in a zone file, at least one; a stranger wrote them
    record Another(List<String> values) implements Holding {
      public Another {
        values = List.copyOf(values);
      }
    }

    /// Nothing.
    record Nothing() implements Holding {}

    /// Nobody knows: it gave no usable answer.
    ///
    /// @param reason for the log
    record Silent(String reason) implements Holding {}
  }

  /// Asks for every record of a plan. Takes as long as the name servers do.
  public List<Watched> look(ZonePlan plan) {
    return plan.groups().stream().flatMap(group -> group.lines().stream()).map(this::look).toList();
  }

  /// Asks for one record. Takes as long as the name servers do.
  public Watched look(ZonePlan.Line line) {
    if (!line.ready()) {
      return unwatched(line);
    }
    return switch (line.type()) {
      case "A" -> any(line, RecordType.A, RecordWatch::print);
      case "AAAA" -> any(line, RecordType.AAAA, RecordWatch::print);
      case "MX" -> any(line, RecordType.MX, RecordWatch::print);
      case "SRV" -> any(line, RecordType.SRV, RecordWatch::print);
      case "TLSA" -> any(line, RecordType.TLSA, TlsaRecord::toString);
      case "TXT" -> look(line, RecordType.TXT, TxtRecord::text, held -> holds(held, line.plain()));
      case "CNAME" -> alias(line);
      default -> unwatched(line);
    };
  }

  private static Watched unwatched(ZonePlan.Line line) {
    return new Watched(line, new State.Unwatched(), List.of());
  }

  private <T> Watched any(ZonePlan.Line line, RecordType<T> type, Function<T, String> print) {
    return look(
        line,
        type,
        print,
        held -> held.stream().map(print).anyMatch(line.data()::equalsIgnoreCase));
  }

  private <T> Watched look(
      ZonePlan.Line line, RecordType<T> type, Function<T, String> print, Predicate<List<T>> right) {
    Survey<T> survey = authorities.ask(line.owner(), type);
    List<AtServer> servers =
        survey.servers().stream()
            .map(said -> new AtServer(said.server(), holding(said.reply(), print, right)))
            .toList();
    if (survey.all(right)) {
      return new Watched(line, new State.There(), servers);
    }
    boolean silent =
        survey.servers().stream().allMatch(said -> said.reply() instanceof Survey.Reply.Silent<T>);
    String who = survey.explain(right);
    return new Watched(line, silent ? new State.Unknown(who) : new State.Missing(who), servers);
  }

  private static <T> Holding holding(
      Survey.Reply<T> reply, Function<T, String> print, Predicate<List<T>> right) {
    return switch (reply) {
      case Survey.Reply.Holds<T>(List<T> values, var _) ->
          right.test(values)
              ? new Holding.It()
              : new Holding.Another(values.stream().map(print).toList());
      case Survey.Reply.Lacks<T> _ -> new Holding.Nothing();
      case Survey.Reply.Silent<T>(String reason) -> new Holding.Silent(reason);
    };
  }

  /// A CNAME is there where it leads from the name to its target. Where it does, all name servers
  /// of the zone agree; those that were asked last are of the target.
  private Watched alias(ZonePlan.Line line) {
    Survey<InetAddress> survey = authorities.ask(line.owner(), RecordType.A);
    if (print(survey.owner()).equals(line.data())) {
      return new Watched(line, new State.There(), List.of());
    }
    return survey.servers().isEmpty()
        ? new Watched(line, new State.Unknown(survey.explain(_ -> true)), List.of())
        : new Watched(
            line,
            new State.Missing(survey.explain(_ -> false)),
            survey.servers().stream()
                .map(
                    said ->
                        new AtServer(
                            said.server(), holding(said.reply(), RecordWatch::print, _ -> false)))
                .toList());
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
