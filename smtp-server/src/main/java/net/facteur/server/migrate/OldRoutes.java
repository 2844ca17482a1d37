package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.accounts.User;
import net.facteur.server.language.Text;
import net.facteur.server.migrate.LookupTable.Row;

/// Who may send as whom, and the ways out.
final class OldRoutes {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  private final OldPostfix old;
  private final MainCf main;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, String> settings;
  private final Map<String, Optional<String>> catchAll;
  private final Map<String, Optional<String>> relayDomains;
  private final Map<String, User> users;
  private final String primary;
  private Optional<String> smarthostPassword = Optional.empty();

  OldRoutes(OldPostfix old, Taken taken) {
    this.old = old;
    main = old.main();
    findings = old.findings();
    handled = old.handled();
    settings = taken.settings();
    catchAll = taken.catchAll();
    relayDomains = taken.relayDomains();
    users = taken.users();
    primary = taken.primary();
  }

  void senderRights() {
    handled.add("smtpd_sender_login_maps");
    for (String map : main.list("smtpd_sender_login_maps")) {
      switch (old.table(map)) {
        case LookupTable.Plain(String file, List<Row> rows) ->
            rows.forEach(row -> senderRight(file, row));
        case LookupTable.Patterns(String file, List<Row> _) -> findings.left(file, SAY.pattern());
        case LookupTable.Unusable(String name, Text why) ->
            findings.left(old.at("smtpd_sender_login_maps") + ": " + name, why);
      }
    }
  }

  private void senderRight(String file, Row row) {
    String what = file + ", " + row.line() + ": " + row.key();
    String right = row.key().startsWith("@") ? "*" + row.key() : row.key();
    for (String login : MainCf.split(row.value())) {
      String name = OldPostfix.lower(login.contains("@") ? login : login + "@" + primary);
      User user = users.get(name);
      if (user == null) {
        findings.left(what, SAY.noSuchUser(name));
      } else if (!right.startsWith("*@") && OldPostfix.address(right).isEmpty()) {
        findings.left(what, SAY.noAddress(right));
      } else {
        if (!right.equals(name) && !user.sendAs().contains(right)) {
          var more = new ArrayList<>(user.sendAs());
          more.add(right);
          users.put(name, user.withSendAs(more));
        }
        findings.taken(what, SAY.senderRight(name, right));
      }
    }
  }

  void relays() {
    handled.addAll(List.of("relay_domains", "transport_maps", "relay_recipient_maps"));
    for (String name : main.list("relay_domains")) {
      if (name.contains(":") || name.startsWith("/")) {
        old.rows("relay_domains", name).forEach(row -> relayDomain(row.key()));
      } else {
        relayDomain(name.toLowerCase(Locale.ROOT));
      }
    }
    for (Row row : old.rows("transport_maps")) {
      transport(row);
    }
  }

  private void relayDomain(String name) {
    if (catchAll.containsKey(name)) {
      return;
    }
    if (OldPostfix.domain(name).isPresent()) {
      relayDomains.put(name, Optional.empty());
      findings.otherwise(old.at("relay_domains") + ": " + name, SAY.relayDomain(name));
    } else {
      findings.left(old.at("relay_domains") + ": " + name, SAY.noDomain());
    }
  }

  private void transport(Row row) {
    String what = "transport_maps, " + row.line() + ": " + row.key() + " " + row.value();
    int colon = row.value().indexOf(':');
    String kind = colon < 0 ? row.value() : row.value().substring(0, colon);
    String hop = colon < 0 ? "" : row.value().substring(colon + 1);
    if (kind.equals("discard") || kind.equals("error") || kind.equals("retry")) {
      findings.left(what, SAY.refusingTransport(kind));
    } else if (row.key().equals("*") && hop.isEmpty()) {
      findings.taken(what, SAY.usual());
    } else if (row.key().equals("*")) {
      smarthost(what, hop);
    } else if (relayDomains.containsKey(row.key())
        && !hop.isEmpty()
        && kind.matches("|smtp|relay")) {
      relayDomains.put(row.key(), Optional.of(hop.replaceAll("[\\[\\]]", "")));
      findings.taken(what, SAY.becomes("relay-domains." + row.key() + ".host"));
    } else if (kind.matches("lmtp|virtual|dovecot|local") && catchAll.containsKey(row.key())) {
      findings.otherwise(what, SAY.oneMailboxTransport());
    } else {
      findings.left(what, SAY.transport());
    }
  }

  void smarthost() {
    handled.addAll(
        List.of(
            "relayhost",
            "smtp_sasl_password_maps",
            "smtp_sasl_auth_enable",
            "smtp_sasl_security_options",
            "smtp_sasl_mechanism_filter",
            "smtp_tls_wrappermode",
            "smtp_tls_security_level",
            "smtp_use_tls",
            "smtp_enforce_tls"));
    String relay = main.value("relayhost");
    if (!relay.isEmpty()) {
      smarthost(old.at("relayhost"), relay);
    }
    String level = main.value("smtp_tls_security_level");
    if (main.sets("smtp_tls_security_level") && relay.isEmpty()) {
      if (level.equals("dane") || level.equals("may")) {
        findings.taken(old.at("smtp_tls_security_level"), SAY.daneAnyway());
      } else {
        findings.otherwise(old.at("smtp_tls_security_level") + " " + level, SAY.daneInstead());
      }
    }
  }

  private void smarthost(String what, String relay) {
    Matcher m =
        Pattern.compile("(?:[a-z]+:)?\\[?([^\\[\\]:]+)\\]?(?::([a-z0-9]+))?").matcher(relay);
    if (!m.matches()) {
      findings.left(what, SAY.noHostName(relay));
      return;
    }
    String port = m.group(2) == null ? "25" : m.group(2);
    port =
        switch (port) {
          case "smtp" -> "25";
          case "submission" -> "587";
          case "smtps", "submissions" -> "465";
          default -> port;
        };
    settings.put("smarthost.host", OldPostfix.quoted(m.group(1)));
    settings.put("smarthost.port", port);
    String level = main.value("smtp_tls_security_level");
    String tls =
        main.value("smtp_tls_wrappermode").equals("yes") || port.equals("465")
            ? "implicit"
            : switch (level) {
              case "verify", "secure", "dane-only" -> "verified";
              case "encrypt" -> "encrypt";
              case "none" -> "none";
              default -> "opportunistic";
            };
    String map = main.value("smtp_sasl_password_maps");
    if (!map.isEmpty()) {
      Optional<Row> row =
          old.rows("smtp_sasl_password_maps").stream()
              .filter(
                  r ->
                      r.key().equals(relay.toLowerCase(Locale.ROOT))
                          || r.key().equals(m.group(1).toLowerCase(Locale.ROOT)))
              .findFirst();
      int colon = row.map(r -> r.value().indexOf(':')).orElse(-1);
      if (colon > 0) {
        settings.put("smarthost.user", OldPostfix.quoted(row.get().value().substring(0, colon)));
        smarthostPassword = Optional.of(row.get().value().substring(colon + 1));
        findings.taken(
            old.at("smtp_sasl_password_maps"),
            SAY.becomes("smarthost.user, smarthost.password-file"));
        if (tls.equals("opportunistic") || tls.equals("none")) {
          tls = "encrypt";
          findings.otherwise(old.at("smtp_tls_security_level"), SAY.passwordNeedsTls());
        }
      } else {
        findings.left(old.at("smtp_sasl_password_maps"), SAY.noPasswordFor(relay));
      }
    }
    settings.put("smarthost.tls", tls);
    findings.taken(what, SAY.becomes("smarthost.host, smarthost.port"));
  }

  Optional<String> smarthostPassword() {
    return smarthostPassword;
  }
}
