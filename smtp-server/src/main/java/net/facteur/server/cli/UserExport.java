package net.facteur.server.cli;

import static net.facteur.server.cli.UserTexts.SAY;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.files.DurableFile;
import net.facteur.server.mailbox.UserHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "export")
final class UserExport extends UserEditing {
  @Parameters(paramLabel = "NAME@DOMAIN")
  private String user = "";

  @Option(names = "--file", required = true, paramLabel = "FILE")
  private Path file = Path.of("");

  UserExport(Workplace workplace) {
    super(workplace);
  }

  @Override
  public Integer call() throws IOException {
    UserName name = name(user);
    User known = known(name);
    UserHome home = ownHome(name);
    Instant now = workplace.clock().instant();
    Map<String, Object> account = new UserFacts(this).of(known);
    account.put("addresses", leadingTo(name));
    account.put("exported", now.toString());
    String json =
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(account)
            + "\n";
    try {
      DurableFile.secret(file.toAbsolutePath()).create(out -> home.archive(json, now, out));
    } catch (FileAlreadyExistsException _) {
      throw new CommandFailedException(SAY.userFileThere(file), SAY.userOtherFile(file));
    }
    ok(
        home.exists()
            ? SAY.userExported(name.text(), file)
            : SAY.userExportedAlone(name.text(), file));
    return Facteur.OK;
  }

  /// What the store says of the name, and what leads to it.
  private List<String> leadingTo(UserName name) throws IOException {
    var lines = new ArrayList<String>();
    for (AddressEntry entry : addresses().read().entries().values()) {
      boolean leads =
          switch (entry) {
            case AddressEntry.Alias(var _, List<String> to, var _) ->
                to.stream().anyMatch(name.text()::equalsIgnoreCase);
            case AddressEntry.Forward(var _, List<String> to, var _, var _) ->
                to.stream().anyMatch(name.text()::equalsIgnoreCase);
            case AddressEntry.Refused _, AddressEntry.Discarded _, AddressEntry.Domain _ -> false;
          };
      if (leads || entry.key().equals(name.text())) {
        lines.add(entry.line());
      }
    }
    return lines;
  }
}
