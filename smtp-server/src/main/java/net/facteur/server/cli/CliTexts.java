package net.facteur.server.cli;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What commands say that belongs to no group of them.
interface CliTexts {
  CliTexts SAY = Texts.of(CliTexts.class);

  // Watching records appear

  Text watchHint();

  Text watchThere();

  Text watchMissing();

  Text watchUnknown();

  Text watchUnwatched();

  Text watchDone();

  Text watchLeft(long count);

  // What was mistyped

  Text mistypedCommand(String word);

  Text mistypedOption(long count, String options);

  Text mistypedWords(String words);

  Text missingParameter(long count, String names);

  Text missingOption(long count, String names);

  Text missingBoth(String names);

  Text missingValue(String option, String label);

  Text givenTwice(String option);

  Text badNumber(String option, String value);

  Text badChoice(String option, String allowed, String value);

  Text badValue(String option, String why);

  Text didYouMean(String commands);

  Text or();

  Text possibleOptions(String options);

  // What went wrong

  Text fault();

  Text seeWhatIsWrong();

  Text closed(Text what, Path path, String user);

  Text cannotBeHad(String file);

  Text typeChmod(Path path);

  Text linkOfOther(Path path, String owner);

  Text linkOfOtherRemedy(Path path);

  Text typeSudo(String command);

  Text warning(Object text);

  Text wouldBeDone(Object what);

  Text noFile(Object file);

  Text isDirectory(Path file);

  Text notDomain(String text);

  Text typeWhole();

  Text notIpAddress(String text);

  Text typeAddress();

  Text typeIpAddress();

  // The settings

  Text settingsClosed();

  Text settingsWrong(long count);

  Text settingsPartlyWrong(Path file, long count);

  Text checkGood(Path file);

  Text checkMistakes(long count);

  Text checkWarnings(long count);

  Text explainDefaults();

  Text explainNone();

  Text explainDot(String key);

  Text explainType(String key);

  Text explainNotAmong(String name, String block);

  Text explainAdd(Path file, String line);

  Text explainUnknown(String key);

  Text explainNear(String key);

  Text explainAll();

  Text explainKeyUnset(String key, String instead);

  Text explainUnset(String instead);

  Text explainFrom(Object origin);

  Text explainDefault(String value);

  Text explainKind(Text name, Text bounds);

  Text explainExample(String line);

  // The running server

  Text serverUnseen();

  Text serverUnasked();

  Text serverUnaskedRemedy();

  Text serverSilent(Path socket, String reason);

  Text serverNone(Path socket);

  Text serverStart();

  Text serverAtOldSocket(String command);

  Text serverMakesIt();

  Text serverSilentAnd(Path socket, String reason);

  Text serverStartIt();

  Text serverLogSaysMore();

  Text serverStops();

  Text reloaded();

  Text reloadedExcept();

  Text reloadedWaiting(Object warned);

  Text reloadedExceptWaiting(Object warned);

  Text notInForce(Object text);

  Text restartIt();

  Text sessionColumns();

  Text sessionsNone();

  Text sessionsNoneOf(String user);

  Text sessionsUnnamed();

  Text sessionsName();

  Text sessionEnded(String id, String user);

  Text sessionsNoSuch();

  // A zone in a file

  Text zoneOriginAlone();

  Text zoneAdd();

  Text zoneNoFile(Path file);

  Text zoneSample();

  Text zoneIsDirectory(Path file);

  Text zoneTooLarge(Path file);

  Text zoneNoText(Path file);

  Text zoneNotUnderstood(Path file, String expected);

  // Others

  Text pagesWritten(long count, Path directory);

  Text noTextsIn(String language);

  Text chooseLanguage(String codes);
}
