package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes, times, and networks that are trusted.
final class OldLimits {
  private static final MigrateTexts SAY = MigrateTexts.SAY;

  /// Seconds.
  private static final long DAY = 86_400;

  private final OldPostfix old;
  private final MainCf main;
  private final Findings findings;
  private final Set<String> handled;
  private final Map<String, String> settings;

  OldLimits(OldPostfix old, Taken taken) {
    this.old = old;
    main = old.main();
    findings = old.findings();
    handled = old.handled();
    settings = taken.settings();
  }

  void limits() {
    number("message_size_limit", "limits.message-size", 1 << 20, 1L << 30, "B");
    number("smtpd_recipient_limit", "limits.recipients", 100, 50_000, "");
    time("maximal_queue_lifetime", 'd', "queue.life", 60, 30 * DAY);
    time("delay_warning_time", 'h', "queue.delay-report", 60, 30 * DAY);
    time("minimal_backoff_time", 's', "queue.first-retry", 1, DAY);
    time("maximal_backoff_time", 's', "queue.longest-retry", 1, DAY);
    number("queue_minfree", "queue.minimum-free", 0, 1L << 40, "B");
    handled.addAll(List.of("recipient_delimiter", "bounce_queue_lifetime"));
    String delimiter = main.value("recipient_delimiter");
    if (delimiter.isEmpty()) {
      settings.put("sub-addresses.separators", "\"\"");
      findings.taken("recipient_delimiter", SAY.becomes("sub-addresses.separators"));
    } else if (delimiter.chars().allMatch(c -> "+-=_.#~^!".indexOf(c) >= 0)) {
      settings.put("sub-addresses.separators", OldPostfix.quoted(delimiter));
      findings.taken(old.at("recipient_delimiter"), SAY.becomes("sub-addresses.separators"));
    } else {
      findings.left(old.at("recipient_delimiter"), SAY.noCounterpart());
    }
    handled.add("mynetworks");
    handled.add("mynetworks_style");
    var networks = new ArrayList<String>();
    for (String network : main.list("mynetworks")) {
      String plain = network.replaceAll("[\\[\\]]", "");
      if (plain.startsWith("127.") || plain.startsWith("::1") || plain.startsWith("::ffff:127.")) {
        continue;
      }
      if (plain.matches("[0-9a-fA-F.:]+(/[0-9]{1,3})?") && !plain.matches("[0-9]+")) {
        networks.add(OldPostfix.quoted(plain));
      } else {
        findings.left(old.at("mynetworks") + ": " + network, SAY.noNetwork());
      }
    }
    if (!networks.isEmpty()) {
      settings.put("submission.networks", "[" + String.join(", ", networks) + "]");
      findings.otherwise(old.at("mynetworks"), SAY.networks());
    }
  }

  private void number(String name, String setting, long least, long most, String unit) {
    handled.add(name);
    if (!main.sets(name)) {
      return;
    }
    String value = main.value(name);
    long number = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
    long kept = number == 0 && least > 0 ? most : Math.clamp(number, least, most);
    if (number < 0) {
      findings.left(old.at(name), SAY.noNumber(value));
      return;
    }
    settings.put(setting, kept + unit);
    if (kept == number) {
      findings.taken(old.at(name), SAY.becomes(setting));
    } else {
      findings.otherwise(old.at(name), SAY.becomesBounded(setting, kept + unit));
    }
  }

  /// @param usual the unit of a number without one
  /// @param least seconds
  /// @param most seconds
  private void time(String name, char usual, String setting, long least, long most) {
    handled.add(name);
    Matcher m = Pattern.compile("([0-9]{1,9})([smhdw]?)").matcher(main.value(name));
    if (!main.sets(name)) {
      return;
    }
    if (!m.matches() || m.group(1).matches("0+")) {
      findings.left(old.at(name), SAY.noNumber(main.value(name)));
      return;
    }
    char unit = m.group(2).isEmpty() ? usual : m.group(2).charAt(0);
    long number = Long.parseLong(m.group(1)) * (unit == 'w' ? 7 : 1);
    long seconds =
        number
            * switch (unit) {
              case 'd', 'w' -> DAY;
              case 'h' -> 3600;
              case 'm' -> 60;
              default -> 1;
            };
    if (seconds >= least && seconds <= most) {
      settings.put(setting, number + (unit == 'w' ? "d" : String.valueOf(unit)));
      findings.taken(old.at(name), SAY.becomes(setting));
    } else {
      String kept = Math.clamp(seconds, least, most) + "s";
      settings.put(setting, kept);
      findings.otherwise(old.at(name), SAY.becomesBounded(setting, kept));
    }
  }
}
