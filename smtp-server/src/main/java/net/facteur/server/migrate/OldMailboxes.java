package net.facteur.server.migrate;

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

  OldMailboxes(OldPostfix old, Taken taken) {
    this.old = old;
    main = old.main();
    findings = old.findings();
    handled = old.handled();
    settings = taken.settings();
    mailboxes = taken.mailboxes();
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
