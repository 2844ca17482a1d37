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
            "There is no file of secrets " + file + ".",
            named == null
                ? "The server makes it when it starts for the first time: facteur run"
                : "Name the file by --secret, or leave that out for the server's own.");
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

    /// @param reason why nothing is changed; may be empty
    Integer told(String result, String reason) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("address", address);
      fields.put("result", result);
      if (!reason.isEmpty()) {
        fields.put("reason", reason);
      }
      workplace.out().println(json ? new JsonMapper().writeValueAsString(fields) : result);
      if (!json && !reason.isEmpty()) {
        workplace.err().println("It stays as it is: " + reason + ".");
      }
      return Facteur.OK;
    }
  }

  @Command(
      name = "encode",
      description = {
        "Show what a reverse-path becomes when an address of ours forwards its mail to a foreign"
            + " host.",
        "Those of our own domains stay, as do <> and those that would become too long."
      })
  static final class Encode extends Rewriting {
    @Option(
        names = "--domain",
        paramLabel = "DOMAIN",
        description = "The domain of the address that forwards; the first domain unless given.")
    private @Nullable String domain;

    Encode(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      String bare = VerifyCommand.bare(address);
      Optional<MailAddress> sender = SrsReversePaths.address(bare);
      if (sender.isEmpty() && !bare.isEmpty()) {
        throw CommandFailedException.notUnderstood(
            "`" + address + "` is no address.", "Type a whole address, such as alice@example.net");
      }
      MailAddress forwarder = new MailAddress("postmaster", forwardingDomain());
      Router router = router();
      if (!router.isLocal(forwarder)) {
        throw new CommandFailedException(
            "`" + forwarder.domain() + "` is none of our domains, so nobody there forwards.",
            "Name one of the domains of the settings with --domain.");
      }
      var paths = new SrsReversePaths(domains());
      if (sender.isEmpty()) {
        return told("<>", "a report has no sender to rewrite");
      }
      MailAddress from = sender.get();
      if (router.isLocal(from)) {
        return told(from.text(), from.domain() + " is a domain of ours");
      }
      SrsReversePaths.Outcome outcome = paths.outcome(new ReversePath.Of(from), forwarder);
      return told(outcome.path().text(), outcome.kept());
    }

    private String forwardingDomain() {
      String named = domain;
      return (named == null ? firstDomain() : DkimKeys.domain(named)).text();
    }
  }

  @Command(name = "decode", description = "Show where a bounce to a rewritten address goes.")
  static final class Decode extends Rewriting {
    Decode(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      String bare = VerifyCommand.bare(address);
      if (bare.indexOf('@') < 0) {
        throw CommandFailedException.notUnderstood(
            "`" + address + "` is no address.",
            "Type the whole address, which begins with SRS0= or SRS1=");
      }
      String at = bare.substring(bare.lastIndexOf('@') + 1);
      SrsRewriter rewriter =
          domains()
              .at(at)
              .orElseThrow(
                  () ->
                      new CommandFailedException(
                          "`" + at + "` is not srs.domain, so no path of ours has it.",
                          "See which one it is: facteur explain srs.domain"));
      return switch (rewriter.reverse(bare)) {
        case SrsReversal.Reversed(String text) -> {
          // the server takes mail for its own domains only, and sends to addresses only
          if (!router().isLocal(new MailAddress("postmaster", at))) {
            throw nowhere(
                at + " is none of our domains",
                "Look where it came from: it was not made by this server.");
          }
          if (SrsReversePaths.address(text).isEmpty()) {
            throw nowhere("`" + text + "` is no address", "Nothing can be done about it here.");
          }
          yield told(text, "");
        }
        case SrsReversal.Refused(SrsProblem problem) ->
            throw nowhere(
                problem.words(),
                switch (problem) {
                  case NO_AT_SIGN, NOT_SRS, MALFORMED ->
                      "Type the whole address, which begins with SRS0= or SRS1=";
                  case BAD_HASH -> "It was not made here, or with a secret that is gone.";
                  case EXPIRED -> "Bounces are taken for 21 days.";
                });
      };
    }

    private CommandFailedException nowhere(String why, String remedy) {
      return new CommandFailedException(
          "Mail to `" + address + "` goes nowhere: " + why + ".", remedy);
    }
  }
}
