package net.facteur.server.checks;

import java.nio.file.Path;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// What the checks say of the settings, and of what the disk holds.
interface ChecksTexts {
  ChecksTexts SAY = Texts.of(ChecksTexts.class);

  Text settingsGood();

  Text names(String setting, Path file, Text trouble);

  Text ofSettings(Text trouble);

  Text ofSetting(String setting, Text trouble);

  Text ofServing(Text trouble);

  Text activeKey(Path file, Text trouble);

  Text sentence(Text words);

  Text serving(String user);

  Text typing(String user);

  Text asRoot(String command);

  Text paths(String paths);

  Text pathsAndMore(String paths, int count);

  Text directory();

  Text noDirectory();

  Text irregular();

  Text noSocket();

  Text empty();

  Text large();

  Text writable();

  Text readable();

  Text readableHere();

  Text unreadable();

  Text brokenLink();

  Text missing();

  Text pathEnds(Path up);

  Text cannotReach(Text who, Path closed);

  Text cannotRead(Text who);

  Text cannotRun(Text who);

  Text cannotWrite(Text who);

  Text cannotUse(Text who);

  Text byMode(Text forbidden);

  Text byOwner(Text forbidden, String owner);

  Text unmakeable(Text who, Path directory);

  Text madeNowhere(Path up);

  Text longSocket(int octets);

  Text emptyLine();

  Text noPlainText();

  Text noText();

  Text nameRegular(String command);

  Text fill();

  Text rightFile(String command);

  Text whereItLeads(String command);

  Text putFile();

  Text moveDirectory();

  Text nameAnotherDirectory();

  Text namePlace(String user);

  Text moveSocket();

  Text nameLog();

  Text moveOrCopy(String command);

  Text makeWith(String command);

  Text oneSecret();

  Text writePassword();

  Text putAnchors();

  Text cannotUseThese(Text who, Text files);

  Text notDirectoryOfOurs();

  Text notFileOfOurs();

  Text noDatabase();

  Text queueAnew();

  Text queueDamaged();

  Text seeToDisk();

  Text typeAnew(String command);

  Text nameMailboxSocket(String example);

  Text lmtpClosed(Path socket, Text who, Path closed);

  Text lmtpMissing(Path socket);

  Text openMailboxSocket(String user);

  Text unseen(String user, Text files, String server);

  Text othersData(String user, String owner);

  Text fromNowOn(String user, String command);

  Text openRelay(AddressBlock network);

  Text nameNetwork(String line);

  Text noCertificate();

  Text turnOff(String line);

  Text keyJournal(Text trouble);

  Text seeJournal(String command);

  Text usersGone();

  Text putBackUsers(String command);

  Text usersUnknown(Text trouble);

  Text lookAtUsers(String command);

  Text noSource(String address, Text why);

  Text shownUseless(Text why);

  Text nameValid(String setting);

  Text nameCertificate(String command);

  Text certificateJournal(Text trouble);

  Text certificateJournalAnew(String command);

  Text notYetInService(Path chain, DomainName host, String until);

  Text whereItStands();

  Text staysOut(Path chain, Text why, String until);

  Text putCertificate(DomainName host);

  Text servingUseless(Text why);

  Text certificateAnew(String command);

  Text refusedByPrograms(Text why);

  Text getFor(DomainName host);

  Text refusedForName(HostPattern name, Path chain, Text why);

  Text getForName(HostPattern name);

  Text putAuthorities();

  Text either(Text remedy);

  Text selectorUnknown(Text why);

  Text selectorLagging(String servers);

  Text revealsOther(DomainName domain);

  Text nameDomain();

  Text more(int count);

  Text largeKey(int bits);

  Text reportsUnsigned();

  Text reportsOfForeign(String contact);

  Text wideProxy(AddressBlock proxy);

  Text nameProxies(String line);

  Text openProxy(AddressBlock network);

  Text takeProxyOut();

  Text wideGateway(AddressBlock gateway);

  Text nameGateways(String line);

  Text anyRecipient(DomainName domain);

  Text askRecipients();

  Text userWithoutSmarthost();

  Text smarthostItself();

  Text nameSmarthost();

  Text routeUnused(String name);

  Text routeNotForeign(String name, DomainName domain);

  Text routeTwin(String name, String twin);

  Text routeTakeOut();

  Text routeHostAndLmtp(String name);

  Text routeRateOfSender(String name);

  Text routeItself(String name);

  Text routeNameHost();

  Text routeSourceElsewhere(String name, String address);

  Text routeSourcesAlike(String name);

  Text routeNameSource();

  Text routeSecondIsFirst(String name);

  Text routeNameSecond();

  Text nothingShown(String there, String missing);

  Text nobodyLogsIn();

  Text olderSpelling();

  Text noDomain();

  Text typeDomain(String line);

  Text addressAsName(DomainName host);

  Text alias(String key);

  Text forward(String key);

  Text twinAliases(String one, String other);

  Text twinForwards(String one, String other);

  Text oneLine();

  Text notOurs(Text what);

  Text addDomain();

  Text leadsNowhere(Text what);

  Text nameOne();

  Text leadsToProgram(Text what, String target);

  Text nameAddress();

  Text leadsToItself(Text what);

  Text makeUserOrName(String command);

  Text forwardOfNobody(String key);

  Text administratorNobody(String name);

  Text makeAdministrator(String command);

  Text makeUserOrAlias(String command);

  Text reportsUser(String address);

  Text reportsAlias(String address);

  Text reportsList(String address);

  Text reportsRefused(String address);

  Text reportsDiscarded(String address);

  Text reportsForward(String address);

  Text nameReports(String setting);

  Text postmaster();

  Text catchAll(DomainName domain);

  Text leadsToNobody(Text what, String address);

  Text makeUser(String command);

  Text leadsAstray(Text what, String address, Text detail);

  Text breakCircle();

  Text exposedAccounts(String address);

  Text exposedAccountsRemedy();

  Text uncertifiedWeb(String setting);

  Text uncertifiedWebRemedy();

  Text aliasOfItself(DomainName domain);

  Text aliasOfForeign(DomainName domain, DomainName other);

  Text takeOut();

  Text nameOurDomain();

  Text seeAddresses(String command);

  Text rulesUnknown(Text why);

  Text addressesUnknown(Text why);

  Text storedTwice(String address);

  Text takeOneOut(String command);

  Text storedForeign(String address);

  Text rolesUnknown(Text why);

  Text roleTwice(String address);

  Text roleOfUser(String address);

  Text roleVacant(String address);

  Text roleHolderGone(String address, String holder);

  Text handRole(String command);

  Text absencesUnknown(Text why);

  Text absencesByDovecot(long count);

  Text absencesByLmtp(long count);

  Text absencesByNobody(long count);

  Text clearAbsences(String command);

  Text absenceOfNobody(String name);

  Text leftIsThere(String name);

  Text addDomainOr(String command);

  Text tryDirectory();

  Text inBoth(UserName name);

  Text removeOfBoth(UserName name);

  Text directoryInTheClear();

  Text encryptDirectory();

  Text mendExplanation(String command);

  Text restoreCutOff();
}
