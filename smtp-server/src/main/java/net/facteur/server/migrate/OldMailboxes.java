package net.facteur.server.migrate;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Where the mail of the old server lies, and who puts it there.
final class OldMailboxes {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  private final OldPostfix old;
  private final MainCf main;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, String> settings;
  private final Map<String, String> mailboxes;
  private final Set<String> users;
  private final String primary;

  OldMailboxes(OldPostfix old, Taken taken) {
    this.old = old;
    main = old.main();
    findings = old.findings();
    handled = old.handled();
    settings = taken.settings();
    mailboxes = taken.mailboxes();
    users = taken.users().keySet();
    primary = taken.primary();
  }

  /// Where mail lies, and who puts it there.
  void mailboxPlaces() {
    handled.addAll(
        List.of(
            "virtual_transport",
            "mailbox_transport",
            "home_mailbox",
            "local_transport",
            "mailbox_command"));
    String transport =
        List.of("virtual_transport", "mailbox_transport").stream()
            .map(main::value)
            .filter(value -> value.startsWith("lmtp:"))
            .findFirst()
            .orElse("");
    if (transport.isEmpty()) {
      String command = main.value("mailbox_command");
      if (!command.isEmpty()) {
        findings.left(old.at("mailbox_command") + " " + command, SAY.mailboxCommand());
      }
      if (!mailboxes.isEmpty()) {
        Optional<String> base = commonBase();
        if (base.isPresent()) {
          settings.put("directories.mail", OldPostfix.quoted(base.get()));
          findings.otherwise("Maildir", SAY.maildirsTaken(mailboxes.size(), base.get()));
        } else {
          findings.otherwise("Maildir", SAY.maildirs(mailboxes.size()));
        }
      }
      return;
    }
    String way = transport.substring(5);
    if (way.startsWith("unix:")) {
      String socket = way.substring(5);
      way = socket.startsWith("/") ? socket : main.value("queue_directory") + "/" + socket;
      settings.put("mailboxes.lmtp", OldPostfix.quoted(way));
      findings.otherwise(transport, SAY.lmtpSocket(way));
    } else {
      settings.put(
          "mailboxes.lmtp",
          OldPostfix.quoted(way.replaceFirst("^inet:", "").replaceAll("[\\[\\]]", "")));
      findings.taken(transport, SAY.becomes("mailboxes.lmtp"));
    }
    if (!mailboxes.isEmpty()) {
      findings.taken("Maildir", SAY.maildirsStay(mailboxes.size()));
    }
  }

  /// Mailboxes of users of the system that are one file each, which nobody reads here.
  void files() {
    handled.add("mail_spool_directory");
    String spool = main.value("mail_spool_directory");
    String place = spool.isEmpty() ? "/var/mail" : spool.replaceFirst("/+$", "");
    for (String file : old.tree().names(place)) {
      String path = place + "/" + file;
      if (!old.tree().isMbox(path)) {
        continue;
      }
      String user = OldPostfix.lower(file);
      Optional<String> address =
          users.stream()
              .filter(_ -> file.matches("[A-Za-z0-9._-]+")) // part of a line for the shell
              .filter(name -> name.startsWith(user + "@"))
              .sorted()
              .min(Comparator.comparing(name -> !name.endsWith("@" + primary)));
      findings.left(
          path,
          address
              .map(name -> SAY.mbox(name, old.tree().at(path), file))
              .orElseGet(() -> SAY.mboxOfNobody(old.tree().at(path))));
    }
  }

  /// The directory below which every mailbox lies where Facteur looks for it.
  Optional<String> commonBase() {
    var bases = new TreeSet<String>();
    mailboxes.forEach(
        (address, path) -> {
          int at = address.lastIndexOf('@');
          String end =
              "/" + address.substring(at + 1) + "/" + address.substring(0, at) + "/Maildir";
          String plain = path.replaceAll("/+", "/").replaceAll("/$", "");
          bases.add(plain.endsWith(end) ? plain.substring(0, plain.length() - end.length()) : "");
        });
    return bases.size() == 1
        ? Optional.of(bases.first()).filter(base -> !base.isEmpty())
        : Optional.empty();
  }
}
