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
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;

/// What receivers will make of a published key record, beside the private key held here.
///
/// @param problem why they will not accept signatures; empty where they will
/// @param publish the record is to be published anew
/// @param notes what the admin should know though nothing is wrong
/// @param revoked the record says that the key is revoked, or there is none
record DkimPublication(Optional<Text> problem, boolean publish, boolean revoked, List<Text> notes) {
  private static final DkimTexts SAY = DkimTexts.SAY;

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
                      problem.map(SAY::dkimRevokedHereAnd).orElseGet(SAY::dkimRevokedHereOnly)),
                  false,
                  false,
                  notes);
    };
  }

  static DkimPublication compare(DkimPrivateKey held, Answer<TxtRecord> answer) {
    return switch (answer) {
      case Answer.NxDomain<TxtRecord> _ -> nothing(SAY.dkimNothing());
      case Answer.NoData<TxtRecord> _ -> nothing(SAY.dkimNoTxt());
      case Answer.Failed<TxtRecord>(String reason) -> unknown(SAY.dkimNoAnswer(reason));
      case Answer.Bogus<TxtRecord>(String reason) -> unknown(SAY.dkimBogus(reason));
      case Answer.Records<TxtRecord> records -> ofRecords(held, records.values());
    };
  }

  private static DkimPublication nothing(Text problem) {
    return new DkimPublication(Optional.of(problem), true, true, List.of());
  }

  private static DkimPublication missing(Text problem) {
    return new DkimPublication(Optional.of(problem), true, false, List.of());
  }

  private static DkimPublication unknown(Text problem) {
    return new DkimPublication(Optional.of(problem), false, false, List.of());
  }

  private static DkimPublication ofRecords(DkimPrivateKey held, List<TxtRecord> records) {
    // RFC 6376, 3.6.2.2: TXT RRs MUST be unique for a particular selector name
    if (records.size() > 1) {
      return missing(SAY.dkimSeveralRecords(records.size()));
    }
    return switch (DkimKeyRecord.parse(records.getFirst().text())) {
      case Parsed.Malformed<DkimKeyRecord>(int offset, String expected) ->
          missing(SAY.dkimNoRecord(offset + 1, expected));
      case Parsed.Ok<DkimKeyRecord>(DkimKeyRecord record) -> ofRecord(held, record);
    };
  }

  private static DkimPublication ofRecord(DkimPrivateKey held, DkimKeyRecord record) {
    Optional<Text> problem = problem(held, record);
    var notes = new ArrayList<Text>();
    if (record.testing()) {
      notes.add(SAY.dkimTesting());
    }
    if (record.strict()) {
      notes.add(SAY.dkimStrict());
    }
    if (record.granularity().isPresent()) {
      notes.add(SAY.dkimGranularityNote());
    }
    record.notesText().ifPresent(text -> notes.add(SAY.dkimNotes(printable(text))));
    if (held.publicKey().type() == KeyType.RSA && held.bits() < WEAK_BITS) {
      notes.add(SAY.dkimWeak(held.bits(), WEAK_BITS));
    }
    return new DkimPublication(
        problem, problem.isPresent() && !record.revoked(), record.revoked(), notes);
  }

  private static Optional<Text> problem(DkimPrivateKey held, DkimKeyRecord record) {
    if (record.revoked()) {
      return Optional.of(SAY.dkimRevokedThere());
    }
    if (!record.servesMail()) {
      return Optional.of(SAY.dkimNotForMail());
    }
    if (!record.allows(HashAlgorithm.SHA256)) {
      return Optional.of(SAY.dkimNoSha256());
    }
    if (record.type().isEmpty()) {
      return Optional.of(SAY.dkimNoSuchType());
    }
    return switch (record.key()) {
      case Parsed.Malformed<DkimPublicKey>(int _, String expected) ->
          Optional.of(SAY.dkimUnreadable(expected));
      case Parsed.Ok<DkimPublicKey>(DkimPublicKey published) ->
          held.matches(published) ? Optional.empty() : Optional.of(SAY.dkimOther());
    };
  }

  private static String printable(String text) {
    return StrangerText.of(text.substring(0, Math.min(200, text.length()))).onTerminal();
  }
}
