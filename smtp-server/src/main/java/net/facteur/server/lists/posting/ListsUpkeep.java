package net.facteur.server.lists.posting;

import java.io.IOException;
import net.facteur.server.lists.Lists;
import net.facteur.server.upkeep.Upkeep;

/// Reads lists again where their files changed, and goes on with members whose mail comes back.
public record ListsUpkeep(Lists lists, Returns returns, Returns.Probes probes)
    implements Upkeep.Chore {
  @Override
  public String name() {
    return "lists";
  }

  @Override
  public String stamp() {
    lists.refresh();
    return "";
  }

  @Override
  public void advance() throws IOException {
    returns.advance(probes);
  }
}
