package net.facteur.server.cli;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.IpLiteral;
import picocli.CommandLine.Option;

/// What the records of a domain need to be told.
final class ZoneOptions {
  @Option(
      names = "--address",
      split = ",",
      paramLabel = "IP",
      description = "The addresses of the mail server; those in the DNS without.")
  private List<String> addresses = List.of();

  @Option(
      names = "--ca",
      paramLabel = "NAME",
      description = "Who may issue certificates (CAA); ${DEFAULT-VALUE} without.",
      defaultValue = "letsencrypt.org")
  private String authority = "letsencrypt.org";

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
                          "`" + text + "` is not an IP address.", "Type --address 192.0.2.25")));
    }
    return read;
  }
}
