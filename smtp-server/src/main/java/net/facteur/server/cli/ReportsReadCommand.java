package net.facteur.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.tlsrpt.TlsReport;
import net.facteur.server.language.Text;
import net.facteur.server.report.received.FoundReport;
import net.facteur.server.report.received.FoundReports;
import net.facteur.server.report.received.FoundReports.Wrong;
import net.facteur.server.report.received.ReportReader;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "read")
final class ReportsReadCommand implements Callable<Integer> {
  private static final ReportsReadTexts SAY = ReportsReadTexts.SAY;

  private final Workplace workplace;

  @Parameters(arity = "1..*", paramLabel = "FILE")
  private List<Path> files = List.of();

  @Option(names = "--json")
  private boolean json;

  ReportsReadCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() throws IOException {
    boolean all = true;
    var documents = new ArrayList<Map<String, Object>>();
    for (Path file : files) {
      FoundReports found = ReportReader.inFile(octets(file));
      all &= !found.reports().isEmpty();
      if (json) {
        documents.add(document(file, found));
      } else {
        print(file, found);
      }
    }
    if (json) {
      workplace.out().println(StrangerText.inJson(new JsonMapper().writeValueAsString(documents)));
    }
    return all ? Facteur.OK : Facteur.PROBLEM;
  }

  private void print(Path file, FoundReports found) {
    if (found.reports().isEmpty()) {
      Wrong reason = found.reason();
      String why =
          workplace.say(
              SAY.readNone(file, reason.expected(), reason.offset(), clean(reason.where())));
      workplace.err().println(workplace.red("facteur: ") + why);
      workplace.err().println(workplace.say(SAY.readForms()));
      return;
    }
    for (FoundReport report : found.reports()) {
      switch (report) {
        case FoundReport.Dmarc(AggregateReport dmarc) ->
            new DmarcReportPrint(workplace).print(dmarc);
        case FoundReport.Tls(TlsReport tls) -> {
          workplace.out().println(workplace.say(SAY.readTls()));
          new TlsReportPrint(workplace).print(tls);
        }
        case FoundReport.Failure failure -> print(failure);
      }
      workplace.out().println();
    }
    for (Wrong wrong : found.wrong()) {
      workplace
          .err()
          .println(
              workplace.say(
                  SAY.readPartly(wrong.expected(), wrong.offset(), clean(wrong.where()))));
    }
  }

  private void print(FoundReport.Failure failure) {
    line(SAY.readFailure(clean(failure.first("reported-domain").orElse("?"))));
    failure.fields().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            field ->
                field
                    .getValue()
                    .forEach(value -> line(SAY.readField(clean(field.getKey()), clean(value)))));
  }

  private void line(Text says) {
    workplace.out().println(workplace.say(says));
  }

  /// One octet more than may be read is enough to see that there are too many.
  private byte[] octets(Path file) throws IOException {
    if (file.toString().equals("-")) {
      return workplace.in().readNBytes(ReportReader.MAX_OCTETS + 1);
    }
    if (Files.isDirectory(file)) {
      throw new CommandFailedException(CliTexts.SAY.isDirectory(file), SAY.readForms());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ReportReader.MAX_OCTETS + 1);
    } catch (NoSuchFileException _) {
      throw new CommandFailedException(CliTexts.SAY.noFile(file), SAY.readForms());
    }
  }

  /// No more than a few lines.
  static String clean(String text) {
    return StrangerText.of(text.substring(0, Math.min(400, text.length()))).onTerminal();
  }

  private static Map<String, Object> document(Path file, FoundReports found) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("file", file.toString());
    all.put("reports", found.reports().stream().map(FoundReportJson::of).toList());
    all.put(
        "problems",
        (found.reports().isEmpty() ? List.of(found.reason()) : found.wrong())
            .stream()
                .map(
                    wrong ->
                        Map.of(
                            "where", wrong.where(),
                            "at", wrong.offset(),
                            "expected", wrong.expected()))
                .toList());
    return all;
  }
}
