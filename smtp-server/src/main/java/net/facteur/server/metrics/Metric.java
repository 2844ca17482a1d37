package net.facteur.server.metrics;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;

/// Every metric that is ours: its name, its kind, what it says, and the values of its labels. What
/// has no place among the values counts as [#OTHER], so that nothing that strangers send makes a
/// series of its own.
public enum Metric {
  BUILD("facteur_build", Kind.INFO, "The version of the program.", new Label("version", Set.of())),
  QUEUE_RECIPIENTS(
      "facteur_queue_recipients",
      Kind.GAUGE,
      "Recipients in the queue, by state.",
      label("state", "queued", "held", "damaged")),
  QUEUE_AGES(
      "facteur_queue_age_recipients",
      Kind.GAUGE,
      "Recipients in the queue, by the time since their message was accepted: up to this age and"
          + " beyond the one before.",
      label("age", "10m", "1h", "4h", "1d", "older")),
  QUEUE_OLDEST(
      "facteur_queue_oldest_seconds",
      Kind.GAUGE,
      "The time since the oldest message in the queue was accepted; 0 if the queue is empty."),
  QUEUE_DESTINATIONS(
      "facteur_queue_destinations", Kind.GAUGE, "Next hops for which something waits."),
  QUEUE_FULL(
      "facteur_queue_full",
      Kind.GAUGE,
      "1 if there is too little room on the disk, so that no mail is taken."),
  ACCEPTED(
      "facteur_messages_accepted",
      Kind.COUNTER,
      "Messages that the queue took over, by where they came from.",
      label("source", "reception", "submission", "local", "report", "notice")),
  ACCEPTED_BYTES(
      "facteur_messages_accepted_bytes",
      Kind.COUNTER,
      "Octets of the messages that the queue took over."),
  REFUSED(
      "facteur_recipients_refused",
      Kind.COUNTER,
      "Recipients and messages that were refused to those who offered them, by the first digit of"
          + " the reply.",
      label("reply", "4", "5")),
  COMMIT(
      "facteur_queue_commit_seconds",
      List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0),
      "The time from handing a message to the queue until it is on the disk."),
  ATTEMPTS(
      "facteur_delivery_attempts",
      Kind.COUNTER,
      "Attempts at hosts of others, one for each recipient, by result, provider and the level of"
          + " TLS that the connection had.",
      label("result", "delivered", "deferred", "failed"),
      new Label("provider", providers()),
      label("tls", "none", "encrypt", "secure", "mta-sts", "dane", "fingerprint")),
  ATTEMPT_TIME(
      "facteur_delivery_attempt_seconds",
      List.of(0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0),
      "How long attempts took, one for each message and way."),
  OUTCOMES(
      "facteur_delivery_outcomes",
      Kind.COUNTER,
      "What came of the turns of recipients in the queue, mailboxes of this machine included.",
      label("result", "delivered", "deferred", "failed")),
  DELIVERY_TIME(
      "facteur_delivery_seconds",
      List.of(0.01, 0.05, 0.25, 1.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 14400.0, 86400.0),
      "The time from accepting a message until a recipient of it was delivered.",
      label("to", "mailbox", "remote")),
  AUTHENTICATION(
      "facteur_authentication_results",
      Kind.COUNTER,
      "What messages at port 25 proved, by mechanism and result. DKIM counts its best signature.",
      label("method", "spf", "dkim", "dmarc", "arc"),
      label(
          "result",
          "none",
          "neutral",
          "pass",
          "fail",
          "softfail",
          "policy",
          "temperror",
          "permerror")),
  LOGINS(
      "facteur_logins",
      Kind.COUNTER,
      "Logins of programs that send mail, by mechanism and result. Damped ones were not looked"
          + " at, since many wrong passwords came from there.",
      label("mechanism", "password", "scram"),
      label("result", "accepted", "refused", "damped", "locked", "disabled", "unavailable")),
  VERDICTS(
      "facteur_filter_verdicts",
      Kind.COUNTER,
      "What filters made of messages.",
      filters(),
      label("verdict", "pass", "junk", "hold", "quarantine", "defer", "reject")),
  FILTER_TIME(
      "facteur_filter_seconds",
      List.of(0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
      "How long filters took.",
      filters()),
  SIGNING(
      "facteur_signing_seconds",
      List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0),
      "The time from asking for DKIM signatures until they are there, waiting included.",
      label("result", "signed", "keyless", "busy", "failed")),
  SIGNING_WAITING(
      "facteur_signing_waiting", Kind.GAUGE, "Messages that wait for a thread that signs."),
  LOOKUPS(
      "facteur_dns_lookups",
      Kind.COUNTER,
      "Questions to name servers, without those that the cache answered, by result.",
      label("result", "records", "nodata", "nxdomain", "failed", "bogus")),
  LOOKUP_TIME(
      "facteur_dns_lookup_seconds",
      List.of(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
      "How long name servers took."),
  CONNECTIONS("facteur_smtp_connections", Kind.GAUGE, "Connections of SMTP that are open."),
  SESSIONS("facteur_smtp_sessions", Kind.GAUGE, "Sessions in which a user has logged in."),
  DISK_FREE(
      "facteur_disk_free_bytes", Kind.GAUGE, "Room on the disk that has the queue, in octets."),
  CERTIFICATE(
      "facteur_certificate_expiry_timestamp_seconds",
      Kind.GAUGE,
      "When the first of the certificates in service runs out, in seconds since 1970."),
  ALERTS(
      "facteur_alert",
      Kind.GAUGE,
      "1 if an alert stands by this rule of the server's own, which `facteur alerts` explains.",
      label(
          "rule",
          "queue-age",
          "deferrals",
          "disk",
          "certificate",
          "blocklist",
          "backup",
          "provider",
          "clock"));

  /// What any value becomes that is none of those that a label may have.
  public static final String OTHER = "other";

  private final String base;
  private final Kind kind;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // a copy
  private final List<Double> bounds;

  @SuppressWarnings("ImmutableEnumChecker") // a copy
  private final List<Label> labels;

  /// What a metric is.
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    INFO
  }

  /// A label.
  ///
  /// @param values all that there are, beside [#OTHER]; empty for one that never changes while the
  ///   program runs
  public record Label(String name, Set<String> values) {
    public Label {
      values = Set.copyOf(values);
    }

    /// The value itself, if it is one of ours.
    String bounded(String value) {
      return values.isEmpty() || values.contains(value) ? value : OTHER;
    }
  }

  Metric(String base, Kind kind, String help, Label... labels) {
    this.base = base;
    this.kind = kind;
    this.help = help;
    this.bounds = List.of();
    this.labels = List.of(labels);
  }

  /// A histogram.
  ///
  /// @param bounds upper ends of its buckets, in seconds
  Metric(String base, List<Double> bounds, String help, Label... labels) {
    this.base = base;
    this.kind = Kind.HISTOGRAM;
    this.help = help;
    this.bounds = List.copyOf(bounds);
    this.labels = List.of(labels);
  }

  private static Label label(String name, String... values) {
    return new Label(name, Set.of(values));
  }

  private static Label filters() {
    return label("filter", "house", "rspamd", "clamav", "milters");
  }

  private static Set<String> providers() {
    return Stream.concat(
            Providers.shipped().all().stream().map(Provider::name),
            Stream.of(Provider.OTHER.name()))
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  /// Its name without the ending of its kind.
  String base() {
    return base;
  }

  /// Its name, as queries have it.
  public String title() {
    return switch (kind) {
      case COUNTER -> base + "_total";
      case INFO -> base + "_info";
      case GAUGE, HISTOGRAM -> base;
    };
  }

  public Kind kind() {
    return kind;
  }

  /// What it says, in English.
  public String help() {
    return help;
  }

  /// Upper ends of the buckets of a histogram, in seconds.
  List<Double> bounds() {
    return bounds;
  }

  public List<Label> labels() {
    return labels;
  }

  /// The values of its labels, each of them one that it may have.
  String[] bounded(String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(base + " has " + labels.size() + " labels");
    }
    String[] out = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = labels.get(i).bounded(values[i]);
    }
    return out;
  }
}
