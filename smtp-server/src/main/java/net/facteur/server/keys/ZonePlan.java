package net.facteur.server.keys;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.dns.ZoneSigning;
import net.facteur.server.language.Text;
import net.facteur.server.routes.Exits;

/// Everything that a domain of this server should have in the DNS, in groups, each with its reason.
///
/// @param domain the mail domain
/// @param groups in the order in which one would explain them
public record ZonePlan(DomainName domain, List<Group> groups) {
  private static final ZoneTexts SAY = ZoneTexts.SAY;

  /// A TTL that lets a mistake be put right within the hour.
  public static final long TTL = 3600;

  public ZonePlan {
    groups = List.copyOf(groups);
  }

  /// Records that belong together.
  ///
  /// @param title a few words
  /// @param why for people, a sentence each
  public record Group(Text title, List<Text> why, List<Line> lines) {
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
  /// @param signing whether the zone of the mail server is signed
  /// @param dmarcReports the address that gets reports on DMARC
  /// @param tlsReports the address that gets those on TLS
  /// @param mtaSts the TXT record of our MTA-STS policy
  /// @param authority the certification authority that may issue for the mail server
  /// @param standing what stands in the zone already
  /// @param clients what mail programs look for
  public record Facts(
      DomainName domain,
      DomainName host,
      List<InetAddress> addresses,
      List<KeyRecord> keys,
      List<Alias> aliases,
      List<TlsaRecord> tlsa,
      ZoneSigning signing,
      String dmarcReports,
      String tlsReports,
      String mtaSts,
      String authority,
      Standing standing,
      List<ClientRecord> clients) {
    public Facts {
      addresses = List.copyOf(addresses);
      keys = List.copyOf(keys);
      aliases = List.copyOf(aliases);
      tlsa = List.copyOf(tlsa);
      clients = List.copyOf(clients);
    }
  }

  /// What stands in the zone already, and how mail leaves.
  ///
  /// @param texts the SPF, DMARC, MTA-STS and TLSRPT records, by their names
  /// @param exits from where mail of the domain comes to others
  /// @param hostIsDomain the mail server's name is a mail domain of its own, with an SPF record
  ///   that belongs to that
  /// @param unanswered names that the DNS gave no answer about: what stands there is not known
  public record Standing(
      Map<DomainName, List<TxtRecord>> texts,
      Exits exits,
      boolean hostIsDomain,
      List<DomainName> unanswered) {
    /// An empty zone.
    public static final Standing NOTHING = new Standing(Map.of(), Exits.DIRECT, false, List.of());

    public Standing {
      texts = Map.copyOf(texts);
      unanswered = List.copyOf(unanswered);
    }

    /// The record of a name, the first where there are several.
    Optional<TxtRecord> at(DomainName owner) {
      return texts.getOrDefault(owner, List.of()).stream().findFirst();
    }

    /// RFC 7208, 4.5; RFC 9989, 4.10; RFC 8461, 3.1; RFC 8460, 3: several records of one kind count
    /// as none.
    List<DomainName> several() {
      return texts.entrySet().stream()
          .filter(entry -> entry.getValue().size() > 1)
          .map(Map.Entry::getKey)
          .sorted()
          .toList();
    }
  }

  /// A DKIM record.
  public record KeyRecord(DomainName owner, TxtRecord text) {}

  /// What mail programs look for.
  ///
  /// @param type SRV, CNAME or TXT
  /// @param data as in a zone file; of TXT, the text without quotes
  /// @param draft true where few programs look for it yet
  public record ClientRecord(DomainName owner, String type, String data, boolean draft) {
    Line line() {
      return type.equals("TXT") ? Line.text(owner, data) : Line.of(owner, type, data);
    }
  }

  /// A CNAME.
  public record Alias(DomainName owner, DomainName target) {}

  /// Makes the plan.
  public static ZonePlan of(Facts facts) {
    var groups = new ArrayList<Group>();
    boolean hostHere = facts.host().isWithin(facts.domain());
    Standing standing = facts.standing();
    if (!standing.unanswered().isEmpty()) {
      groups.add(
          new Group(
              SAY.zoneUnanswered(),
              List.of(SAY.zoneUnansweredWhy(words(standing.unanswered()))),
              List.of()));
    }
    if (!standing.several().isEmpty()) {
      groups.add(
          new Group(
              SAY.zoneSeveral(),
              List.of(SAY.zoneSeveralWhy(words(standing.several()))),
              List.of()));
    }
    if (hostHere) {
      groups.add(host(facts));
    }
    groups.add(
        new Group(
            SAY.zoneGoes(facts.domain()),
            List.of(SAY.zoneGoesWhy()),
            List.of(Line.of(facts.domain(), "MX", "10 " + facts.host() + "."))));
    groups.add(spf(facts, hostHere));
    groups.add(dkim(facts));
    groups.add(dmarc(facts));
    consent(facts).ifPresent(groups::add);
    if (hostHere) {
      groups.add(tlsa(facts));
    }
    mtaSts(facts).ifPresent(groups::add);
    name(facts.domain(), "_smtp._tls")
        .ifPresent(
            owner ->
                groups.add(
                    new Group(
                        SAY.zoneTlsRpt(),
                        List.of(
                            standing.at(owner).isPresent() ? SAY.zoneStays() : SAY.zoneTlsRptWhy()),
                        List.of(
                            staying(
                                standing,
                                owner,
                                "v=TLSRPTv1; rua=mailto:" + facts.tlsReports())))));
    groups.addAll(clients(facts));
    if (hostHere) {
      groups.add(
          new Group(
              SAY.zoneCaa(),
              List.of(SAY.zoneCaaWhy()),
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
    return new Group(SAY.zoneHost(), List.of(SAY.zoneHostWhy(facts.host())), lines);
  }

  private static String type(InetAddress address) {
    return address instanceof Inet6Address ? "AAAA" : "A";
  }

  private static String words(List<DomainName> names) {
    return String.join(", ", names.stream().map(DomainName::text).toList());
  }

  /// The record that stands there already, or else this one.
  private static Line staying(Standing standing, DomainName owner, String first) {
    return Line.inPlaceOf(
        owner, standing.at(owner), standing.at(owner).map(TxtRecord::text).orElse(first));
  }

  private static Group spf(Facts facts, boolean hostHere) {
    Standing standing = facts.standing();
    var lines = new ArrayList<Line>();
    var why = new ArrayList<Text>();
    Exits exits = standing.exits();
    if (!exits.smarthosts().isEmpty()) {
      why.add(SAY.zoneSpfSmarthost(String.join(", ", exits.smarthosts())));
    }
    if (!exits.smarthosts().isEmpty() && standing.at(facts.domain()).isEmpty()) {
      lines.add(
          Line.hint(
              facts.domain(),
              "TXT",
              RecordText.data(
                  TxtRecord.of(SpfText.first(exits, "include:NAME-OF-YOUR-SMARTHOST ")))));
    } else {
      SpfText text =
          SpfText.allowing(
              standing.at(facts.domain()).map(TxtRecord::text),
              facts.host(),
              facts.domain(),
              exits);
      why.addAll(text.remarks());
      lines.add(Line.inPlaceOf(facts.domain(), standing.at(facts.domain()), text.record()));
    }
    if (hostHere && !facts.host().equals(facts.domain()) && !standing.hostIsDomain()) {
      why.add(SAY.zoneSpfHost());
      lines.add(staying(standing, facts.host(), "v=spf1 a -all"));
    }
    return new Group(SAY.zoneSpf(facts.domain()), why, lines);
  }

  private static Group dkim(Facts facts) {
    var lines = new ArrayList<Line>();
    facts.keys().forEach(key -> lines.add(Line.text(key.owner(), key.text())));
    facts
        .aliases()
        .forEach(alias -> lines.add(Line.of(alias.owner(), "CNAME", alias.target() + ".")));
    return new Group(
        SAY.zoneDkim(),
        List.of(facts.aliases().isEmpty() ? SAY.zoneDkimWhy() : SAY.zoneDkimAliases()),
        lines);
  }

  /// What a domain without DMARC begins with, in every advice that we give.
  ///
  /// @param reports the address that gets the reports
  public static String firstDmarc(String reports) {
    return "v=DMARC1; p=quarantine; rua=mailto:" + reports;
  }

  /// What the domain of an address elsewhere has to say, so that reports come to it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9990#section-4 RFC 9990, section 4: Verifying External
  ///   Destinations
  private static Optional<Group> consent(Facts facts) {
    String address = facts.dmarcReports();
    return DomainName.parse(address.substring(address.lastIndexOf('@') + 1))
        .toOptional()
        .filter(elsewhere -> !elsewhere.isWithin(facts.domain()))
        .filter(elsewhere -> !facts.domain().isWithin(elsewhere))
        .flatMap(elsewhere -> name(elsewhere, facts.domain() + "._report._dmarc"))
        .map(
            owner ->
                new Group(
                    SAY.zoneConsent(),
                    List.of(SAY.zoneConsentWhy(address)),
                    List.of(Line.text(owner, "v=DMARC1"))));
  }

  private static Group dmarc(Facts facts) {
    var lines = new ArrayList<Line>();
    Optional<DomainName> dmarc = name(facts.domain(), "_dmarc");
    dmarc.ifPresent(
        owner -> lines.add(staying(facts.standing(), owner, firstDmarc(facts.dmarcReports()))));
    name(facts.domain(), "_adsp._domainkey")
        .ifPresent(owner -> lines.add(Line.text(owner, "dkim=all")));
    return new Group(
        SAY.zoneDmarc(),
        List.of(
            dmarc.flatMap(facts.standing()::at).isPresent()
                ? SAY.zoneStays()
                : SAY.zoneDmarcFirst(),
            SAY.zoneAdsp()),
        lines);
  }

  private static Group tlsa(Facts facts) {
    var lines = new ArrayList<Line>();
    Optional<DomainName> owner = name(facts.host(), "_25._tcp");
    for (TlsaRecord tlsa : owner.isPresent() ? facts.tlsa() : List.<TlsaRecord>of()) {
      switch (facts.signing()) {
        case SIGNED -> lines.add(Line.of(owner.get(), "TLSA", tlsa.toString()));
        case UNSEEN -> lines.add(Line.hint(owner.get(), "TLSA", tlsa.toString()));
        case UNSIGNED -> {}
      }
    }
    Text why =
        facts.tlsa().isEmpty()
            ? SAY.zoneTlsaNothing()
            : switch (facts.signing()) {
              case SIGNED -> SAY.zoneTlsaSigned();
              case UNSEEN -> SAY.zoneTlsaUnseen();
              case UNSIGNED -> SAY.zoneTlsaUnsigned();
            };
    return new Group(SAY.zoneTlsa(), List.of(why), lines);
  }

  private static Optional<Group> mtaSts(Facts facts) {
    Optional<DomainName> record = name(facts.domain(), "_mta-sts");
    Optional<DomainName> web = name(facts.domain(), "mta-sts");
    if (record.isEmpty() || web.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Group(
            SAY.zoneMtaSts(),
            List.of(SAY.zoneMtaStsWhy(web.get())),
            List.of(
                Line.inPlaceOf(record.get(), facts.standing().at(record.get()), facts.mtaSts()),
                Line.of(web.get(), "CNAME", facts.host() + "."))));
  }

  private static List<Group> clients(Facts facts) {
    var groups = new ArrayList<Group>();
    List<Line> lines = lines(facts, false);
    boolean web = lines.stream().anyMatch(line -> line.type().equals("CNAME"));
    if (!lines.isEmpty()) {
      groups.add(
          new Group(
              SAY.zoneClients(),
              web
                  ? List.of(SAY.zoneClientsWhy(), SAY.zoneClientsWeb(facts.domain()))
                  : List.of(SAY.zoneClientsWhy()),
              lines));
    }
    List<Line> drafts = lines(facts, true);
    if (!drafts.isEmpty()) {
      groups.add(new Group(SAY.zonePacc(), List.of(SAY.zonePaccWhy(facts.domain())), drafts));
    }
    return groups;
  }

  private static List<Line> lines(Facts facts, boolean draft) {
    return facts.clients().stream()
        .filter(record -> record.draft() == draft)
        .map(ClientRecord::line)
        .toList();
  }

  private static Optional<DomainName> name(DomainName domain, String prefix) {
    return domain.child(prefix);
  }
}
