package net.facteur.server.migrate;

import java.util.List;
import java.util.Set;

/// What judges mail beside the old server.
final class OldFilters {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  private final OldPostfix old;
  private final MainCf main;
  private final OldTree tree;
  private final Findings findings;
  private final Set<String> handled;

  OldFilters(OldPostfix old, Taken taken) {
    this.old = old;
    main = old.main();
    tree = old.tree();
    findings = old.findings();
    handled = old.handled();
  }

  void milters() {
    for (String name : List.of("smtpd_milters", "non_smtpd_milters")) {
      handled.add(name);
      for (String milter : main.list(name)) {
        String what = old.at(name) + ": " + milter;
        if (milter.matches("(?i).*(opendkim|:8891|:12301|:12345).*")) {
          findings.taken(what, SAY.signsItself());
        } else if (milter.matches("(?i).*(opendmarc|:8893|:54321).*")) {
          findings.taken(what, SAY.checksItself("DMARC"));
        } else if (milter.matches("(?i).*(openarc|:8894).*")) {
          findings.taken(what, SAY.checksItself("ARC"));
        } else {
          findings.left(what, SAY.milter());
        }
      }
    }
    handled.addAll(List.of("milter_default_action", "milter_protocol", "milter_mail_macros"));
  }

  void restrictions() {
    for (String name :
        List.of(
            "smtpd_client_restrictions",
            "smtpd_helo_restrictions",
            "smtpd_sender_restrictions",
            "smtpd_recipient_restrictions",
            "smtpd_relay_restrictions",
            "smtpd_data_restrictions",
            "smtpd_end_of_data_restrictions",
            "smtpd_etrn_restrictions")) {
      handled.add(name);
      List<String> words = main.list(name);
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        String argument = i + 1 < words.size() ? words.get(i + 1) : "";
        String what = old.at(name) + ": " + word + " " + argument;
        if (word.equals("check_policy_service")) {
          if (argument.contains("spf")) {
            findings.taken(what, SAY.checksItself("SPF"));
          } else {
            findings.left(what, SAY.policyService(argument));
          }
        } else if (word.contains("_rbl") || word.contains("_rhsbl") || word.contains("dnswl")) {
          findings.left(what, SAY.blockList());
        } else if (word.startsWith("check_") && word.endsWith("_access")) {
          findings.left(what, SAY.accessTable());
        }
      }
    }
  }

  void besides() {
    if (tree.exists("/etc/opendmarc.conf")) {
      findings.otherwise("/etc/opendmarc.conf", SAY.opendmarc());
    }
    if (tree.exists("/etc/postfix-policyd-spf-python/policyd-spf.conf")) {
      findings.otherwise("/etc/postfix-policyd-spf-python/policyd-spf.conf", SAY.policydSpf());
    }
    if (tree.exists("/etc/mta-sts-daemon.yml")
        || main.value("smtp_tls_policy_maps").contains(":8461")) {
      handled.add("smtp_tls_policy_maps");
      findings.taken("postfix-mta-sts-resolver", SAY.checksItself("MTA-STS"));
    }
  }
}
