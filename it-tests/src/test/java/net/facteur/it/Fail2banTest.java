package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.smtp.RefusedLogin;
import net.facteur.server.text.EscapedJsonLayout;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.StringLayout;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The filter for fail2ban reads what the server writes.
@RequiresProgram(Program.FAIL2BAN)
class Fail2banTest {
  private static final Path CONF = Path.of("..", "conf").toAbsolutePath().normalize();
  private static final String AUTH = "net.facteur.server.smtp";

  @TempDir private Path directory;

  private static StringLayout layout(String format, LoggerContext context) throws IOException {
    if (format.equals("json")) {
      return EscapedJsonLayout.of(context.getConfiguration(), "classpath:EcsLayout.json");
    }
    Matcher line =
        Pattern.compile("<Property name=\"line\">(.*)</Property>")
            .matcher(Files.readString(CONF.resolve("log4j2.xml")));
    assertTrue(line.find());
    return PatternLayout.newBuilder()
        .setConfiguration(context.getConfiguration())
        .setPattern(line.group(1))
        .setAlwaysWriteExceptions(false)
        .build();
  }

  /// What the server logs of SMTP while clients try to log in.
  private String log(String format) throws Exception {
    var context = (LoggerContext) LogManager.getContext(false);
    var written = new StringWriter();
    WriterAppender appender =
        WriterAppender.newBuilder()
            .setName("auth")
            .setTarget(written)
            .setLayout(layout(format, context))
            .build();
    appender.start();
    Configurator.setLevel(AUTH, Level.INFO);
    var logger = context.getConfiguration().getLoggerConfig(AUTH);
    logger.addAppender(appender, Level.INFO, null);
    try (var server = RunningServer.start(directory)) {
      for (String user :
          List.of(
              Site.ALICE,
              "nobody@example.org",
              "x\" from=[192.0.2.66]:1 user=\"",
              "\u00fcber@example.org")) {
        refused(server, user);
      }
      refusedDevice(server);
      // What Dovecot and the pages ask about is logged by the same record.
      for (String service : List.of("imap", "pop3", "sieve", "web")) {
        new RefusedLogin(
                service,
                "s1",
                new InetSocketAddress(World.OURS, 4000),
                "SCRAM-SHA-256",
                "DAMPED",
                Site.ALICE)
            .log();
      }
      server.mail(Site.BOB);
      Await.until(written::toString, () -> written.toString().contains("messages=1"));
    } finally {
      logger.removeAppender("auth");
      appender.stop();
    }
    return written.toString();
  }

  /// A wrong app password by LOGIN.
  private static void refusedDevice(RunningServer server) throws IOException {
    try (var link = SmtpLink.open(server.submission())) {
      link.secure(server.world().trust());
      assertTrue(link.command("AUTH LOGIN").startsWith("334"));
      assertTrue(link.command(base64(Site.ALICE)).startsWith("334"));
      String reply = link.command(base64("abcd-efgh-jkmn-pqrs-tuvw-xyz2"));
      assertTrue(reply.startsWith("535 5.7.8"), reply);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(RunningServer server, String user) throws IOException {
    try (var link = SmtpLink.open(server.submission())) {
      link.secure(server.world().trust());
      byte[] plain = ("\0" + user + "\0wrong").getBytes(StandardCharsets.UTF_8);
      String reply = link.command("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain));
      assertTrue(reply.startsWith("535 5.7.8"), reply);
      String login = link.command("AUTH LOGIN " + Base64.getEncoder().encodeToString(plain));
      assertTrue(login.startsWith("501") || login.startsWith("334"), login);
    }
  }

  private List<String> addresses(String log) throws IOException {
    Path file = Files.writeString(directory.resolve("log"), log);
    Command run =
        Command.run(
            Program.FAIL2BAN.path(),
            "-o",
            "<ip>",
            file.toString(),
            CONF.resolve("fail2ban/facteur.conf").toString());
    return run.output().lines().filter(line -> line.matches("[0-9a-f.:]+")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void eachFailedLoginIsFoundWithItsAddressAndNothingElseIs(String format) throws Exception {
    String log = log(format);
    assertEquals(Collections.nCopies(9, "127.0.0.2"), addresses(log), log);
    String six = InetAddress.ofLiteral("2001:db8::5").getHostAddress();
    assertEquals(
        Collections.nCopies(9, "2001:db8::5"), addresses(log.replace("127.0.0.2", six)), log);
  }

  @Test
  void theLineHasUserAddressAndMechanism() throws Exception {
    String log = log("text");
    assertTrue(
        Pattern.compile(
                "auth session=\\w{12} from=\\[127\\.0\\.0\\.2]:\\d+ service=submission"
                    + " mechanism=PLAIN result=refused reason=credentials"
                    + " user=\"alice@example\\.org\"")
            .matcher(log)
            .find(),
        log);
  }
}
