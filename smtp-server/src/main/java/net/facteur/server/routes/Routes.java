package net.facteur.server.routes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.Way;
import net.facteur.server.delivery.Ways;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.routes.RouteTable.Choice;
import net.facteur.server.routing.NextHop;

/// Chooses the way of each attempt by the rules and by what is remembered of first ways, and learns
/// from what comes of it.
public final class Routes implements Ways {
  private final RouteTable table;
  private final Map<String, Way> ways;
  private final Fallbacks fallbacks;
  private final Explanations explanations;
  private final FallbackNotices notices;
  private final Predicate<InetSocketAddress> ourselves;
  private final InstantSource clock;

  private Routes(
      RouteTable table,
      Map<String, Way> ways,
      Fallbacks fallbacks,
      Explanations explanations,
      FallbackNotices notices,
      Predicate<InetSocketAddress> ourselves,
      InstantSource clock) {
    this.table = table;
    this.ways = Map.copyOf(ways);
    this.fallbacks = fallbacks;
    this.explanations = explanations;
    this.notices = notices;
    this.ourselves = ourselves;
    this.clock = clock;
  }

  /// @param ourselves true for sockets at which this server takes mail
  /// @throws IOException where a password cannot be read
  public static Routes of(
      RouteTable table,
      Fallbacks fallbacks,
      Explanations explanations,
      FallbackNotices notices,
      Predicate<InetSocketAddress> ourselves,
      InstantSource clock)
      throws IOException {
    var ways = new HashMap<String, Way>();
    for (RouteRule rule : table.settings().rules()) {
      ways.put(rule.name(), way(rule));
    }
    RouteRule usual = table.settings().usual();
    ways.put(usual.name(), way(usual));
    Optional<RouteRule> direct = table.settings().way(RoutesSettings.DIRECT);
    if (direct.isPresent()) {
      ways.put(RoutesSettings.DIRECT, way(direct.get()));
    }
    return new Routes(table, ways, fallbacks, explanations, notices, ourselves, clock);
  }

  private static Way way(RouteRule rule) throws IOException {
    return switch (rule.leaving()) {
      case RouteRule.Leaving.Direct direct ->
          new Way.Exchangers(rule.name(), direct.port(), direct.sources(), direct.least());
      case RouteRule.Leaving.Smarthost smarthost ->
          new Way.Host(
              rule.name(),
              smarthost.host(),
              new DeliverySettings.RelayHost(
                  smarthost.tls(),
                  login(smarthost.user(), smarthost.passwordFile()),
                  false,
                  "routes.tls"),
              smarthost.sources());
      case RouteRule.Leaving.Lmtp(NextHop server) -> new Way.Lmtp(rule.name(), server);
    };
  }

  private static Optional<DeliverySettings.Login> login(
      Optional<String> user, Optional<Path> passwordFile) throws IOException {
    return user.isEmpty() || passwordFile.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DeliverySettings.Login(user.get(), new PasswordFile(passwordFile.get()).read()));
  }

  @Override
  public boolean isOurselves(InetSocketAddress address) {
    return ourselves.test(address);
  }

  @Override
  public Trip begin(DeliveryAttempt attempt, NextHop hop, Exchangers exchangers) {
    Choice choice =
        table.choose(
            hop,
            sender(attempt.reversePath()),
            () -> hop instanceof NextHop.Mx(DomainName domain) ? exchangers.of(domain) : List.of());
    if (choice.first().isEmpty()) {
      return Trip.AS_QUEUED;
    }
    Way first = ways.getOrDefault(choice.first().get().name(), Way.AS_QUEUED);
    Optional<Way> second =
        choice.second().flatMap(rule -> Optional.ofNullable(ways.get(rule.name())));
    return second.isEmpty() || choice.target().isEmpty()
        ? new OneWay(first)
        : new TwoWays(choice.target().get(), first, second.get());
  }

  static Optional<DomainName> sender(ReversePath path) {
    return switch (path) {
      case ReversePath.Null _ -> Optional.empty();
      case ReversePath.Of(MailAddress address) -> DomainName.parse(address.domain()).toOptional();
    };
  }

  /// A trip that has no second way.
  private record OneWay(Way way) implements Trip {
    @Override
    public Optional<Onward> after(Map<Recipient, DeliveryOutcome> outcomes) {
      return Optional.empty();
    }
  }

  /// Where a trip is.
  private enum Leg {
    /// The first way is open.
    FIRST,
    /// The first way is closed, and this message tries it.
    TRYING,
    /// The first way is closed.
    SECOND,
    /// Nothing more is learnt.
    LAST
  }

  /// A trip that has.
  private final class TwoWays implements Trip {
    /// How soon another message tries the first way if one found nothing out.
    private static final Duration SOON = Duration.ofMinutes(10);

    /// How long a way that was merely down is left alone, at most.
    private static final Duration DOWN_PAUSE = Duration.ofHours(1);

    private final Target target;
    private final Way first;
    private final Way second;
    private Leg leg;

    TwoWays(Target target, Way first, Way second) {
      this.target = target;
      this.first = first;
      this.second = second;
      this.leg =
          !(fallbacks.of(target) instanceof Standing.Away)
              ? Leg.FIRST
              : fallbacks.mayTry(target) ? Leg.TRYING : Leg.SECOND;
    }

    @Override
    public Way way() {
      return switch (leg) {
        case FIRST, TRYING -> first;
        case SECOND, LAST -> second;
      };
    }

    @Override
    public Optional<Onward> after(Map<Recipient, DeliveryOutcome> outcomes) {
      return switch (leg) {
        case FIRST -> afterFirst(Met.of(outcomes, explanations), itsOwn(outcomes));
        case TRYING -> afterTrying(Met.of(outcomes, explanations), itsOwn(outcomes));
        case SECOND -> afterSecond(outcomes);
        case LAST -> Optional.empty();
      };
    }

    /// What hosts of the target's own said. A domain can name several providers' hosts in its MX
    /// records, so that one which is nobody's friend answers where another cannot be reached; what
    /// it says closes and opens no way of others.
    private Met itsOwn(Map<Recipient, DeliveryOutcome> outcomes) {
      var own = new HashMap<>(outcomes);
      if (first instanceof Way.Exchangers) {
        own.values()
            .removeIf(
                outcome ->
                    outcome
                        .remote()
                        .filter(
                            host -> !table.provider().apply(host.name()).equals(target.provider()))
                        .isPresent());
      }
      return Met.of(own, explanations);
    }

    /// @param all what became of the message
    /// @param met of that, what tells how the way is
    private Optional<Onward> afterFirst(Met all, Met met) {
      if (!met.refused().isEmpty() && !met.delivered()) {
        close(Standing.Reason.POLICY, table.settings().pause(), met.said());
        return onward(all.refused());
      }
      if (met.open()) {
        fallbacks.wentThrough(target);
        // Who takes the message for one and not for another has nothing against us as a whole.
        return onward(all.refused());
      }
      if (!all.refused().isEmpty()) {
        return onward(all.refused());
      }
      if (met.troubled().isEmpty()) {
        return Optional.empty();
      }
      Instant since = fallbacks.troubled(target, met.said());
      if (clock.instant().isBefore(since.plus(table.settings().after()))) {
        return Optional.empty();
      }
      close(Standing.Reason.DOWN, pause(Standing.Reason.DOWN), met.said());
      return onward(met.troubled());
    }

    private void close(Standing.Reason reason, Duration pause, String said) {
      Standing before = fallbacks.of(target);
      if (fallbacks.begin(target, second.name(), reason, pause, said)) {
        Instant since =
            before instanceof Standing.Troubled troubled ? troubled.since() : clock.instant();
        notices.began(target, reason, second.name(), since, said);
      }
    }

    private Duration pause(Standing.Reason reason) {
      Duration set = table.settings().pause();
      return switch (reason) {
        case POLICY, HAND -> set;
        case DOWN -> set.compareTo(DOWN_PAUSE) < 0 ? set : DOWN_PAUSE;
      };
    }

    private Optional<Onward> afterTrying(Met all, Met met) {
      if (!met.delivered() && !(met.refused().isEmpty() && met.troubled().isEmpty())) {
        if (fallbacks.of(target) instanceof Standing.Away away) {
          fallbacks.stillClosed(target, pause(away.reason()), met.said());
        }
        return onward(all.unfinished());
      }
      if (met.delivered()) {
        fallbacks.end(target).ifPresent(away -> notices.ended(target, away.since(), second.name()));
        return onward(all.refused());
      }
      fallbacks.undecided(target, SOON);
      return onward(all.unfinished());
    }

    /// The second way leads back to us, so there is none.
    private Optional<Onward> afterSecond(Map<Recipient, DeliveryOutcome> outcomes) {
      Set<Recipient> back = Met.looped(outcomes);
      leg = Leg.LAST;
      if (back.isEmpty()) {
        return Optional.empty();
      }
      var _ = fallbacks.end(target);
      return Optional.of(new Onward(first, back));
    }

    private Optional<Onward> onward(Set<Recipient> recipients) {
      leg = Leg.LAST;
      return recipients.isEmpty() ? Optional.empty() : Optional.of(new Onward(second, recipients));
    }
  }
}
