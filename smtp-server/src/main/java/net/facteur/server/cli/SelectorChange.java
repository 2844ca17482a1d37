package net.facteur.server.cli;

import net.facteur.auth.dns.DomainName;
import net.facteur.server.keys.KeyWish;
import picocli.CommandLine.Parameters;

/// A change of one selector.
class SelectorChange extends KeyChange {
  private final KeyWish.Verb verb;

  @Parameters(paramLabel = "SELECTOR", index = "1")
  String selector = "";

  SelectorChange(Workplace workplace, KeyWish.Verb verb) {
    super(workplace);
    this.verb = verb;
  }

  @Override
  KeyWish wish(DomainName name, String by) {
    return new KeyWish(verb, name, DkimKeys.selector(selector), by);
  }
}
