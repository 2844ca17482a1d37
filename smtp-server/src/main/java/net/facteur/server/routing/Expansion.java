package net.facteur.server.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.MailAddress;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One walk from an address to its ends, breadth first. Each address is followed once, so that a
/// loop ends by itself; what is left is either somewhere to deliver to, or a loop to complain of.
final class Expansion {
  private static final Logger LOG = LogManager.getLogger(Expansion.class);

  /// Aliases that may lead to aliases.
  static final int MAX_DEPTH = 10;

  /// Addresses that one recipient may become.
  private static final int MAX_EXPANSION = 1000;

  private static final Optional<String> NOBODY = Optional.empty();

  /// @param forwarders the addresses on the way that passed it on
  private record Step(MailAddress address, List<MailAddress> forwarders, boolean own, int depth) {
    Optional<MailAddress> via() {
      return forwarders.isEmpty() ? Optional.empty() : Optional.of(forwarders.getLast());
    }
  }

  private final Router router;
  private final ForwardTrace.Seen passedOn;
  private final Set<String> seen = new HashSet<>();
  private final List<MailAddress> reached = new ArrayList<>();
  private final Map<String, Resolution.End> ends = new LinkedHashMap<>();
  private final ArrayDeque<Step> todo = new ArrayDeque<>();
  private final boolean quiet;
  private boolean unknown;
  private boolean undecided;
  private boolean rests;

  /// Its mail goes on whatever became of it before: nobody refuses mail to the postmaster.
  private boolean always;

  /// @param passedOn the addresses that this message has been to
  Expansion(Router router, ForwardTrace.Seen passedOn) {
    this(router, passedOn, false);
  }

  private Expansion(Router router, ForwardTrace.Seen passedOn, boolean quiet) {
    this.passedOn = passedOn;
    this.router = router;
    this.quiet = quiet;
  }

  /// The addresses on all ways of one, as far as is known now, with itself.
  static List<MailAddress> reached(Router router, MailAddress address) {
    var walk = new Expansion(router, ForwardTrace.Seen.NONE, true);
    walk.resolve(address);
    return List.copyOf(walk.reached);
  }

  Resolution resolve(MailAddress address) {
    always = Router.mustTake(address);
    push(new Step(address, List.of(), false, 0));
    for (Step step = todo.poll(); step != null; step = todo.poll()) {
      switch (router.step(step.address, step.own)) {
        case Route.Forward forward -> {
          if (isBack(step, forward)) {
            LOG.warn("forward by={} result=loop", step.address);
            end(step, new NextHop.Nowhere(NextHop.Nowhere.Reason.LOOP), NOBODY);
            continue;
          }
          if (step.depth >= MAX_DEPTH) {
            return new Resolution.Misconfigured(RoutingTexts.SAY.nestedAliases(step.address));
          }
          if (seen.size() + forward.to().size() > MAX_EXPANSION + 1) {
            return new Resolution.Misconfigured(RoutingTexts.SAY.manyAddresses(address));
          }
          follow(step, forward);
        }
        case Route.Mailbox(String user, String _) ->
            end(step, new NextHop.Maildir(user), Optional.of(user));
        case Route.Perhaps(NextHop hop) -> {
          undecided = true;
          end(step, hop, hop instanceof NextHop.Maildir(String user) ? Optional.of(user) : NOBODY);
        }
        case Route.ToList(String list) -> end(step, new NextHop.ToList(list), NOBODY);
        case Route.Discard() -> end(step, new NextHop.Discard(), NOBODY);
        case Route.Lmtp(NextHop hop, String user) -> end(step, hop, Optional.of(user));
        case Route.Relay(NextHop hop) -> end(step, hop, NOBODY);
        case Route.Literal(NextHop hop) -> end(step, hop, NOBODY);
        case Route.Mx(var domain) -> end(step, new NextHop.Mx(domain), NOBODY);
        case Route.Unknown no -> {
          if (step.via().isEmpty()) {
            return switch (no) {
              case USER -> new Resolution.UnknownUser();
              case DOMAIN -> new Resolution.BadDomain();
            };
          }
          unknown = true;
          if (!quiet) {
            LOG.warn("alias by={} to={} result=unknown", step.via().get(), step.address);
          }
          end(step, new NextHop.Nowhere(NextHop.Nowhere.Reason.UNKNOWN), NOBODY);
        }
      }
    }
    return outcome(address);
  }

  private Resolution outcome(MailAddress address) {
    if (undecided) {
      return new Resolution.Undecided(List.copyOf(ends.values()));
    }
    if (ends.values().stream().anyMatch(end -> !end.nowhere() || loops(end))) {
      return new Resolution.Routed(List.copyOf(ends.values()));
    }
    if (rests && !unknown) {
      return new Resolution.Rests();
    }
    return unknown
        ? new Resolution.UnknownUser()
        : new Resolution.Misconfigured(RoutingTexts.SAY.circle(address));
  }

  private boolean isBack(Step step, Route.Forward forward) {
    return forward.kind() != Route.Kind.RETURN && passedOn.includes(step.address);
  }

  private static boolean loops(Resolution.End end) {
    return end.hop().equals(new NextHop.Nowhere(NextHop.Nowhere.Reason.LOOP));
  }

  private void follow(Step step, Route.Forward forward) {
    // A report that returns to its sender was not forwarded by anybody.
    var via = new ArrayList<>(step.forwarders);
    if (forward.kind() != Route.Kind.RETURN) {
      via.add(step.address);
    }
    int depth = step.depth + 1;
    if (forward.kind() == Route.Kind.FORWARD_AND_KEEP) {
      push(new Step(step.address, step.forwarders, true, depth));
    }
    String self = router.key(step.address);
    boolean stays = false;
    for (MailAddress to : forward.to()) {
      if (forward.kind() != Route.Kind.RETURN && !always) {
        ForwardStanding.Standing standing = router.standing(to);
        stays |= standing != ForwardStanding.Standing.OPEN;
        if (standing == ForwardStanding.Standing.RESTS) {
          rests = true;
          continue;
        }
      }
      // An alias that names itself means the mailbox behind it.
      push(new Step(to, via, router.key(to).equals(self), depth));
    }
    // What does not go on, or may not arrive, stays with whom it was for.
    if (stays && router.hasMailbox(step.address)) {
      push(new Step(step.address, step.forwarders, true, depth));
    }
  }

  private void push(Step step) {
    if (seen.add((step.own ? "own " : "") + router.key(step.address))) {
      todo.add(step);
      reached.add(step.address);
    }
  }

  private void end(Step step, NextHop hop, Optional<String> user) {
    var end = new Resolution.End(step.address, hop, user, step.via(), step.forwarders);
    ends.putIfAbsent(end.place(router), end);
  }
}
