package net.facteur.auth.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Headers put together from what forgers use, read by Python's email package (both its policies)
/// and by this library: a domain that Python names as the author's is named here as well, unless
/// the field is one well-formed address whose domain counts alone.
@Tag("peer")
class FromPeerTest {
  private static final int CASES = 4_000;
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  private static final List<String> NAMES =
      List.of(
          "From: ",
          "From : ",
          "From\t:",
          "FROM:",
          "from\r\n :",
          "\u00ef\u00bb\u00bfFrom:",
          "From\u0000:",
          "From\u00a0:",
          " From: ",
          "Sender: ",
          "Subject: x\r\n From: ",
          "From:\r\n ",
          "X\rFrom: ",
          "X: y\nFrom:",
          "Reply-To: ",
          "From\u000b: ");

  private static final List<String> PIECES =
      List.of(
          "a@one.test",
          "b@two.test",
          "<c@three.test>",
          "<",
          ">",
          "\"",
          ",",
          ";",
          "Board: ",
          " ",
          "(",
          ")",
          "CEO",
          "@four.test",
          "e@",
          "[five.test]",
          "\u0001",
          "\u0000",
          "=?utf-8?q?f=40six.test?=",
          "\\",
          ".",
          "..",
          "'g@seven.test' via L",
          "\"h@eight.test\"",
          "\r\n ",
          "<@x.test:i@nine.test>");

  /// Prints for each message the addresses of every From that the parser keeps.
  private static final String READER =
      """
      import base64, email, email.policy, email.utils, sys
      for line in sys.stdin:
          raw = base64.b64decode(line)
          found = set()
          for policy in (email.policy.compat32, email.policy.default):
              m = email.message_from_bytes(raw, policy=policy)
              try:
                  values = [str(v) for v in m.get_all('From', [])]
              except Exception:
                  values = []
              for _, address in email.utils.getaddresses(values):
                  if '@' in address:
                      found.add(address.rpartition('@')[2])
          print(base64.b64encode('\\n'.join(found).encode('utf-8', 'replace')).decode())
      """;

  @Test
  void whatPythonTakesForTheAuthorIsLookedAt(@TempDir Path folder) throws Exception {
    requirePython();
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var headers = new ArrayList<String>();
    for (int i = 0; i < CASES; i++) {
      headers.add(made(random));
    }
    List<List<String>> seen = read(headers, folder);
    var missed = new ArrayList<String>();
    int named = 0;
    for (int i = 0; i < CASES; i++) {
      AuthorDomain author =
          AuthorDomain.of(
              MessageHeader.parse(headers.get(i).getBytes(StandardCharsets.ISO_8859_1)));
      for (String text : seen.get(i)) {
        if (DomainName.parse(text) instanceof Parsed.Ok<DomainName>(DomainName domain)
            && domain.isHostName()) {
          named++;
          if (!author.domains().contains(domain) && !(author instanceof AuthorDomain.One)) {
            missed.add(domain + " of " + shown(headers.get(i)) + " is not in " + author);
          }
        }
      }
    }
    assertEquals(List.of(), missed.subList(0, Math.min(10, missed.size())));
    assertTrue(named > CASES / 40, "Python named " + named);
  }

  private static String made(Random random) {
    var out = new StringBuilder();
    for (int fields = 1 + random.nextInt(3); fields > 0; fields--) {
      out.append(NAMES.get(random.nextInt(NAMES.size())));
      for (int n = 1 + random.nextInt(5); n > 0; n--) {
        out.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      out.append("\r\n");
    }
    return out.append("\r\n").toString();
  }

  private static List<List<String>> read(List<String> headers, Path folder) throws Exception {
    Path script = Files.writeString(folder.resolve("reader.py"), READER);
    Path input = folder.resolve("in");
    Path output = folder.resolve("out");
    Files.write(
        input,
        headers.stream()
            .map(h -> h.getBytes(StandardCharsets.ISO_8859_1))
            .map(Base64.getEncoder()::encodeToString)
            .toList());
    Process process =
        new ProcessBuilder(PYTHON.toString(), script.toString())
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals(0, process.waitFor());
    List<String> lines = Files.readAllLines(output);
    assertEquals(headers.size(), lines.size());
    return lines.stream()
        .map(line -> new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8))
        .map(text -> text.isEmpty() ? List.<String>of() : List.of(text.split("\n", -1)))
        .toList();
  }

  private static String shown(String header) {
    var out = new StringBuilder();
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      out.append(c < ' ' || c >= 0x7f ? "\\x%02x".formatted((int) c) : Character.toString(c));
    }
    return out.toString();
  }

  private static void requirePython() throws IOException {
    if (!Files.isExecutable(PYTHON)) {
      if (Objects.equals(System.getenv("CI"), "true")) {
        fail("apt-get install python3");
      }
      System.out.println("not run: apt-get install python3");
      abort("python3 is not installed");
    }
  }
}
