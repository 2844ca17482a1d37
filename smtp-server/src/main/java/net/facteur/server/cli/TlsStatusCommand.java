package net.facteur.server.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DnssecStatus;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.TransportSecurity;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.language.Text;
import net.facteur.server.report.TlsReporter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "status")
final class TlsStatusCommand implements Callable<Integer> {
  private static final TlsTexts SAY = TlsTexts.SAY;

  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Option(names = "--json")
  private boolean json;

  TlsStatusCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  private void tell(Text line) {
    tell(workplace.say(line));
  }

  private void tell(String line) {
    workplace.out().println(settings.typed(workplace, line));
  }

  private static String tags(List<Integer> tags) {
    return tags.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  @Override
  public Integer call() throws IOException {
    Settings read = settings.read(workplace);
    RollReport roll = RollReport.of(read);
    var security =
        TransportSecurity.of(
            read,
            workplace.random(),
            workplace.clock(),
            _ -> MtaStsPolicies.NONE,
            TlsReporter.NONE);
    boolean silent = new FirstAnswer(workplace.resolver(read)).silent();
    DnssecStatus status =
        silent
            ? new DnssecStatus(
                DnssecStatus.Mode.UNAVAILABLE,
                FirstAnswer.SILENCE,
                List.of(),
                ResolverSettings.from(read).proof().anchors().keyTags())
            : security.dnssec().status();
    boolean good =
        switch (status.mode()) {
          case VALIDATING, TRUSTING_AD -> true;
          case ROOT_KEYS_UNKNOWN, UNAVAILABLE, OFF -> false;
        };
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", good);
      fields.put("dnssec", status.mode().word());
      fields.put("detail", status.detail());
      fields.put("root_keys", status.rootKeys());
      fields.put("trust_anchors", status.anchors());
      fields.put("certificates", roll.fields());
      workplace.out().println(new JsonMapper().writeValueAsString(fields));
      return good ? Facteur.OK : Facteur.PROBLEM;
    }
    var out = workplace.out();
    out.println(
        "DNSSEC "
            + (good ? workplace.green(status.mode().word()) : workplace.red(status.mode().word()))
            + ": "
            + (silent ? SAY.silentNameServers().in(workplace.language()) : status.detail())
            + ".");
    String anchors = tags(status.anchors());
    tell(
        status.rootKeys().isEmpty()
            ? SAY.tlsRootUnseen(anchors)
            : SAY.tlsRootKeys(tags(status.rootKeys()), anchors));
    switch (status.mode()) {
      case VALIDATING, TRUSTING_AD -> {}
      case ROOT_KEYS_UNKNOWN -> tell(SAY.tlsAnchorsOld());
      case UNAVAILABLE -> tell(SAY.tlsOtherResolver());
      case OFF -> tell(SAY.tlsSwitchOn());
    }
    roll.lines(workplace.language()).forEach(this::tell);
    return good ? Facteur.OK : Facteur.PROBLEM;
  }
}
