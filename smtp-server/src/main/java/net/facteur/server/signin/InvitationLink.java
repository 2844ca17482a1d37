package net.facteur.server.signin;

import static net.facteur.server.signin.SignInTexts.SAY;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;
import net.facteur.server.web.WebSettings;

/// The link by which somebody signs in once, as it is given out by a page or a command.
///
/// @param url it opens the pages where others see them, and at this machine where nobody else does
/// @param tunnel the port at this machine that has to be reached first
/// @param served false where the settings serve no pages yet
public record InvitationLink(
    UserName user, String url, Optional<Integer> tunnel, boolean served, String host) {
  private static final int HTTPS = 443;

  public static InvitationLink of(Settings settings, UserName user, Token token) {
    String host = HostSettings.from(settings).name().text();
    List<InetSocketAddress> all = WebSettings.from(settings).pageListeners();
    Optional<InetSocketAddress> open =
        all.stream().filter(at -> !at.getAddress().isLoopbackAddress()).findFirst();
    Optional<Integer> tunnel =
        open.isPresent()
            ? Optional.empty()
            : all.stream().findFirst().map(InetSocketAddress::getPort);
    int port = tunnel.orElseGet(() -> open.map(InetSocketAddress::getPort).orElse(HTTPS));
    String url =
        "https://"
            + (tunnel.isPresent() ? "localhost" : host)
            + (port == HTTPS ? "" : ":" + port)
            + "/invitation/"
            + token.text();
    return new InvitationLink(user, url, tunnel, !all.isEmpty(), host);
  }

  /// What whoever gives it out has to know.
  public List<Text> words() {
    var words = new ArrayList<Text>();
    words.add(SAY.linkLife((int) Invitations.LIFE.toDays()));
    if (!served) {
      words.add(SAY.linkNotServed());
    }
    tunnel.ifPresent(port -> words.add(SAY.linkTunnel(port, host)));
    return words;
  }

  /// The same, and the link before it.
  public List<Text> wholly() {
    var words = new ArrayList<Text>();
    words.add(SAY.link(user.text(), url));
    words.addAll(words());
    return words;
  }
}
