package net.facteur.server.lists.posting;

import java.io.IOException;
import java.time.InstantSource;
import net.facteur.server.lists.Lists;
import net.facteur.server.upkeep.Upkeep;

/// Reads lists again where their files changed, goes on with members whose mail comes back, and
/// forgets old posts.
public record ListsUpkeep(
    Lists lists, Returns returns, PostArchive archive, InstantSource clock, Returns.Probes probes)
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
    archive.forget(lists, clock.instant());
  }
}
