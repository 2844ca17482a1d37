package net.facteur.server.cli;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur prove` says.
interface ProveTexts {
  ProveTexts SAY = Texts.of(ProveTexts.class);

  Text proveNoMinutes(int least, int most);

  Text proveTypeMinutes();

  Text proveNoPlace(String directory, String why);

  Text proveTypePlace();

  Text proveFailed(String why);

  Text proveTypeFailed();

  Text proveMeasures();

  Text proveKills(int kills);

  Text proveCuts(int cuts);

  Text proveFills();

  Text proveTitle();

  Text proveWhere(String version, String time, String directory, String fileSystem, String seed);

  Text proveKillsKept(int kills, int accepted, int twice);

  Text proveKillsLost(int kills, int accepted, int lost);

  Text proveCutsKept(int cuts, int accepted);

  Text proveCutsLost(int cuts, int accepted, int lost);

  Text proveCutsNot();

  Text proveFullKept(int accepted, int refused);

  Text proveFullLost(int accepted, int lost);

  Text proveFullNot();

  Text proveSyncTrue(String median, String worst);

  Text proveSyncFalse(String median, String worst);

  Text proveKept();

  Text proveLost();

  Text proveDoubted();
}
