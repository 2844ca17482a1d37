package net.facteur.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.web.Content;
import net.facteur.server.web.Method;
import net.facteur.server.web.Request;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsPageTest {
  private static final String TOKEN = "0123456789abcdef0123";

  @TempDir private Path directory;

  private final Meters meters = new Meters("0.1.0");

  private Response ask(Optional<Path> token, String client, Map<String, String> header)
      throws IOException {
    Route route = new MetricsPage(meters, token.map(PasswordFile::new)).routes().all().getFirst();
    assertEquals(Method.GET, route.method());
    return route
        .handler()
        .answer(
            new Request(
                Scheme.HTTP,
                InetAddress.ofLiteral(client),
                Optional.of(DomainName.of("mail.example.org")),
                MetricsPage.PATH,
                Map.of(),
                Map.of(),
                Map.of(),
                header,
                Content.NONE));
  }

  private Path token(String text) throws IOException {
    return Files.writeString(directory.resolve("token"), text);
  }

  @Test
  void withoutATokenThisMachineMayRead() throws IOException {
    Response response = ask(Optional.empty(), "127.0.0.1", Map.of());
    assertEquals(Status.OK, response.status());
    assertTrue(response.body().contains("facteur_build_info"), response.body());
    assertEquals(Status.UNAUTHORIZED, ask(Optional.empty(), "192.0.2.1", Map.of()).status());
  }

  @Test
  void whoeverShowsTheTokenMayRead() throws IOException {
    Path file = token(TOKEN + "\n");
    assertEquals(
        Status.OK,
        ask(Optional.of(file), "192.0.2.1", Map.of("authorization", "bearer " + TOKEN)).status());
    token("another-one-of-twenty");
    assertEquals(
        Status.UNAUTHORIZED,
        ask(Optional.of(file), "192.0.2.1", Map.of("authorization", "Bearer " + TOKEN)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer 0123", "Basic " + TOKEN, TOKEN})
  void nobodyElseMay(String shown) throws IOException {
    Response response = ask(Optional.of(token(TOKEN)), "127.0.0.1", Map.of("authorization", shown));
    assertEquals(Status.UNAUTHORIZED, response.status());
    assertEquals("Bearer realm=\"metrics\"", response.fields().get("www-authenticate"));
    assertEquals("", response.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "               \n"})
  void aTokenThatCanBeGuessedLetsNobodyIn(String weak) throws IOException {
    assertEquals(
        Status.UNAUTHORIZED,
        ask(
                Optional.of(token(weak)),
                "127.0.0.1",
                Map.of("authorization", "Bearer " + weak.strip()))
            .status());
  }

  @Test
  void aTokenThatCannotBeReadLetsNobodyIn() throws IOException {
    assertEquals(
        Status.UNAUTHORIZED,
        ask(
                Optional.of(directory.resolve("missing")),
                "127.0.0.1",
                Map.of("authorization", "Bearer " + TOKEN))
            .status());
  }
}
