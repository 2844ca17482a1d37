package net.facteur.server.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Routes that are wrong, or hardly meant.
class RouteCautionsTest {
  @TempDir private Path directory;

  private LoadedSettings load(String... lines) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        "hostname = mail.example.org\ndomains { \"example.org\" {} }\n" + String.join("\n", lines));
    return Reference.loader(Map.of(), Optional.empty()).load(file);
  }

  private static List<String> said(List<Mistake> mistakes) {
    return mistakes.stream().map(mistake -> mistake.what().in(Language.ENGLISH)).toList();
  }

  private List<String> cautions(String... lines) throws IOException {
    return switch (load(lines)) {
      case LoadedSettings.Good good -> said(new RouteCautions(good.settings()).all());
      case LoadedSettings.Wrong wrong -> throw new AssertionError(said(wrong.mistakes()));
    };
  }

  private List<String> mistakes(String... lines) throws IOException {
    return switch (load(lines)) {
      case LoadedSettings.Good _ -> List.of();
      case LoadedSettings.Wrong wrong -> said(wrong.mistakes());
    };
  }

  @Test
  void whatIsRightIsNotTold() throws IOException {
    assertEquals(
        List.of(),
        cautions(
            "routes {",
            "  a { to = [\"a.example\", \"*.a.example\"], sources = [\"127.0.0.1\"] }",
            "  second { host = smtp.example.net }",
            "}",
            "fallback.route = second"));
  }

  @Test
  void routesThatAreNeverTakenAreTold() throws IOException {
    assertEquals(
        List.of(
            "the route a names example.org, whose mail does not go by routes: it is kept here, or"
                + " relayed for",
            "the route c is for the same mail as b, which holds",
            "the route unused says neither for which mail it is nor is it the fallback of another,"
                + " so it is never taken"),
        cautions(
            "routes {",
            "  a { to = example.org }",
            "  b { to = [x.example, y.example] }",
            "  c { to = [y.example, x.example], host = smtp.example.net }",
            "  unused { host = smtp.example.net }",
            "}"));
  }

  @Test
  void ratesThatNobodyKeepsToAreTold() throws IOException {
    assertEquals(
        List.of(
            "the rate of the route a is not kept to: only routes for to or provider, and not for"
                + " from, have one"),
        cautions(
            "routes {",
            "  a { from = a.example, rate = 5 }",
            "  b { to = b.example, rate = 5 }",
            "  c { provider = google, rate = 5 }",
            "}"));
  }

  @Test
  void waysThatLeadNowhereAreTold() throws IOException {
    assertEquals(
        List.of(
            "the host of the route a is this server itself: mail by it comes back",
            "the route b sends from 192.0.2.77, which is no address of this machine: mail by it"
                + " fails",
            "the route c has a host and an LMTP server, which takes all of its mail",
            "fallback.route = direct is the way that mail takes anyway"),
        cautions(
            "routes {",
            "  a { to = a.example, host = mail.example.org }",
            "  b { to = b.example, sources = [\"192.0.2.77\"] }",
            "  c { to = c.example, host = smtp.example.net, lmtp = \"/run/c\" }",
            "}",
            "fallback.route = direct"));
  }

  @Test
  void whatCannotBeMeantIsRefused() throws IOException {
    assertEquals(
        List.of(
            "routes.a.user is set without routes.a.password-file",
            "routes.a.fallback = nix names no route",
            "direct cannot be the name of a route: the word has a meaning in fallback.route",
            "fallback.route = smarthost names no route"),
        mistakes(
            "routes {",
            "  a { to = a.example, host = smtp.example.net, user = u, fallback = nix }",
            "  direct { to = c.example }",
            "}",
            "fallback.route = smarthost"));
    assertEquals(
        List.of("routes.a.to entry 1 is `.a.example`, which is neither a domain nor *. with one"),
        mistakes("routes { a { to = \".a.example\" } }"));
  }
}
