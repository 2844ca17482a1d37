package net.facteur.server.zone;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dane.TlsaRecords;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.dns.ZoneSigning;
import net.facteur.server.autoconfig.AutoconfigSettings;
import net.facteur.server.autoconfig.ServiceRecords;
import net.facteur.server.config.Settings;
import net.facteur.server.files.ToldException;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyState;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollView;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.routes.Exits;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.PemFiles;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.web.WebSettings;

/// Gathers what the plan of a zone is made of: from the settings, the keys, and what the DNS has by
/// now.
///
/// @param addresses of the mail server; empty to ask the DNS
/// @param authority who may issue certificates
public record ZonePlans(
    Settings settings, Resolver resolver, List<InetAddress> addresses, String authority) {
  /// Whom the CAA record names where nobody said another.
  public static final String USUAL_AUTHORITY = "letsencrypt.org";

  /// Where TXT records stand below a domain, with their versions.
  private static final Map<String, String> KINDS =
      Map.of("_dmarc", "v=DMARC1", "_mta-sts", "v=STSv1", "_smtp._tls", "v=TLSRPTv1");

  public ZonePlans {
    addresses = List.copyOf(addresses);
    resolver = new ShortPatience(resolver);
  }

  /// The plan for a domain. Asks the DNS, and waits for it.
  ///
  /// @throws IOException where the keys, their journal or the certificate cannot be read
  public ZonePlan of(DomainName domain) throws IOException {
    DomainName host = HostSettings.from(settings).name();
    KeySettings keys = KeySettings.from(settings);
    boolean delegated = keys.publication().method() == KeySettings.Method.DELEGATED;
    List<TlsaRecord> tlsa = tlsa();
    return ZonePlan.of(
        new ZonePlan.Facts(
            domain,
            host,
            addresses.isEmpty() ? lookUp(host) : addresses,
            delegated ? List.of() : keyRecords(domain, keys),
            delegated ? aliases(domain, keys) : List.of(),
            tlsa,
            tlsa.isEmpty() ? ZoneSigning.UNSEEN : ZoneSigning.of(resolver, host),
            ReceivedReportSettings.from(settings).dmarcAddress(domain).text(),
            ReceivedReportSettings.from(settings).tlsAddress(domain).text(),
            WebSettings.from(settings).policy().txt().print(),
            authority,
            standing(domain, host),
            new ServiceRecords(AutoconfigSettings.from(settings))
                .of(domain).stream()
                    .map(
                        wanted ->
                            new ZonePlan.ClientRecord(
                                wanted.owner(), wanted.type(), wanted.data(), wanted.draft()))
                    .toList()));
  }

  /// An answer that could not be had is no answer: it is told, and counts as nothing.
  private ZonePlan.Standing standing(DomainName domain, DomainName host) {
    var unanswered = new ArrayList<DomainName>();
    var texts = new HashMap<DomainName, List<TxtRecord>>();
    for (DomainName owner : new LinkedHashSet<>(List.of(domain, host))) {
      texts.put(owner, texts(owner, "(?i)v=spf1", unanswered));
    }
    KINDS.forEach(
        (prefix, version) ->
            domain
                .child(prefix)
                .ifPresent(owner -> texts.put(owner, texts(owner, version, unanswered))));
    return new ZonePlan.Standing(
        texts,
        Exits.of(RoutesSettings.from(settings), domain),
        settings.names("domains").contains(host.text()),
        unanswered);
  }

  private List<TxtRecord> texts(DomainName owner, String version, List<DomainName> unanswered) {
    Answer<TxtRecord> answer = resolver.lookup(owner, RecordType.TXT);
    if (answer.temporaryFailure()) {
      unanswered.add(owner);
    }
    return answer.orEmpty().stream()
        .filter(txt -> txt.text().matches("(?s)" + version + "( |;|$).*"))
        .toList();
  }

  private List<InetAddress> lookUp(DomainName host) {
    var all = new ArrayList<InetAddress>(resolver.lookup(host, RecordType.A).orEmpty());
    all.addAll(resolver.lookup(host, RecordType.AAAA).orEmpty());
    return all;
  }

  private List<TlsaRecord> tlsa() throws IOException {
    Optional<TlsSettings> tls = TlsSettings.from(settings);
    if (tls.isEmpty()) {
      return List.of();
    }
    RollView view = RollView.of(RollSettings.from(settings).directory());
    var records = new LinkedHashSet<TlsaRecord>(view.wanted());
    try {
      for (TlsSettings.CertificateFiles files : view.inService(tls.get()).certificates()) {
        records.add(TlsaRecords.ofKey(PemFiles.certificate(files)));
      }
    } catch (InvalidCertificateException e) {
      throw new ToldException(ZoneLookTexts.SAY.certificateUnread(e.said()));
    }
    return List.copyOf(records);
  }

  /// A domain never loses an algorithm that its active key has.
  private Set<KeyType> types(DomainName domain, KeySettings keys) throws IOException {
    var types = EnumSet.copyOf(keys.types());
    KeyWiring.journal(keys.directory())
        .read()
        .active(domain)
        .ifPresent(active -> types.addAll(active.types()));
    return types;
  }

  private List<ZonePlan.Alias> aliases(DomainName domain, KeySettings keys) throws IOException {
    var aliases = new ArrayList<ZonePlan.Alias>();
    for (String slot : KeySettings.SLOTS) {
      for (KeyType type : types(domain, keys)) {
        DomainName owner = new KeyName(domain, slot).owner(type);
        keys.target(domain, owner)
            .ifPresent(target -> aliases.add(new ZonePlan.Alias(owner, target)));
      }
    }
    return aliases;
  }

  private List<ZonePlan.KeyRecord> keyRecords(DomainName domain, KeySettings keys)
      throws IOException {
    var records = new ArrayList<ZonePlan.KeyRecord>();
    Path held = keys.directory();
    KeyRing ring = KeyWiring.journal(held).read();
    for (KeyRing.Entry entry : ring.of(domain)) {
      boolean revoked =
          switch (entry.state()) {
            case KeyState.Generated _,
                KeyState.Publishing _,
                KeyState.Visible _,
                KeyState.Active _,
                KeyState.Retiring _ ->
                false;
            case KeyState.Revoking _, KeyState.Revoked _, KeyState.Revealed _ -> true;
          };
      add(records, held, entry.name(), revoked);
    }
    String pinned = keys.pinned().get(domain);
    if (pinned != null && ring.find(new KeyName(domain, pinned)).isEmpty()) {
      add(records, held, new KeyName(domain, pinned), false);
    }
    return records;
  }

  private static void add(
      List<ZonePlan.KeyRecord> records, Path held, KeyName name, boolean revoked) {
    for (KeyType type : KeyType.values()) {
      if (KeyFile.of(held, name.selector(), name.domain(), type).read()
          instanceof KeyFile.Content.Usable(DkimPrivateKey key)) {
        DkimKeyRecord record = key.record();
        records.add(
            new ZonePlan.KeyRecord(name.owner(type), (revoked ? record.revoke() : record).toTxt()));
      }
    }
  }
}
