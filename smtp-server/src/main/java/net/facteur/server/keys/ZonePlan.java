package net.facteur.server.keys;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;

/// Everything that a domain of this server should have in the DNS, in groups, each with its reason.
///
/// @param domain the mail domain
/// @param groups in the order in which one would explain them
public record ZonePlan(DomainName domain, List<Group> groups) {
  /// A TTL that lets a mistake be put right within the hour.
  public static final long TTL = 3600;

  public ZonePlan {
    groups = List.copyOf(groups);
  }

  /// Records that belong together.
  ///
  /// @param title a few words
  /// @param why for people, a sentence each
  public record Group(String title, List<String> why, List<Line> lines) {
    public Group {
      why = List.copyOf(why);
      lines = List.copyOf(lines);
    }
  }

  /// One record.
  ///
  /// @param type its mnemonic
  /// @param data as in a zone file, on one line
  /// @param plain as a web form wants it
  /// @param ready false for a hint that somebody has to fill in first
  /// @param replaces the text of the record that stands there and has to go; empty where none does
  public record Line(
      DomainName owner,
      String type,
      String data,
      String plain,
      boolean ready,
      Optional<TxtRecord> replaces) {
    static Line of(DomainName owner, String type, String data) {
      return new Line(owner, type, data, data, true, Optional.empty());
    }

    /// Somebody has to fill it in.
    static Line hint(DomainName owner, String type, String data) {
      return new Line(owner, type, data, data, false, Optional.empty());
    }

    /// The record that should stand in place of `old`, which may be the same.
    static Line inPlaceOf(DomainName owner, Optional<TxtRecord> old, String text) {
      TxtRecord record = TxtRecord.of(text);
      return new Line(
          owner,
          "TXT",
          RecordText.data(record),
          text,
          true,
          old.filter(before -> !before.text().equals(text)));
    }

    static Line text(DomainName owner, String text) {
      return text(owner, TxtRecord.of(text));
    }

    static Line text(DomainName owner, TxtRecord text) {
      return new Line(owner, "TXT", RecordText.data(text), text.text(), true, Optional.empty());
    }
  }

  /// What the plan is made of.
  ///
  /// @param host the mail server
  /// @param addresses of the mail server; empty where nobody knows
  /// @param keys DKIM records, revoked ones included
  /// @param aliases CNAMEs to the zone of keys, in place of `keys`
  /// @param tlsa of the certificates in service and of those to come
  /// @param secure the zone of the mail server is signed
  /// @param postmaster who gets reports
  /// @param mtaSts the TXT record of our MTA-STS policy
  /// @param authority the certification authority that may issue for the mail server
  /// @param standing what stands in the zone already
  public record Facts(
      DomainName domain,
      DomainName host,
      List<InetAddress> addresses,
      List<KeyRecord> keys,
      List<Alias> aliases,
      List<TlsaRecord> tlsa,
      boolean secure,
      String postmaster,
      String mtaSts,
      String authority,
      Standing standing) {
    public Facts {
      addresses = List.copyOf(addresses);
      keys = List.copyOf(keys);
      aliases = List.copyOf(aliases);
      tlsa = List.copyOf(tlsa);
    }
  }

  /// What stands in the zone already, and how mail leaves.
  ///
  /// @param spf of the domain
  /// @param hostSpf of the mail server
  /// @param dmarc of the domain
  /// @param smarthost who sends our mail on; empty where it leaves from here
  /// @param hostIsDomain the mail server's name is a mail domain of its own, with an SPF record
  ///   that belongs to that
  /// @param unanswered names that the DNS gave no answer about: what stands there is not known
  public record Standing(
      Optional<TxtRecord> spf,
      Optional<TxtRecord> hostSpf,
      Optional<TxtRecord> dmarc,
      Optional<String> smarthost,
      boolean hostIsDomain,
      List<DomainName> unanswered) {
    /// An empty zone.
    public static final Standing NOTHING =
        new Standing(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            List.of());

    public Standing {
      unanswered = List.copyOf(unanswered);
    }
  }

  /// A DKIM record.
  public record KeyRecord(DomainName owner, TxtRecord text) {}

  /// A CNAME.
  public record Alias(DomainName owner, DomainName target) {}

  /// Makes the plan.
  public static ZonePlan of(Facts facts) {
    var groups = new ArrayList<Group>();
    boolean hostHere = facts.host().isWithin(facts.domain());
    if (!facts.standing().unanswered().isEmpty()) {
      groups.add(unanswered(facts.standing().unanswered()));
    }
    if (hostHere) {
      groups.add(host(facts));
    }
    groups.add(
        new Group(
            "Where mail for " + facts.domain() + " goes",
            List.of("Other servers look here first."),
            List.of(Line.of(facts.domain(), "MX", "10 " + facts.host() + "."))));
    groups.add(spf(facts, hostHere));
    groups.add(dkim(facts));
    groups.add(dmarc(facts));
    if (hostHere) {
      groups.add(tlsa(facts));
    }
    mtaSts(facts).ifPresent(groups::add);
    name(facts.domain(), "_smtp._tls")
        .ifPresent(
            owner ->
                groups.add(
                    new Group(
                        "Reports about TLS (TLSRPT, RFC 8460)",
                        List.of("Others tell you each day whether TLS towards you works."),
                        List.of(
                            Line.text(owner, "v=TLSRPTv1; rua=mailto:" + facts.postmaster())))));
    groups.add(clients(facts));
    if (hostHere) {
      groups.add(
          new Group(
              "Who may issue certificates for the mail server (CAA, RFC 8659)",
              List.of("Leave it out where you do not know who issues yours."),
              List.of(Line.of(facts.host(), "CAA", "0 issue \"" + facts.authority() + "\""))));
    }
    return new ZonePlan(facts.domain(), groups);
  }

  private static Group host(Facts facts) {
    var lines = new ArrayList<Line>();
    for (InetAddress address : facts.addresses()) {
      lines.add(Line.of(facts.host(), type(address), IpLiteral.print(address)));
    }
    if (lines.isEmpty()) {
      lines.add(Line.hint(facts.host(), "A", "YOUR-IPV4-ADDRESS"));
      lines.add(Line.hint(facts.host(), "AAAA", "YOUR-IPV6-ADDRESS"));
    }
    return new Group(
        "The mail server itself",
        List.of(
            "Its addresses. Whoever gave you an address must also let it lead back (PTR) to "
                + facts.host()
                + ": many servers refuse mail without."),
        lines);
  }

  private static String type(InetAddress address) {
    return address instanceof Inet6Address ? "AAAA" : "A";
  }

  private static Group unanswered(List<DomainName> names) {
    return new Group(
        "What could not be looked up",
        List.of(
            "The DNS gave no answer about "
                + String.join(", ", names.stream().map(DomainName::text).toList())
                + ". Look there before you paste: a second SPF or DMARC record makes both void."),
        List.of());
  }

  private static Group spf(Facts facts, boolean hostHere) {
    Standing standing = facts.standing();
    var lines = new ArrayList<Line>();
    var why = new ArrayList<String>();
    if (standing.smarthost().isPresent() && standing.spf().isEmpty()) {
      why.add(
          "Mail leaves through "
              + standing.smarthost().get()
              + ": ask whoever runs it which include: names its addresses, and put it in.");
      lines.add(
          Line.hint(
              facts.domain(),
              "TXT",
              RecordText.data(TxtRecord.of("v=spf1 mx include:NAME-OF-YOUR-SMARTHOST -all"))));
    } else {
      SpfText text =
          SpfText.allowing(
              standing.spf().map(TxtRecord::text),
              facts.host(),
              facts.domain(),
              standing.smarthost().isEmpty());
      why.addAll(text.remarks());
      lines.add(Line.inPlaceOf(facts.domain(), standing.spf(), text.record()));
    }
    if (hostHere && !facts.host().equals(facts.domain()) && !standing.hostIsDomain()) {
      why.add("The second record is for the name that the server gives in EHLO.");
      lines.add(
          Line.inPlaceOf(
              facts.host(),
              standing.hostSpf(),
              standing.hostSpf().map(TxtRecord::text).orElse("v=spf1 a -all")));
    }
    return new Group("Who may send as " + facts.domain() + " (SPF, RFC 7208)", why, lines);
  }

  private static Group dkim(Facts facts) {
    var lines = new ArrayList<Line>();
    facts.keys().forEach(key -> lines.add(Line.text(key.owner(), key.text())));
    facts
        .aliases()
        .forEach(alias -> lines.add(Line.of(alias.owner(), "CNAME", alias.target() + ".")));
    return new Group(
        "The keys that sign mail (DKIM, RFC 6376)",
        List.of(
            facts.aliases().isEmpty()
                ? "A key signs nothing before every name server has its record; a key in reserve"
                    + " stands beside it."
                : "These never change: the keys stand in a zone that the server updates itself."),
        lines);
  }

  /// What a domain without DMARC begins with, in every advice that we give.
  ///
  /// @param postmaster who gets the reports
  public static String firstDmarc(String postmaster) {
    return "v=DMARC1; p=quarantine; rua=mailto:" + postmaster;
  }

  private static Group dmarc(Facts facts) {
    var lines = new ArrayList<Line>();
    name(facts.domain(), "_dmarc")
        .ifPresent(
            owner ->
                lines.add(
                    Line.inPlaceOf(
                        owner,
                        facts.standing().dmarc(),
                        facts
                            .standing()
                            .dmarc()
                            .map(TxtRecord::text)
                            .orElse(firstDmarc(facts.postmaster())))));
    name(facts.domain(), "_adsp._domainkey")
        .ifPresent(owner -> lines.add(Line.text(owner, "dkim=all")));
    return new Group(
        "What becomes of mail that is neither (DMARC, RFC 9989; ADSP, RFC 5617)",
        List.of(
            facts.standing().dmarc().isPresent()
                ? "This stands there already, and stays: two records count as none."
                : "Where other servers send in your name too, begin with p=none and read the"
                    + " reports for a month.",
            "ADSP is historic; a few receivers still look at it, and it costs nothing."),
        lines);
  }

  private static Group tlsa(Facts facts) {
    var lines = new ArrayList<Line>();
    Optional<DomainName> owner = name(facts.host(), "_25._tcp");
    if (facts.secure() && owner.isPresent()) {
      facts.tlsa().forEach(tlsa -> lines.add(Line.of(owner.get(), "TLSA", tlsa.toString())));
    }
    return new Group(
        "The key of the certificate (DANE, RFC 7672)",
        List.of(
            facts.secure()
                ? "Other servers then refuse to be led astray. A new key goes into service by"
                    + " itself once its record is seen here; see `facteur tls status`."
                : "Nothing: the zone is not signed by DNSSEC, and TLSA counts in signed zones only."
                    + " Ask who runs your DNS to sign it; it is worth it."),
        lines);
  }

  private static Optional<Group> mtaSts(Facts facts) {
    Optional<DomainName> record = name(facts.domain(), "_mta-sts");
    Optional<DomainName> web = name(facts.domain(), "mta-sts");
    if (record.isEmpty() || web.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Group(
            "TLS for servers that do not know DANE (MTA-STS, RFC 8461)",
            List.of(
                "The policy itself stands at https://" + web.get() + "/.well-known/mta-sts.txt;",
                "where nothing answers there, the record does neither good nor harm."),
            List.of(
                Line.text(record.get(), facts.mtaSts()),
                Line.of(web.get(), "CNAME", facts.host() + "."))));
  }

  private static Group clients(Facts facts) {
    var lines = new ArrayList<Line>();
    name(facts.domain(), "_submissions._tcp")
        .ifPresent(n -> lines.add(Line.of(n, "SRV", "0 1 465 " + facts.host() + ".")));
    name(facts.domain(), "_submission._tcp")
        .ifPresent(n -> lines.add(Line.of(n, "SRV", "10 1 587 " + facts.host() + ".")));
    name(facts.domain(), "_imaps._tcp")
        .ifPresent(n -> lines.add(Line.hint(n, "SRV", "0 1 993 " + facts.host() + ".")));
    return new Group(
        "Where mail programs hand in mail (SRV, RFC 6186 and 8314)",
        List.of("Programs then find the server by the address alone. IMAP if you run it here."),
        lines);
  }

  private static Optional<DomainName> name(DomainName domain, String prefix) {
    return domain.child(prefix);
  }
}
