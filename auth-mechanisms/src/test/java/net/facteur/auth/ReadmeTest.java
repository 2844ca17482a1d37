package net.facteur.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final byte[] HEADER = octets("From: a@example.org\r\nSubject: x\r\n");
  private static final byte[] BODY = octets("Hello\r\n");

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void theExampleOfTheReadmeSignsAndVerifies(@TempDir Path directory) throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf("```java\n") + "```java\n".length();
    Path source = directory.resolve("Example.java");
    Files.writeString(source, readme.substring(start, readme.indexOf("```", start)));
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-cp", TestClassPath.get(), source.toString()));
    var urls = new URL[] {directory.toUri().toURL()};
    try (var loader = new URLClassLoader(urls, ReadmeTest.class.getClassLoader())) {
      Class<?> example = loader.loadClass("Example");
      DkimPrivateKey key = DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom());
      var signature =
          (HeaderField)
              method(example, "sign", DkimPrivateKey.class, byte[].class, byte[].class)
                  .invoke(null, key, HEADER, BODY);
      byte[] signed = MessageHeader.parse(HEADER).prepend(List.of(signature)).octets();
      Resolver zone =
          ZoneResolver.of(
              Map.of(
                  "s1._domainkey.example.org",
                  Map.of("TXT", List.of(key.record().toTxt().strings()))));
      var field =
          (HeaderField)
              method(
                      example,
                      "authenticate",
                      Resolver.class,
                      InetAddress.class,
                      String.class,
                      String.class,
                      byte[].class,
                      byte[].class)
                  .invoke(
                      null,
                      zone,
                      InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}),
                      "mail.example.org",
                      "a@example.org",
                      signed,
                      BODY);
      assertTrue(field.value().contains("dkim=pass"), field::value);
    }
  }

  private static Method method(Class<?> type, String name, Class<?>... parameters)
      throws NoSuchMethodException {
    Method method = type.getDeclaredMethod(name, parameters);
    method.setAccessible(true);
    return method;
  }
}
