package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.language.Text;

/// Where the old server listens, and with which certificate.
final class OldListeners {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  private final OldPostfix old;
  private final MainCf main;
  private final OldTree tree;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, String> settings;
  private Optional<Move.Certificate> certificate = Optional.empty();

  OldListeners(OldPostfix old, Taken taken) {
    this.old = old;
    main = old.main();
    tree = old.tree();
    findings = old.findings();
    handled = old.handled();
    settings = taken.settings();
  }

  private void families() {
    handled.addAll(List.of("inet_protocols", "smtp_address_preference"));
    List<String> protocols = main.sets("inet_protocols") ? main.list("inet_protocols") : List.of();
    String preference = main.value("smtp_address_preference");
    if (protocols.equals(List.of("ipv4")) || protocols.equals(List.of("ipv6"))) {
      settings.put("delivery.families", protocols.getFirst() + "-only");
      findings.taken(old.at("inet_protocols"), SAY.becomes("delivery.families"));
    } else if (preference.equals("ipv4") || preference.equals("ipv6")) {
      settings.put("delivery.families", preference + "-first");
      findings.taken(old.at("smtp_address_preference"), SAY.becomes("delivery.families"));
    }
  }

  void listeners() {
    families();
    handled.addAll(List.of("inet_interfaces", "smtp_bind_address", "smtp_bind_address6"));
    String interfaces = main.value("inet_interfaces");
    if (interfaces.equals("loopback-only") || interfaces.equals("localhost")) {
      settings.put("listen.reception", "[\"127.0.0.1:25\", \"[::1]:25\"]");
      findings.taken(old.at("inet_interfaces"), SAY.becomes("listen.reception"));
    } else if (main.sets("inet_interfaces") && !interfaces.equals("all")) {
      var addresses = new ArrayList<String>();
      for (String one : main.list("inet_interfaces")) {
        String plain = one.replaceAll("[\\[\\]]", "");
        if (plain.matches("[0-9.]+")) {
          addresses.add(OldPostfix.quoted(plain + ":25"));
        } else if (plain.matches("[0-9a-fA-F:]+")) {
          addresses.add(OldPostfix.quoted("[" + plain + "]:25"));
        } else if (!plain.equals("localhost")) {
          findings.left(old.at("inet_interfaces") + ": " + one, SAY.noNetwork());
        }
      }
      if (!addresses.isEmpty()) {
        settings.put("listen.reception", "[" + String.join(", ", addresses) + "]");
        findings.taken(old.at("inet_interfaces"), SAY.becomes("listen.reception"));
      }
    }
    var sources = new ArrayList<String>();
    for (String name : List.of("smtp_bind_address", "smtp_bind_address6")) {
      if (!main.value(name).isEmpty()) {
        sources.add(OldPostfix.quoted(main.value(name).replaceAll("[\\[\\]]", "")));
        findings.taken(old.at(name), SAY.becomes("delivery.sources"));
      }
    }
    if (!sources.isEmpty()) {
      settings.put("delivery.sources", "[" + String.join(", ", sources) + "]");
    }
    for (MasterCf.Service service : old.master().services()) {
      String what =
          "master.cf, " + service.line() + ": " + service.name() + " " + service.command();
      if (service.type().equals("inet") && service.command().equals("smtpd")) {
        switch (service.port()) {
          case "smtp" -> findings.taken(what, SAY.becomes("listen.reception"));
          case "submission" -> findings.taken(what, SAY.becomes("listen.submission"));
          case "submissions" -> findings.taken(what, SAY.becomes("listen.submissions"));
          default -> findings.left(what, SAY.otherPort());
        }
      } else if (service.command().equals("pipe") && !isShipped(service.name())) {
        findings.left(what, SAY.pipeService());
      } else if (service.command().equals("spawn") && !service.arguments().contains("spf")) {
        findings.left(what, SAY.policyService(service.name()));
      }
    }
  }

  /// In Debian's `master.cf` whether somebody uses them or not.
  private static boolean isShipped(String service) {
    return Set.of("maildrop", "uucp", "ifmail", "bsmtp", "scalemail-backend", "mailman")
        .contains(service);
  }

  void certificates() {
    handled.addAll(
        List.of(
            "smtpd_tls_cert_file",
            "smtpd_tls_key_file",
            "smtpd_tls_chain_files",
            "smtpd_tls_eccert_file",
            "smtpd_tls_eckey_file"));
    String chain = main.value("smtpd_tls_cert_file");
    String key = main.value("smtpd_tls_key_file");
    String name = "smtpd_tls_cert_file";
    List<String> files = main.list("smtpd_tls_chain_files");
    if (!files.isEmpty()) {
      name = "smtpd_tls_chain_files";
      key = files.getFirst();
      chain = files.size() > 1 ? files.get(1) : files.getFirst();
    }
    if (chain.isEmpty() || chain.equals("none")) {
      return;
    }
    if (key.isEmpty() || key.equals("$smtpd_tls_cert_file")) {
      key = chain;
    }
    if (chain.contains("ssl-cert-snakeoil")) {
      findings.left(old.at(name) + " " + chain, SAY.snakeoil());
      return;
    }
    OldFile chainRead = tree.read(chain);
    OldFile keyRead = tree.read(key);
    if (chainRead instanceof OldFile.Found c && keyRead instanceof OldFile.Found k) {
      certificate = Optional.of(new Move.Certificate(c.text(), k.text()));
      if (chain.contains("/letsencrypt/live/")) {
        findings.otherwise(old.at(name) + " " + chain, SAY.certbot());
      } else {
        findings.otherwise(old.at(name) + " " + chain, SAY.certificateCopied());
      }
    } else {
      String bad = chainRead instanceof OldFile.Found ? key : chain;
      OldFile read = chainRead instanceof OldFile.Found ? keyRead : chainRead;
      findings.left(
          old.at(name) + " " + bad,
          read instanceof OldFile.Unusable(Text why) ? why : SAY.missing());
    }
  }

  Optional<Move.Certificate> certificate() {
    return certificate;
  }
}
