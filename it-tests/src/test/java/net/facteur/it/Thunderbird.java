package net.facteur.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Thunderbird without a window, with one account, driven by Marionette: its own objects do what
/// its windows would have them do.
final class Thunderbird implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PATIENCE = 60_000;

  private final Process process;
  private final Socket socket;
  private int last;

  private Thunderbird(Process process, Socket socket) {
    this.process = process;
    this.socket = socket;
  }

  /// @param directory for its profile
  /// @param there where every name leads
  static Thunderbird open(Path directory, InetAddress there) throws Exception {
    return open(directory, there, "");
  }

  /// @param web the port in place of 443
  static Thunderbird open(Path directory, InetAddress there, int web) throws Exception {
    return open(
        directory, there, "user_pref(\"network.socket.forcePort\", \"443=" + web + "\");\n");
  }

  private static Thunderbird open(Path directory, InetAddress there, String more) throws Exception {
    Path profile = Files.createDirectories(directory.resolve("profile"));
    int port = World.freePort(InetAddress.ofLiteral("127.0.0.1"));
    Files.writeString(
        profile.resolve("user.js"),
        """
        user_pref("marionette.port", %d);
        user_pref("app.donation.eoy.version.viewed", 999);
        user_pref("mail.provider.suppress_dialog_on_startup", true);
        user_pref("mail.spotlight.firstRunDone", true);
        user_pref("mail.winsearch.firstRunDone", true);
        user_pref("mailnews.start_page.enabled", false);
        user_pref("mail.shell.checkDefaultClient", false);
        user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
        user_pref("network.proxy.type", 0);
        user_pref("network.dns.forceResolve", "%s");
        user_pref("mail.server.default.check_new_mail", false);
        user_pref("mail.server.default.offline_download", false);
        """
                .formatted(port, there.getHostAddress())
            + more);
    var builder =
        new ProcessBuilder(
                Program.THUNDERBIRD.path(),
                "--headless",
                "--no-remote",
                "--marionette",
                "--remote-allow-system-access",
                "--profile",
                profile.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("thunderbird.log").toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("MOZ_CRASHREPORTER_DISABLE", "1");
    Process process = builder.start();
    try {
      Socket socket = connected(directory, port);
      socket.setSoTimeout(2 * PATIENCE);
      var thunderbird = new Thunderbird(process, socket);
      JsonNode _ = thunderbird.packet();
      JsonNode _ = thunderbird.ask("WebDriver:NewSession", Map.of("acceptInsecureCerts", true));
      JsonNode _ = thunderbird.ask("Marionette:SetContext", Map.of("value", "chrome"));
      JsonNode _ = thunderbird.ask("WebDriver:SetTimeouts", Map.of("script", PATIENCE));
      return thunderbird;
    } catch (Exception | AssertionError e) {
      Command.stop(process);
      throw e;
    }
  }

  private static Socket connected(Path directory, int port) throws Exception {
    return Await.present(
        () -> "Thunderbird: " + Files.readString(directory.resolve("thunderbird.log")),
        () -> {
          var socket = new Socket();
          try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return Optional.of(socket);
          } catch (IOException e) {
            socket.close();
            return Optional.empty();
          }
        });
  }

  /// A packet is its length, a colon, and JSON.
  private JsonNode packet() throws IOException {
    InputStream in = socket.getInputStream();
    int length = 0;
    for (int c = in.read(); c != ':'; c = in.read()) {
      if (c < '0' || c > '9') {
        throw new IOException("no packet of Marionette");
      }
      length = length * 10 + (c - '0');
    }
    return JSON.readTree(in.readNBytes(length));
  }

  private JsonNode ask(String command, Map<String, ?> parameters) throws IOException {
    byte[] octets = JSON.writeValueAsBytes(List.of(0, ++last, command, parameters));
    socket.getOutputStream().write((octets.length + ":").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(octets);
    socket.getOutputStream().flush();
    JsonNode answer = packet();
    if (!answer.path(2).isNull()) {
      throw new IOException(command + ": " + answer.path(2));
    }
    return answer.path(3).path("value");
  }

  /// Runs a script that may wait.
  ///
  /// @param body of an asynchronous function; what it returns is what this returns
  JsonNode run(String body, Object... arguments) throws IOException {
    String script =
        """
        const done = arguments[arguments.length - 1];
        const { MailServices } = ChromeUtils.importESModule(
          "resource:///modules/MailServices.sys.mjs");
        const account = () => MailServices.accounts.accounts.find(
          a => a.incomingServer.type == "imap");
        const folder = async name => {
          const inbox = account().incomingServer.rootFolder;
          for (let i = 0; i < 200; i++) {
            const found = inbox.descendants.find(f => f.URI.endsWith("/" + name));
            if (found) return found;
            await new Promise(resolve => setTimeout(resolve, 100));
          }
          throw new Error("no folder " + name + " in " + inbox.descendants.map(f => f.URI));
        };
        const fresh = name => folder(name).then(f => new Promise((resolve, reject) => {
          f.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(null, {
            OnStartRunningUrl() {},
            OnStopRunningUrl(url, status) {
              status == 0 ? resolve(f) : reject(new Error("update: " + status.toString(16)));
            },
          });
        }));
        const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
        (async (...given) => {
        """
            + body
            + "\n})(...[...arguments].slice(0, -1)).then(v => done({ok: v ?? null}),"
            + " e => done({wrong: String(e) + String(e.stack)}));";
    JsonNode value =
        ask(
            "WebDriver:ExecuteAsyncScript",
            Map.of("script", script, "args", List.of(arguments), "sandbox", "system"));
    if (value.has("wrong")) {
      throw new IOException(value.path("wrong").asString(""));
    }
    return value.path("ok");
  }

  /// Adds an account with IMAP over TLS.
  void account(String user, String password, int port) throws IOException {
    JsonNode _ =
        run(
            """
            const [user, password, port] = given;
            const login = Cc["@mozilla.org/login-manager/loginInfo;1"]
              .createInstance(Ci.nsILoginInfo);
            login.init("imap://mail.example.org", null, "imap://mail.example.org", user, password,
              "", "");
            await Services.logins.addLoginAsync(login);
            const server = MailServices.accounts.createIncomingServer(
              user, "mail.example.org", "imap");
            server.port = port;
            server.socketType = 3;
            server.authMethod = 3;
            server.password = password;
            const added = MailServices.accounts.createAccount();
            added.incomingServer = server;
            const identity = MailServices.accounts.createIdentity();
            identity.email = user;
            added.addIdentity(identity);
            """,
            user,
            password,
            port);
  }

  /// Lets it find the settings for an address by itself, as it does for people who type one and a
  /// password, and add the account.
  ///
  /// @return what it found: hosts, ports, kinds of protection, login names
  String setUp(String user, String password) throws IOException {
    return run(
            """
            const [user, password] = given;
            const load = name => ChromeUtils.importESModule(
              "resource:///modules/accountcreation/" + name + ".sys.mjs")[name];
            const config = await load("FetchConfig").fromISP(
              user.split("@")[1], user, new AbortController().signal);
            const say = server => [server.type, server.hostname, server.port, server.socketType,
              server.username].join(" ");
            load("AccountConfig").replaceVariables(config, "Gus", user, password);
            config.incoming.password = config.outgoing.password = password;
            config.rememberPassword = true;
            await load("CreateInBackend").createAccountInBackend(config);
            return [config.subSource, say(config.incoming), say(config.outgoing)].join(", ");
            """,
            user,
            password)
        .asString("");
  }

  /// Sends a message by the account.
  void send(Path message, String from, String to) throws IOException {
    JsonNode _ =
        run(
            """
            const [path, from, to] = given;
            const identity = account().defaultIdentity;
            const fields = Cc["@mozilla.org/messengercompose/composefields;1"]
              .createInstance(Ci.nsIMsgCompFields);
            fields.from = from;
            fields.to = to;
            fields.fcc = "nocopy://";
            const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
            file.initWithPath(path);
            const { MessageSend } = ChromeUtils.importESModule(
              "resource:///modules/MessageSend.sys.mjs");
            await new Promise((resolve, reject) => new MessageSend().sendMessageFile(
              identity, account().key, fields, file, false, false,
              Ci.nsIMsgSend.nsMsgDeliverNow, null, {
                QueryInterface: ChromeUtils.generateQI(["nsIMsgSendListener"]),
                onStartSending() {},
                onSendProgress() {},
                onStatus() {},
                onStopSending(id, status) {
                  status == 0 ? resolve() : reject(new Error("send " + status.toString(16)));
                },
                onTransportSecurityError() { reject(new Error("TLS")); },
                onSendNotPerformed() { reject(new Error("not sent")); },
                onGetDraftFolderURI() {},
              }, ""));
            """,
            message.toString(),
            from,
            to);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    Command.stop(process);
  }
}
