package net.facteur.server.demo;

import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What the trial says of itself.
interface DemoTexts {
  DemoTexts SAY = Texts.of(DemoTexts.class);

  Text starting();

  Text runsAlready(long process);

  Text noMessage(String command);

  Text cannotTidyUp(String why);

  Text noPort();

  Text notStarted(String host);

  Text serverEnded(DomainName host);

  Text answered(Text command, String reply);

  Text theGreeting();

  Text replyEndless();

  Text notReply(String line);

  Text replyLineLong();

  Text connectionClosed();

  Text whoIsWho();

  Text association();

  Text correspondent();

  Text listens(String address, int reception, int submission, int submissions, long process);

  Text names(String address, int port);

  Text stayUp();

  Text login(String password, String host, int port);

  Text sendMessage();

  Text answerIt();

  Text readLast();

  Text lookAtTls();

  Text askDns();

  Text honest();

  Text answer();

  Text altered();

  Text wrongAddress();

  Text revokedKey();

  Text wordRefused();

  Text wordAccepted();

  Text wordNotSent();

  Text wordSent();

  Text wordLost();

  Text wordQueued();

  Text wordSigned();

  Text wordArrived();

  Text wordResults();

  Text wordTime();

  Text wordOk();

  Text wordFailed();

  Text wordDelivered();

  Text wordUndelivered();

  Text wordExpired();

  Text wordBounced();

  Text wordRemoved();

  Text wordDeferred();

  Text wordPutOff();

  Text accepted(String user, DomainName host, int port, String protocol);

  Text nothingToAlter();

  Text sentAs(String victim, String address);

  Text refusedBy(String host, String reply);

  Text notInMailbox(long seconds);

  Text queueId(String id);

  Text queuedAs(String id, DomainName host);

  Text signedBy(String selectors);

  Text signedByNobody();

  Text attempted(String recipient, String delay);

  Text attemptedAt(String recipient, String remote, String tls, String delay);

  Text inMailbox(String mailbox);

  Text noResultsBy(String host);

  Text everyCheckPassed();

  Text seenThrough();

  /// What the messages say is ASCII in every language: no field of them is encoded.
  Text mailSubject();

  Text mailDear(String name);

  Text mailMeet();

  Text mailMeetAltered();

  Text mailPayToday();

  Text mailPayAtOnce();

  Text mailAccount();

  Text wasRefused(String reply);

  Text didNotArrive();

  Text noResultOf(String method);

  Text fewDkimResults();

  Text nobodyKnows();

  Text refusedWith(String reply);

  Text notArrived();

  Text verdict();

  Text firstDelivered(String seconds);
}
