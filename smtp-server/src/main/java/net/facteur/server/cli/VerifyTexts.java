package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What `facteur verify` says.
interface VerifyTexts {
  VerifyTexts SAY = Texts.of(VerifyTexts.class);

  Text verifyTooLarge(Path file);

  Text verifySingle();

  Text verifyNameOne();

  Text verifySave();

  Text verifyTwoSources(String cases, Path file);

  Text verifyLeaveOne();

  Text verifyNone();

  Text verifyType();

  Text verifyNoCases(String cases);

  Text verifyCasesSample();

  Text verifyInterrupted();

  Text verifyExpected(String name, Object expected);

  Text verifyNotChecked();

  Text verifyAskSpf();

  Text verifyNoClient();

  Text verifySpfHelo();

  Text verifyAskHelo();

  Text verifySpfMailFrom();

  Text verifyAskMailFrom();

  Text verifyDomainSays(String text);

  Text verifyAskDkim();

  Text verifyUnsigned();

  Text verifyNearly(String words);

  Text verifyAskAdsp();

  Text verifyAskArc();

  Text verifyAskDmarc();

  Text verifyDefaultDeliver();

  Text verifyDefaultJunk();

  Text verifyDefaultRefuse();

  Text verifyUnknownDomain();

  Text verifySignature(Object domain, String result);

  Text verifyNotRight();

  Text verifySo(String reason);
}
