package net.facteur.server.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimPublicKey;
import net.facteur.auth.dkim.HashAlgorithm;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.keys.KeyState;
import net.facteur.server.text.StrangerText;

/// What receivers will make of a published key record, beside the private key held here.
///
/// @param problem why they will not accept signatures; empty where they will
/// @param publish the record is to be published anew
/// @param notes what the admin should know though nothing is wrong
/// @param revoked the record says that the key is revoked, or there is none
record DkimPublication(
    Optional<String> problem, boolean publish, boolean revoked, List<String> notes) {
  private static final int WEAK_BITS = 2048;

  boolean good() {
    return problem.isEmpty();
  }

  /// The same, seen with what Facteur means to do with the key: what is revoked is not to come
  /// back.
  DkimPublication in(Optional<KeyState> state) {
    return switch (state.orElse(new KeyState.Visible(Instant.EPOCH))) {
      case KeyState.Generated _,
          KeyState.Publishing _,
          KeyState.Visible _,
          KeyState.Active _,
          KeyState.Retiring _ ->
          this;
      case KeyState.Revoking _, KeyState.Revoked _, KeyState.Revealed _ ->
          revoked
              ? new DkimPublication(Optional.empty(), false, true, List.of())
              : new DkimPublication(
                  Optional.of(
                      problem
                          .map(p -> "the key was revoked here, and " + p)
                          .orElse(
                              "the key was revoked here, but the record still holds it. Where a"
                                  + " person edits the zone: empty its p=, or remove the record")),
                  false,
                  false,
                  notes);
    };
  }

  static DkimPublication compare(DkimPrivateKey held, Answer<TxtRecord> answer) {
    return switch (answer) {
      case Answer.NxDomain<TxtRecord> _ -> nothing("there is nothing at this name in the DNS");
      case Answer.NoData<TxtRecord> _ -> nothing("the name exists, but holds no TXT record");
      case Answer.Failed<TxtRecord>(String reason) ->
          unknown("the DNS gave no answer (" + reason + "); try again in a minute");
      case Answer.Bogus<TxtRecord>(String reason) ->
          unknown("the answer fails DNSSEC validation (" + reason + "); ask who runs the DNS");
      case Answer.Records<TxtRecord> records -> ofRecords(held, records.values());
    };
  }

  private static DkimPublication nothing(String problem) {
    return new DkimPublication(Optional.of(problem), true, true, List.of());
  }

  private static DkimPublication missing(String problem) {
    return new DkimPublication(Optional.of(problem), true, false, List.of());
  }

  private static DkimPublication unknown(String problem) {
    return new DkimPublication(Optional.of(problem), false, false, List.of());
  }

  private static DkimPublication ofRecords(DkimPrivateKey held, List<TxtRecord> records) {
    // RFC 6376, 3.6.2.2: TXT RRs MUST be unique for a particular selector name
    if (records.size() > 1) {
      return missing(
          records.size()
              + " TXT records stand at this name; receivers may take any of them. Remove all but"
              + " one");
    }
    return switch (DkimKeyRecord.parse(records.getFirst().text())) {
      case Parsed.Malformed<DkimKeyRecord>(int offset, String expected) ->
          missing(
              "the record is not a key record: at character "
                  + (offset + 1)
                  + " there should be "
                  + expected);
      case Parsed.Ok<DkimKeyRecord>(DkimKeyRecord record) -> ofRecord(held, record);
    };
  }

  private static DkimPublication ofRecord(DkimPrivateKey held, DkimKeyRecord record) {
    Optional<String> problem = problem(held, record);
    var notes = new ArrayList<String>();
    if (record.testing()) {
      notes.add("t=y says that signing is being tested: receivers treat the mail as unsigned");
    }
    if (record.strict()) {
      notes.add("t=s says that the key does not speak for users of domains below this one");
    }
    if (record.granularity().isPresent()) {
      notes.add("g= has no meaning any more and can be left out");
    }
    record.notesText().ifPresent(text -> notes.add("n= says: " + printable(text)));
    if (held.publicKey().type() == KeyType.RSA && held.bits() < WEAK_BITS) {
      notes.add(
          "the key has "
              + held.bits()
              + " bits; "
              + WEAK_BITS
              + " are usual now. Make one at another selector and change over");
    }
    return new DkimPublication(
        problem, problem.isPresent() && !record.revoked(), record.revoked(), notes);
  }

  private static Optional<String> problem(DkimPrivateKey held, DkimKeyRecord record) {
    if (record.revoked()) {
      return Optional.of(
          "the record has an empty p=, which says that the key is revoked. If somebody meant that,"
              + " do not publish it again, but make another: facteur dkim rotate. If nobody did,"
              + " see what to publish: facteur dkim record");
    }
    if (!record.servesMail()) {
      return Optional.of("s= says that the key is not for mail; leave s= out");
    }
    if (!record.allows(HashAlgorithm.SHA256)) {
      return Optional.of("h= does not allow sha256, which is what we sign with; leave h= out");
    }
    if (record.type().isEmpty()) {
      return Optional.of("k= names a type of key that does not exist");
    }
    return switch (record.key()) {
      case Parsed.Malformed<DkimPublicKey>(int _, String expected) ->
          Optional.of(
              "p= cannot be read as " + expected + "; was a part of it lost when it was copied?");
      case Parsed.Ok<DkimPublicKey>(DkimPublicKey published) ->
          held.matches(published)
              ? Optional.empty()
              : Optional.of(
                  "the record holds another key than the one held here, so that every signature"
                      + " fails");
    };
  }

  private static String printable(String text) {
    return StrangerText.of(text.substring(0, Math.min(200, text.length()))).onTerminal();
  }
}
