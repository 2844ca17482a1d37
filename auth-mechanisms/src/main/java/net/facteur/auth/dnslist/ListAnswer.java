package net.facteur.auth.dnslist;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import net.facteur.auth.dns.IpLiteral;

/// What a list says.
public sealed interface ListAnswer {
  /// It has an entry.
  ///
  /// @param codes at least one, within 127.0.0.0/8: as what it is listed
  record Listed(List<InetAddress> codes) implements ListAnswer {
    public Listed {
      codes = List.copyOf(codes);
    }
  }

  /// It has none.
  record NotListed() implements ListAnswer {}

  /// This says nothing about what was asked for.
  ///
  /// @param code what was answered
  record Unusable(InetAddress code, Why why) implements ListAnswer {
    /// What is wrong with it.
    public enum Why {
      /// It lies outside of 127.0.0.0/8: the list is gone, and its name belongs to somebody else.
      OUTSIDE,
      /// The list does not serve who asks.
      REFUSED
    }
  }

  /// No answer. It may pass.
  ///
  /// @param reason for the log
  record Unanswered(String reason) implements ListAnswer {}

  /// In a few words, for people and logs.
  default String text() {
    return switch (this) {
      case Listed(List<InetAddress> codes) ->
          codes.stream().map(IpLiteral::print).collect(Collectors.joining(","));
      case NotListed() -> "none";
      case Unusable(InetAddress code, Unusable.Why why) ->
          "unusable " + IpLiteral.print(code) + (why == Unusable.Why.OUTSIDE ? " outside" : "");
      case Unanswered _ -> "unanswered";
    };
  }
}
