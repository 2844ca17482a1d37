package net.facteur.server;

import java.nio.file.Path;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.roles.HandOvers;
import net.facteur.server.roles.RoleStore;
import net.facteur.server.roles.RolesUpkeep;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;

/// Roles in a running server.
final class RoleWiring {
  private RoleWiring() {}

  /// What looks after them.
  static RolesUpkeep upkeep(
      RoleStore roles,
      Settings settings,
      LastingParts lasting,
      Router router,
      PostmasterMail mail) {
    return new RolesUpkeep(
        roles,
        new HandOvers(
            HostSettings.from(settings).inData(Path.of(HandOvers.FILE_NAME)),
            post(mail),
            id -> lasting.inspector().show(id).isPresent(),
            lasting.clock(),
            lasting.random()),
        holder -> gone(router, holder),
        mail);
  }

  private static HandOvers.Post post(PostmasterMail mail) {
    return new HandOvers.Post() {
      @Override
      public boolean tell(QueueId id, MailAddress to, Notices.Notice notice) {
        return mail.tell(id, to, notice);
      }

      @Override
      public MailAddress postmaster() {
        return mail.postmaster();
      }
    };
  }

  /// True for an address here that nobody has, as far as can be known.
  private static boolean gone(Router router, String holder) {
    int at = holder.lastIndexOf('@');
    var address = new MailAddress(holder.substring(0, at), holder.substring(at + 1));
    if (!router.isLocal(address)) {
      return false;
    }
    router.prepare(address).toCompletableFuture().join();
    return router.resolve(address) instanceof Resolution.UnknownUser;
  }
}
