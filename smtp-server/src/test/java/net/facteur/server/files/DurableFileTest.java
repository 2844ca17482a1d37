package net.facteur.server.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurableFileTest {
  private static final String SOMEBODY = "nobody";

  @TempDir private Path base = Path.of("");
  private Path directory = Path.of("");

  @BeforeEach
  void directory() throws IOException {
    directory = Files.createDirectory(base.resolve("data"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static String owner(Path path) throws IOException {
    return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
  }

  private static void own(Path path, String owner) throws IOException {
    Files.setOwner(
        path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner));
  }

  private void ofSomebody() throws IOException {
    assumeTrue(owner(directory).equals("root"), "only root can give files away");
    own(directory, SOMEBODY);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aNewFileIsForItsOwnerAndLeavesNothingBesideIt() throws IOException {
    Path file = directory.resolve("users");
    DurableFile.secret(file).replace("a\n");
    DurableFile.open(directory.resolve("cert")).create("b\n");
    assertEquals("rw-------", mode(file));
    assertEquals("rw-r--r--", mode(directory.resolve("cert")));
    assertEquals("a\n", Files.readString(file));
    assertEquals(List.of("cert", "users"), names());
  }

  @ParameterizedTest
  @CsvSource({"rw-------", "rw-r-----", "rw-rw----", "rw-r--r--", "r--------"})
  void whatIsReplacedKeepsItsMode(String mode) throws IOException {
    Path file = Files.writeString(directory.resolve("users"), "old");
    mode(file, mode);
    DurableFile.secret(file).replace("new");
    assertEquals(mode, mode(file));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void whatRootAddsBelongsToTheOwnerOfTheDirectory() throws IOException {
    ofSomebody();
    DurableFile.secret(directory.resolve("a")).replace("x");
    DurableFile.secret(directory.resolve("b")).create("x");
    DurableFile.secret(directory.resolve("c")).append("x");
    DurableFile.secret(directory.resolve("d")).fill(out -> out.write('x'));
    var _ = FileTurn.of(directory.resolve("e")).exclusively(() -> "x");
    DurableDirectory.secret(directory.resolve("f/g")).make();
    for (String name : List.of("a", "b", "c", "d", "e.lock", "f", "f/g")) {
      assertEquals(SOMEBODY, owner(directory.resolve(name)), name);
    }
  }

  @Test
  void whatRootReplacesKeepsItsOwnerAndGroup() throws IOException {
    ofSomebody();
    Path file = Files.writeString(directory.resolve("users"), "old");
    own(file, "daemon");
    mode(file, "rw-r-----");
    String group = Files.readAttributes(directory, PosixFileAttributes.class).group().getName();
    DurableFile.secret(file).replace("new");
    assertEquals("daemon", owner(file));
    assertEquals("rw-r-----", mode(file));
    assertEquals(group, Files.readAttributes(file, PosixFileAttributes.class).group().getName());
  }

  @Test
  void whatRootTookOnceIsGivenBack() throws IOException {
    ofSomebody();
    Path replaced = Files.writeString(directory.resolve("users"), "old");
    Path appended = Files.writeString(directory.resolve("journal"), "old\n");
    mode(replaced, "rw-------");
    mode(appended, "rw-------");
    DurableFile.secret(replaced).replace("new");
    DurableFile.secret(appended).append("new");
    assertEquals(SOMEBODY, owner(replaced));
    assertEquals(SOMEBODY, owner(appended));
    Path meant = Files.writeString(directory.resolve("meant"), "old");
    mode(meant, "rw-r-----");
    DurableFile.secret(meant).replace("new");
    assertEquals("root", owner(meant), "a file of root that a group may read is meant so");
  }

  @Test
  void aLinkIsReplacedAndNeverFollowed() throws IOException {
    Path target = Files.writeString(base.resolve("shadow"), "secret");
    mode(target, "rw-------");
    Path link = Files.createSymbolicLink(directory.resolve("users"), target);
    DurableFile.secret(link).replace("new");
    assertEquals("secret", Files.readString(target));
    assertFalse(Files.isSymbolicLink(link));
    assertEquals("new", new String(DurableFile.secret(link).octets(), StandardCharsets.UTF_8));
    Path journal = Files.createSymbolicLink(directory.resolve("journal"), target);
    assertThrows(IOException.class, () -> DurableFile.secret(journal).append("x"));
    var refused = assertThrows(IOException.class, () -> DurableFile.secret(journal).octets());
    assertTrue(refused.toString().contains("is a link"), refused::toString);
    assertThrows(FileAlreadyExistsException.class, () -> DurableFile.secret(journal).create("x"));
    assertEquals("secret", Files.readString(target));
  }

  @Test
  void aWriterThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = directory.resolve("users");
    DurableFile.secret(file).replace("old");
    assertThrows(
        IOException.class,
        () ->
            DurableFile.secret(file)
                .replace(
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("no space left");
                    }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("users"), names());
  }

  @Test
  void whatACrashLeftBehindIsSweptAfterAnHour() throws IOException {
    Path old = Files.createFile(directory.resolve(".users.17-1.new"));
    Path young = Files.createFile(directory.resolve(".users.18-1.new"));
    Path other = Files.createFile(directory.resolve(".users.mine.new"));
    for (Path file : List.of(old, other)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    }
    DurableFile.secret(directory.resolve("users")).replace("x");
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young));
    assertTrue(Files.exists(other));
  }

  @Test
  void ofManyWhoCreateOneSucceedsAndOfManyWhoReplaceNoneSpoils() throws Exception {
    Path once = directory.resolve("once");
    Path often = directory.resolve("often");
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> tasks =
          IntStream.range(0, 20)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        DurableFile.secret(often).replace(text(i));
                        try {
                          DurableFile.secret(once).create(text(i));
                          return true;
                        } catch (FileAlreadyExistsException e) {
                          return false;
                        }
                      })
              .toList();
      int made = 0;
      for (Future<Boolean> each : pool.invokeAll(tasks)) {
        made += each.get() ? 1 : 0;
      }
      assertEquals(1, made);
    }
    for (Path file : List.of(once, often)) {
      byte[] octets = Files.readAllBytes(file);
      assertArrayEquals(text(octets[0] - 'a').getBytes(StandardCharsets.UTF_8), octets);
    }
    assertEquals(List.of("often", "once"), names());
  }

  private static String text(int i) {
    return String.valueOf((char) ('a' + i)).repeat(50_000);
  }

  @Test
  void aLineAfterOneThatACrashCutShortIsWhole() throws IOException {
    Path file = directory.resolve("journal");
    DurableFile.secret(file).append("one");
    Files.writeString(file, "one\ntw");
    DurableFile.secret(file).append("three");
    assertEquals("one\nthree\n", Files.readString(file));
  }

  @Test
  void writersTakeTurns() throws Exception {
    Path file = directory.resolve("count");
    DurableFile.secret(file).replace("0");
    FileTurn turn = FileTurn.of(file);
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Integer> add =
          () ->
              turn.exclusively(
                  () -> {
                    int next = Integer.parseInt(Files.readString(file)) + 1;
                    DurableFile.secret(file).replace(Integer.toString(next));
                    return next;
                  });
      for (var each : pool.invokeAll(java.util.Collections.nCopies(20, add))) {
        each.get();
      }
    }
    assertEquals("20", Files.readString(file));
  }

  @Test
  void aDirectoryThatOthersMayReadIsClosed() throws IOException {
    mode(directory, "rwxr-xr-x");
    DurableDirectory.secret(directory).close();
    assertEquals("rwx------", mode(directory));
  }

  @Test
  void aDirectoryIsNotMadeWhereAFileIs() throws IOException {
    Path file = Files.createFile(directory.resolve("keys"));
    assertThrows(IOException.class, () -> DurableDirectory.secret(file).make());
  }
}
