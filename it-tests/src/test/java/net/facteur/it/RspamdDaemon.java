package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/// rspamd with a few symbols of its own, and with statistics in a directory of the test: it weighs
/// words, and what the server hands over. It starts in seconds, since it loads none of its plugins
/// but that for settings.
final class RspamdDaemon implements AutoCloseable {
  static final String PASSWORD = "left-horse-8";

  /// The text that each rspamd refuses.
  static final String GTUBE =
      "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

  private final PeerDirectory directory;
  private final int normal;
  private final int controller;
  private final int proxy;
  private Process process;

  private RspamdDaemon(PeerDirectory directory, int normal, int controller, int proxy)
      throws Exception {
    this.proxy = proxy;
    this.directory = directory;
    this.normal = normal;
    this.controller = controller;
    this.process = run();
  }

  static RspamdDaemon start() throws Exception {
    PeerDirectory directory = PeerDirectory.make();
    int normal = World.freePort(World.OURS);
    int controller = World.freePort(World.OURS);
    int proxy = World.freePort(World.OURS);
    Files.writeString(directory.resolve("suffixes"), "com\nnet\norg\nexample\n");
    Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    Files.writeString(
        directory.resolve("symbols.lua"),
        """
        rspamd_config:register_symbol({name = 'SEES_RESULTS', score = 0.25, callback = function(task)
          local field = task:get_header('Authentication-Results')
          return field ~= nil and field:find('mail.example.org', 1, true) ~= nil
        end})
        rspamd_config:register_symbol({name = 'KNOWS_USER', score = 0.125, callback = function(task)
          return task:get_user() ~= nil
        end})
        """);
    Files.writeString(
        directory.resolve("rspamd.conf"),
        """
        options {
          pidfile = "%1$s/pid"; filters = ""; tempdir = "%1$s"; url_tld = "%1$s/suffixes";
          explicit_modules = ["settings"]; control_socket = "%1$s/control mode=0600";
          cache_file = "%1$s/cache"; hs_cache_dir = "%1$s";
          dns { timeout = 0.1s; retransmits = 1; nameserver = ["127.0.0.1:9"]; }
        }
        logging { type = "console"; level = "info"; }
        worker "normal" { bind_socket = "%2$s:%3$d"; count = 1; }
        worker "controller" {
          bind_socket = "%2$s:%4$d"; count = 1; password = "%5$s"; secure_ip = [];
        }
        worker "rspamd_proxy" {
          bind_socket = "%2$s:%6$d"; count = 1; milter = yes;
          upstream "local" { default = yes; hosts = "%2$s:%3$d"; }
        }
        actions { reject = 15; add_header = 6; greylist = 4; }
        modules { path = "/usr/share/rspamd/plugins/settings.lua"; }
        settings { strict { id = "strict"; apply { actions { reject = 0.2; } } } }
        lua = "%1$s/symbols.lua";
        group "test" {
          symbols { "BAYES_SPAM" { weight = 9; } "BAYES_HAM" { weight = -3; } }
        }
        classifier "bayes" {
          cache { path = "%1$s/learnt"; }
          tokenizer { name = "osb"; }
          min_tokens = 5; min_learns = 1; backend = "sqlite3"; languages_enabled = false;
          statfile { symbol = "BAYES_HAM"; spam = false; path = "%1$s/ham"; }
          statfile { symbol = "BAYES_SPAM"; spam = true; path = "%1$s/spam"; }
        }
        """
            .formatted(
                directory, World.OURS.getHostAddress(), normal, controller, PASSWORD, proxy));
    return new RspamdDaemon(directory, normal, controller, proxy);
  }

  private Process run() throws Exception {
    Process started =
        new ProcessBuilder(
                Program.RSPAMD.path(),
                "-f",
                "-i",
                "-c",
                directory.resolve("rspamd.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    try {
      Await.until(
          () -> "rspamd: " + directory.text("log"), () -> answers(normal) && answers(controller));
      return started;
    } catch (Exception | AssertionError e) {
      Command.stop(started);
      throw e;
    }
  }

  private static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(World.OURS, port), 1000);
      socket.setSoTimeout(5000);
      socket.getOutputStream().write("GET /ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      return socket.getInputStream().readAllBytes().length > 0;
    } catch (IOException _) {
      return false;
    }
  }

  /// The settings of a server that asks it.
  String settings() {
    String host = World.OURS.getHostAddress();
    return """
    filter.rspamd {
      address = "%1$s:%2$d"
      controller = "%1$s:%3$d"
      password-file = "%4$s/password"
    }
    """
        .formatted(host, normal, controller, directory);
  }

  /// The settings of a server that asks it as a milter.
  String milter() {
    return "filter.milters = [\"" + World.OURS.getHostAddress() + ":" + proxy + " defer\"]\n";
  }

  void down() {
    Command.stop(process);
  }

  void up() throws Exception {
    process = run();
  }

  @Override
  public void close() throws IOException {
    Command.stop(process);
    directory.delete();
  }
}
