package net.facteur.server.delivery;

import java.net.Socket;
import java.util.Optional;

/// How far the opening of a session has come, with what is known by then.
///
/// | stage | what is next | goes on to |
/// | --- | --- | --- |
/// | [Greeting] | the host greets | [Hello] |
/// | [Hello] | EHLO, LHLO or HELO | [Introduced] |
/// | [Introduced] | whether TLS or a login is wanted | [StartTls], [Login], [Ready] |
/// | [StartTls] | STARTTLS and its reply | [Handshake] |
/// | [Handshake] | the TLS handshake | [Proof] |
/// | [Proof] | whether the host is who it should be | [Greeting] where TLS came first, else [Hello] |
/// | [Login] | AUTH | [Ready] |
///
/// It begins with [Handshake] where TLS comes first, else with [Greeting]. Each stage may go on to
/// [Refused].
sealed interface OpeningStage {
  /// The connection stands.
  sealed interface Open extends OpeningStage {
    Contact contact();

    Protection protection();

    /// The level wanted, what was got, and why.
    default String tlsText() {
      return contact().candidate().tls().text(protection().text());
    }
  }

  /// What came of it.
  sealed interface End extends OpeningStage {}

  /// The connection to a host.
  ///
  /// @param socket under it; empty where it has none that TLS could be put on
  record Contact(Candidate candidate, Optional<Socket> socket, CommandChannel wire) {
    Contact over(CommandChannel secured) {
      return new Contact(candidate, socket, secured);
    }
  }

  /// What keeps others from reading along.
  sealed interface Protection {
    String text();

    /// The host has proven its name.
    boolean verified();

    record Clear() implements Protection {
      @Override
      public String text() {
        return "none";
      }

      @Override
      public boolean verified() {
        return false;
      }
    }

    /// @param suite protocol and cipher
    /// @param level the level got
    record Tls(String suite, String level, boolean verified) implements Protection {
      static Tls unproven(ClientTls.Secured secured) {
        return new Tls(secured.protocol() + " " + secured.cipher(), "encrypt", false);
      }

      Tls proven(String level, boolean name) {
        return new Tls(suite, level, name);
      }

      @Override
      public String text() {
        return suite + ", got " + level;
      }
    }
  }

  record Greeting(Contact contact, Protection protection) implements Open {}

  record Hello(Contact contact, Protection protection) implements Open {}

  /// @param host what it has announced
  record Introduced(Contact contact, Protection protection, Capabilities host) implements Open {}

  record StartTls(Contact contact) implements Open {
    @Override
    public Protection protection() {
      return new Protection.Clear();
    }
  }

  record Handshake(Contact contact) implements Open {
    @Override
    public Protection protection() {
      return new Protection.Clear();
    }
  }

  /// @param contact by the protected connection
  record Proof(Contact contact, ClientTls.Secured secured) implements Open {
    @Override
    public Protection.Tls protection() {
      return Protection.Tls.unproven(secured);
    }
  }

  record Login(
      Contact contact, Protection protection, Capabilities host, DeliverySettings.Login login)
      implements Open {}

  record Ready(Session session) implements End {}

  record Refused(Failure failure, Trouble trouble) implements End {}

  /// What went wrong.
  enum Trouble {
    /// TLS, which the host refused or does not do right.
    TLS,
    /// TLS, which was not over in its time.
    STALLED_TLS,
    OTHER
  }
}
