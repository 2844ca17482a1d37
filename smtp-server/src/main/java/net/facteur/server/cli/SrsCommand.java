package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.srs.SrsForwarding;
import net.facteur.auth.srs.SrsProblem;
import net.facteur.auth.srs.SrsReversal;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.server.config.ReceptionTable;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsRecords;
import net.facteur.server.routing.SrsDomains;
import net.facteur.server.routing.SrsSecretFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "srs",
    description = {
      "Rewrite a reverse-path as forwarding does, and read a rewritten one back.",
      "Forwarded mail leaves with a reverse-path of our own, so that the next host's SPF check"
          + " looks at us; bounces to it are sent on to the original sender."
    })
final class SrsCommand {
  private SrsCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new SrsCommand());
    group.addSubcommand(new Encode(workplace));
    group.addSubcommand(new Decode(workplace));
    return group;
  }

  /// What both share.
  abstract static class Rewriting implements Callable<Integer> {
    final Workplace workplace;
    @Mixin private final SettingsOption settings = new SettingsOption();

    @Parameters(paramLabel = "ADDRESS")
    String address = "";

    @Option(
        names = "--secret",
        paramLabel = "FILE",
        description = "The file of secrets; that of the settings unless given.")
    private @Nullable Path secret;

    @Option(names = "--json", description = "Write one JSON object.")
    private boolean json;

    Rewriting(Workplace workplace) {
      this.workplace = workplace;
    }

    /// What rewrites into `domain`.
    SrsRewriter rewriter(String domain) throws IOException {
      Path named = secret;
      Path file =
          named == null ? new SettingsRecords(settings.read(workplace), 1).srsSecretFile() : named;
      try {
        List<SrsSecret> secrets = new SrsSecretFile(file).read();
        Optional<DomainName> forAll = settings.read(workplace).find(ReceptionTable.SRS_DOMAIN);
        return new SrsDomains(secrets, forAll, workplace.clock())
            .at(domain)
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "`" + domain + "` is not srs.domain, so no path of ours has it.",
                        "See which one it is: facteur explain srs.domain"));
      } catch (NoSuchFileException e) {
        throw new CommandFailedException(
            "There is no file of secrets " + file + ".",
            "The server makes it when it starts for the first time: facteur run");
      }
    }

    Optional<String> domain() {
      Settings read = settings.read(workplace);
      return read.find(ReceptionTable.SRS_DOMAIN)
          .map(DomainName::text)
          .or(() -> read.names("domains").stream().findFirst());
    }

    Integer told(String result) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("address", address);
      fields.put("result", result);
      workplace.out().println(json ? new JsonMapper().writeValueAsString(fields) : result);
      return Facteur.OK;
    }
  }

  @Command(name = "encode", description = "Show what a reverse-path becomes when it is forwarded.")
  static final class Encode extends Rewriting {
    @Option(
        names = "--domain",
        paramLabel = "DOMAIN",
        description = "Our domain; srs.domain, or the first domain, unless given.")
    private @Nullable String domain;

    Encode(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      String named = domain;
      String ours =
          named == null
              ? domain()
                  .orElseThrow(
                      () ->
                          new CommandFailedException(
                              "The settings name no domain.", "Add --domain example.org"))
              : DkimKeys.domain(named).text();
      return switch (rewriter(ours).forward(address, ours)) {
        case SrsForwarding.Rewritten(String text, boolean _) -> told(text);
        case SrsForwarding.Unchanged(String text) -> told(text);
        case SrsForwarding.Refused(SrsProblem problem) ->
            throw new CommandFailedException(
                "`" + address + "` cannot be rewritten: " + problem.words() + ".",
                "Type a whole address, such as alice@example.net");
      };
    }
  }

  @Command(name = "decode", description = "Show where a bounce to a rewritten address goes.")
  static final class Decode extends Rewriting {
    Decode(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      return switch (rewriter(address.substring(address.lastIndexOf('@') + 1)).reverse(address)) {
        case SrsReversal.Reversed(String text) -> told(text);
        case SrsReversal.Refused(SrsProblem problem) ->
            throw new CommandFailedException(
                "Mail to `" + address + "` goes nowhere: " + problem.words() + ".",
                switch (problem) {
                  case NO_AT_SIGN, NOT_SRS, MALFORMED ->
                      "Type the whole address, which begins with SRS0= or SRS1=";
                  case BAD_HASH -> "It was not made here, or with a secret that is gone.";
                  case EXPIRED -> "Bounces are taken for 21 days.";
                });
      };
    }
  }
}
