package net.facteur.server.admin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.alerts.AlertRequests;
import net.facteur.server.feedback.FeedbackRequests;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.quarantine.QuarantineRequests;
import net.facteur.server.routes.RouteRequests;

/// What can be asked of a running server. Called on a virtual thread for each request; may block.
public interface ServerControl {
  /// How the server is.
  ///
  /// @return names and values to show: `version`, `started`, `listeners`, `connections`, `queued`
  ///   and whatever else is known, in order; values are texts, numbers, booleans and lists of them
  Map<String, Object> status();

  /// True where the server can do its work: listeners open, queue writable.
  boolean healthy();

  /// Reads the settings again. Nothing changes where they are wrong.
  Reloaded reload();

  /// What became of reading the settings again.
  sealed interface Reloaded {
    /// They are in force.
    ///
    /// @param restart what differs from the settings that the server started with and waits for the
    ///   next start, by key
    /// @param kept what is not taken up, since it cannot serve, and what stays in its place
    /// @param warnings what is in force and hardly meant
    record InForce(List<String> restart, List<Text> kept, List<Text> warnings) implements Reloaded {
      public InForce {
        restart = List.copyOf(restart);
        kept = List.copyOf(kept);
        warnings = List.copyOf(warnings);
      }
    }

    /// They are wrong; the old ones stay.
    ///
    /// @param problems at least one
    record Refused(List<Text> problems) implements Reloaded {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Begins an orderly stop and returns at once.
  void stop();

  /// Changes a user.
  ///
  /// @throws IOException where the users file cannot be read or written
  UserChange.Outcome change(UserChange change) throws IOException;

  /// Changes an address of the store.
  ///
  /// @throws IOException where its file cannot be read or written
  AddressChange.Outcome changeAddress(AddressChange change) throws IOException;

  /// Reads the files again that commands have written, as far as they changed: roles, absences,
  /// lists.
  void readAgain();

  /// Does what somebody wants of a DKIM key, as far as it goes at once.
  ///
  /// @param language of who asks
  /// @param out gets the lines of the answer: `says`, or `refused` with a `remedy`; then each
  ///   `notice` with its `text`, and each `state`
  /// @throws IOException where the keys cannot be read or written
  void fulfil(KeyWish wish, Language language, Consumer<Map<String, Object>> out)
      throws IOException;

  /// Writes a new key into the directory of keys.
  ///
  /// @param name the domain, and the selector of this very key
  /// @return false where a key of that name exists: keys are never overwritten
  /// @throws IOException where it cannot be written
  boolean write(KeyName name, DkimPrivateKey key) throws IOException;

  /// Asks the certification authority for a certificate at once, and waits for it.
  ///
  /// @return why none came; empty where one did
  /// @throws IOException where it cannot be kept
  Optional<String> renewCertificate() throws IOException;

  /// Sends the reports on DMARC about the days that are over, without waiting for their hour.
  ///
  /// @return how many mails were put into the queue
  int sendReports();

  /// The alerts.
  AlertRequests alerts();

  /// The quarantine.
  QuarantineRequests quarantine();

  /// The queue.
  QueueControl queue();

  /// The ways of mail for elsewhere.
  RouteRequests routes();

  /// The mail that accounts send.
  SendingControl sending();

  /// What can be asked of the mail that accounts send.
  interface SendingControl {
    /// Does something with the mail of an account, and tells of it: `messages`, `recipients`, and
    /// `last`, when the last of what was released leaves.
    ///
    /// @return what is wrong; empty where it was done
    Optional<Text> act(SendingWishes.Wish wish, Consumer<Map<String, Object>> out);

    /// Tells how an account stands, as names and values: [AccountView].
    void show(String account, Consumer<Map<String, Object>> out);
  }

  /// What is remembered of mail that left.
  FeedbackRequests feedback();

  /// The sessions of users.
  SessionControl sessions();

  /// What can be asked of the sessions in which a user has logged in.
  interface SessionControl {
    /// Tells of each session: `id`, `user`, `address`, `port`, `listener`, `since`, `hello`, `tls`,
    /// `messages` and `recipients`.
    ///
    /// @param user only those of this user
    void list(Optional<String> user, Consumer<Map<String, Object>> out);

    /// Ends sessions, and tells of each. Without ids and user, all are meant.
    void end(List<String> ids, Optional<String> user, Consumer<Map<String, Object>> out);
  }

  /// What can be asked of the queue.
  interface QueueControl {
    /// Answers a question, as names and values.
    ///
    /// @return what is wrong; empty where everything was told
    Optional<Text> read(ControlRequest.QueueQuery query, Consumer<Map<String, Object>> out);

    /// Does something with messages, and tells of each: `id`, and how many `recipients`.
    ///
    /// @return what is wrong; empty where it was done
    Optional<Text> act(ControlRequest.QueueAct act, Consumer<Map<String, Object>> out);
  }

  /// What can be done with a queued message.
  enum Action {
    /// Try it now.
    RETRY,
    /// Keep it, without trying.
    HOLD,
    /// Let a held message go on.
    RELEASE,
    /// Forget it, without a report.
    REMOVE,
    /// Return it to its sender.
    BOUNCE,
    /// Send it to another next hop.
    MOVE
  }
}
