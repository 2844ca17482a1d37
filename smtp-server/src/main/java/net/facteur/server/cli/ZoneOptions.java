package net.facteur.server.cli;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.zone.ZonePlans;
import picocli.CommandLine.Option;

/// What the records of a domain need to be told.
final class ZoneOptions {
  @Option(names = "--address", split = ",", paramLabel = "IP")
  private List<String> addresses = List.of();

  @Option(names = "--ca", paramLabel = "NAME", defaultValue = ZonePlans.USUAL_AUTHORITY)
  private String authority = ZonePlans.USUAL_AUTHORITY;

  /// Who may issue certificates.
  String authority() {
    return DkimKeys.domain(authority).text();
  }

  /// The addresses of the mail server, empty to ask the DNS.
  List<InetAddress> addresses() {
    var read = new ArrayList<InetAddress>();
    for (String text : addresses) {
      read.add(
          IpLiteral.parse(text)
              .toOptional()
              .orElseThrow(
                  () ->
                      CommandFailedException.notUnderstood(
                          CliTexts.SAY.notIpAddress(text), CliTexts.SAY.typeAddress())));
    }
    return read;
  }
}
