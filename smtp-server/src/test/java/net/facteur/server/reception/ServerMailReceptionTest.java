package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.facteur.queue.MailAddress;
import net.facteur.server.filter.Filtering;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Verdict;
import net.facteur.server.servermail.MailReader;
import net.facteur.server.servermail.MailReaders;
import net.facteur.server.servermail.Reading;
import net.facteur.server.servermail.ServerMail;
import net.facteur.server.smtp.SmtpReply;
import org.junit.jupiter.api.Test;

class ServerMailReceptionTest {
  private static final String FROM = "From: alice@plain.example\r\n\r\n";
  private static final String OURS = "dmarc-reports";

  private final ReceptionBench bench = new ReceptionBench();
  private final List<ServerMail> read = new ArrayList<>();

  ServerMailReceptionTest() {
    bench.postmaster = Optional.of("erin@example.org");
    bench.readHere = Set.of(OURS, "bob");
    answers(new Reading.Taken("a report"));
  }

  private void answers(Reading reading) {
    bench.readers =
        new MailReaders(
            List.of(
                new MailReader() {
                  @Override
                  public boolean reads(MailAddress recipient) {
                    return !recipient.localPart().equals("carol");
                  }

                  @Override
                  public Reading read(ServerMail mail) {
                    read.add(mail);
                    return reading;
                  }
                }));
  }

  private void spam() {
    bench.filtering =
        new Filtering(
            _ ->
                CompletableFuture.completedStage(
                    Verdict.of(
                        new Handling.Reject(
                            SmtpReply.of(554, 5, 7, 1, "Unwanted"), Handling.Cause.SPAM, "found"))),
            message -> CompletableFuture.completedStage(message.id()));
  }

  private ReceptionService service() {
    return bench.service(ReceptionSettings.DEFAULTS, Optional.empty());
  }

  private SmtpReply receive(String... to) {
    return bench.receive(service(), List.of(to), FROM);
  }

  private List<String> destinations() {
    return bench.queued.stream()
        .flatMap(message -> message.envelopes().stream())
        .flatMap(envelope -> envelope.recipients().stream())
        .map(recipient -> recipient.destination().text())
        .toList();
  }

  private static int code(SmtpReply reply) {
    return reply.code();
  }

  @Test
  void mailThatWasReadIsDeliveredToNobody() {
    assertEquals(250, code(ReceptionBench.recipient(service(), 7, OURS, "example.org")));
    assertEquals(250, code(receive(OURS)));
    assertEquals(1, read.size());
    assertEquals(List.of(), destinations());
  }

  @Test
  void everybodyElseGetsTheMessageToo() {
    assertEquals(250, code(receive(OURS, "erin")));
    assertEquals(1, read.size());
    assertEquals(List.of(OURS + "@example.org"), texts(read.getFirst().recipients()));
    assertEquals(List.of("maildir:erin@example.org"), destinations());
  }

  private static List<String> texts(List<MailAddress> addresses) {
    return addresses.stream().map(MailAddress::text).toList();
  }

  @Test
  void whatIsSomethingElseGoesToThePostmaster() {
    answers(new Reading.Other("XML"));
    assertEquals(250, code(receive(OURS)));
    assertEquals(List.of("maildir:erin@example.org"), destinations());
  }

  @Test
  void whatCannotBeTakenNowIsPutOffForAll() {
    answers(new Reading.Later("the database is down"));
    assertEquals(451, code(receive(OURS, "erin")));
    assertEquals(List.of(), destinations());
  }

  @Test
  void aUserHasTheAddressAndTheReaderHasNot() {
    assertEquals(250, code(receive("bob")));
    assertEquals(0, read.size());
    assertEquals(List.of("maildir:bob@example.org"), destinations());
  }

  @Test
  void filtersAreAskedAboutWhatNobodyCouldRead() {
    spam();
    assertEquals(250, code(receive(OURS)));
    answers(new Reading.Other("XML"));
    assertEquals(554, code(receive(OURS)));
    assertEquals(List.of(), destinations());
  }

  @Test
  void mailWhoseAuthorIsForgedIsNotRead() {
    bench.zone.put("_dmarc.plain.example", Map.of("TXT", List.of("v=DMARC1; p=quarantine")));
    assertEquals(250, code(receive(OURS)));
    assertEquals(0, read.size());
    assertEquals(List.of("junk:erin@example.org"), destinations());
  }

  @Test
  void withoutAPostmasterNobodyIsThere() {
    bench.postmaster = Optional.empty();
    assertEquals(550, code(ReceptionBench.recipient(service(), 7, OURS, "example.org")));
  }
}
