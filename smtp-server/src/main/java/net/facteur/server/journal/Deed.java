package net.facteur.server.journal;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import net.facteur.server.language.Text;

/// One thing that somebody did.
///
/// @param at when, to the second
/// @param by the address of a user, or the name of a user of this machine
/// @param way by what
/// @param from the network address that it came from; `-` where nobody knows one
/// @param kind what was done
/// @param on to what: an address, a name, an id; never a secret; empty for nothing
public record Deed(Instant at, String by, Way way, String from, String kind, String on) {
  /// By what something is done.
  public enum Way {
    PAGE,
    COMMAND,
    /// The server itself, since time has come.
    SERVER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Way> of(String word) {
      for (Way way : values()) {
        if (way.word().equals(word)) {
          return Optional.of(way);
        }
      }
      return Optional.empty();
    }
  }

  /// What can be done. A file may hold others, which a later version wrote.
  public enum Kind {
    SIGNED_IN,
    SIGNED_OUT,
    SESSION_ENDED,
    PASSWORD_CHANGED,
    APP_PASSWORD_MADE,
    APP_PASSWORD_REVOKED,
    CODE_ENROLLED,
    CODE_REMOVED,
    RECOVERY_CODES_MADE,
    RECOVERY_CODE_USED,
    PASSKEY_ADDED,
    PASSKEY_REMOVED,
    INVITED,
    INVITATION_USED,
    PROOFS_RESET,
    FORWARD_CHANGED,
    ROLE_CHANGED,
    ADDRESS_CHANGED,
    ADDRESS_REMOVED,
    ABSENCE_CHANGED,
    MAIL_RELEASED,
    MAIL_DROPPED,
    MAIL_SEEN,
    DATA_EXPORTED,
    EXAMINED,
    ZONE_LOOKED,
    KEY_ROTATED,
    KEY_ADOPTED,
    KEY_ACTIVATED,
    KEY_RETIRED,
    KEY_REVOKED,
    KEY_REVEALED,
    KEY_COMPROMISED,
    BACKED_UP,
    RESTORED,
    QUEUE_RETRIED,
    QUEUE_HELD,
    QUEUE_RELEASED,
    QUEUE_BOUNCED,
    QUEUE_MOVED,
    ACCOUNT_ADDED,
    ACCOUNT_CHANGED,
    ACCOUNT_HELD,
    ACCOUNT_RELEASED,
    ACCOUNT_DROPPED,
    ACCOUNT_LOCKED,
    ACCOUNT_UNLOCKED,
    LIST_ADDED,
    LIST_CHANGED,
    LIST_IMPORTED,
    LIST_POST_DECIDED,
    LIST_REMOVED,
    LIST_MEMBER_ADDED,
    LIST_MEMBER_REMOVED;

    /// As the file and programs have it.
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// In words for people.
    ///
    /// @param on what it was done to
    Text text(String on) {
      JournalTexts say = JournalTexts.SAY;
      return switch (this) {
        case SIGNED_IN -> say.signedIn(on);
        case SIGNED_OUT -> say.signedOut(on);
        case SESSION_ENDED -> say.sessionEnded(on);
        case PASSWORD_CHANGED -> say.passwordChanged(on);
        case APP_PASSWORD_MADE -> say.appPasswordMade(on);
        case APP_PASSWORD_REVOKED -> say.appPasswordRevoked(on);
        case CODE_ENROLLED -> say.codeEnrolled(on);
        case CODE_REMOVED -> say.codeRemoved(on);
        case RECOVERY_CODES_MADE -> say.recoveryCodesMade(on);
        case RECOVERY_CODE_USED -> say.recoveryCodeUsed(on);
        case PASSKEY_ADDED -> say.passkeyAdded(on);
        case PASSKEY_REMOVED -> say.passkeyRemoved(on);
        case INVITED -> say.invited(on);
        case INVITATION_USED -> say.invitationUsed(on);
        case PROOFS_RESET -> say.proofsReset(on);
        case FORWARD_CHANGED -> say.forwardChanged(on);
        case ROLE_CHANGED -> say.roleChanged(on);
        case ADDRESS_CHANGED -> say.addressChanged(on);
        case ADDRESS_REMOVED -> say.addressRemoved(on);
        case ABSENCE_CHANGED -> say.absenceChanged(on);
        case MAIL_RELEASED -> say.mailReleased(on);
        case MAIL_DROPPED -> say.mailDropped(on);
        case MAIL_SEEN -> say.mailSeen(on);
        case DATA_EXPORTED -> say.dataExported(on);
        case EXAMINED -> say.examined();
        case ZONE_LOOKED -> say.zoneLooked(on);
        case KEY_ROTATED -> say.keyRotated(on);
        case KEY_ADOPTED -> say.keyAdopted(on);
        case KEY_ACTIVATED -> say.keyActivated(on);
        case KEY_RETIRED -> say.keyRetired(on);
        case KEY_REVOKED -> say.keyRevoked(on);
        case KEY_REVEALED -> say.keyRevealed(on);
        case KEY_COMPROMISED -> say.keyCompromised(on);
        case BACKED_UP -> say.backedUp(on);
        case RESTORED -> say.restored(on);
        case QUEUE_RETRIED -> say.queueRetried(on);
        case QUEUE_HELD -> say.queueHeld(on);
        case QUEUE_RELEASED -> say.queueReleased(on);
        case QUEUE_BOUNCED -> say.queueBounced(on);
        case QUEUE_MOVED -> say.queueMoved(on);
        case ACCOUNT_ADDED -> say.accountAdded(on);
        case ACCOUNT_CHANGED -> say.accountChanged(on);
        case ACCOUNT_HELD -> say.accountHeld(on);
        case ACCOUNT_RELEASED -> say.accountReleased(on);
        case ACCOUNT_DROPPED -> say.accountDropped(on);
        case ACCOUNT_LOCKED -> say.accountLocked(on);
        case ACCOUNT_UNLOCKED -> say.accountUnlocked(on);
        case LIST_ADDED -> say.listAdded(on);
        case LIST_CHANGED -> say.listChanged(on);
        case LIST_IMPORTED -> say.listImported(on);
        case LIST_POST_DECIDED -> say.listPostDecided(on);
        case LIST_REMOVED -> say.listRemoved(on);
        case LIST_MEMBER_ADDED -> say.listMemberAdded(on);
        case LIST_MEMBER_REMOVED -> say.listMemberRemoved(on);
      };
    }

    static Optional<Kind> of(String word) {
      for (Kind kind : values()) {
        if (kind.word().equals(word)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /// What was done, in words for people; the word of the file where this version knows no other.
  public Text text() {
    return Kind.of(kind)
        .map(known -> known.text(on))
        .orElseGet(() -> Text.of(on.isEmpty() ? kind : kind + " " + on));
  }
}
