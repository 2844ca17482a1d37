package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import picocli.CommandLine.Mixin;

/// What the commands about keys share.
abstract class KeyedCommand implements Callable<Integer> {
  final Workplace workplace;
  @Mixin final SettingsOption option = new SettingsOption();

  KeyedCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  KeyWiring keeping(Settings settings) throws IOException {
    return keeping(workplace, settings);
  }

  static KeyWiring keeping(Workplace workplace, Settings settings) throws IOException {
    ClosedPlace.followNoLinkOfOthers(directory(settings));
    return KeyWiring.of(
        KeySettings.from(settings),
        workplace.resolver(settings),
        DkimCrypto.standard(),
        workplace.random(),
        workplace.clock());
  }

  static Path directory(Settings settings) {
    return new DkimKeys(settings, DomainName.ROOT).directory();
  }
}
