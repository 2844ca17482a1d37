package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The commands of `facteur dkim` for keys that look after themselves.
final class KeyCommandGroup {
  private KeyCommandGroup() {}

  static void addTo(CommandLine group, Workplace workplace) {
    group.addSubcommand(new KeyListCommand(workplace));
    group.addSubcommand(new Rotate(workplace));
    group.addSubcommand(new Import(workplace));
    add(
        group,
        "activate",
        "Sign with this key from now on; it must be visible.",
        new SelectorChange(workplace, KeyWish.Verb.ACTIVATE));
    add(
        group,
        "retire",
        "Change from this key to the spare, in the ordinary way.",
        new SelectorChange(workplace, KeyWish.Verb.RETIRE));
    add(
        group,
        "revoke",
        "Say in the DNS that a key, not the active one, is no longer valid.",
        new SelectorChange(workplace, KeyWish.Verb.REVOKE));
    group.addSubcommand(new Reveal(workplace));
    add(
        group,
        "compromise",
        "Somebody else has this key: change to the spare at once, and revoke it. Without a spare it"
            + " signs until a new key is visible everywhere.",
        new SelectorChange(workplace, KeyWish.Verb.COMPROMISE));
  }

  private static void add(
      CommandLine group, String name, String description, SelectorChange change) {
    var command = new CommandLine(change);
    command.getCommandSpec().usageMessage().description(description);
    group.addSubcommand(name, command);
  }

  @Command(
      name = "rotate",
      description = {
        "Make a new DKIM key for a domain, its first one or the next, and change over to it.",
        "Nothing is signed with it before every name server of the zone has its record."
      })
  static final class Rotate extends KeyChange {
    Rotate(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyWish wish(DomainName name, String by) {
      return new KeyWish(KeyWish.Verb.ROTATE, name, "", by);
    }
  }

  @Command(
      name = "import",
      description = {
        "Take over a key of opendkim-genkey, of `openssl genrsa`, or one in the directory of keys.",
        "It signs by itself as soon as every name server has its record."
      })
  static final class Import extends SelectorChange {
    @Parameters(
        paramLabel = "FILE",
        index = "2",
        arity = "0..1",
        description = "The private key in PEM; without it the key must lie in the directory.")
    private @Nullable Path file;

    Import(Workplace workplace) {
      super(workplace, KeyWish.Verb.ADOPT);
    }

    @Override
    void before(Settings settings, DomainName name) throws IOException {
      Path from = file;
      if (from == null) {
        return;
      }
      DkimPrivateKey key = key(from, name);
      if (Files.getPosixFilePermissions(from).contains(PosixFilePermission.OTHERS_READ)) {
        workplace
            .out()
            .println(
                "warning: everybody on this machine can read "
                    + from
                    + ". If that was so for long, make a new key: "
                    + option.typed(workplace, "facteur dkim rotate " + name));
      }
      if (!dryRun) {
        var keys = new DkimKeys(settings, name);
        keys.write(keys.file(DkimKeys.selector(selector), key.publicKey().type()), key);
      }
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, KeyWish wish) throws IOException {
      DomainName name = wish.domain();
      KeyCommands.Decision decision = super.decide(commands, wish);
      Path from = file;
      return from != null && commands.unknown(name, selector)
          ? new KeyCommands.Decision.Do(
              new KeyEvent(
                  workplace.clock().instant(),
                  new KeyName(name, DkimKeys.selector(selector)),
                  new KeyEvent.Transition.Generated(
                      Set.of(key(from, name).publicKey().type()), false),
                  "imported",
                  "nobody"),
              from + " becomes the key " + selector + ".")
          : decision;
    }

    private static DkimPrivateKey key(Path from, DomainName name) throws IOException {
      String text = KeyText.read(from);
      long keys = DkimPrivateKey.countIn(text);
      if (keys > 1) {
        throw new CommandFailedException(
            from + " holds " + keys + " private keys, and it is not said which one is meant.",
            "Put each into a file of its own, and import them under selectors of their own.");
      }
      return switch (DkimPrivateKey.parse(text)) {
        case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> {
          if (key.publicKey().type() == KeyType.RSA
              && (key.bits() < DkimPrivateKey.MIN_RSA_BITS
                  || key.bits() > DkimPrivateKey.MAX_RSA_BITS)) {
            // RFC 8301, 3.2: Verifiers MUST be able to validate ... 1024 bits to 4096 bits
            throw new CommandFailedException(
                from
                    + " has "
                    + key.bits()
                    + " bits; receivers take RSA keys of 1024 to 4096, and 2048 suit all of them.",
                "Make a new one: facteur dkim rotate " + name);
          }
          yield key;
        }
        case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
            throw new CommandFailedException(
                from + " holds no usable key: expected " + expected + ".",
                "Name the file that ends in .private, or make a new key: facteur dkim rotate "
                    + name);
      };
    }
  }

  @Command(
      name = "reveal",
      description = {
        "Publish a revoked private key, so that its old signatures prove nothing any more.",
        "This cannot be taken back. docs/keys.md explains what it means."
      })
  static final class Reveal extends SelectorChange {
    @Option(names = "--yes", description = "It is meant.")
    private boolean yes;

    Reveal(Workplace workplace) {
      super(workplace, KeyWish.Verb.REVEAL);
    }

    @Override
    void before(Settings settings, DomainName name) {
      if (!yes && !dryRun) {
        throw new CommandFailedException(
            "A key that was published cannot be made secret again.", "Add --yes to go on.");
      }
    }
  }
}
