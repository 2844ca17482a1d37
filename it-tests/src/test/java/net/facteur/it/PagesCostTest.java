package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the pages cost a server that is a process of its own: its memory without them, and with
/// twenty people who are signed in and click; and how long each page takes. `docs/performance.md`
/// has what came of it.
@Tag("long")
class PagesCostTest {
  private static final int PEOPLE = 20;
  private static final int ROUNDS = Integer.getInteger("facteur.rounds", 3);
  private static final int MAILS = 40;
  private static final int CLICKS = 50;
  private static final int LOOKS = 100;
  private static final long MOST_GROWTH = 25L << 20;
  private static final double MOST_MILLIS = 50;

  /// As the launcher has it on a machine of 512 MB, with all of its compilers.
  private static final List<String> OPTIONS =
      List.of("-Xms64m", "-Xmx205m", "-XX:TieredStopAtLevel=4");

  private static final List<String> OF_MEMBERS =
      List.of(
          "/",
          "/mail",
          "/signin",
          "/me",
          "/me/password",
          "/me/app-passwords",
          "/me/forward",
          "/me/mail",
          "/security");

  private static final List<String> OF_ADMINISTRATORS =
      List.of(
          "/server",
          "/server/mail",
          "/server/mail?q=user3%40example.org",
          "/server/protection",
          "/server/people",
          "/server/reports",
          "/server/journal");

  private static final Pattern LENGTH = Pattern.compile("content-length: ([0-9]+)");

  private record Memory(long whole, long heap) {
    @Override
    public String toString() {
      return (whole >> 10) + " KiB, heap in use " + (heap >> 10) + " KiB";
    }
  }

  /// Twenty browsers that keep their connection.
  private static final class Clicker implements AutoCloseable {
    private final WebVisitor visitor;
    private Optional<Socket> open = Optional.empty();

    Clicker(WebVisitor visitor) {
      this.visitor = visitor;
    }

    /// @return nanoseconds until the whole page was there
    long look(String path) throws IOException {
      if (open.isEmpty()) {
        open = Optional.of(visitor.connect());
        var _ = open.get().getOutputStream(); // shakes hands before the clock runs
      }
      Socket socket = open.get();
      byte[] request = visitor.request("GET", path, "", "").getBytes(StandardCharsets.ISO_8859_1);
      if (socket instanceof javax.net.ssl.SSLSocket tls) {
        tls.startHandshake();
      }
      long began = System.nanoTime();
      socket.getOutputStream().write(request);
      String head = head(socket);
      assertTrue(head.startsWith("http/1.1 200 "), () -> path + " " + head);
      if (head.contains("connection: close")) {
        socket.close();
        open = Optional.empty();
      }
      return System.nanoTime() - began;
    }

    /// Reads a whole answer.
    ///
    /// @return its header, in small letters
    private static String head(Socket socket) throws IOException {
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int octet = in.read();
        if (octet < 0) {
          throw new IOException("gone after " + head);
        }
        head.append((char) octet);
      }
      String text = head.toString().toLowerCase(Locale.ROOT);
      Matcher length = LENGTH.matcher(text);
      assertTrue(length.find(), text);
      int expected = Integer.parseInt(length.group(1));
      assertEquals(expected, in.readNBytes(expected).length);
      return text;
    }

    @Override
    public void close() throws IOException {
      if (open.isPresent()) {
        open.get().close();
      }
    }
  }

  /// A server with people, mail, and pages where they are wanted.
  private static final class House implements AutoCloseable {
    private final World world;
    private final InetSocketAddress submission;
    private final InetSocketAddress pages;
    private final ServerProcess server;

    House(Path directory, boolean on) throws Exception {
      world = new World(Files.createDirectories(directory));
      try {
        submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
        InetAddress web = InetAddress.ofLiteral("127.0.0.1");
        pages = new InetSocketAddress(web, World.freePort(web));
        Site site = Site.build(world, 0, submission.getPort());
        site.configure(
            on
                ? "listen.web = [\"127.0.0.1:"
                    + pages.getPort()
                    + "\"]\nweb.administrators = [\""
                    + Site.ALICE
                    + "\"]\n"
                : "");
        people(site);
        server = ServerProcess.startWith(site, submission, OPTIONS);
      } catch (Exception | AssertionError e) {
        world.close();
        throw e;
      }
    }

    /// All of them have Bob's password.
    private void people(Site site) throws IOException {
      new UsersFile(site.data().resolve("users"), world.random())
          .edit(
              known -> {
                User bob = known.get(UserName.parse(Site.BOB).orElseThrow());
                for (int i = 0; i < PEOPLE; i++) {
                  UserName name = UserName.parse("user" + i + "@example.org").orElseThrow();
                  known.put(
                      name,
                      new User(
                          name,
                          Optional.ofNullable(bob).flatMap(User::password),
                          Optional.empty(),
                          List.of()));
                }
                return known;
              });
    }

    /// The same mail in both, with as many logins, so that each has done its work once.
    void mail() throws Exception {
      for (int i = 0; i < PEOPLE; i++) {
        String user = "user" + i + "@example.org";
        try (SmtpLink link = SmtpLink.open(submission).login(world.trust(), user, Site.PASSWORD)) {
          for (int letter = 0; letter < MAILS / PEOPLE; letter++) {
            Mail mail = Mail.of(user, Site.BOB, "letter " + i + letter, "Hello".repeat(600));
            String reply = link.send(user, Site.BOB, mail);
            assertTrue(reply.startsWith("250"), reply);
          }
        }
      }
    }

    WebVisitor signedIn(int network, String user) throws IOException {
      var visitor =
          new WebVisitor(
              pages,
              world.trust(),
              World.loopback(network, 5),
              user.equals(Site.ALICE) ? "localhost" : Site.HOST);
      assertEquals("/me", visitor.signIn(user, Site.PASSWORD).field("location"));
      return visitor;
    }

    /// Once what nobody needs is thrown away.
    Memory memory() throws Exception {
      for (int i = 0; i < 3; i++) {
        var _ = server.jcmd("GC.run");
        Thread.sleep(1000);
      }
      Matcher used = Pattern.compile("used ([0-9]+)K").matcher(server.jcmd("GC.heap_info"));
      long heap = 0;
      for (int i = 0; i < 2 && used.find(); i++) { // the two generations
        heap += Long.parseLong(used.group(1)) << 10;
      }
      return new Memory(server.memory(), heap);
    }

    @Override
    public void close() {
      server.close();
      world.close();
    }
  }

  @TempDir private Path directory = Path.of("");

  @Test
  void twentyPeopleWhoClickTakeLittleMemory() throws Exception {
    var growth = new ArrayList<Long>();
    for (int round = 0; round < ROUNDS; round++) {
      Memory off;
      try (var house = new House(directory.resolve("off" + round), false)) {
        house.mail();
        off = house.memory();
      }
      Memory on;
      try (var house = new House(directory.resolve("on" + round), true)) {
        house.mail();
        click(house);
        on = house.memory();
      }
      System.out.println("without pages: " + off);
      System.out.println("with " + PEOPLE + " people who click: " + on);
      growth.add(on.whole() - off.whole());
    }
    growth.sort(null);
    long median = growth.get(ROUNDS / 2);
    System.out.println("growth, median: " + (median >> 10) + " KiB of " + growth);
    assertTrue(median <= MOST_GROWTH, growth::toString);
  }

  private static void click(House house) throws IOException {
    var people = new ArrayList<Clicker>();
    try {
      people.add(new Clicker(house.signedIn(40, Site.ALICE)));
      for (int i = 1; i < PEOPLE; i++) {
        people.add(new Clicker(house.signedIn(40 + i, "user" + i + "@example.org")));
      }
      for (int i = 0; i < CLICKS; i++) {
        for (Clicker one : people) {
          List<String> paths = one == people.getFirst() ? OF_ADMINISTRATORS : OF_MEMBERS;
          var _ = one.look(paths.get(i % paths.size()));
        }
      }
    } finally {
      for (Clicker one : people) {
        one.close();
      }
    }
  }

  @Test
  void eachPageIsThereAtOnce() throws Exception {
    try (var house = new House(directory, true)) {
      house.mail();
      click(house);
      double slowest = 0;
      Duration before = house.server.processorTime();
      for (boolean member : List.of(true, false)) {
        List<String> paths = member ? OF_MEMBERS : OF_ADMINISTRATORS;
        WebVisitor who = house.signedIn(70, member ? "user3@example.org" : Site.ALICE);
        for (int i = 0; i < paths.size(); i++) {
          var nanos = new ArrayList<Long>();
          try (var one = new Clicker(who.at(World.loopback(71 + i, member ? 5 : 6)))) {
            for (int look = 0; look < LOOKS; look++) {
              nanos.add(one.look(paths.get(i)));
            }
          }
          nanos.sort(null);
          double median = nanos.get(LOOKS / 2) / 1e6;
          System.out.printf(
              Locale.ROOT,
              "%-40s p50 %.1f ms, p99 %.1f ms%n",
              paths.get(i),
              median,
              nanos.get(LOOKS * 99 / 100) / 1e6);
          slowest = Math.max(slowest, nanos.get(LOOKS * 99 / 100) / 1e6);
        }
      }
      int pages = LOOKS * (OF_MEMBERS.size() + OF_ADMINISTRATORS.size());
      double processor = house.server.processorTime().minus(before).toNanos() / 1e6 / pages;
      var machine = ManagementFactory.getOperatingSystemMXBean();
      double load = machine.getSystemLoadAverage();
      System.out.printf(
          Locale.ROOT, "processor time of a page: %.2f ms; load %.1f%n", processor, load);
      assertTrue(processor < MOST_MILLIS, "processor time of a page: " + processor + " ms");
      if (load <= machine.getAvailableProcessors()) {
        assertTrue(slowest < MOST_MILLIS, "p99 of the slowest page: " + slowest + " ms");
      } else {
        System.out.println("the machine is busy: how long a page takes is not judged");
      }
    }
  }
}
