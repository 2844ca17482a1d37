package net.facteur.server.autoconfig;

import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of the settings of this package, and to people who set up their mail programs.
interface AutoconfigTexts {
  AutoconfigTexts SAY = Texts.of(AutoconfigTexts.class);

  Text service();

  Text serviceBounds();

  Text notService(String text);

  Text pageTitle();

  Text pagePurpose();

  Text pageIntro();

  Text pageNoReading();

  Text caption();

  Text use();

  Text server();

  Text port();

  Text security();

  Text useSubmission();

  Text useSubmissionElse();

  Text useImap();

  Text usePop3();

  Text useSieve();

  Text securityTls();

  Text securityStartTls();

  Text login();

  Text loginIs();

  Text password();

  Text passwordIs();

  Text programs();

  Text found();

  Text byHand();

  Text thunderbird();

  Text thunderbird1();

  Text thunderbird2();

  Text outlook();

  Text outlook1();

  Text outlook2();

  Text outlook3();

  Text android();

  Text android1();

  Text android2();

  Text others();

  Text others1();

  Text apple();

  Text appleIs();

  Text apple1();

  Text apple2();

  Text apple3();

  Text address();

  Text download();

  Text profileNone();

  Text profileNoneWhy(String host);

  Text profileTitle(String domain);

  Text profileIs(String address);
}
