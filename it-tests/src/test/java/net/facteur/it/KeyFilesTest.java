package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.KeyPairFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other programs read the private keys that are written here.
@RequiresProgram({Program.OPENSSL, Program.GNUTLS, Program.NODE})
class KeyFilesTest {
  private static final String OF_NODE =
      "const c=require('crypto'),f=require('fs').readFileSync(process.argv[1]);"
          + "process.stdout.write(c.createPublicKey(c.createPrivateKey(f))"
          + ".export({type:'spki',format:'pem'}))";

  @TempDir Path directory = Path.of("");

  /// The public key that each program finds in a file.
  private static List<String> readers(Path file) throws IOException {
    String key = file.toString();
    String openssl = Command.run("openssl", "pkey", "-in", key, "-pubout").succeeded();
    var different = new ArrayList<String>();
    for (String[] line :
        new String[][] {
          {"node", "-e", OF_NODE, key},
          {"certtool", "--load-privkey", key, "--pubkey-info"}
        }) {
      String found = Command.run(line).succeeded();
      if (!found.contains(openssl.strip())) {
        different.add(line[0] + ": " + found);
      }
    }
    Command.run("certtool", "-k", "--infile", key).succeeded();
    return different;
  }

  @Test
  void everyProgramReadsTheKeysThatSetupAndRenewalWrite() throws Exception {
    Path home = directory.resolve("home");
    CommandLineRun setup =
        CommandLineRun.of("setup", "example.org", "--yes", "--dir", home.toString());
    assertEquals(0, setup.code(), setup::text);
    Path next = directory.resolve("next.pem");
    KeyPair pair = KeyPairFile.open(next, new SecureRandom());
    assertEquals(
        pair.getPublic(), KeyPairFile.open(next, new SecureRandom()).getPublic(), "we do, too");
    var files = new ArrayList<>(List.of(home.resolve("tls/mail.key"), next));
    try (var keys = Files.list(home.resolve("data/keys"))) {
      keys.filter(file -> file.toString().endsWith(".rsa")).forEach(files::add);
    }
    assertEquals(4, files.size(), "the TLS key, the next one, an RSA key and its spare");
    for (Path file : files) {
      assertEquals(List.of(), readers(file), file::toString);
    }
  }

  /// A leading zero in the secret or in a coordinate is where encoders differ.
  @Test
  void everyCurveAndSmallNumbersAreWrittenWhole() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    for (String curve : List.of("secp256r1", "secp384r1", "secp521r1")) {
      generator.initialize(new ECGenParameterSpec(curve));
      boolean small = false;
      for (int i = 0; i < 20_000 && !small; i++) {
        KeyPair pair = generator.generateKeyPair();
        int size = ((ECPublicKey) pair.getPublic()).getParams().getOrder().bitLength();
        int bits = ((ECPublicKey) pair.getPublic()).getW().getAffineX().bitLength();
        small = bits <= size - 9;
        if (small || i == 0) {
          Path file = directory.resolve(curve + i + ".pem");
          CertificateAuthority.write(pair.getPrivate(), file);
          assertEquals(List.of(), readers(file), curve);
        }
      }
      assertTrue(small, "20,000 keys of " + curve + " and none with a leading zero");
    }
  }

  @Test
  void aServerOfGnuTlsServesWithOurKey() throws Exception {
    try (var world = new World(Files.createDirectory(directory.resolve("world")))) {
      var own =
          world
              .authority()
              .issue(
                  List.of(
                      new net.facteur.server.tls.TlsSettings.HostPattern(
                          false, net.facteur.auth.dns.DomainName.of("localhost"))),
                  List.of(InetAddress.getLoopbackAddress()));
      Path chain = directory.resolve("chain.pem");
      Path key = directory.resolve("key.pem");
      CertificateAuthority.write(own.chain(), chain);
      CertificateAuthority.write(own.key(), key);
      // It listens on every address, so the port has to be free on all of them.
      int port = World.freePort(InetAddress.ofLiteral("0.0.0.0"));
      Path log = directory.resolve("log");
      Process server =
          new ProcessBuilder(
                  "gnutls-serv",
                  "--echo",
                  "--port=" + port,
                  "--x509certfile=" + chain,
                  "--x509keyfile=" + key)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        Await.until(() -> Files.readString(log), () -> answers(world, port));
      } finally {
        Command.stop(server);
      }
    }
  }

  private static boolean answers(World world, int port) throws Exception {
    try (var socket =
        (SSLSocket)
            world.trust().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.startHandshake();
      return socket.getSession().isValid();
    } catch (java.net.ConnectException e) {
      return false;
    }
  }
}
