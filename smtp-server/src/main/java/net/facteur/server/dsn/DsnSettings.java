package net.facteur.server.dsn;

import java.util.List;
import net.facteur.queue.MailAddress;
import net.facteur.server.routing.Router;

/// How reports look.
///
/// @param hostName our name as Reporting-MTA and in Message-ID
/// @param from the author of reports: its local part at the domain that a report is about, and the
///   whole where none of ours is; default `mailer-daemon@` the host name
/// @param languages of the plain words, one after the other, 1 to 4; default English
/// @param maxReturned messages up to this many octets are returned whole where RET=FULL asked for
///   it, larger ones as header only; 0 to 50 MiB, default 50 KiB
/// @param returnWhole without RET, return whole messages (up to `maxReturned`) rather than headers;
///   default false, since a report may go to somebody who never wrote the message
public record DsnSettings(
    String hostName,
    MailAddress from,
    List<Language> languages,
    int maxReturned,
    boolean returnWhole) {
  /// A language of the plain words.
  public enum Language {
    ENGLISH,
    FRENCH
  }

  public DsnSettings {
    languages = List.copyOf(languages);
    if (languages.isEmpty() || languages.size() > 4) {
      throw new IllegalArgumentException("a report has 1 to 4 languages");
    }
    if (maxReturned < 0 || maxReturned > 50 << 20) {
      throw new IllegalArgumentException("returned octets: 0 to 50 MiB");
    }
  }

  /// The defaults for a host of this name.
  public static DsnSettings of(String hostName) {
    return new DsnSettings(
        hostName,
        new MailAddress(Router.MAILER_DAEMON, hostName),
        List.of(Language.ENGLISH),
        50 * 1024,
        false);
  }
}
