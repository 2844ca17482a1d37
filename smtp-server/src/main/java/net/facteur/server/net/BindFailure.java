package net.facteur.server.net;

import static net.facteur.server.net.BindTexts.SAY;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// Why a socket could not be opened, in words for an administrator.
///
/// @param address where it should have listened
/// @param why the end of a sentence, without a full stop
/// @param remedy what to do, without a full stop; [Text#nothing()] where nobody knows
public record BindFailure(InetSocketAddress address, Kind kind, Text why, Text remedy) {
  private static final int FIRST_FREE_FOR_ALL = 1024;

  /// What it is about.
  public enum Kind {
    /// Another socket is there.
    IN_USE,
    /// The user may not open this port.
    FORBIDDEN,
    /// The machine has no such address.
    NO_ADDRESS,
    /// Something else.
    OTHER
  }

  static BindFailure of(InetSocketAddress address, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    String lower = Ascii.lower(reason);
    if (lower.contains("address already in use")) {
      Optional<SocketHolder> holder = SocketHolder.of(Path.of("/proc"), address);
      return new BindFailure(
          address,
          Kind.IN_USE,
          holder.map(its -> SAY.inUseBy(its.toString())).orElseGet(SAY::inUseByAnother),
          SAY.stopIt(address.getPort()));
    }
    if (lower.contains("permission denied") && address.getPort() < FIRST_FREE_FOR_ALL) {
      return forbidden(address);
    }
    if (lower.contains("cannot assign requested address")) {
      return new BindFailure(address, Kind.NO_ADDRESS, SAY.noSuchAddress(), SAY.seeAddresses());
    }
    if (lower.contains("address family not supported")) {
      return new BindFailure(address, Kind.NO_ADDRESS, SAY.noIpv6(), SAY.takeAddressOut());
    }
    return new BindFailure(address, Kind.OTHER, Text.of(reason), Text.nothing());
  }

  /// A port that is not for all users.
  public static BindFailure forbidden(InetSocketAddress address) {
    return new BindFailure(
        address,
        Kind.FORBIDDEN,
        SAY.forbiddenPort(FIRST_FREE_FOR_ALL),
        SAY.allowPort(address.getPort()));
  }

  /// The whole of it, without a full stop.
  Text text() {
    return remedy.equals(Text.nothing()) ? sentence() : SAY.withRemedy(sentence(), remedy);
  }

  /// What happened, without a full stop.
  public Text sentence() {
    return SAY.cannotListen(ListeningSockets.text(address), why);
  }

  IOException exception(Throwable cause) {
    return new IOException(text().in(Language.ENGLISH), cause);
  }
}
