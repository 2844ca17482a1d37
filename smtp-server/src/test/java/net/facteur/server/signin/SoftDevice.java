package net.facteur.server.signin;

import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.EC2COSEKey;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/// A device with passkeys, made of nothing but keys: it answers what a browser would.
final class SoftDevice {
  private static final int PRESENT = 1;
  private static final int VERIFIED = 4;
  private static final int CREDENTIAL = 64;

  private final KeyPair keys;
  private final byte[] id = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
  private final JsonMapper json = new JsonMapper();
  int counter = 1;
  boolean verifies = true;
  String handle = "";

  SoftDevice() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Answers the options of a registration.
  String create(String options, String origin) {
    JsonNode asked = json.readTree(options);
    handle = asked.path("user").path("id").asString();
    byte[] client = clientData("webauthn.create", asked.path("challenge").asString(), origin);
    var credential =
        new AttestedCredentialData(
            AAGUID.ZERO,
            id,
            EC2COSEKey.create((ECPublicKey) keys.getPublic(), COSEAlgorithmIdentifier.ES256));
    byte[] attested =
        new AttestedCredentialDataConverter(new ObjectConverter()).convert(credential);
    byte[] device = device(asked.path("rp").path("id").asString(), CREDENTIAL, attested);
    counter++;
    byte[] object =
        new CBORMapper()
            .writeValueAsBytes(Map.of("fmt", "none", "attStmt", Map.of(), "authData", device));
    return answer(Map.of("clientDataJSON", encoded(client), "attestationObject", encoded(object)));
  }

  /// Answers the options of a sign-in.
  String get(String options, String origin) {
    JsonNode asked = json.readTree(options);
    byte[] client = clientData("webauthn.get", asked.path("challenge").asString(), origin);
    byte[] device = device(asked.path("rpId").asString(), 0, new byte[0]);
    counter++;
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(device);
      signature.update(sha256(client));
      return answer(
          Map.of(
              "clientDataJSON",
              encoded(client),
              "authenticatorData",
              encoded(device),
              "signature",
              encoded(signature.sign()),
              "userHandle",
              handle));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String answer(Map<String, String> response) {
    return json.writeValueAsString(
        Map.of(
            "id",
            encoded(id),
            "rawId",
            encoded(id),
            "type",
            "public-key",
            "clientExtensionResults",
            Map.of(),
            "response",
            response));
  }

  private byte[] clientData(String type, String challenge, String origin) {
    return json.writeValueAsString(
            Map.of("type", type, "challenge", challenge, "origin", origin, "crossOrigin", false))
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] device(String host, int flags, byte[] attested) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(sha256(host.getBytes(StandardCharsets.UTF_8)));
    out.write(PRESENT | (verifies ? VERIFIED : 0) | flags);
    out.writeBytes(ByteBuffer.allocate(4).putInt(counter).array());
    out.writeBytes(attested);
    return out.toByteArray();
  }

  private static byte[] sha256(byte[] octets) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(octets);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
