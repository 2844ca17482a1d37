package net.facteur.server;

import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.web.PublicFiles;
import net.facteur.server.web.SitePages;
import net.facteur.server.web.WebPages;
import net.facteur.server.web.WebSettings;

/// What the web of this server says.
public final class ServedPages {
  private ServedPages() {}

  /// As the settings say.
  public static WebPages of(Settings settings) {
    return new SitePages(
        WebSettings.from(settings).policy(),
        new PublicFiles(SitePages.REVEALED, KeySettings.from(settings).revealed()),
        new PublicFiles(
            SitePages.CHALLENGES,
            AcmeSettings.challenges(AcmeSettings.home(HostSettings.from(settings)))));
  }
}
