package net.facteur.server.report.received;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.spf.SpfResult;
import net.facteur.queue.MailAddress;
import net.facteur.server.report.received.ReceivedReports.Added;
import net.facteur.server.report.received.ReceivedReports.Arrival;
import net.facteur.server.servermail.MailReader;
import net.facteur.server.servermail.Reading;
import net.facteur.server.servermail.ServerMail;

/// Reads mail to the addresses of reports, and keeps the reports in it that are about our domains.
/// A mail without any, a report on one message (RFC 9991) and a report on somebody else's domain
/// are for people.
public final class ReportMail implements MailReader {
  private final ReceivedReportSettings settings;
  private final Set<DomainName> domains;
  private final ReceivedReports reports;
  private final InstantSource clock;

  /// @param domains ours
  public ReportMail(
      ReceivedReportSettings settings,
      Collection<DomainName> domains,
      ReceivedReports reports,
      InstantSource clock) {
    this.settings = settings;
    this.domains = Set.copyOf(domains);
    this.reports = reports;
    this.clock = clock;
  }

  @Override
  public boolean reads(MailAddress recipient) {
    return DomainName.parse(recipient.domain())
        .toOptional()
        .filter(domains::contains)
        .filter(
            domain ->
                same(settings.dmarcAddress(domain), recipient)
                    || same(settings.tlsAddress(domain), recipient))
        .isPresent();
  }

  private static boolean same(MailAddress one, MailAddress other) {
    return one.text().equalsIgnoreCase(other.text());
  }

  @Override
  public Reading read(ServerMail mail) {
    FoundReports found;
    try (InputStream body = mail.body().open()) {
      found = ReportReader.inMail(mail.header(), body, mail.body().size());
    } catch (IOException e) {
      return new Reading.Later("the body cannot be read: " + e);
    }
    var arrival = new Arrival(clock.instant(), sender(mail.sender()));
    var counts = new Counts();
    Optional<String> foreign = Optional.empty();
    for (FoundReport report : found.reports()) {
      Optional<String> about = foreign(report);
      if (about.isPresent()) {
        foreign = about;
        continue;
      }
      try {
        counts.count(add(report, arrival));
      } catch (IOException e) {
        return new Reading.Later(e.toString());
      }
    }
    if (counts.tooMany > 0) {
      // What was kept of it is known when the mail comes again.
      return new Reading.Later("its sender, or all senders, have sent enough today");
    }
    if (counts.stored + counts.known == 0) {
      return new Reading.Other(foreign.orElseGet(() -> found.reason().toString()));
    }
    return new Reading.Taken(
        "reports="
            + counts.stored
            + " known="
            + counts.known
            + " sender="
            + (arrival.sender().isEmpty() ? "unproven" : arrival.sender()));
  }

  private static final class Counts {
    private int stored;
    private int known;
    private int tooMany;

    void count(Added added) {
      switch (added) {
        case STORED -> stored++;
        case KNOWN -> known++;
        case TOO_MANY -> tooMany++;
      }
    }
  }

  private Added add(FoundReport report, Arrival arrival) throws IOException {
    return switch (report) {
      case FoundReport.Dmarc(var dmarc) -> reports.add(dmarc, arrival);
      case FoundReport.Tls(var tls) -> reports.add(tls, arrival);
      case FoundReport.Failure _ -> throw new IllegalStateException("it is never kept");
    };
  }

  /// Why a report is not kept; empty if it is.
  private Optional<String> foreign(FoundReport report) {
    return switch (report) {
      case FoundReport.Dmarc(var dmarc) -> foreign(List.of(dmarc.policy().domain()));
      case FoundReport.Tls(var tls) ->
          foreign(tls.policies().stream().map(policy -> policy.domain()).toList());
      case FoundReport.Failure _ -> Optional.of("a report on one message, which is not kept");
    };
  }

  /// A report on TLS without policies is about nobody.
  private Optional<String> foreign(List<String> about) {
    boolean ours =
        about.stream()
            .flatMap(text -> DomainName.parse(text).toOptional().stream())
            .anyMatch(this::ours);
    return ours ? Optional.empty() : Optional.of("a report on no domain of ours: " + about);
  }

  /// One of ours, one within, or one above that has the policy for ours.
  private boolean ours(DomainName about) {
    return domains.stream()
        .anyMatch(
            domain -> about.isWithin(domain) || (about.labelCount() > 1 && domain.isWithin(about)));
  }

  /// The domain that a mail is proven to come from; empty where nothing is proven.
  static String sender(ServerMail.Sender sender) {
    return switch (sender) {
      case ServerMail.Sender.Stranger(AuthenticationReport report) -> sender(report);
      case ServerMail.Sender.User(String name) ->
          DomainName.parse(name.substring(name.lastIndexOf('@') + 1))
              .toOptional()
              .filter(_ -> name.contains("@"))
              .map(DomainName::text)
              .orElse("");
    };
  }

  private static String sender(AuthenticationReport report) {
    if (report.dmarc().result() == DmarcResult.PASS
        && report.author() instanceof AuthorDomain.One(DomainName author)) {
      return author.text();
    }
    Optional<DomainName> signer =
        report.signatures().stream()
            .filter(signature -> signature.result() == DkimResult.PASS)
            .map(DkimOutcome::domain)
            .flatMap(Optional::stream)
            .findFirst();
    String path = report.request().reversePath();
    return signer
        .or(
            () ->
                report.spfMailFrom().result() == SpfResult.PASS
                    ? DomainName.parse(path.substring(path.lastIndexOf('@') + 1)).toOptional()
                    : Optional.empty())
        .map(DomainName::text)
        .orElse("");
  }
}
