package net.facteur.server.setup;

import java.nio.file.Path;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;

/// What was asked or suggested.
///
/// @param host the name of the mail server
/// @param user the first user, who is also the postmaster
/// @param acme a certificate is asked for, and the terms are agreed to
/// @param dmarcReports domains that ask for reports on mail in their names get them
/// @param smarthost who sends our mail on; empty where it leaves from here
/// @param ports where mail is taken
public record Answers(
    DomainName domain,
    DomainName host,
    UserName user,
    Zone zone,
    boolean acme,
    boolean dmarcReports,
    Optional<Smarthost> smarthost,
    Ports ports) {
  /// How the zone of the domain is edited.
  public sealed interface Zone {
    /// A person does it.
    record ByHand() implements Zone {}

    /// The server does it by DNS updates (RFC 2136).
    ///
    /// @param server the primary, as the settings write it; empty where the zone names it
    /// @param keyFile the TSIG key
    record ByUpdate(Optional<String> server, Path keyFile) implements Zone {}

    /// A program does it, which speaks to the provider.
    record ByCommand(Path program) implements Zone {}
  }

  /// Who sends our mail on.
  ///
  /// @param passwordFile of `user`
  public record Smarthost(
      String host, int port, Optional<String> user, Optional<Path> passwordFile) {}

  /// The ports of the listeners.
  ///
  /// @param challenges port 80 is free for the authority's challenges
  /// @param pages [#PAGES] is free for the pages, which are on this machine alone at first
  /// @param ipv6 the machine has IPv6; where it has none, nothing can listen there
  public record Ports(
      int reception,
      int submission,
      int submissions,
      boolean challenges,
      boolean pages,
      boolean ipv6) {
    /// Where the pages are at first.
    public static final int PAGES = 8443;

    /// Those that other servers and mail programs look for.
    public static final Ports STANDARD = new Ports(25, 587, 465, true, true, true);

    /// Those beside another mail server.
    public static Ports beside(Ports free) {
      return new Ports(2525, 2587, 2465, free.challenges, free.pages, free.ipv6);
    }

    /// Others than [#STANDARD].
    public boolean moved() {
      return reception != STANDARD.reception
          || submission != STANDARD.submission
          || submissions != STANDARD.submissions;
    }
  }
}
