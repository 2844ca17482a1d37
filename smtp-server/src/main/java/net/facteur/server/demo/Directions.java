package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.nio.file.Path;
import java.util.List;
import net.facteur.server.language.Text;

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
    screen.title(SAY.whoIsWho());
    for (Stage.Actor actor : stage.actors()) {
      Party party = actor.party();
      screen.step(
          Text.of(party.domain().text()),
          Text.joined(
              " ",
              List.of(
                  Text.of(String.format("%-17s", party.title().in(screen.language()))),
                  Text.of(String.format("%-16s", party.host())),
                  SAY.listens(
                      party.address().getHostAddress(),
                      party.ports().reception(),
                      party.ports().submission(),
                      party.ports().submissions(),
                      actor.server().pid()))));
    }
    screen.step(
        Text.of("DNS"),
        SAY.names(
            stage.names().address().getAddress().getHostAddress(),
            stage.names().address().getPort()));
  }

  void direct() {
    Party asso = stage.association().party();
    Party friends = stage.correspondent().party();
    screen.title(SAY.stayUp());
    for (Stage.Actor actor : stage.actors()) {
      Party party = actor.party();
      for (Party.Login user : party.users()) {
        screen.step(
            Text.of(user.name()),
            Text.joined(
                " ",
                List.of(
                    Text.of(String.format("%-19s", user.address())),
                    SAY.login(
                        user.password(),
                        party.address().getHostAddress(),
                        party.ports().submission()))));
      }
    }
    screen.title(SAY.sendMessage());
    screen.command(swaks(asso, asso.user(), friends.user()));
    screen.title(SAY.answerIt());
    screen.command(swaks(friends, friends.user(), asso.user()));
    screen.title(SAY.readLast());
    screen.command(program + " demo --show" + directory());
    screen.title(SAY.lookAtTls());
    screen.command(openssl(asso, asso.ports().submission(), " -starttls smtp"));
    screen.command(openssl(asso, asso.ports().submissions(), ""));
    screen.title(SAY.askDns());
    screen.command(dig("TXT " + Party.SELECTOR + "._domainkey." + asso.domain()));
    screen.command(dig("MX " + friends.domain()));
    screen.line(Text.nothing());
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
