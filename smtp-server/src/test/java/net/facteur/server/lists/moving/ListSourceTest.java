package net.facteur.server.lists.moving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.files.ToldException;
import net.facteur.server.language.Language;
import net.facteur.server.lists.ListKind;
import net.facteur.server.lists.Member;
import net.facteur.server.lists.Member.Why;
import net.facteur.server.lists.moving.MovedMember.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListSourceTest {
  private static final ImportHints AT_EXAMPLE =
      new ImportHints(Optional.empty(), Optional.of(DomainName.of("example.org")));

  @TempDir Path directory = Path.of("");

  private Path file(String name, String text) throws IOException {
    Path path = directory.resolve(name);
    Path above = path.getParent();
    Files.createDirectories(above == null ? directory : above);
    return Files.writeString(path, text);
  }

  private static ImportHints of(String list) {
    return new ImportHints(Member.address(list), Optional.empty());
  }

  private static MovedList one(ListSource source, Path from, ImportHints hints) throws IOException {
    List<MovedList> all = source.read(from, hints);
    assertEquals(1, all.size(), all.toString());
    return all.getFirst();
  }

  private static Set<String> who(MovedList list, Role role) {
    return list.members().values().stream()
        .filter(member -> member.roles().contains(role))
        .map(MovedMember::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static MovedMember member(MovedList list, String address) {
    return list.members().values().stream()
        .filter(member -> member.key().equals(address))
        .findFirst()
        .orElseThrow();
  }

  private static String notes(MovedList list) {
    return list.notes().stream()
        .map(note -> note.in(Language.ENGLISH))
        .collect(Collectors.joining("\n"));
  }

  private static final String CONFIG =
      """
      # -*- python -*-
      # -*- coding: utf-8 -*-
      ## "asso" mailing list configuration settings
      ## captured on Mon Nov 30 20:11:02 2026

      ## General options
      #
      # The public name of the list (make case-changes only).
      real_name = 'Asso'

      owner = ['President@Example.ORG', 'bob@example.net']
      moderator = ['carol@example.net']
      description = "Nouvelles de l'association café"
      subject_prefix = '[Asso] '
      anonymous_list = 0
      # Where are replies to list messages directed?
      #
      # legal values are:
      #    0 = "Poster"
      #    1 = "This list"
      reply_goes_to_list = 1
      max_message_size = 400
      host_name = 'lists.example.org'
      preferred_language = 'fr'
      archive = 1
      msg_footer = \"""_______________________________________________
      %(real_name)s mailing list
      %(real_name)s@%(host_name)s\"""
      digestable = True
      ban_list = ['spam@example.com', '^.*@bad\\\\.example']
      accept_these_nonmembers = ['robot@example.com']
      """;

  @Test
  void mailman2TellsMembersAndSettings() throws IOException {
    file(
        "mm/asso.config", CONFIG + "default_member_moderation = 0\ngeneric_nonmember_action = 1\n");
    file(
        "mm/asso.members",
        """
        alice@example.org
        Bob Example <bob@example.net>
        "Claire, D." <claire@example.org>
        DAVE@Example.COM
        dave@example.com
        """);
    file("mm/asso.nomail", "claire@example.org\n");
    file("mm/asso.nomail-bounces", "dave@example.com\n");
    MovedList list = one(ListSource.MAILMAN2, directory.resolve("mm"), ImportHints.NONE);
    assertEquals("asso@lists.example.org", list.address().orElseThrow().text());
    assertTrue(list.complete());
    assertEquals(4, who(list, Role.MEMBER).size());
    assertEquals("Bob Example", member(list, "bob@example.net").name());
    assertEquals("Claire, D.", member(list, "claire@example.org").name());
    assertEquals(Optional.of(Why.MEMBER), member(list, "claire@example.org").pause());
    assertEquals(Optional.of(Why.BOUNCES), member(list, "dave@example.com").pause());
    assertEquals(Set.of("president@example.org", "bob@example.net"), who(list, Role.OWNER));
    assertEquals(Set.of("carol@example.net"), who(list, Role.MODERATOR));
    assertEquals(Optional.of(ListKind.MEMBERS), list.settings().kind());
    assertEquals(Optional.of("[Asso]"), list.settings().subjectTag());
    assertEquals(OptionalLong.of(409_600), list.settings().maxOctets());
    assertEquals(Optional.of("fr"), list.settings().language());
    assertEquals(Optional.of(true), list.settings().archived());
    assertEquals(Optional.of("Nouvelles de l'association café"), list.settings().description());
    String notes = notes(list);
    assertTrue(notes.contains("2 banned addresses"), notes);
    assertTrue(notes.contains("replies go to the author"), notes);
    assertTrue(notes.contains("facteur list set LIST --footer TEXT"), notes);
  }

  @Test
  void mailman2SaysWhoMayPost() throws IOException {
    var expected =
        java.util.Map.of(
            "default_member_moderation = 0\ngeneric_nonmember_action = 0\n", ListKind.OPEN,
            "default_member_moderation = 1\ngeneric_nonmember_action = 0\n", ListKind.MODERATED,
            "default_member_moderation = 1\ngeneric_nonmember_action = 1\n", ListKind.MODERATED,
            "default_member_moderation = 0\ngeneric_nonmember_action = 2\n", ListKind.MEMBERS,
            "default_member_moderation = True\ngeneric_nonmember_action = 3\n",
                ListKind.MEMBERS_MODERATED,
            "default_member_moderation = 1\nmember_moderation_action = 1\n",
                ListKind.ANNOUNCEMENTS);
    for (var each : expected.entrySet()) {
      Path config = file("asso.config", CONFIG + each.getKey());
      assertEquals(
          Optional.of(each.getValue()),
          one(ListSource.MAILMAN2, config, ImportHints.NONE).settings().kind(),
          each.getKey());
    }
  }

  @Test
  void aCutConfigurationIsRefusedWithItsLine() throws IOException {
    Path config = file("asso.config", "real_name = 'Asso'\nowner = ['a@example.org',\n");
    var e =
        assertThrows(ToldException.class, () -> ListSource.MAILMAN2.read(config, ImportHints.NONE));
    assertTrue(String.valueOf(e.getMessage()).contains("asso.config, line"), e.getMessage());
  }

  @Test
  void mailman3TellsWhatItsCommandPrints() throws IOException {
    file("mm3/ant.example.com.members", "Anne Person <anne@example.com>\nbart@example.com\n");
    file("mm3/ant.example.com.owners", "Owen <owen@example.com>\n");
    MovedList list = one(ListSource.MAILMAN3, directory.resolve("mm3"), of("ant@example.com"));
    assertEquals(Set.of("anne@example.com", "bart@example.com"), who(list, Role.MEMBER));
    assertEquals(Set.of("owen@example.com"), who(list, Role.OWNER));
  }

  @Test
  void aListOfNobodyIsNotTakenForOneThatLostItsMembers() throws IOException {
    Path file = file("ant.members", "ant.example.com has no members\n");
    assertThrows(ToldException.class, () -> ListSource.MAILMAN3.read(file, of("ant@example.com")));
  }

  @Test
  void mailman3TellsItsRostersAndSettingsInJson() throws IOException {
    file(
        "mm3/members.json",
        """
        {"start": 0, "total_size": 3, "http_etag": "\\"6a\\"", "entries": [
         {"address": "http://localhost:8001/3.1/addresses/anne@example.com",
          "bounce_score": 0, "delivery_mode": "regular", "display_name": "Anne Person",
          "email": "anne@example.com", "list_id": "bee.example.com", "role": "member",
          "subscription_mode": "as_address", "http_etag": "\\"x\\""},
         {"delivery_mode": "mime_digests", "delivery_status": "by_bounces", "display_name": "",
          "email": "Bart@example.com", "list_id": "bee.example.com", "role": "member"},
         {"delivery_mode": "regular", "email": "eve@example.com", "list_id": "bee.example.com",
          "role": "nonmember"}]}
        """);
    file(
        "mm3/owners.json",
        """
        {"total_size": 1, "entries": [{"email": "owen@example.com", "display_name": "Owen",
          "list_id": "bee.example.com", "role": "owner", "delivery_mode": "regular"}]}
        """);
    file("mm3/moderators.json", "{\"start\": 0, \"total_size\": 0, \"http_etag\": \"x\"}");
    file(
        "mm3/config.json",
        """
        {"fqdn_listname": "bee@example.com", "list_id": "bee.example.com",
         "description": "Bees", "subject_prefix": "[Bee] ", "max_message_size": 40,
         "default_member_action": "defer", "default_nonmember_action": "hold",
         "preferred_language": "fr", "archive_policy": "never",
         "reply_goes_to_list": "no_munging", "accept_these_nonmembers": []}
        """);
    MovedList list = one(ListSource.MAILMAN3, directory.resolve("mm3"), ImportHints.NONE);
    assertEquals("bee@example.com", list.address().orElseThrow().text());
    assertEquals(Set.of("anne@example.com", "bart@example.com"), who(list, Role.MEMBER));
    assertEquals(Optional.of(Why.BOUNCES), member(list, "bart@example.com").pause());
    assertEquals(Set.of("owen@example.com"), who(list, Role.OWNER));
    assertEquals(Optional.of(ListKind.MEMBERS), list.settings().kind());
    assertEquals(Optional.of("[Bee]"), list.settings().subjectTag());
    assertEquals(Optional.of(false), list.settings().archived());
    assertTrue(list.complete());
  }

  @Test
  void theSuiteOfMailmanRostersIsRead() throws IOException {
    Path suite = directory.resolve("suite");
    for (String name : List.of("members-mm2-regular.txt", "members-mm3.csv")) {
      try (InputStream in =
          Objects.requireNonNull(
              ListSourceTest.class.getResourceAsStream("/conformance/migration/mailman/" + name))) {
        Files.createDirectories(suite);
        Files.copy(in, suite.resolve(name));
      }
    }
    MovedList old =
        one(
            ListSource.MAILMAN2,
            suite.resolve("members-mm2-regular.txt"),
            of("asso@lists.example.org"));
    assertEquals(
        Set.of("alice@example.org", "bob@example.net", "claire@example.org", "dave@example.com"),
        who(old, Role.MEMBER));
    MovedList list = one(ListSource.MAILMAN3, suite.resolve("members-mm3.csv"), ImportHints.NONE);
    assertEquals("asso@lists.example.org", list.address().orElseThrow().text());
    assertEquals(
        Set.of("alice@example.org", "bob@example.net", "claire@example.org"),
        who(list, Role.MEMBER));
    assertEquals(Set.of("alice@example.org"), who(list, Role.OWNER));
    assertEquals("Bob \"B\" Example", member(list, "bob@example.net").name());
    assertEquals(
        Set.of("claire@example.org"),
        list.members().values().stream()
            .filter(m -> m.pause().isPresent())
            .map(m -> m.address().text())
            .collect(Collectors.toSet()));
  }

  @Test
  void sympaTellsAListAndItsPeople() throws IOException {
    String base = "list_data/lists.example.org/velo/";
    file(
        base + "config",
        """
        # a comment
        subject Les amis du vélo

        status open

        lang fr

        send privateoreditorkey

        custom_subject velo

        max_size 5242880

        archive
        period month
        mail_access owner

        owner
        email alice@example.org
        gecos Alice A.
        profile privileged
        reception mail

        editor
        email bob@example.net
        gecos Bob

        reply_to_header
        value list
        apply respect
        """);
    file(
        base + "member.dump",
        """
        date 1117635487
        email carol@example.net
        gecos Carol Durand
        reception mail
        visibility conceal

        email dan@example.com
        gecos
        reception nomail

        email erin@example.com
        reception digest

        email not an address
        gecos Nobody
        """);
    MovedList list = one(ListSource.SYMPA, directory.resolve("list_data"), ImportHints.NONE);
    assertEquals("velo@lists.example.org", list.address().orElseThrow().text());
    assertEquals(
        Set.of("carol@example.net", "dan@example.com", "erin@example.com"), who(list, Role.MEMBER));
    assertEquals("Carol Durand", member(list, "carol@example.net").name());
    assertEquals(Optional.of(Why.MEMBER), member(list, "dan@example.com").pause());
    assertEquals(Set.of("alice@example.org"), who(list, Role.OWNER));
    assertEquals(Set.of("bob@example.net"), who(list, Role.MODERATOR));
    assertEquals(Optional.of(ListKind.MEMBERS), list.settings().kind());
    assertEquals(Optional.of("[velo]"), list.settings().subjectTag());
    assertEquals(Optional.of("Les amis du vélo"), list.settings().description());
    assertEquals(Optional.of(true), list.settings().archived());
    assertTrue(notes(list).contains("`not an address` is no mail address"), notes(list));
  }

  @Test
  void sympaTellsItsAnswerToReview() throws IOException {
    Path file =
        file(
            "review.txt",
            """
            List of members of velo:

            alice@example.org  Alice A.
            bob@example.net
            Total: 2
            """);
    MovedList list = one(ListSource.SYMPA, file, of("velo@example.org"));
    assertEquals(Set.of("alice@example.org", "bob@example.net"), who(list, Role.MEMBER));
    assertEquals("Alice A.", member(list, "alice@example.org").name());
  }

  @Test
  void mlmmjTellsItsDirectory() throws IOException {
    file("mlmmj/asso/control/listaddress", "asso@example.org\nold@example.org\n");
    file("mlmmj/asso/control/owner", "alice@example.org\n");
    file("mlmmj/asso/control/moderators", "bob@example.net\n");
    file("mlmmj/asso/control/subonlypost", "");
    file("mlmmj/asso/control/moderated", "");
    file("mlmmj/asso/control/prefix", "[asso]\n");
    file("mlmmj/asso/control/footer", "-- \nasso@example.org\n");
    file("mlmmj/asso/control/maxmailsize", "1000000\n");
    file("mlmmj/asso/control/noarchive", "");
    file("mlmmj/asso/subscribers.d/c", "carol@example.net\ncyril@example.com\n");
    file("mlmmj/asso/subscribers.d/d", "dan@example.com\n");
    file("mlmmj/asso/digesters.d/e", "erin@example.com\n");
    file("mlmmj/asso/nomailsubs.d/f", "fred@example.com\n");
    file("mlmmj/asso/text/help", "Hello\n");
    MovedList list = one(ListSource.MLMMJ, directory.resolve("mlmmj"), ImportHints.NONE);
    assertEquals("asso@example.org", list.address().orElseThrow().text());
    assertEquals(5, who(list, Role.MEMBER).size());
    assertEquals(Optional.of(Why.MEMBER), member(list, "fred@example.com").pause());
    assertTrue(member(list, "erin@example.com").digest());
    assertEquals(Set.of("alice@example.org"), who(list, Role.OWNER));
    assertEquals(Set.of("bob@example.net"), who(list, Role.MODERATOR));
    assertEquals(Optional.of(ListKind.MEMBERS_MODERATED), list.settings().kind());
    assertEquals(Optional.of("-- \nasso@example.org"), list.settings().footer());
    assertEquals(OptionalLong.of(1_000_000), list.settings().maxOctets());
    assertEquals(Optional.of(false), list.settings().archived());
  }

  @Test
  void aTableOfAVolunteerIsRead() throws IOException {
    Path file =
        Files.write(
            directory.resolve("members.csv"),
            """
            Adresse;Nom;Listes;Rôle
            alice@example.org;Alice Éluard;membres ca;propriétaire
            bob@example.net;;"membres, ca@lists.example.com";
            Carol <carol@example.net>;;membres;modératrice/membre

            """
                .getBytes(Charset.forName("windows-1252")));
    List<MovedList> all = ListSource.CSV.read(file, AT_EXAMPLE);
    assertEquals(
        List.of("membres@example.org", "ca@example.org", "ca@lists.example.com"),
        all.stream().map(list -> list.address().orElseThrow().text()).toList());
    MovedList members = all.getFirst();
    assertEquals("Alice Éluard", member(members, "alice@example.org").name());
    assertEquals(Set.of(Role.OWNER), member(members, "alice@example.org").roles());
    assertEquals(Set.of(Role.MODERATOR, Role.MEMBER), member(members, "carol@example.net").roles());
    assertEquals("Carol", member(members, "carol@example.net").name());
    assertEquals(Set.of("bob@example.net", "carol@example.net"), who(members, Role.MEMBER));
  }

  @Test
  void aSlipInATableStopsEverythingWithItsLine() throws IOException {
    Path file = file("members.csv", "address,lists\na@example.org,m\nbob example.net,m\n");
    var e = assertThrows(ToldException.class, () -> ListSource.CSV.read(file, AT_EXAMPLE));
    assertEquals("members.csv, line 3: `bob example.net` is no mail address", e.getMessage());
    Path role = file("roles.csv", "address,lists,role\na@example.org,m,boss\n");
    var f = assertThrows(ToldException.class, () -> ListSource.CSV.read(role, AT_EXAMPLE));
    assertTrue(String.valueOf(f.getMessage()).contains("`boss` is no role"), f.getMessage());
  }

  @Test
  void aListWithoutAnAddressIsAskedFor() throws IOException {
    Path file = file("asso.members", "a@example.org\n");
    var e =
        assertThrows(ToldException.class, () -> ListSource.MAILMAN2.read(file, ImportHints.NONE));
    assertTrue(String.valueOf(e.getMessage()).contains("--list"), e.getMessage());
    assertEquals(
        "asso@example.org",
        one(ListSource.MAILMAN2, file, AT_EXAMPLE).address().map(MailAddress::text).orElseThrow());
  }

  @Test
  void anotherProgramsFilesAreNotTakenForEmptyLists() throws IOException {
    Path file = file("picture.png", "no text");
    Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0});
    assertThrows(ToldException.class, () -> ListSource.MAILMAN2.read(file, of("a@example.org")));
    Path empty = Files.createDirectories(directory.resolve("empty"));
    assertThrows(ToldException.class, () -> ListSource.MLMMJ.read(empty, ImportHints.NONE));
    Path html =
        Files.writeString(
            directory.resolve("x.json"), "{\"title\": \"404\"}", StandardCharsets.UTF_8);
    assertThrows(ToldException.class, () -> ListSource.MAILMAN3.read(html, ImportHints.NONE));
    assertFalse(MailmanTwo.isConfig("alice@example.org\n"));
  }
}
