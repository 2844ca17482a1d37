package net.facteur.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Optional;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueInspector;
import net.facteur.server.config.Settings;
import net.facteur.server.dsn.ReportSigner;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.filter.rspamd.RspamdController;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;
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
            training(settings),
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

  /// rspamd learns, if there is one.
  private static Training training(Settings settings) {
    return RspamdSettings.from(settings)
        .<Training>map(rspamd -> message -> unlearnt(rspamd, message))
        .orElse(Training.NONE);
  }

  private static Optional<Text> unlearnt(RspamdSettings rspamd, MessageContent message) {
    try (InputStream body = message.openBody()) {
      var octets = new ByteArrayOutputStream();
      octets.write(message.header());
      body.transferTo(octets);
      return RspamdController.unlearnt(
          RspamdController.of(rspamd).learn(RspamdController.Kind.HAM, octets.toByteArray()));
    } catch (IOException e) {
      return Optional.of(FileTrouble.text(e));
    }
  }
}
