package net.facteur.server.checks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.clamav.Clamav;
import net.facteur.server.filter.clamav.ClamavSettings;
import net.facteur.server.filter.daemon.Daemon;
import net.facteur.server.filter.daemon.DaemonAddress;
import net.facteur.server.filter.daemon.DaemonTexts;
import net.facteur.server.filter.daemon.DaemonWatch;
import net.facteur.server.filter.rspamd.Rspamd;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.text.StrangerText;

/// Whether the daemons answer that judge mail, which a start does not wait for.
public final class DaemonCautions {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private DaemonCautions() {}

  /// Asks them, and waits for some seconds. None if the settings name none.
  public static List<Mistake> of(Settings settings) {
    var found = new ArrayList<Mistake>();
    RspamdSettings.from(settings)
        .ifPresent(
            its ->
                look(
                    settings,
                    RspamdSettings.ADDRESS,
                    its.address(),
                    RspamdSettings.role(settings),
                    Rspamd::ping,
                    found));
    ClamavSettings.from(settings)
        .ifPresent(
            its ->
                look(
                    settings,
                    ClamavSettings.ADDRESS,
                    its.address(),
                    ClamavSettings.role(settings),
                    Clamav::ping,
                    found));
    return found;
  }

  private static void look(
      Settings settings,
      Setting<DaemonAddress> setting,
      DaemonAddress address,
      DaemonWatch.Role role,
      Daemon.Question<Boolean> ping,
      List<Mistake> found) {
    switch (Daemon.forOnce(address, PATIENCE).askNow(ping)) {
      case Daemon.Outcome.Answered<Boolean> _ -> {}
      case Daemon.Outcome.Silent<Boolean>(String why) ->
          found.add(
              new Mistake(
                  settings.origin(setting),
                  DaemonTexts.SAY.unreachable(
                      role.name(), address.text(), StrangerText.of(why).onTerminal()),
                  DaemonTexts.SAY.unreachableRemedy(role.command(), setting.name())));
    }
  }
}
