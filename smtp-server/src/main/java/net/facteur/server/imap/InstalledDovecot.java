package net.facteur.server.imap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/// What of Dovecot is there.
///
/// @param parts those whose packages are installed
public record InstalledDovecot(DovecotRelease release, Set<Part> parts) {
  /// What Debian has in packages of its own.
  public enum Part {
    IMAP("dovecot-imapd", "imap"),
    /// Asks about accounts by a script.
    LUA("dovecot-auth-lua", "modules/auth/libauthdb_lua.so"),
    LMTP("dovecot-lmtpd", "lmtp"),
    POP3("dovecot-pop3d", "pop3"),
    /// Rules for incoming mail.
    SIEVE("dovecot-sieve", "modules/lib90_sieve_plugin.so"),
    /// Rules, edited by mail programs.
    MANAGESIEVE("dovecot-managesieved", "managesieve");

    private final String debianPackage;
    private final String file;

    Part(String debianPackage, String file) {
      this.debianPackage = debianPackage;
      this.file = file;
    }

    public String debianPackage() {
      return debianPackage;
    }

    /// True where it is installed.
    public boolean isIn(Path libraries) {
      return Files.exists(libraries.resolve(file));
    }
  }

  /// Without these, nothing can be joined.
  public static final Set<Part> NEEDED = Set.of(Part.IMAP, Part.LUA, Part.LMTP);

  public InstalledDovecot {
    parts = Set.copyOf(parts);
  }

  /// One that has every part, on another machine.
  public static InstalledDovecot whole(DovecotRelease release) {
    return new InstalledDovecot(release, EnumSet.allOf(Part.class));
  }

  /// Looks what is there.
  ///
  /// @param libraries usually `/usr/lib/dovecot`
  public static InstalledDovecot in(DovecotRelease release, Path libraries) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (Part part : Part.values()) {
      if (part.isIn(libraries)) {
        parts.add(part);
      }
    }
    return new InstalledDovecot(release, parts);
  }

  boolean has(Part part) {
    return parts.contains(part);
  }
}
