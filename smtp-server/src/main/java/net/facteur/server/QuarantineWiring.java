package net.facteur.server;

import java.io.IOException;
import java.time.InstantSource;
import net.facteur.queue.QueueInspector;
import net.facteur.server.config.Settings;
import net.facteur.server.dsn.ReportSigner;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.host.HostSettings;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.quarantine.BoundedQuarantine;
import net.facteur.server.quarantine.QuarantineDigest;
import net.facteur.server.quarantine.QuarantineSettings;
import net.facteur.server.quarantine.QuarantineStore;
import net.facteur.server.quarantine.QuarantineUpkeep;
import net.facteur.server.quarantine.QuarantineView;
import net.facteur.server.quarantine.ReleasePages;
import net.facteur.server.quarantine.Releases;
import net.facteur.server.quarantine.Training;
import net.facteur.server.routing.Router;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What the settings of the day make of the quarantine.
///
/// @param door where filters put messages
record QuarantineWiring(
    Quarantine door,
    QuarantineView view,
    Releases releases,
    ReleasePages pages,
    QuarantineUpkeep upkeep,
    QuarantineDigest digest) {
  private static final Logger LOG = LogManager.getLogger(QuarantineWiring.class);

  /// The store, after what a crash left there was put in order. A quarantine that cannot be read
  /// keeps no mail from anybody: what is for it is put off.
  ///
  /// @param queue before it runs
  static QuarantineStore open(Settings settings, QueueInspector queue, InstantSource clock) {
    var store =
        new QuarantineStore(QuarantineSettings.directory(HostSettings.from(settings)), clock);
    try {
      store.recover(id -> queue.show(id).isPresent());
    } catch (IOException e) {
      LOG.error("the quarantine cannot be read; mail for it is put off", e);
    }
    return store;
  }

  static QuarantineWiring of(
      Settings settings,
      LastingParts lasting,
      Router router,
      ReportSigner signer,
      PostmasterMail mail) {
    QuarantineSettings quarantine = QuarantineSettings.from(settings);
    QuarantineStore store = lasting.quarantine();
    InstantSource clock = lasting.clock();
    var host = HostSettings.from(settings);
    var releases =
        new Releases(
            store,
            new Releases.Exit(host.name().text(), router, signer, lasting.queue()),
            Training.NONE,
            clock,
            lasting.random());
    return new QuarantineWiring(
        new BoundedQuarantine(store, quarantine.maxSize(), lasting.workers()),
        new QuarantineView(store, quarantine.keep()),
        releases,
        new ReleasePages(store, releases, host.languages().getFirst(), clock),
        new QuarantineUpkeep(store, quarantine, releases, mail, clock),
        new QuarantineDigest(store, quarantine, router, mail::tell, clock, lasting.random()));
  }
}
