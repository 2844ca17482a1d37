package net.facteur.server.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.config.Settings;
import net.facteur.server.feedback.ForwardMemory;
import net.facteur.server.feedback.ForwardShare;
import net.facteur.server.filter.dnslist.DnsListSettings;
import net.facteur.server.filter.milter.MilterSettings;
import net.facteur.server.filter.rspamd.RspamdSettings;
import net.facteur.server.language.Text;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;
import net.facteur.server.reception.ForwardSeals;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.reception.SealForwards;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.text.StrangerText;

/// What providers ask of those who forward mail to them: a reverse-path of their own, ARC seals, no
/// junk, no mail for addresses that are dead, and not more forwarded mail than their own.
///
/// Gmail's "Best practices for forwarding email to Gmail" (support.google.com/mail/answer/175365)
/// and its guidelines for senders (81126) are the rules that are written down; M3AAWG's "Email
/// Forwarding Best Practices" says the same.
public final class ForwardChecks {
  private static final DoctorTexts SAY = DoctorTexts.SAY;
  private static final String CHECK = "forwards";
  private static final int SHOWN = 5;

  /// Most of the mail that leaves, from which on a provider judges the server by strangers' mail.
  private static final int MUCH = 80;

  /// Fewer deliveries say nothing.
  private static final long FEW = 100;

  private final Settings settings;
  private final Set<String> targets;
  private final Function<String, Optional<Provider>> providers;

  /// What the memory of the server says of forwarded mail: asked of the running server, or read
  /// from the counts.
  ///
  /// @param targets how each target does
  /// @param share how much of the mail that left was passed on
  public record Known(List<ForwardMemory.Listed> targets, ForwardShare.Sum share) {
    /// Nothing is known.
    public static final Known NOTHING = new Known(List.of(), ForwardShare.Sum.NONE);

    public Known {
      targets = List.copyOf(targets);
    }
  }

  private ForwardChecks(
      Settings settings, Set<String> targets, Function<String, Optional<Provider>> providers) {
    this.settings = settings;
    this.targets = targets;
    this.providers = providers;
  }

  /// Looks at the settings, at what commands have written down, and at what is known. Nothing where
  /// no mail is passed on to elsewhere.
  public static List<Finding> examine(Settings settings, Known known) {
    return examine(settings, stored(settings), known, Providers.shipped()::ofDomain);
  }

  static List<Finding> examine(
      Settings settings,
      Collection<AddressEntry> stored,
      Known known,
      Function<String, Optional<Provider>> providers) {
    Set<String> targets = targets(settings, stored);
    return targets.isEmpty()
        ? List.of()
        : new ForwardChecks(settings, targets, providers).findings(known);
  }

  private static Collection<AddressEntry> stored(Settings settings) {
    Path users = AccountsSettings.file(settings);
    try {
      return AddressesFile.beside(users).read().entries().values();
    } catch (IOException _) {
      return List.of(); // the start of the server says what is wrong with it
    }
  }

  /// Addresses elsewhere that mail is passed on to, in lower case.
  private static Set<String> targets(Settings settings, Collection<AddressEntry> stored) {
    RoutingSettings routing = RoutingSettings.from(settings);
    Set<String> ours =
        Stream.concat(
                routing.domains().stream().map(DomainName::text),
                routing.relayDomains().keySet().stream().map(DomainName::text))
            .collect(Collectors.toSet());
    return Stream.of(
            routing.aliases().values().stream().flatMap(List::stream),
            routing.forwards().values().stream().flatMap(f -> f.to().stream()),
            stored.stream().flatMap(ForwardChecks::targets))
        .flatMap(each -> each)
        .map(Ascii::lower)
        .filter(address -> address.contains("@") && !ours.contains(domain(address)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> targets(AddressEntry entry) {
    return switch (entry) {
      case AddressEntry.Alias alias -> alias.to().stream();
      case AddressEntry.Forward forward -> forward.to().stream();
      case AddressEntry.Refused _, AddressEntry.Discarded _, AddressEntry.Domain _ ->
          Stream.empty();
    };
  }

  private static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1);
  }

  private List<Finding> findings(Known known) {
    var findings = new ArrayList<Finding>();
    // Settings whose srs.domain is not ours are refused.
    findings.add(Finding.ok(CHECK, "SRS", SAY.forwardsRewritten()));
    seals().ifPresent(findings::add);
    findings.add(junk());
    rests(known).ifPresent(findings::add);
    share(known).ifPresent(findings::add);
    return findings;
  }

  /// Seals for the providers that ask for them.
  private Optional<Finding> seals() {
    var asking = new TreeMap<String, String>();
    for (String target : targets) {
      providers
          .apply(domain(target))
          .filter(ForwardSeals::asks)
          .ifPresent(provider -> asking.put(provider.title(), target));
    }
    if (asking.isEmpty()) {
      return Optional.empty();
    }
    String names = String.join(", ", asking.keySet());
    return Optional.of(
        ReceptionSettings.from(settings).sealForwards() == SealForwards.OFF
            ? Finding.warning(CHECK, "ARC", SAY.forwardsUnsealed(names), "arc.seal-forwards = auto")
            : Finding.ok(CHECK, "ARC", SAY.forwardsSealed(names)));
  }

  private Finding junk() {
    if (ReceptionSettings.from(settings).dmarc() == ReceptionSettings.DmarcHandling.NOTE) {
      return Finding.warning(CHECK, "DMARC", SAY.forwardsForged(), "reception.dmarc = quarantine");
    }
    boolean judged =
        RspamdSettings.from(settings).isPresent()
            || !MilterSettings.from(settings).milters().isEmpty()
            || !DnsListSettings.from(settings).off();
    return judged
        ? Finding.ok(CHECK, "spam", SAY.forwardsJudged())
        : Finding.warning(CHECK, "spam", SAY.forwardsUnjudged());
  }

  private static Optional<Finding> rests(Known known) {
    List<ForwardMemory.Listed> resting =
        known.targets().stream().filter(target -> target.state().equals("rests")).toList();
    return resting.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                CHECK,
                Text.of(
                    resting.stream()
                        .limit(SHOWN)
                        .map(target -> shown(target.target()))
                        .collect(Collectors.joining(", "))),
                Finding.Level.WARNING,
                SAY.forwardsRest(resting.size()),
                List.of(Text.of("facteur forward list"))));
  }

  private static String shown(String address) {
    return StrangerText.of(address).onTerminal();
  }

  private static Optional<Finding> share(Known known) {
    if (known.share().delivered() < FEW) {
      return Optional.empty();
    }
    long percent = 100 * known.share().forwarded() / known.share().delivered();
    return Optional.of(
        percent >= MUCH
            ? Finding.warning(CHECK, "share", SAY.forwardsMany(percent))
            : Finding.ok(CHECK, "share", SAY.forwardsShare(percent)));
  }
}
