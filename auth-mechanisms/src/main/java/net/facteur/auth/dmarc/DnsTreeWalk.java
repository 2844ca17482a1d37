package net.facteur.auth.dmarc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;

/// Reads the `_dmarc` records on the way from a domain up to the root, and so finds its
/// organizational domain.
///
/// One object serves the evaluation of one message: it remembers every answer, and asks at most
/// [#MAX_QUERIES] questions. Not safe for use by several threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.10 RFC 9989, section 4.10: DNS Tree Walk
public final class DnsTreeWalk {
  /// Questions for one walk: the start, and the seven names of at most seven labels above it.
  public static final int MAX_STEPS = 8;

  /// Questions for all walks of one message.
  public static final int MAX_QUERIES = 128;

  private static final int MAX_LABELS_ABOVE_START = 7;

  private final Resolver resolver;
  private final Map<DomainName, LookUp> remembered = new HashMap<>();
  private final List<String> trace = new ArrayList<>();

  public DnsTreeWalk(Resolver resolver) {
    this.resolver = resolver;
  }

  /// What stands at `_dmarc` below a domain.
  public sealed interface LookUp {
    /// Exactly one DMARC record.
    record Found(DmarcRecord record) implements LookUp {}

    /// No DMARC record, or several, which count as none.
    record Nothing(String reason) implements LookUp {}

    /// Not known because of an error that may pass.
    record Failed(String reason) implements LookUp {}
  }

  /// A record and the domain below which it stands.
  public record Published(DomainName domain, DmarcRecord record) {}

  /// A walk up the tree.
  ///
  /// @param start where it began
  /// @param found the records on the way, from the longest name to the shortest
  /// @param failure why the walk could not be finished, empty where it was
  public record Walk(DomainName start, List<Published> found, String failure) {
    public Walk {
      found = List.copyOf(found);
    }

    /// True where a look-up failed, so that nothing can be said.
    public boolean failed() {
      return !failure.isEmpty();
    }

    /// The organizational domain of the start.
    ///
    /// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.10.2 RFC 9989, section 4.10.2:
    ///   Identifier Alignment Evaluation
    public DomainName organizationalDomain() {
      for (Published published : found) {
        boolean suffix = published.record().psd() == PsdFlag.YES;
        if (suffix && !published.domain().equals(start)) {
          return start.suffix(published.domain().labelCount() + 1);
        }
      }
      // The last found is the shortest; where one says psd=n the walk has ended with it.
      return found.isEmpty() ? start : found.getLast().domain();
    }

    /// The record that governs the start, where the start has none of its own: that of the
    /// organizational domain, or else that of the public suffix domain.
    ///
    /// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.10.1 RFC 9989, section 4.10.1: DMARC
    ///   Policy Discovery
    public Optional<Published> governing() {
      DomainName organizational = organizationalDomain();
      return found.stream()
          .filter(p -> p.domain().equals(organizational))
          .findFirst()
          .or(() -> found.stream().filter(p -> p.record().psd() == PsdFlag.YES).findFirst());
    }
  }

  /// Walks from `start` upwards until a record says `psd=y` or `psd=n`, or the labels end.
  public Walk walk(DomainName start) {
    var found = new ArrayList<Published>();
    DomainName target = start;
    while (!target.isRoot()) {
      switch (lookup(target)) {
        case LookUp.Found(DmarcRecord record) -> {
          found.add(new Published(target, record));
          if (record.psd() != PsdFlag.UNDECLARED) {
            return new Walk(start, found, "");
          }
        }
        case LookUp.Nothing _ -> {}
        case LookUp.Failed(String reason) -> {
          return new Walk(start, found, reason);
        }
      }
      // 4.10, step 4: with eight labels or more, go on with the rightmost seven
      target = target.suffix(Math.min(target.labelCount() - 1, MAX_LABELS_ABOVE_START));
    }
    return new Walk(start, found, "");
  }

  /// The DMARC record of a domain itself.
  public LookUp lookup(DomainName domain) {
    LookUp known = remembered.get(domain);
    if (known != null) {
      return known;
    }
    LookUp answer =
        remembered.size() < MAX_QUERIES
            ? ask(domain)
            : new LookUp.Failed("more than " + MAX_QUERIES + " look-ups for one message");
    remembered.put(domain, answer);
    return answer;
  }

  /// What was asked and answered, for people.
  public List<String> trace() {
    return List.copyOf(trace);
  }

  private LookUp ask(DomainName domain) {
    Optional<DomainName> name = domain.child("_dmarc");
    if (name.isEmpty()) {
      return new LookUp.Nothing("_dmarc." + domain + " would be too long for a name");
    }
    LookUp answer =
        switch (resolver.lookup(name.get(), RecordType.TXT)) {
          case Answer.Records<TxtRecord> records -> select(records.values());
          case Answer.NoData<TxtRecord> _ -> new LookUp.Nothing("no TXT record");
          case Answer.NxDomain<TxtRecord> _ -> new LookUp.Nothing("no such name");
          case Answer.Failed<TxtRecord>(String reason) -> new LookUp.Failed(reason);
          case Answer.Bogus<TxtRecord>(String reason) -> new LookUp.Failed(reason);
        };
    trace.add(
        name.get()
            + ": "
            + switch (answer) {
              case LookUp.Found(DmarcRecord record) -> record.print();
              case LookUp.Nothing(String reason) -> reason;
              case LookUp.Failed(String reason) -> "look-up failed: " + reason;
            });
    return answer;
  }

  /// 4.10, step 2: what is no DMARC record is discarded, and so are several that are.
  private static LookUp select(List<TxtRecord> values) {
    List<DmarcRecord> records =
        values.stream()
            .map(txt -> DmarcRecord.parse(txt.text()))
            .flatMap(parsed -> parsed.toOptional().stream())
            .toList();
    return switch (records.size()) {
      case 0 -> new LookUp.Nothing("no DMARC record among " + values.size() + " TXT");
      case 1 -> new LookUp.Found(records.getFirst());
      default -> new LookUp.Nothing(records.size() + " DMARC records, so none counts");
    };
  }

  /// Whether a name exists, by the only test that counts here: the answer NXDOMAIN.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9989#section-3.2.13 RFC 9989, section 3.2.13:
  ///   Non-Existent Domains
  Existence existence(DomainName domain) {
    Existence existence =
        switch (resolver.lookup(domain, RecordType.A)) {
          case Answer.Records<?> _, Answer.NoData<?> _ -> Existence.EXISTS;
          case Answer.NxDomain<?> _ -> Existence.DOES_NOT_EXIST;
          case Answer.Failed<?> _, Answer.Bogus<?> _ -> Existence.UNKNOWN;
        };
    trace.add(domain + ": " + existence);
    return existence;
  }

  enum Existence {
    EXISTS("exists"),
    DOES_NOT_EXIST("does not exist"),
    UNKNOWN("look-up failed");

    private final String words;

    Existence(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }
}
