package net.facteur.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A program of others that a test needs on this machine.
enum Program {
  SWAKS("/usr/bin/swaks", "swaks libnet-ssleay-perl"),
  MSMTP("/usr/bin/msmtp", "msmtp"),
  MUTT("/usr/bin/mutt", "mutt"),
  MBSYNC("/usr/bin/mbsync", "isync"),
  CURL("/usr/bin/curl", "curl"),
  NODE("/usr/bin/node", "nodejs"),
  DASH("/usr/bin/dash", "dash"),
  PYTHON("/usr/bin/python3", "python3"),
  PYTHON_DKIM("/usr/lib/python3/dist-packages/dkim", "python3-dkim python3-nacl"),
  PERL_MAIL(
      "/usr/share/perl5/Email/MIME.pm",
      "libemail-mime-perl libemail-address-perl libemail-address-xs-perl libmailtools-perl"),
  MAIL_DMARC("/usr/share/perl5/Mail/DMARC.pm", "libmail-dmarc-perl"),
  OPENDKIM("/usr/sbin/opendkim", "opendkim"),
  CLAMAV_MILTER("/usr/sbin/clamav-milter", "clamav-milter"),
  POSTFIX("/usr/sbin/postfix", "postfix"),
  DOVECOT("/usr/lib/dovecot/lmtp", "dovecot-lmtpd"),
  DOVECOT_IMAP("/usr/lib/dovecot/imap", "dovecot-imapd"),
  DOVECOT_LUA("/usr/lib/dovecot/modules/auth/libauthdb_lua.so", "dovecot-auth-lua"),
  DOVECOT_SIEVE("/usr/lib/dovecot/modules/lib90_sieve_plugin.so", "dovecot-sieve"),
  DOVECOT_MANAGESIEVE("/usr/lib/dovecot/managesieve", "dovecot-managesieved"),
  DOVECOT_POP3("/usr/lib/dovecot/pop3", "dovecot-pop3d"),
  ROUNDCUBE("/var/lib/roundcube/index.php", "roundcube-core roundcube-sqlite3"),
  ROUNDCUBE_PLUGINS("/usr/share/roundcube/plugins/managesieve", "roundcube-plugins"),
  PHP("/usr/bin/php", "php-cli php-sqlite3 php-curl"),
  THUNDERBIRD("/usr/bin/thunderbird", "thunderbird"),
  CHROMIUM("/usr/bin/chromedriver", "chromium chromium-driver"),
  BIND("/usr/sbin/named", "bind9 bind9-utils bind9-dnsutils"),
  UNBOUND("/usr/sbin/unbound", "unbound"),
  NGINX("/usr/sbin/nginx", "nginx-light"),
  PEBBLE("/usr/bin/pebble", "pebble"),
  SLAPD("/usr/sbin/slapd", "slapd ldap-utils"),
  RSPAMD("/usr/bin/rspamd", "rspamd"),
  CLAMD("/usr/sbin/clamd", "clamav-daemon"),
  FAIL2BAN("/usr/bin/fail2ban-regex", "fail2ban"),
  PROMETHEUS("/usr/bin/promtool", "prometheus"),
  OPENSSL("/usr/bin/openssl", "openssl"),
  XMLLINT("/usr/bin/xmllint", "libxml2-utils"),
  GIT("/usr/bin/git", "git"),
  GNUTLS("/usr/bin/gnutls-serv", "gnutls-bin"),
  PERL("/usr/bin/perl", "perl-base"),
  DPKG("/usr/bin/dpkg-deb", "dpkg"),
  LINTIAN("/usr/bin/lintian", "lintian"),
  DEBOOTSTRAP("/usr/sbin/debootstrap", "debootstrap iproute2"),
  BUILDAH("/usr/bin/buildah", "buildah debootstrap iproute2"),
  SETPRIV("/usr/bin/setpriv", "util-linux");

  private final Path path;
  private final String debianPackages;

  Program(String path, String debianPackages) {
    this.path = Path.of(path);
    this.debianPackages = debianPackages;
  }

  String path() {
    return path.toString();
  }

  /// What to do to have it; empty where it is there.
  List<String> missing() {
    return Files.exists(path) ? List.of() : List.of("apt-get install " + debianPackages);
  }
}
