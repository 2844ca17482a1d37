package net.facteur.server.cli;

import java.io.IOException;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyCommands;
import net.facteur.server.keys.KeyName;
import picocli.CommandLine.Parameters;

/// A change of one selector.
class SelectorChange extends KeyChange {
  private final Wish wish;

  @Parameters(paramLabel = "SELECTOR", index = "1")
  String selector = "";

  SelectorChange(Workplace workplace, Wish wish) {
    super(workplace);
    this.wish = wish;
  }

  /// What is asked for.
  @FunctionalInterface
  interface Wish {
    KeyCommands.Decision decide(KeyCommands commands, KeyName key) throws IOException;
  }

  @Override
  KeyCommands.Decision decide(KeyCommands commands, DomainName name) throws IOException {
    return wish.decide(commands, commands.named(name, DkimKeys.selector(selector)));
  }
}
