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
  private static final DkimTexts SAY = DkimTexts.SAY;

  private KeyCommandGroup() {}

  static void addTo(CommandLine group, Workplace workplace) {
    group.addSubcommand(new KeyListCommand(workplace));
    group.addSubcommand(new Rotate(workplace));
    group.addSubcommand(new Import(workplace));
    add(group, "activate", new SelectorChange(workplace, KeyWish.Verb.ACTIVATE));
    add(group, "retire", new SelectorChange(workplace, KeyWish.Verb.RETIRE));
    add(group, "revoke", new SelectorChange(workplace, KeyWish.Verb.REVOKE));
    group.addSubcommand(new Reveal(workplace));
    add(group, "compromise", new SelectorChange(workplace, KeyWish.Verb.COMPROMISE));
  }

  private static void add(CommandLine group, String name, SelectorChange change) {
    group.addSubcommand(name, new CommandLine(change));
  }

  @Command(name = "rotate")
  static final class Rotate extends KeyChange {
    Rotate(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyWish wish(DomainName name, String by) {
      return new KeyWish(KeyWish.Verb.ROTATE, name, "", by);
    }
  }

  @Command(name = "import")
  static final class Import extends SelectorChange {
    @Parameters(paramLabel = "FILE", index = "2", arity = "0..1")
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
                workplace.say(
                    SAY.dkimOpen(from, option.typed(workplace, "facteur dkim rotate " + name))));
      }
      if (!dryRun) {
        var keys = new DkimKeys(settings, name);
        keys.write(
            keys.file(DkimKeys.selector(selector), key.publicKey().type()),
            key,
            workplace.language());
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
                  KeyCommands.IMPORTED,
                  "nobody"),
              SAY.dkimBecomes(from, selector))
          : decision;
    }

    private static DkimPrivateKey key(Path from, DomainName name) throws IOException {
      String text = KeyText.read(from);
      long keys = DkimPrivateKey.countIn(text);
      if (keys > 1) {
        throw new CommandFailedException(SAY.dkimSeveralKeys(from, keys), SAY.dkimOneFileEach());
      }
      return switch (DkimPrivateKey.parse(text)) {
        case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> {
          if (key.publicKey().type() == KeyType.RSA
              && (key.bits() < DkimPrivateKey.MIN_RSA_BITS
                  || key.bits() > DkimPrivateKey.MAX_RSA_BITS)) {
            // RFC 8301, 3.2: Verifiers MUST be able to validate ... 1024 bits to 4096 bits
            throw new CommandFailedException(SAY.dkimSize(from, key.bits()), SAY.dkimMakeNew(name));
          }
          yield key;
        }
        case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
            throw new CommandFailedException(
                SAY.keyUnusable(from, expected), SAY.dkimNamePrivate(name));
      };
    }
  }

  @Command(name = "reveal")
  static final class Reveal extends SelectorChange {
    @Option(names = "--yes")
    private boolean yes;

    Reveal(Workplace workplace) {
      super(workplace, KeyWish.Verb.REVEAL);
    }

    @Override
    void before(Settings settings, DomainName name) {
      if (!yes && !dryRun) {
        throw new CommandFailedException(SAY.dkimNoWayBack(), SAY.dkimAddYes());
      }
    }
  }
}
