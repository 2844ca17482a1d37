package net.facteur.server.signin;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.server.ServerProperty;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The two ceremonies of WebAuthn: a device makes a key pair for this server, and proves later that
/// it has it. User verification is asked for, so that a passkey is two proofs in one: the device,
/// and a finger or a PIN. Attestation is not: any device that the user trusts will do.
///
/// @spec https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential Web Authentication,
///   section 7.1: Registering a New Credential
/// @spec https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion Web Authentication, section
///   7.2: Verifying an Authentication Assertion
final class PasskeyCeremonies {
  private static final Logger LOG = LogManager.getLogger(PasskeyCeremonies.class);

  /// Characters of what a browser sends; the largest attestation is a few kilobytes.
  private static final int LONGEST = 64 << 10;

  /// Milliseconds that a browser waits for the user.
  private static final int PATIENCE = 300_000;

  private static final List<PublicKeyCredentialParameters> ALGORITHMS =
      List.of(
          parameters(COSEAlgorithmIdentifier.ES256),
          parameters(COSEAlgorithmIdentifier.EdDSA),
          parameters(COSEAlgorithmIdentifier.RS256));

  private final ObjectConverter converter = new ObjectConverter();
  private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(converter);
  private final AttestedCredentialDataConverter credentials =
      new AttestedCredentialDataConverter(converter);
  private final JsonMapper mapper = new JsonMapper();

  /// Where a ceremony takes place.
  ///
  /// @param host the relying party: the name of the page
  /// @param origin of the page, such as `https://mail.example.org`
  /// @param challenge what is to be signed
  record Place(String host, String origin, byte[] challenge) {
    private ServerProperty property() {
      return ServerProperty.builder()
          .origin(Origin.create(origin))
          .rpId(host)
          .challenge(new DefaultChallenge(challenge))
          .build();
    }
  }

  private static PublicKeyCredentialParameters parameters(COSEAlgorithmIdentifier algorithm) {
    return new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, algorithm);
  }

  /// What the browser is asked for a new passkey, as JSON.
  ///
  /// @param there those that the user has: a device makes no second one
  String creation(Place place, UserName user, List<Passkey> there) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("challenge", encoded(place.challenge()));
    options.putObject("rp").put("id", place.host()).put("name", place.host());
    options
        .putObject("user")
        .put("id", handle(user))
        .put("name", user.text())
        .put("displayName", user.text());
    ArrayNode algorithms = options.putArray("pubKeyCredParams");
    ALGORITHMS.forEach(
        one ->
            algorithms.addObject().put("type", "public-key").put("alg", one.getAlg().getValue()));
    options
        .putObject("authenticatorSelection")
        .put("residentKey", "required")
        .put("requireResidentKey", true)
        .put("userVerification", "required");
    ArrayNode excluded = options.putArray("excludeCredentials");
    there.forEach(p -> excluded.addObject().put("type", "public-key").put("id", p.id()));
    options.put("attestation", "none");
    options.put("timeout", PATIENCE);
    return mapper.writeValueAsString(options);
  }

  /// What the browser is asked at a sign-in, as JSON: any passkey for this host will do.
  String request(Place place) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("challenge", encoded(place.challenge()));
    options.put("rpId", place.host());
    options.put("userVerification", "required");
    options.put("timeout", PATIENCE);
    return mapper.writeValueAsString(options);
  }

  /// The passkey that a browser answered with; empty where the answer proves none.
  ///
  /// @param answer JSON of a `PublicKeyCredential`; a stranger may have written it
  Optional<Passkey> register(Place place, UserName user, String answer, String label, Instant now) {
    if (answer.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      RegistrationData data =
          manager.verifyRegistrationResponseJSON(
              answer, new RegistrationParameters(place.property(), ALGORITHMS, true, true));
      AttestationObject attestation = data.getAttestationObject();
      if (attestation == null) {
        return Optional.empty();
      }
      var device = attestation.getAuthenticatorData();
      AttestedCredentialData credential = device.getAttestedCredentialData();
      if (credential == null) {
        return Optional.empty();
      }
      return Optional.of(
          new Passkey(
              encoded(credential.getCredentialId()),
              label,
              place.host(),
              handle(user),
              encoded(credentials.convert(credential)),
              device.getSignCount(),
              device.isFlagBE(),
              device.isFlagBS(),
              now,
              Optional.empty()));
    } catch (RuntimeException e) { // of a dozen kinds, none of which is more than a no
      LOG.info("a passkey was not taken: {}", e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  /// The credential that an answer names; empty where it names none. It proves nothing yet.
  Optional<String> named(String answer) {
    if (answer.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      JsonNode id = mapper.readTree(answer).path("id");
      return Optional.of(id.asString("")).filter(text -> text.matches("[A-Za-z0-9_-]{1,1400}"));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  /// The passkey as it is after the answer; empty where the answer does not prove that the browser
  /// has it, or its counter shows that there are two of it.
  Optional<Passkey> authenticate(Place place, String answer, Passkey passkey, Instant now) {
    if (!passkey.host().equals(place.host())) {
      return Optional.empty();
    }
    try {
      var record =
          new CredentialRecordImpl(
              new NoneAttestationStatement(),
              true,
              passkey.backupEligible(),
              passkey.backedUp(),
              passkey.counter(),
              credentials.convert(Base64.getUrlDecoder().decode(passkey.credential())),
              new AuthenticationExtensionsAuthenticatorOutputs<>(),
              null,
              null,
              null);
      AuthenticationData data =
          manager.verifyAuthenticationResponseJSON(
              answer, new AuthenticationParameters(place.property(), record, null, true, true));
      boolean theirs =
          Optional.ofNullable(data.getUserHandle())
              .map(PasskeyCeremonies::encoded)
              .filter(handle -> !handle.equals(passkey.handle()))
              .isEmpty();
      var device = data.getAuthenticatorData();
      if (device == null || !theirs) {
        return Optional.empty();
      }
      return Optional.of(counted(passkey, device, now));
    } catch (RuntimeException e) { // of a dozen kinds, none of which is more than a no
      LOG.info("a passkey proved nothing: {}", e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  private static Passkey counted(Passkey passkey, AuthenticatorData<?> device, Instant now) {
    return passkey.used(device.getSignCount(), device.isFlagBS(), now);
  }

  /// What devices call a user: the same for all passkeys of one, and nothing that tells who it is.
  ///
  /// @spec https://www.w3.org/TR/webauthn-3/#sctn-user-handle-privacy Web Authentication, section
  ///   14.6.1: User Handle Contents
  private static String handle(UserName user) {
    try {
      return encoded(
          MessageDigest.getInstance("SHA-256")
              .digest(("passkey of " + user.text()).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String encoded(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
