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
import net.facteur.auth.srs.SrsProblem;
import net.facteur.auth.srs.SrsReversal;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsDomains;
import net.facteur.server.routing.SrsReversePaths;
import net.facteur.server.routing.SrsSecretFile;
import net.facteur.server.routing.SrsSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "srs")
final class SrsCommand {
  private static final SpfTexts SAY = SpfTexts.SAY;

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

    @Option(names = "--secret", paramLabel = "FILE")
    private @Nullable Path secret;

    @Option(names = "--json")
    private boolean json;

    Rewriting(Workplace workplace) {
      this.workplace = workplace;
    }

    /// Who may rewrite into which domain.
    SrsDomains domains() throws IOException {
      Path named = secret;
      Settings read = settings.read(workplace);
      Path file = named == null ? SrsSettings.from(read).secretFile() : named;
      try {
        List<SrsSecret> secrets = new SrsSecretFile(file).read();
        return new SrsDomains(secrets, SrsSettings.from(read).domain(), workplace.clock());
      } catch (NoSuchFileException e) {
        throw new CommandFailedException(
            SAY.srsNoSecrets(file),
            named == null ? CliTexts.SAY.serverMakesIt() : SAY.srsNameSecrets());
      }
    }

    /// What the server knows of addresses that are ours.
    Router router() {
      return new Router(
          RoutingSettings.from(settings.read(workplace)),
          (_, _) -> false,
          ReversePathRewriter.identity());
    }

    DomainName firstDomain() {
      return DkimKeys.chosen(settings.read(workplace), List.of()).getFirst();
    }

    /// @param kept why nothing is changed; empty where something is
    Integer told(String result, Optional<Text> kept) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("address", address);
      fields.put("result", result);
      kept.ifPresent(reason -> fields.put("reason", reason.in(Language.ENGLISH)));
      workplace.out().println(json ? new JsonMapper().writeValueAsString(fields) : result);
      if (!json) {
        kept.ifPresent(reason -> workplace.err().println(workplace.say(SAY.srsStays(reason))));
      }
      return Facteur.OK;
    }
  }

  @Command(name = "encode")
  static final class Encode extends Rewriting {
    @Option(names = "--domain", paramLabel = "DOMAIN")
    private @Nullable String domain;

    Encode(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      String bare = VerifyCommand.bare(address);
      Optional<MailAddress> sender = SrsReversePaths.address(bare);
      if (sender.isEmpty() && !bare.isEmpty()) {
        throw CommandFailedException.notUnderstood(SAY.srsNoAddress(address), SAY.srsTypeSender());
      }
      MailAddress forwarder = new MailAddress("postmaster", forwardingDomain());
      Router router = router();
      if (!router.isLocal(forwarder)) {
        throw new CommandFailedException(SAY.srsNotOurs(forwarder.domain()), SAY.srsNameOurs());
      }
      var paths = new SrsReversePaths(domains());
      if (sender.isEmpty()) {
        return told("<>", Optional.of(SAY.srsReport()));
      }
      MailAddress from = sender.get();
      if (router.isLocal(from)) {
        return told(from.text(), Optional.of(SAY.srsOurs(from.domain())));
      }
      SrsReversePaths.Outcome outcome = paths.outcome(new ReversePath.Of(from), forwarder);
      return told(
          outcome.path().text(),
          Optional.of(outcome.kept()).filter(why -> !why.isEmpty()).map(Text::of));
    }

    private String forwardingDomain() {
      String named = domain;
      return (named == null ? firstDomain() : DkimKeys.domain(named)).text();
    }
  }

  @Command(name = "decode")
  static final class Decode extends Rewriting {
    Decode(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      String bare = VerifyCommand.bare(address);
      if (bare.indexOf('@') < 0) {
        throw CommandFailedException.notUnderstood(
            SAY.srsNoAddress(address), SAY.srsTypeRewritten());
      }
      String at = bare.substring(bare.lastIndexOf('@') + 1);
      SrsRewriter rewriter =
          domains()
              .at(at)
              .orElseThrow(
                  () -> new CommandFailedException(SAY.srsOtherDomain(at), SAY.srsSeeDomain()));
      return switch (rewriter.reverse(bare)) {
        case SrsReversal.Reversed(String text) -> {
          // the server takes mail for its own domains only, and sends to addresses only
          if (!router().isLocal(new MailAddress("postmaster", at))) {
            throw nowhere(SAY.srsNoneOfOurs(at), SAY.srsNotMadeHere());
          }
          if (SrsReversePaths.address(text).isEmpty()) {
            throw nowhere(SAY.srsBadAddress(text), SAY.srsHopeless());
          }
          yield told(text, Optional.empty());
        }
        case SrsReversal.Refused(SrsProblem problem) ->
            throw nowhere(
                Text.of(problem.words()),
                switch (problem) {
                  case NO_AT_SIGN, NOT_SRS, MALFORMED -> SAY.srsTypeRewritten();
                  case BAD_HASH -> SAY.srsBadHash();
                  case EXPIRED -> SAY.srsExpired();
                });
      };
    }

    private CommandFailedException nowhere(Text why, Text remedy) {
      return new CommandFailedException(SAY.srsNowhere(address, why), remedy);
    }
  }
}
