package net.facteur.server.lists.posting;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.lists.ListAddress;
import net.facteur.server.lists.ListContent;
import net.facteur.server.lists.ListPart;
import net.facteur.server.lists.Lists;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.SmtpReply;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Asked before a message is taken: would its lists refuse it? Only then can its sender be told
/// without a bounce, which would go to whoever is named as the sender.
public final class PostGate {
  private static final Logger LOG = LogManager.getLogger(PostGate.class);

  private final Lists lists;
  private final String hostname;
  private final DmarcEvaluator dmarc;

  /// @param hostname whose Authentication-Results count
  public PostGate(Lists lists, String hostname, DmarcEvaluator dmarc) {
    this.lists = lists;
    this.hostname = hostname;
    this.dmarc = dmarc;
  }

  /// True where mail to an address is a post to a list, which may be refused for what it is.
  public boolean posts(Router router, MailAddress address) {
    return !posted(router, address).isEmpty();
  }

  private List<ListAddress> posted(Router router, MailAddress address) {
    if (lists.none()) {
      return List.of();
    }
    return router.resolve(address) instanceof Resolution.Routed(List<Resolution.End> ends)
        ? ends.stream()
            .filter(end -> end.hop() instanceof NextHop.ToList)
            .flatMap(end -> lists.find(end.address()).stream())
            .filter(its -> its.part() == ListPart.POSTS)
            .toList()
        : List.of();
  }

  /// The reply where a list does not take the message; empty where each does. Reads the body where
  /// a list takes no attachments. Blocks.
  ///
  /// @param header as it would be queued, with our Authentication-Results where it came from
  ///   outside
  public Optional<SmtpReply> refusal(
      Router router,
      ReversePath reversePath,
      List<MailAddress> recipients,
      MessageHeader header,
      StagedBody body)
      throws IOException {
    for (MailAddress recipient : recipients) {
      for (ListAddress its : posted(router, recipient)) {
        Optional<ListContent> content = lists.list(its.list());
        if (content.isEmpty()) {
          continue;
        }
        PostDecision decision =
            PostRules.decide(
                content.get(),
                Author.of(header, hostname, dmarc),
                reversePath,
                header,
                header.section().length + body.size(),
                body::open);
        Optional<SmtpReply> reply =
            switch (decision) {
              case PostDecision.Take _, PostDecision.Moderate _ -> Optional.empty();
              case PostDecision.Refuse(EnhancedStatusCode status, String why) ->
                  Optional.of(reply(status, its.list() + ": " + why));
              case PostDecision.Drop(EnhancedStatusCode status, String why) ->
                  Optional.of(reply(status, its.list() + ": " + why));
            };
        if (reply.isPresent()) {
          LOG.info("list={} result=refused reason=\"{}\"", its.list(), reply.get().text());
          return reply;
        }
      }
    }
    return Optional.empty();
  }

  private static SmtpReply reply(EnhancedStatusCode status, String text) {
    return SmtpReply.of(
        status.subject() == 3 ? 552 : 550,
        status.category(),
        status.subject(),
        status.detail(),
        text);
  }
}
