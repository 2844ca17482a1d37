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
import net.facteur.server.report.TlsReporter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "status",
    description = {
      "Tell whether DNS answers are proven here, which DANE depends on; which certificate is in"
          + " service; and where the next one stands.",
      "Ends with 1 where answers are not proven, or where no key of the root is among the trust"
          + " anchors."
    })
final class TlsStatusCommand implements Callable<Integer> {
  private final Workplace workplace;
  @Mixin private final SettingsOption settings = new SettingsOption();

  @Option(names = "--json", description = "Write one JSON object.")
  private boolean json;

  TlsStatusCommand(Workplace workplace) {
    this.workplace = workplace;
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
    DnssecStatus status = security.dnssec().status();
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
            + status.detail()
            + ".");
    String anchors = tags(status.anchors());
    out.println(
        "Keys of the root: "
            + (status.rootKeys().isEmpty() ? "not seen" : tags(status.rootKeys()))
            + "; those that are trusted: "
            + anchors);
    switch (status.mode()) {
      case VALIDATING, TRUSTING_AD -> {}
      case ROOT_KEYS_UNKNOWN ->
          tell(
              "warning: every signed domain looks forged, so mail to it waits. See: facteur explain"
                  + " dns.trust-anchors");
      case UNAVAILABLE -> tell("To name another resolver: facteur explain dns.servers");
      case OFF -> tell("To switch it on: facteur explain dns.dnssec");
    }
    roll.lines().forEach(this::tell);
    return good ? Facteur.OK : Facteur.PROBLEM;
  }
}
