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

  static RollReport of(Settings settings) throws IOException {
    return new RollReport(
        RollView.of(RollSettings.from(settings).directory()),
        HostSettings.from(settings).name(),
        CertificateSource.of(CertificateDirectory.filesIn(RollSettings.from(settings).staging()))
            .look(),
        TlsSettings.from(settings).isPresent());
  }

  /// Lines for people.
  List<String> lines() {
    var lines = new ArrayList<String>();
    if (view.keys().active().isEmpty()) {
      lines.add(
          named
              ? "Certificate: that of tls.certificate goes into service when the server starts."
              : "Certificate: tls.certificate names none, so that there is no TLS and users cannot"
                  + " hand in mail. See: facteur explain tls.certificate");
    }
    for (CertificateKeys.Entry entry : view.keys().entries()) {
      if (!(entry.state() instanceof RollState.Gone)) {
        lines.add(
            (entry.certificate().isPresent() ? "Certificate " : "Key of a later certificate ")
                + entry.state().word()
                + " since "
                + seconds(entry.state().since())
                + " ("
                + entry.history().getLast().reason()
                + ")"
                + certificate(entry).map(c -> ": " + words(c)).orElse(""));
        lines.add("    TLSA record: _25._tcp." + host + ". IN TLSA " + entry.key());
        lines.add("    " + next(entry));
      }
    }
    trouble().ifPresent(why -> lines.add("Staging directory: " + why));
    return lines;
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

  private static String words(ServerCertificate certificate) {
    return "for "
        + certificate.names().stream().map(Object::toString).collect(Collectors.joining(", "))
        + ", good until "
        + certificate.leaf().getNotAfter().toInstant();
  }

  private static Instant seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }

  private static String next(CertificateKeys.Entry entry) {
    return switch (entry.state()) {
      case RollState.Staged _ -> "it is to be published";
      case RollState.Publishing(var _, var until) ->
          until
              .map(t -> "every name server has it; caches may lack it until " + seconds(t))
              .orElse("the certificate waits until every name server has it");
      case RollState.Visible _ ->
          entry.certificate().isPresent()
              ? "it is visible, and the certificate goes into service now"
              : "it is visible, so that a certificate of this key can go into service at once";
      case RollState.Active _ -> "if the zone is signed by DNSSEC, it has to stand there";
      case RollState.Retiring _ -> "it goes in a while";
      case RollState.Gone _ -> "it is gone";
    };
  }

  private Optional<String> trouble() {
    return switch (staged) {
      case CertificateSource.Found.Nothing() -> Optional.empty();
      case CertificateSource.Found.Unusable(String why) -> Optional.of("cannot be used: " + why);
      case CertificateSource.Found.Pair(ServerCertificate certificate) ->
          view.keys().knows(CertificateStore.name(certificate))
              ? Optional.empty()
              : Optional.of(
                  words(certificate)
                      + ": not taken yet; where that lasts, the log and a mail to the postmaster"
                      + " say why");
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
