package net.facteur.server.demo;

import java.nio.file.Path;

/// Who is who, and what testers can type.
final class Directions {
  private final Stage stage;
  private final DemoState state;
  private final Screen screen;
  private final String program;

  /// @param program what calls the program
  Directions(Stage stage, DemoState state, Screen screen, String program) {
    this.stage = stage;
    this.state = state;
    this.screen = screen;
    this.program = program;
  }

  void introduce() {
    screen.title("Who is who");
    for (Stage.Actor actor : stage.actors()) {
      Party party = actor.party();
      screen.step(
          party.domain().text(),
          String.format(
              "%-17s %-16s at %s, reception %d, submission %d, submissions %d, process %d",
              party.title(),
              party.host(),
              party.address().getHostAddress(),
              party.ports().reception(),
              party.ports().submission(),
              party.ports().submissions(),
              actor.server().pid()));
    }
    screen.step(
        "DNS",
        stage.names().address().getAddress().getHostAddress()
            + " port "
            + stage.names().address().getPort()
            + ", both zones");
  }

  void direct() {
    Party asso = stage.association().party();
    Party friends = stage.correspondent().party();
    screen.title("Both servers stay up until Ctrl-C. Their users:");
    for (Stage.Actor actor : stage.actors()) {
      Party party = actor.party();
      for (Party.Login user : party.users()) {
        screen.step(
            user.name(),
            String.format(
                "%-19s password %s  host %s  submission port %d",
                user.address(),
                user.password(),
                party.address().getHostAddress(),
                party.ports().submission()));
      }
    }
    screen.title("Send a message and watch it go");
    screen.command(swaks(asso, asso.user(), friends.user()));
    screen.title("Answer it");
    screen.command(swaks(friends, friends.user(), asso.user()));
    screen.title("Read the last message that arrived");
    screen.command(program + " demo --show" + directory());
    screen.title("Look at TLS, by STARTTLS and from the first octet");
    screen.command(openssl(asso, asso.ports().submission(), " -starttls smtp"));
    screen.command(openssl(asso, asso.ports().submissions(), ""));
    screen.title("Ask the DNS");
    screen.command(dig("TXT " + Party.SELECTOR + "._domainkey." + asso.domain()));
    screen.command(dig("MX " + friends.domain()));
    screen.line("");
  }

  private String directory() {
    Path usual = DemoState.usual(System.getenv());
    return usual.equals(state.directory()) ? "" : " --dir " + state.directory();
  }

  private String swaks(Party party, Party.Login from, Party.Login to) {
    return "swaks --server "
        + party.address().getHostAddress()
        + " --port "
        + party.ports().submission()
        + " --tls --tls-verify --tls-ca-path "
        + state.authority()
        + " --auth PLAIN --auth-user "
        + from.address()
        + " --auth-password "
        + from.password()
        + " --from "
        + from.address()
        + " --to "
        + to.address();
  }

  private String openssl(Party party, int port, String more) {
    return "openssl s_client -connect "
        + party.address().getHostAddress()
        + ":"
        + port
        + more
        + " -CAfile "
        + state.authority()
        + " -verify_hostname "
        + party.host()
        + " -verify_return_error -crlf";
  }

  private String dig(String question) {
    return "dig @"
        + stage.names().address().getAddress().getHostAddress()
        + " -p "
        + stage.names().address().getPort()
        + " +short "
        + question;
  }
}
