package net.facteur.server.sources;

import java.util.List;

/// What follows from the reports on one domain, for whoever looks after it.
public sealed interface Advice {
  /// What keeps mail of ours from passing, or may.
  sealed interface Trouble extends Advice {}

  /// The SPF record does not list this server.
  ///
  /// @param messages that came from it so
  /// @param of all that came from it
  /// @param addresses it sent from
  record OwnNotListed(long messages, long of, List<String> addresses) implements Trouble {
    public OwnNotListed {
      addresses = List.copyOf(addresses);
    }
  }

  /// Mail of this server comes without a signature of the domain.
  record OwnUnsigned(long messages, long of) implements Trouble {}

  /// Signatures of this server are not right.
  record OwnBroken(long messages, long of) implements Trouble {}

  /// A service uses the domain in its reverse-path, and the SPF record does not list it.
  ///
  /// @param yours some of its mail passes, so that it is set up for the domain
  record ServiceNotListed(KnownService service, long messages, long of, boolean yours)
      implements Trouble {}

  /// DKIM of a service signs with its own domain.
  ///
  /// @param signer that domain
  record ServiceSignsAsItself(
      KnownService service, String signer, long messages, long of, boolean yours)
      implements Trouble {}

  /// A service does not sign.
  record ServiceUnsigned(KnownService service, long messages, long of, boolean yours)
      implements Trouble {}

  /// Signatures of a service with the domain are not right.
  record ServiceBroken(KnownService service, long messages, long of, boolean yours)
      implements Trouble {}

  /// A host that may send, and of which some mail fails.
  record HostFails(String host, long messages, long of) implements Trouble {}

  /// Mail that lists or forwarders changed on the way.
  ///
  /// @param messages that failed so
  record Changed(long messages, long of) implements Advice {}

  /// Mail of strangers.
  ///
  /// @param messages that failed
  /// @param stopped of them, those that were refused or put with the spam
  record Strangers(long messages, long stopped) implements Advice {}

  /// What to do with the policy.
  sealed interface PolicyAdvice extends Advice {}

  /// The policy can be stricter.
  ///
  /// @param from the word that `p` is now
  /// @param to what it can be
  /// @param passed of mail of this server, of services and of hosts that may send
  /// @param of all mail of those
  record Tighten(String from, String to, long days, long passed, long of) implements PolicyAdvice {}

  /// The policy should stay as it is for now.
  ///
  /// @param to what it can be later
  record StayFor(String from, String to, List<Reason> reasons) implements PolicyAdvice {
    public StayFor {
      reasons = List.copyOf(reasons);
    }
  }

  /// Nothing is stricter.
  record Strictest() implements PolicyAdvice {}

  /// Why a policy should stay as it is.
  sealed interface Reason {
    /// @param days that were seen
    /// @param wanted at least
    record FewDays(long days, long wanted) implements Reason {}

    /// @param messages that were seen
    record FewMessages(long messages, long wanted) implements Reason {}

    /// @param days on which somebody reported
    record FewReports(long days, long wanted) implements Reason {}

    /// @param passed of them
    /// @param of mail of this server, of services and of hosts that may send
    /// @param wanted percent
    record TooManyFail(long passed, long of, double wanted) implements Reason {}

    /// A service of which nothing passes: whoever it belongs to, it stops with a stricter policy.
    record Undecided(KnownService service, long messages) implements Reason {}
  }

  /// What it is, in a word for scripts.
  default String kind() {
    return switch (this) {
      case OwnNotListed _ -> "own-not-in-spf";
      case OwnUnsigned _ -> "own-unsigned";
      case OwnBroken _ -> "own-signature-fails";
      case ServiceNotListed(var service, _, _, _) -> "service-not-in-spf:" + service.id();
      case ServiceSignsAsItself(var service, _, _, _, _) ->
          "service-signs-as-itself:" + service.id();
      case ServiceUnsigned(var service, _, _, _) -> "service-unsigned:" + service.id();
      case ServiceBroken(var service, _, _, _) -> "service-signature-fails:" + service.id();
      case HostFails(String host, _, _) -> "host-fails:" + host;
      case Changed _ -> "changed-on-the-way";
      case Strangers _ -> "strangers";
      case Tighten(_, String to, _, _, _) -> "tighten:" + to;
      case StayFor(String from, _, _) -> "stay:" + from;
      case Strictest() -> "strictest";
    };
  }
}
