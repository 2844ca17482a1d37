package net.facteur.server.cli;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.tlsa.CertificateDirectory;
import net.facteur.server.keys.tlsa.CertificateKeys;
import net.facteur.server.keys.tlsa.CertificateSource;
import net.facteur.server.keys.tlsa.CertificateStore;
import net.facteur.server.keys.tlsa.RollSettings;
import net.facteur.server.keys.tlsa.RollState;
import net.facteur.server.keys.tlsa.RollView;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings;

/// Where certificates and their keys stand, in words.
///
/// @param view what the journal says
/// @param host whose certificates they are
/// @param staged what lies in the staging directory
/// @param named the settings name a certificate to begin with
record RollReport(RollView view, DomainName host, CertificateSource.Found staged, boolean named) {
  private static final TlsTexts SAY = TlsTexts.SAY;

  static RollReport of(Settings settings) throws IOException {
    return new RollReport(
        RollView.of(RollSettings.from(settings).directory()),
        HostSettings.from(settings).name(),
        CertificateSource.of(CertificateDirectory.filesIn(RollSettings.from(settings).staging()))
            .look(),
        TlsSettings.from(settings).isPresent());
  }

  /// Lines for people.
  List<String> lines(Language language) {
    var lines = new ArrayList<String>();
    if (view.keys().active().isEmpty()) {
      lines.add((named ? SAY.tlsCertificateAtStart() : SAY.tlsCertificateNone()).in(language));
    }
    for (CertificateKeys.Entry entry : view.keys().entries()) {
      if (!(entry.state() instanceof RollState.Gone)) {
        String record = "_25._tcp." + host + ". IN TLSA " + entry.key();
        lines.add(since(entry).in(language));
        lines.add("    " + SAY.tlsaRecord(record).in(language));
        lines.add("    " + next(entry).in(language));
      }
    }
    trouble().ifPresent(why -> lines.add(SAY.tlsStaging(why).in(language)));
    return lines;
  }

  private Text since(CertificateKeys.Entry entry) {
    String state = entry.state().word();
    Instant since = seconds(entry.state().since());
    String reason = entry.history().getLast().reason();
    if (entry.certificate().isEmpty()) {
      return SAY.tlsKeySince(state, since, reason);
    }
    return certificate(entry)
        .map(read -> SAY.tlsCertificateSinceFor(state, since, reason, words(read)))
        .orElseGet(() -> SAY.tlsCertificateSince(state, since, reason));
  }

  private Optional<ServerCertificate> certificate(CertificateKeys.Entry entry) {
    return entry
        .certificate()
        .flatMap(
            name -> {
              try {
                return Optional.of(new CertificateDirectory(view.directory()).read(name));
              } catch (InvalidCertificateException _) {
                return Optional.<ServerCertificate>empty();
              }
            });
  }

  private static Text words(ServerCertificate certificate) {
    return SAY.tlsGoodUntil(
        certificate.names().stream().map(Object::toString).collect(Collectors.joining(", ")),
        certificate.leaf().getNotAfter().toInstant());
  }

  private static Instant seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }

  private static Text next(CertificateKeys.Entry entry) {
    return switch (entry.state()) {
      case RollState.Staged _ -> SAY.tlsStaged();
      case RollState.Publishing(var _, var until) ->
          until.map(t -> SAY.tlsCached(seconds(t))).orElseGet(SAY::tlsPublishing);
      case RollState.Visible _ ->
          entry.certificate().isPresent() ? SAY.tlsVisible() : SAY.tlsVisibleKey();
      case RollState.Active _ -> SAY.tlsActive();
      case RollState.Retiring _ -> SAY.tlsRetiring();
      case RollState.Gone _ -> SAY.tlsGone();
    };
  }

  private Optional<Text> trouble() {
    return switch (staged) {
      case CertificateSource.Found.Nothing() -> Optional.empty();
      case CertificateSource.Found.Unusable(Text why) -> Optional.of(SAY.tlsStagedUnusable(why));
      case CertificateSource.Found.Pair(ServerCertificate certificate) ->
          view.keys().knows(CertificateStore.name(certificate))
              ? Optional.empty()
              : Optional.of(SAY.tlsNotTaken(words(certificate)));
    };
  }

  /// The same for JSON.
  List<Map<String, Object>> fields() {
    var all = new ArrayList<Map<String, Object>>();
    for (CertificateKeys.Entry entry : view.keys().entries()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("tlsa", entry.key().toString());
      fields.put("state", entry.state().word());
      fields.put("since", seconds(entry.state().since()).toString());
      fields.put("reason", entry.history().getLast().reason());
      fields.put("by", entry.history().getLast().by());
      certificate(entry)
          .ifPresent(c -> fields.put("not_after", c.leaf().getNotAfter().toInstant().toString()));
      all.add(fields);
    }
    return all;
  }
}
