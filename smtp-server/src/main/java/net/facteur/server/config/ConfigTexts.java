package net.facteur.server.config;

import java.nio.file.Path;
import net.facteur.server.language.Text;
import net.facteur.server.language.Texts;

/// What is said of settings files and of values in them. Whatever is wrong with a value is the end
/// of a sentence that begins with its key.
public interface ConfigTexts {
  ConfigTexts SAY = Texts.of(ConfigTexts.class);

  // Places, and the frame of a mistake

  Text mistake(Text where, Text what);

  Text line(Path file, int line);

  Text file(Path file);

  Text byDefault();

  Text machine();

  Text variable(String name);

  /// What somebody is to type, such as `key = value` or a command.
  Text type(String line);

  // The file

  Text setTwice(String key, int line);

  Text setTwiceElsewhere(String key, Path file, int line);

  Text takeOneOut();

  Text fault(String key, Text what);

  Text notBlock();

  Text block(String key, String names);

  Text dotted();

  Text notDomainBlock();

  Text leftOpen(Path file, String key);

  Text secret(Text bounds);

  Text faults(int count);

  Text unknown(String key);

  Text meant(String key, String line);

  Text nothingMeant();

  Text strayVariable(String variable);

  Text unset();

  Text otherVariable(String variable);

  Text overridden(String word, String value, String name, String variable, String other);

  Text overriding(String variable, String word);

  Text nameless(String key);

  Text shortName(String key, String name);

  Text typeName(String line);

  Text included(Path file, Text what);

  Text circle();

  Text deep(int most);

  Text removeInclude();

  Text directory();

  Text nameFileIn(String command);

  Text irregular();

  Text nameSettings();

  Text unreadable();

  Text noFile();

  Text nameYours(Path file);

  Text unreachable(String user, Path closed);

  Text forbidden(String user);

  Text typeAs(String command);

  Text ifServer(String user, String command);

  Text noFileHere(String what);

  Text typeInclude();

  Text missing(String what, Path file);

  Text writeFile();

  Text tooManyFiles(int most);

  Text tooLarge();

  Text tooNested(int most);

  Text substitutions(String name, int most);

  Text references(String name, int most);

  Text writeOut();

  Text unsubstituted();

  Text setVariable();

  Text syntax(String said);

  Text unsaid();

  Text quoting();

  // Types, by their names

  Text duration();

  Text size();

  Text number();

  Text flag();

  Text text();

  Text path();

  Text choice();

  Text listOf(Text type);

  Text mapOf(Text key, Text value);

  Text domain();

  Text hostName();

  Text host();

  Text endpoint();

  Text ipAddress();

  Text url();

  // What a type allows

  Text range(String least, String most);

  Text trueOrFalse();

  Text characters(int most);

  Text fileOrDirectory();

  Text oneOf(String words);

  Text entries(int most, Text each);

  Text someEntries(int least, int most, Text each);

  Text mapEntries(int most, Text value, Text each);

  Text domainBounds();

  Text hostNameBounds();

  Text hostBounds();

  Text endpointBounds();

  Text ipAddressBounds();

  Text httpsBounds();

  // What is wrong with a value

  Text isList(Text type);

  Text isBlock(Text type);

  Text isNull(Text type);

  Text notAllowed(String value, Text bounds);

  Text beyond(String value, Text bounds);

  Text notDuration(String value);

  Text notSize(String value);

  Text notNumber(String value);

  Text notText(Text bounds);

  Text emptyPath();

  Text notPath();

  Text tooMany(int entries, int most);

  Text emptyList();

  Text notMap();

  Text entry(int number, Text what);

  Text nameThat(Text what);

  Text valueOf(String name, Text what);

  Text notDomain(String value);

  Text notHostName(String value);

  Text notHost(String value);

  Text unbracketed(String value);

  Text portless(String value);

  Text notEndpoint(String value);

  Text notAddress(String value);

  Text notHttps(String value);
}
