package net.facteur.server;

import java.io.IOException;
import java.nio.file.Path;
import net.facteur.auth.arc.ArcValidator;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dns.Resolver;
import net.facteur.queue.DeliveryAgent;
import net.facteur.server.config.Settings;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.host.HostSettings;
import net.facteur.server.lists.ListSecret;
import net.facteur.server.lists.Lists;
import net.facteur.server.lists.MemberTags;
import net.facteur.server.lists.posting.BounceScores;
import net.facteur.server.lists.posting.ListAgent;
import net.facteur.server.lists.posting.ListsUpkeep;
import net.facteur.server.lists.posting.MemberCopies;
import net.facteur.server.lists.posting.OneClick;
import net.facteur.server.lists.posting.PostArchive;
import net.facteur.server.lists.posting.PostGate;
import net.facteur.server.lists.posting.ProbeMail;
import net.facteur.server.lists.posting.Returns;
import net.facteur.server.notices.OwnMail;
import net.facteur.server.routing.Router;
import net.facteur.server.signing.ArcMessageSealer;
import net.facteur.server.signing.DkimMessageSigner;
import net.facteur.server.web.WebSettings;

/// Joins mailing lists to the server.
///
/// @param gate says what lists refuse
/// @param oneClick the link by which members leave
record ListWiring(
    Settings settings,
    LastingParts lasting,
    ListSecret secret,
    MemberTags tags,
    Returns returns,
    DmarcEvaluator dmarc,
    PostGate gate,
    OneClick oneClick) {
  static ListWiring of(Settings settings, LastingParts lasting, Resolver resolver)
      throws IOException {
    Lists lists = lasting.lists();
    String hostname = HostSettings.from(settings).name().text();
    ListSecret secret = ListSecret.open(settings, lasting.random());
    var tags = new MemberTags(secret);
    var dmarc = new DmarcEvaluator(resolver, DmarcLocalPolicy.asPublished());
    var scores = new BounceScores(DataDirectory.from(settings).resolve(Path.of("lists.returns")));
    return new ListWiring(
        settings,
        lasting,
        secret,
        tags,
        new Returns(lists, tags, scores, lasting.clock()),
        dmarc,
        new PostGate(lists, hostname, dmarc),
        new OneClick(lists, tags));
  }

  /// An agent that serves lists, and has `agent` carry everything else.
  DeliveryAgent before(
      DeliveryAgent agent,
      Router router,
      DkimMessageSigner signer,
      Resolver resolver,
      ListAgent.Ports ports) {
    String hostname = HostSettings.from(settings).name().text();
    boolean web = WebSettings.from(settings).servesOthers();
    var copies =
        new MemberCopies(
            agent, lasting.lists(), secret, tags, signer, web ? "https://" + hostname : "");
    return new ListAgent(
        copies,
        lasting.lists(),
        secret,
        tags,
        returns,
        new ListAgent.Surroundings(
            hostname,
            router,
            lasting.queue(),
            lasting.inspector(),
            dmarc,
            new ArcValidator(
                resolver, lasting.crypto(), lasting.clock(), DkimVerifier.Policy.DEFAULT),
            new ArcMessageSealer(lasting.pool(), lasting.keys(), lasting.clock()),
            PostArchive.of(settings),
            domain -> !signer.selectors(domain).isEmpty(),
            lasting.clock()),
        ports);
  }

  /// Reads the lists again, and looks after members whose mail comes back.
  ListsUpkeep upkeep(OwnMail postbox) {
    return new ListsUpkeep(
        lasting.lists(),
        returns,
        PostArchive.of(settings),
        lasting.clock(),
        new ProbeMail(tags, postbox.returning(), lasting.clock(), lasting.random()));
  }
}
