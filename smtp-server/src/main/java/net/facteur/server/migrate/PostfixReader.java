package net.facteur.server.migrate;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import net.facteur.server.language.Text;

/// Reads a Postfix and what stands beside it. It opens files for reading, and asks `postmap` what a
/// database holds whose text is gone; it changes nothing.
public final class PostfixReader {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  private final OldTree tree;
  private final DatabaseDump dump;
  private final InstantSource clock;

  /// @param dump shows databases
  public PostfixReader(OldTree tree, DatabaseDump dump, InstantSource clock) {
    this.tree = tree;
    this.dump = dump;
    this.clock = clock;
  }

  /// What there is to be moved.
  public sealed interface Reading {
    record Found(Move move) implements Reading {}

    /// @param why there is no Postfix that can be read
    record None(Text why) implements Reading {}
  }

  /// Reads everything.
  ///
  /// @param machine what the machine calls itself
  public Reading read(String machine) {
    String file = "/etc/postfix/main.cf";
    if (!tree.exists(file) && tree.exists("/main.cf")) {
      return new Reading.None(SAY.notATree(tree.root()));
    }
    return switch (tree.read(file)) {
      case OldFile.Missing _ -> new Reading.None(SAY.noPostfix(tree.at(file)));
      case OldFile.Unusable(Text why) -> new Reading.None(SAY.unusableFile(tree.at(file), why));
      case OldFile.Found found -> read(MainCf.parse(found.lines(), machine));
    };
  }

  private Reading read(MainCf main) {
    Optional<MainCf.Parameter> circle = main.circle();
    if (circle.isPresent()) {
      return new Reading.None(SAY.circle(circle.get().name(), circle.get().line()));
    }
    List<String> services =
        tree.read("/etc/postfix/master.cf") instanceof OldFile.Found found
            ? found.lines()
            : List.of();
    var old =
        new OldPostfix(tree, dump, main, MasterCf.parse(services), new Findings(), new TreeSet<>());
    var domains = new OldDomains(old);
    domains.identity();
    domains.domains();
    Taken taken = domains.taken();
    return taken.catchAll().isEmpty()
        ? new Reading.None(SAY.noDomains())
        : new Reading.Found(move(old, taken));
  }

  /// In the order in which one part stands on another.
  private Move move(OldPostfix old, Taken taken) {
    var files = new OldAliases(old, taken);
    var users = new OldUsers(old, taken, clock, files);
    users.systemUsers();
    users.dovecotUsers();
    users.virtualMailboxes();
    files.etcAliases();
    new VirtualAliases(old, taken, files).virtualAliases();
    files.postmaster();
    files.discarded();
    var routes = new OldRoutes(old, taken);
    routes.senderRights();
    routes.relays();
    routes.smarthost();
    new OldLimits(old, taken).limits();
    var listeners = new OldListeners(old, taken);
    listeners.listeners();
    listeners.certificates();
    var filters = new OldFilters(old, taken);
    filters.milters();
    filters.restrictions();
    var keys = new OldKeys(old, taken);
    keys.opendkim();
    keys.postsrsd();
    filters.besides();
    var mailboxes = new OldMailboxes(old, taken);
    mailboxes.mailboxPlaces();
    mailboxes.files();
    var ends = new AliasEnds(old, taken);
    Map<String, List<String>> forwards = ends.forwards();
    Map<String, List<String>> plain = ends.withoutLoops();
    rest(old);
    return new Move(
        taken.settings(),
        taken.catchAll(),
        taken.domainAliases(),
        taken.relayDomains(),
        plain,
        forwards,
        List.copyOf(taken.users().values()),
        taken.keys(),
        routes.smarthostPassword(),
        keys.srsSecret(),
        listeners.certificate(),
        taken.mailboxes(),
        old.findings());
  }

  /// Parameters that nothing above looked at.
  private static void rest(OldPostfix old) {
    for (MainCf.Parameter parameter : old.main().parameters()) {
      if (old.handled().contains(parameter.name())) {
        continue;
      }
      String what = "main.cf, " + parameter.line() + ": " + parameter.name();
      boolean unlimited =
          parameter.name().equals("mailbox_size_limit")
              && old.main().value(parameter.name()).equals("0");
      if (unlimited
          || Pattern.matches(
              "biff|append_dot_mydomain|readme_directory|html_directory|manpage_directory|sample_directory"
                  + "|compatibility_level|smtpd_banner|.*_tls_session_cache_database|smtpd_tls_security_level"
                  + "|smtpd_use_tls|smtpd_sasl_.*|disable_vrfy_command|smtpd_helo_required"
                  + "|strict_rfc821_envelopes|.*_tls_loglevel|smtpd_tls_auth_only|smtpd_tls_received_header"
                  + "|.*_directory|mail_owner|setgid_group|.*_path|debug.*|unknown_local_recipient_reject_code"
                  + "|default_database_type|mail_name|virtual_[ug]id_maps|virtual_minimum_uid"
                  + "|smtp_tls_note_starttls_offer|smtp_tls_CApath|smtp_dns_support_level|daemon_timeout"
                  + "|smtpd_delay_reject|local_recipient_maps|smtpd_tls_dh.*|.*_tls_mandatory_.*|.*_tls_protocols"
                  + "|.*_tls_ciphers|tls_.*",
              parameter.name())) {
        old.findings().taken(what, SAY.notNeeded());
      } else if (parameter.name().equals("maillog_file")) {
        old.findings().otherwise(what, SAY.ownLog());
      } else {
        old.findings().left(what, SAY.noCounterpart());
      }
    }
  }
}
