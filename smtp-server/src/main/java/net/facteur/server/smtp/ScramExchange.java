package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Utf8;
import net.facteur.server.net.TlsSession;
import org.jspecify.annotations.Nullable;

/// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS: the client proves that it knows the password without
/// sending it, we prove that we know its keys, and with -PLUS both prove that no one sits between
/// the two ends of the TLS session.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5802#section-5 RFC 5802, section 5: SCRAM Authentication
///   Exchange
/// @spec https://www.rfc-editor.org/rfc/rfc7677 RFC 7677: SCRAM-SHA-256 and SCRAM-SHA-256-PLUS
final class ScramExchange implements SaslExchange {
  private static final int NONCE_OCTETS = 18;
  private static final int MAX_NAME = 255;

  /// What the client said about channel binding (RFC 5802, section 6).
  private enum Flag {
    /// It has none.
    NONE,
    /// It has one, but thinks that we have none.
    UNUSED,
    /// It uses one.
    USED
  }

  private enum Stage {
    CLIENT_FIRST,
    CLIENT_FINAL,
    /// The client confirms that it has read our signature.
    CONFIRMATION,
    OVER
  }

  private final SmtpClient client;
  private final Authenticator authenticator;
  private final Optional<TlsSession> tls;
  private final boolean plus;
  private final boolean plusOffered;
  private final SecureRandom random;
  private Stage stage = Stage.CLIENT_FIRST;
  private String gs2Header = "";
  private String binding = "";
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String nonce = "";
  private String name = "";
  private @Nullable ScramKeys keys;
  private @Nullable AuthOutcome outcome;

  /// @param plus the client chose -PLUS
  /// @param plusOffered we announced -PLUS
  ScramExchange(
      SmtpClient client,
      Authenticator authenticator,
      Optional<TlsSession> tls,
      boolean plus,
      boolean plusOffered,
      SecureRandom random) {
    this.client = client;
    this.authenticator = authenticator;
    this.tls = tls;
    this.plus = plus;
    this.plusOffered = plusOffered;
    this.random = random;
  }

  @Override
  public Turn respond(byte[] response) {
    Optional<String> text = Utf8.decode(response);
    if (text.isEmpty()) {
      return new Turn.Malformed();
    }
    return switch (stage) {
      case CLIENT_FIRST -> clientFirst(text.get());
      case CLIENT_FINAL -> clientFinal(text.get());
      case CONFIRMATION -> confirmed(text.get());
      case OVER -> new Turn.Malformed();
    };
  }

  /// `gs2-cbind-flag "," [ authzid ] "," [reserved-mext ","] username "," nonce ["," extensions]`.
  private Turn clientFirst(String message) {
    int flagEnd = message.indexOf(',');
    int headerEnd = flagEnd < 0 ? -1 : message.indexOf(',', flagEnd + 1);
    if (headerEnd < 0) {
      return over(new Turn.Malformed());
    }
    String flagText = message.substring(0, flagEnd);
    String authorization = message.substring(flagEnd + 1, headerEnd);
    Flag flag = flag(flagText);
    if (flag == null || !(authorization.isEmpty() || authorization.startsWith("a="))) {
      return over(new Turn.Malformed());
    }
    gs2Header = message.substring(0, headerEnd + 1);
    clientFirstBare = message.substring(headerEnd + 1);
    String[] attributes = clientFirstBare.split(",", -1);
    if (attributes.length < 2
        || !attributes[0].startsWith("n=")
        || !attributes[1].startsWith("r=")
        || attributes[1].length() < 3
        || !isPrintable(attributes[1])) {
      // RFC 5802, 5.1: a mandatory extension "m=" in first place must fail, too.
      return over(new Turn.Malformed());
    }
    Optional<String> user = saslName(attributes[0].substring(2));
    if (user.isEmpty()) {
      return over(new Turn.Malformed());
    }
    name = user.get();
    if (!authorizationAllowed(authorization) || !flagAllowed(flag)) {
      return refused();
    }
    return serverFirst(attributes[1].substring(2));
  }

  private @Nullable Flag flag(String text) {
    if (text.equals("n")) {
      return Flag.NONE;
    }
    if (text.equals("y")) {
      return Flag.UNUSED;
    }
    if (text.startsWith("p=") && text.length() > 2) {
      binding = text.substring(2);
      return Flag.USED;
    }
    return null;
  }

  private boolean authorizationAllowed(String authorization) {
    return authorization.isEmpty()
        || saslName(authorization.substring(2)).filter(name::equals).isPresent();
  }

  /// RFC 5802, section 6: "y" where we announced -PLUS is the mark of somebody who took it out of
  /// our announcement; "p" belongs to -PLUS and to nothing else.
  private boolean flagAllowed(Flag flag) {
    return switch (flag) {
      case NONE -> !plus;
      case UNUSED -> !plus && !plusOffered;
      case USED -> plus && channelBinding().isPresent();
    };
  }

  private Optional<byte[]> channelBinding() {
    return tls.flatMap(t -> t.channelBinding(binding));
  }

  private Turn serverFirst(String clientNonce) {
    byte[] own = new byte[NONCE_OCTETS];
    random.nextBytes(own);
    ScramKeys found = authenticator.scramKeys(name);
    keys = found;
    nonce = clientNonce + Base64.getEncoder().encodeToString(own);
    serverFirst =
        "r=%s,s=%s,i=%d"
            .formatted(nonce, Base64.getEncoder().encodeToString(found.salt()), found.iterations());
    stage = Stage.CLIENT_FINAL;
    return new Turn.Challenge(serverFirst.getBytes(StandardCharsets.UTF_8));
  }

  /// `"c=" base64 "," "r=" nonce ["," extensions] "," "p=" base64`.
  private Turn clientFinal(String message) {
    int proofAt = message.lastIndexOf(",p=");
    if (proofAt < 0 || !message.startsWith("c=")) {
      return over(new Turn.Malformed());
    }
    String withoutProof = message.substring(0, proofAt);
    String[] attributes = withoutProof.split(",", -1);
    Optional<byte[]> bound = Base64Text.decode(attributes[0].substring(2));
    Optional<byte[]> proof = Base64Text.decode(message.substring(proofAt + 3));
    if (attributes.length < 2 || bound.isEmpty() || proof.isEmpty()) {
      return over(new Turn.Malformed());
    }
    boolean sameChannel = MessageDigest.isEqual(bound.get(), expectedBinding());
    boolean sameNonce = attributes[1].equals("r=" + nonce);
    ScramKeys known = java.util.Objects.requireNonNull(keys);
    byte[] authMessage =
        (clientFirstBare + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
    boolean proven = proves(known, authMessage, proof.get()) && sameChannel && sameNonce;
    // Our own signature would tell that the password is right, so all is decided before it.
    AuthOutcome decided = authenticator.decideScram(client, name, Optional.of(known), proven);
    if (!(decided instanceof AuthOutcome.Accepted)) {
      return over(outcome(decided));
    }
    outcome = decided;
    stage = Stage.CONFIRMATION;
    byte[] signature = ScramDigest.hmac(known.serverKey(), authMessage);
    String serverFinal = "v=" + Base64.getEncoder().encodeToString(signature);
    return new Turn.Challenge(serverFinal.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] expectedBinding() {
    byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
    byte[] data = plus ? channelBinding().orElse(new byte[0]) : new byte[0];
    byte[] all = Arrays.copyOf(header, header.length + data.length);
    System.arraycopy(data, 0, all, header.length, data.length);
    return all;
  }

  /// RFC 5802, section 3: StoredKey must be H(ClientProof XOR HMAC(StoredKey, AuthMessage)).
  private static boolean proves(ScramKeys keys, byte[] authMessage, byte[] proof) {
    byte[] signature = ScramDigest.hmac(keys.storedKey(), authMessage);
    if (proof.length != signature.length) {
      return false;
    }
    byte[] clientKey = new byte[proof.length];
    for (int i = 0; i < proof.length; i++) {
      clientKey[i] = (byte) (proof[i] ^ signature[i]);
    }
    return MessageDigest.isEqual(ScramDigest.hash(clientKey), keys.storedKey());
  }

  private Turn confirmed(String message) {
    AuthOutcome decided = java.util.Objects.requireNonNull(outcome);
    return message.isEmpty() ? over(outcome(decided)) : refused();
  }

  private Turn refused() {
    return over(outcome(authenticator.decideScram(client, name, Optional.ofNullable(keys), false)));
  }

  private static Turn outcome(AuthOutcome decided) {
    return new Turn.Outcome(CompletableFuture.completedStage(decided));
  }

  @Override
  public String user() {
    return name;
  }

  private Turn over(Turn turn) {
    stage = Stage.OVER;
    return turn;
  }

  /// RFC 5802, 5.1: "=2C" and "=3D" stand for comma and equals sign; any other "=" is an error.
  private static Optional<String> saslName(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Ascii.isControl(c)) {
        return Optional.empty();
      }
      if (c != '=') {
        out.append(c);
      } else if (text.startsWith("=2C", i) || text.startsWith("=3D", i)) {
        out.append(text.charAt(i + 1) == '2' ? ',' : '=');
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    int octets = out.toString().getBytes(StandardCharsets.UTF_8).length;
    return octets == 0 || octets > MAX_NAME ? Optional.empty() : Optional.of(out.toString());
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
