package net.facteur.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A mail exchanger in Node with STARTTLS by one version of TLS; it notes what it takes.
final class NodeMx implements AutoCloseable {
  private static final String SCRIPT =
      """
      const net = require('net'), tls = require('tls'), fs = require('fs');
      const [, cert, key, version, host, port] = process.argv;
      const context = tls.createSecureContext({
        cert: fs.readFileSync(cert), key: fs.readFileSync(key),
        minVersion: version, maxVersion: version });
      function serve(socket, secured) {
        let text = '', content = false, recipient = '';
        const say = line => socket.write(line + '\\r\\n');
        socket.on('error', () => {});
        socket.on('data', octets => {
          text += octets;
          for (let end; (end = text.indexOf('\\r\\n')) >= 0; ) {
            const line = text.slice(0, end);
            text = text.slice(end + 2);
            if (content) {
              if (line === '.') {
                content = false;
                console.log(recipient + ' by ' + (secured ? socket.getProtocol() : 'clear text'));
                say('250 2.0.0 Ok');
              }
              continue;
            }
            switch (line.slice(0, 4).toUpperCase()) {
              case 'EHLO':
                say('250-mx.test\\r\\n' + (secured ? '' : '250-STARTTLS\\r\\n') + '250 8BITMIME');
                break;
              case 'STAR':
                socket.removeAllListeners('data');
                say('220 2.0.0 Go on');
                serve(new tls.TLSSocket(socket, { isServer: true, secureContext: context }), true);
                return;
              case 'RCPT': recipient = line.replace(/.*<(.*)>.*/, '$1'); say('250 2.1.5 Ok'); break;
              case 'DATA': content = true; say('354 Go on'); break;
              case 'QUIT': say('221 2.0.0 Bye'); socket.end(); return;
              default: say('250 2.0.0 Ok');
            }
          }
        });
      }
      net.createServer(s => { s.write('220 mx.test ESMTP\\r\\n'); serve(s, false); })
        .listen(+port, host);
      """;

  private final Process process;
  private final Path log;

  private NodeMx(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// @param directory of its own
  static NodeMx start(InetSocketAddress address, String version, TlsChain chain, Path directory)
      throws Exception {
    Path log = directory.resolve("node.log");
    var line =
        List.of(
            Program.NODE.path(),
            "-e",
            SCRIPT,
            chain.certificateFile(directory).toString(),
            chain.keyFile(directory).toString(),
            version,
            address.getAddress().getHostAddress(),
            Integer.toString(address.getPort()));
    var mx =
        new NodeMx(
            new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
            log);
    try {
      Await.until(mx::log, () -> mx.greets(address));
      return mx;
    } catch (Exception | AssertionError e) {
      mx.close();
      throw e;
    }
  }

  private boolean greets(InetSocketAddress address) {
    if (!process.isAlive()) {
      throw new AssertionError(log());
    }
    try {
      SmtpLink.open(address).close();
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /// A line for each message: recipient, and the protocol by which it came.
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    Command.stop(process);
  }
}
