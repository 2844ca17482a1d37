package net.facteur.server.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsRecords;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyEvent;
import net.facteur.server.keys.KeyJournal;
import net.facteur.server.keys.KeyKeeping;
import net.facteur.server.keys.KeyLife;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.signing.KeyFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// The commands of `facteur dkim` for keys that look after themselves.
final class KeyCommandGroup {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private KeyCommandGroup() {}

  static void addTo(CommandLine group, Workplace workplace) {
    group.addSubcommand(new ListKeys(workplace));
    group.addSubcommand(new Rotate(workplace));
    group.addSubcommand(new Import(workplace));
    group.addSubcommand(new Activate(workplace));
    group.addSubcommand(new Retire(workplace));
    group.addSubcommand(new Revoke(workplace));
    group.addSubcommand(new Reveal(workplace));
    group.addSubcommand(new Compromise(workplace));
  }

  /// What all of them share.
  abstract static class Keyed implements Callable<Integer> {
    final Workplace workplace;
    @Mixin final SettingsOption option = new SettingsOption();

    Keyed(Workplace workplace) {
      this.workplace = workplace;
    }

    KeyKeeping keeping(Settings settings) {
      var records = new SettingsRecords(settings, 1);
      return new KeyKeeping(
          records.keys(),
          directory(settings),
          workplace.dns().apply(records.dns()),
          DkimCrypto.standard(),
          workplace.random(),
          workplace.clock());
    }

    static Path directory(Settings settings) {
      return new DkimKeys(settings, DomainName.ROOT).directory();
    }
  }

  @Command(
      name = "list",
      description = {
        "Show the DKIM keys, their states, and what happened to them.",
        "generated, publishing, visible, active (this one signs), retiring, revoking, revoked,"
            + " revealed."
      })
  static final class ListKeys extends Keyed {
    @Parameters(paramLabel = "DOMAIN", arity = "0..1")
    private @Nullable String domain;

    @Option(names = "--history", description = "Show every line of the journal.")
    private boolean history;

    @Option(names = "--json", description = "Write one JSON object.")
    private boolean json;

    ListKeys(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      Settings settings = option.read(workplace);
      KeySettings keys = new SettingsRecords(settings, 1).keys();
      KeyRing ring = KeyKeeping.journal(directory(settings)).read();
      String asked = domain;
      Optional<DomainName> only = Optional.ofNullable(asked).map(DkimKeys::domain);
      List<KeyRing.Entry> entries =
          ring.entries().stream()
              .filter(e -> only.isEmpty() || only.get().equals(e.name().domain()))
              .toList();
      if (json) {
        workplace.out().println(asJson(entries));
        return Facteur.OK;
      }
      keys.pinned()
          .forEach(
              (name, selector) ->
                  workplace.out().println(name + " is pinned to " + selector + " by the settings"));
      if (entries.isEmpty()) {
        workplace
            .out()
            .println(
                "No keys look after themselves here. To begin: facteur dkim rotate "
                    + only.map(DomainName::text).orElse("DOMAIN"));
        return Facteur.OK;
      }
      if (history) {
        entries.forEach(this::tell);
      } else {
        table(entries);
      }
      return Facteur.OK;
    }

    private void table(List<KeyRing.Entry> entries) {
      var table = new Table("DOMAIN", "SELECTOR", "KEYS", "STATE", "SINCE (UTC)", "WHY");
      for (KeyRing.Entry e : entries) {
        table.add(
            e.name().domain().text(),
            e.name().selector(),
            types(e),
            e.state().word() + (e.spare() && !e.state().word().equals("active") ? " (spare)" : ""),
            DATE.format(e.state().since()),
            e.history().getLast().reason());
      }
      table.print(workplace);
    }

    private void tell(KeyRing.Entry entry) {
      workplace.out().println(workplace.bold(entry.name().toString()) + "  " + types(entry));
      for (KeyEvent event : entry.history()) {
        workplace
            .out()
            .println(
                "  "
                    + DATE.format(event.at())
                    + "  "
                    + event.step().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
                    + " by "
                    + event.by()
                    + ": "
                    + event.reason());
      }
    }

    private static String types(KeyRing.Entry entry) {
      return String.join(
          " ",
          List.of(KeyType.values()).stream()
              .filter(entry.types()::contains)
              .map(KeyType::word)
              .toList());
    }

    private static String asJson(List<KeyRing.Entry> entries) {
      var keys = new ArrayList<Map<String, Object>>();
      for (KeyRing.Entry e : entries) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("domain", e.name().domain().text());
        fields.put("selector", e.name().selector());
        fields.put("keys", types(e));
        fields.put("state", e.state().word());
        fields.put("spare", e.spare());
        fields.put("since", e.state().since().toString());
        fields.put("reason", e.history().getLast().reason());
        fields.put("by", e.history().getLast().by());
        keys.add(fields);
      }
      return new JsonMapper().writeValueAsString(Map.of("keys", keys));
    }
  }

  /// A command that changes something.
  abstract static class Changing extends Keyed {
    @Parameters(paramLabel = "DOMAIN", index = "0")
    String domain = "";

    @Option(names = "--dry-run", description = "Only say what would be done.")
    boolean dryRun;

    Changing(Workplace workplace) {
      super(workplace);
    }

    abstract KeyCommands.Decision decide(KeyCommands commands, DomainName name) throws IOException;

    /// Before the decision, with the settings in force.
    void before(Settings settings, DomainName name) throws IOException {}

    /// What else is to be done once the decision stands.
    KeyCommands.Decision carryOut(KeyCommands commands, KeyCommands.Decision decision)
        throws IOException {
      return commands.carryOut(decision);
    }

    @Override
    public Integer call() throws IOException {
      Settings settings = option.read(workplace);
      DomainName name = DkimKeys.domain(domain);
      if (!new DkimKeys(settings, name).local()) {
        throw new CommandFailedException(
            name + " is not a domain of this server.",
            "Add it to " + settings.file() + ": domains { \"" + name + "\" {} }");
      }
      before(settings, name);
      KeyKeeping keeping = keeping(settings);
      KeyJournal journal = KeyKeeping.journal(keeping.directory());
      KeyLife.Parts parts =
          keeping.parts(
              journal,
              notice -> {
                workplace.out().println();
                workplace.out().println(workplace.bold(notice.subject()));
                notice.text().lines().forEach(workplace.out()::println);
              },
              _ -> true);
      String by =
          workplace.environment().getOrDefault("SUDO_USER", System.getProperty("user.name"));
      var commands = new KeyCommands(parts, keeping.settings(), by);
      KeyCommands.Decision decision = decide(commands, name);
      if (!dryRun) {
        decision = carryOut(commands, decision);
      }
      return switch (decision) {
        case KeyCommands.Decision.Refuse(String problem, String remedy) ->
            throw new CommandFailedException(problem, remedy);
        case KeyCommands.Decision.Do(KeyEvent _, String says) -> {
          workplace
              .out()
              .println((dryRun ? "It would be done: " : workplace.green("ok") + ": ") + says);
          if (!dryRun) {
            commands.advance(name);
            state(journal, name);
          }
          yield Facteur.OK;
        }
      };
    }

    private void state(KeyJournal journal, DomainName name) throws IOException {
      workplace.out().println();
      for (KeyRing.Entry e : journal.read().of(name)) {
        workplace
            .out()
            .println(
                e.name().selector()
                    + " is "
                    + e.state().word()
                    + ": "
                    + e.history().getLast().reason());
      }
      workplace
          .out()
          .println("A running server goes on from here by itself; see: facteur dkim list " + name);
    }
  }

  @Command(
      name = "rotate",
      description = {
        "Make a new DKIM key for a domain, its first one or the next, and change over to it.",
        "Nothing is signed with it before every name server of the zone has its record."
      })
  static final class Rotate extends Changing {
    Rotate(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, DomainName name) throws IOException {
      return commands.rotate(name);
    }
  }

  /// A command for one selector.
  abstract static class Selected extends Changing {
    @Parameters(paramLabel = "SELECTOR", index = "1")
    String selector = "";

    Selected(Workplace workplace) {
      super(workplace);
    }

    abstract KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException;

    @Override
    KeyCommands.Decision decide(KeyCommands commands, DomainName name) throws IOException {
      return decide(commands, new KeyName(name, DkimKeys.selector(selector)));
    }
  }

  @Command(
      name = "import",
      description = {
        "Take over a key of opendkim-genkey, of `openssl genrsa`, or one in the directory of keys.",
        "It signs by itself as soon as every name server has its record."
      })
  static final class Import extends Selected {
    @Parameters(
        paramLabel = "FILE",
        index = "2",
        arity = "0..1",
        description = "The private key in PEM; without it the key must lie in the directory.")
    private @Nullable Path file;

    Import(Workplace workplace) {
      super(workplace);
    }

    @Override
    void before(Settings settings, DomainName name) throws IOException {
      Path from = file;
      if (from == null || dryRun) {
        return;
      }
      if (Files.size(from) > 64 << 10) {
        throw new CommandFailedException(from + " is no key file: it is too long.", "");
      }
      switch (DkimPrivateKey.parse(Files.readString(from, StandardCharsets.ISO_8859_1))) {
        case Parsed.Ok<DkimPrivateKey>(DkimPrivateKey key) -> {
          if (key.publicKey().type() == KeyType.RSA && key.bits() < DkimPrivateKey.MIN_RSA_BITS) {
            throw new CommandFailedException(
                from + " has " + key.bits() + " bits; receivers refuse keys below 1024.",
                "Make a new one: facteur dkim rotate " + name);
          }
          KeyFile.of(directory(settings), DkimKeys.selector(selector), name, key.publicKey().type())
              .write(key);
        }
        case Parsed.Malformed<DkimPrivateKey>(int _, String expected) ->
            throw new CommandFailedException(
                from + " holds no usable key: expected " + expected + ".",
                "Name the file that ends in .private, not the one with the record.");
      }
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException {
      return commands.adopt(key);
    }
  }

  @Command(name = "activate", description = "Sign with this key from now on; it must be visible.")
  static final class Activate extends Selected {
    Activate(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException {
      return commands.activate(key);
    }
  }

  @Command(name = "retire", description = "Change from this key to the spare, in the ordinary way.")
  static final class Retire extends Selected {
    Retire(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException {
      return commands.retire(key);
    }
  }

  @Command(
      name = "revoke",
      description = "Say in the DNS that a key, not the active one, is no longer valid.")
  static final class Revoke extends Selected {
    Revoke(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException {
      return commands.revoke(key);
    }
  }

  @Command(
      name = "compromise",
      description = {
        "Somebody else has this key: change to the spare at once, and revoke it.",
        "Without a spare it signs until a new key is visible everywhere."
      })
  static final class Compromise extends Selected {
    Compromise(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException {
      return commands.compromise(key);
    }
  }

  @Command(
      name = "reveal",
      description = {
        "Publish a revoked private key, so that its old signatures prove nothing any more.",
        "This cannot be taken back. docs/operations.md explains what it means."
      })
  static final class Reveal extends Selected {
    @Option(names = "--yes", description = "It is meant.")
    private boolean yes;

    Reveal(Workplace workplace) {
      super(workplace);
    }

    @Override
    KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException {
      return commands.reveal(key);
    }

    @Override
    KeyCommands.Decision carryOut(KeyCommands commands, KeyCommands.Decision decision) {
      return switch (decision) {
        case KeyCommands.Decision.Refuse refuse -> refuse;
        case KeyCommands.Decision.Do(KeyEvent event, String says) -> {
          if (!yes) {
            yield new KeyCommands.Decision.Refuse(
                "A key that was published cannot be made secret again.", "Add --yes to go on.");
          }
          try {
            yield commands.revealNow(event.key())
                ? new KeyCommands.Decision.Do(event, says)
                : new KeyCommands.Decision.Refuse(
                    "The key could not be published.", "See that its files are still there.");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }
  }
}
