package net.facteur.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.File;
import java.io.FileOutputStream;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The layers of the architecture: a package uses what stands below it in these lists, never what
/// stands above.
class ArchitectureTest {
  static final List<String> SERVER =
      List.of(
          "net.facteur.server.demo..",
          "net.facteur.server.cli..",
          "net.facteur.server",
          "net.facteur.server.settings..",
          "net.facteur.server.checks..",
          "net.facteur.server.privacy..",
          "net.facteur.server.migrate..",
          "net.facteur.server.setup..",
          "net.facteur.server.volunteer..",
          "net.facteur.server.doctor..",
          "net.facteur.server.backup..",
          "net.facteur.server.member..",
          "net.facteur.server.admin..",
          "net.facteur.server.pickup..",
          "net.facteur.server.reception..",
          "net.facteur.server.submission..",
          "net.facteur.server.lists..",
          "net.facteur.server.feedback..",
          "net.facteur.server.away..",
          "net.facteur.server.roles..",
          "net.facteur.server.limits..",
          "net.facteur.server.quarantine..",
          "net.facteur.server.sources..",
          "net.facteur.server.metrics..",
          "net.facteur.server.filter..",
          "net.facteur.server.zone..",
          "net.facteur.server.acme..",
          "net.facteur.server.autoconfig..",
          "net.facteur.server.imap..",
          "net.facteur.server.keys..",
          "net.facteur.server.alerts..",
          "net.facteur.server.destinations..",
          "net.facteur.server.routes..",
          "net.facteur.server.letter..",
          "net.facteur.server.notices..",
          "net.facteur.server.signing..",
          "net.facteur.server.signin..",
          "net.facteur.server.web..",
          "net.facteur.server.delivery..",
          "net.facteur.server.ldap..",
          "net.facteur.server.tls..",
          "net.facteur.server.mailbox..",
          "net.facteur.server.dsn..",
          "net.facteur.server.addresses..",
          "net.facteur.server.accounts..",
          "net.facteur.server.routing..",
          "net.facteur.server.report..",
          "net.facteur.server.servermail..",
          "net.facteur.server.automatic..",
          "net.facteur.server.smtp..",
          "net.facteur.server.net..",
          "net.facteur.server.upkeep..",
          "net.facteur.server.explanations..",
          "net.facteur.server.providers..",
          "net.facteur.server.counts..",
          "net.facteur.server.journal..",
          "net.facteur.server.queue..",
          "net.facteur.server.dns..",
          "net.facteur.server.log..",
          "net.facteur.server.host..",
          "net.facteur.server.config..",
          "net.facteur.server.bounces..",
          "net.facteur.server.mime..",
          "net.facteur.server.archive..",
          "net.facteur.server.files..",
          "net.facteur.server.language..",
          "net.facteur.server.plot..",
          "net.facteur.server.text..");

  private static final List<String> AUTH =
      List.of(
          "net.facteur.auth",
          "net.facteur.auth.dmarc..",
          "net.facteur.auth.arc..",
          "net.facteur.auth.adsp..",
          "net.facteur.auth.dkim..",
          "net.facteur.auth.spf..",
          "net.facteur.auth.dnslist..",
          "net.facteur.auth.dane..",
          "net.facteur.auth.mtasts..",
          "net.facteur.auth.tlsrpt..",
          "net.facteur.auth.https..",
          "net.facteur.auth.srs..",
          "net.facteur.auth.results..",
          "net.facteur.auth.message..",
          "net.facteur.auth.dns..",
          "net.facteur.auth.syntax..",
          "net.facteur.auth.files..");

  static final List<String> QUEUE =
      List.of(
          "net.facteur.queue.prove..",
          "net.facteur.queue.run..",
          "net.facteur.queue.sql..",
          "net.facteur.queue.salvage..",
          "net.facteur.queue.schedule..",
          "net.facteur.queue.store..",
          "net.facteur.queue");

  private static JavaClasses facteur = new ClassFileImporter().importClasses();

  @BeforeAll
  static void read() {
    facteur =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/test/"))
            .importPackages("net.facteur");
  }

  @Test
  void theRulesSeeTheWholeProgram() {
    assertTrue(facteur.size() > 200, () -> "only " + facteur.size() + " classes were read");
  }

  @TestFactory
  Stream<DynamicTest> packagesUseOnlyWhatStandsBelowThem() {
    return Stream.of(SERVER, AUTH, QUEUE)
        .flatMap(
            layers ->
                layers.stream()
                    .filter(layer -> layers.indexOf(layer) > 0)
                    .map(
                        layer ->
                            DynamicTest.dynamicTest(
                                layer,
                                () ->
                                    noClasses()
                                        .that(resideInAPackage(layer))
                                        .should()
                                        .dependOnClassesThat(
                                            resideInAnyPackage(
                                                layers
                                                    .subList(0, layers.indexOf(layer))
                                                    .toArray(String[]::new)))
                                        .check(facteur))));
  }

  @Test
  void noCycles() {
    SlicesRuleDefinition.slices()
        .matching("net.facteur.(**)")
        .should()
        .beFreeOfCycles()
        .check(facteur);
  }

  @Test
  void theLibrariesKnowNothingOfTheServerNorOfEachOther() {
    noClasses()
        .that(resideInAPackage("net.facteur.auth.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("net.facteur.server..", "net.facteur.queue.."))
        .check(facteur);
    noClasses()
        .that(resideInAPackage("net.facteur.queue.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("net.facteur.server..", "net.facteur.auth.."))
        .check(facteur);
  }

  /// Whoever wires the server, and the command line where no server runs, says which engine keeps
  /// the queue; a backup copies it. All others see the port.
  @Test
  void onlyWhoOpensTheQueueKnowsWhatKeepsIt() {
    noClasses()
        .that(
            resideInAPackage("net.facteur..")
                .and(
                    not(
                        resideInAnyPackage(
                            "net.facteur.queue.sql..",
                            "net.facteur.queue.prove..",
                            "net.facteur.server",
                            "net.facteur.server.backup..",
                            "net.facteur.server.cli.."))))
        .should()
        .dependOnClassesThat(resideInAPackage("net.facteur.queue.sql.."))
        .check(facteur);
    noClasses()
        .that(
            resideInAPackage("net.facteur.queue..")
                .and(not(resideInAPackage("net.facteur.queue.sql.."))))
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite.."))
        .check(facteur);
  }

  /// It is a jar of its own, and nobody misses it where that is not there.
  @Test
  void whatOnlyServesTrialsIsUsedByNothingElse() {
    noClasses()
        .that(not(resideInAPackage("net.facteur.server.demo..")))
        .should()
        .dependOnClassesThat(resideInAPackage("net.facteur.server.demo.."))
        .check(facteur);
  }

  @Test
  void theMechanismOfSettingsKnowsNoPackageThatHasSettings() {
    noClasses()
        .that(resideInAPackage("net.facteur.server.config.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("net.facteur.server..", "net.facteur.queue..", "net.facteur.auth..")
                .and(
                    not(
                        resideInAnyPackage(
                            "net.facteur.server.config..",
                            // what is wrong is said in the language of the reader
                            "net.facteur.server.language..",
                            // names and addresses are types of values
                            "net.facteur.auth.dns..",
                            "net.facteur.auth.syntax.."))))
        .check(facteur);
  }

  /// Only interfaces of texts make texts of the bundles, so that a mistake has words in each
  /// language; what is the same in every language is never a whole mistake.
  @Test
  void whatIsWrongWithTheSettingsIsSaidByTheBundles() {
    noClasses()
        .that(not(resideInAPackage("net.facteur.server.language..")))
        .should()
        .callConstructorWhere(
            new DescribedPredicate<JavaConstructorCall>("a text is made beside the bundles") {
              @Override
              public boolean test(JavaConstructorCall call) {
                return call.getTargetOwner().isAssignableTo(Text.class);
              }
            })
        .check(facteur);
    Set<JavaClass> speakers = new HashSet<>();
    for (JavaClass item : facteur) {
      if (saysWhatIsWrong(item)) {
        speakers.add(item);
      }
    }
    assertTrue(speakers.size() > 20, () -> "only " + speakers);
    classes()
        .that(
            DescribedPredicate.describe("say what is wrong with the settings", speakers::contains))
        .should(
            new ArchCondition<JavaClass>("take their words from the bundles") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                Stream.<JavaCodeUnitAccess<?>>concat(
                        item.getMethodCallsFromSelf().stream(),
                        item.getMethodReferencesFromSelf().stream())
                    .filter(access -> access.getTargetOwner().isEquivalentTo(Text.class))
                    .filter(access -> access.getName().equals("of"))
                    .forEach(
                        access ->
                            events.add(
                                SimpleConditionEvent.violated(item, access.getDescription())));
              }
            })
        .check(facteur);
  }

  private static boolean saysWhatIsWrong(JavaClass item) {
    return Set.of(
                "net.facteur.server.config",
                "net.facteur.server.checks",
                "net.facteur.server.settings")
            .contains(item.getPackageName())
        || item.getConstructorCallsFromSelf().stream()
            .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Mistake.class))
        || item.getMethodCallsFromSelf().stream()
            .anyMatch(
                call ->
                    call.getTargetOwner().isEquivalentTo(SettingType.Reading.class)
                        && call.getName().equals("wrong"));
  }

  /// A value reaches those who use it by the record of its package, most often made by `from`.
  /// Checks of several values, and of what they name on the disk, look at rows themselves.
  @Test
  void onlyFromReadsSingleSettings() {
    noClasses()
        .that(
            resideInAPackage("net.facteur.server..")
                .and(not(resideInAPackage("net.facteur.server.config.."))))
        .should()
        .callMethodWhere(
            new DescribedPredicate<JavaMethodCall>("a single setting is read elsewhere") {
              @Override
              public boolean test(JavaMethodCall call) {
                return call.getTargetOwner().isEquivalentTo(Settings.class)
                    && Set.of("get", "find").contains(call.getName())
                    && !call.getOrigin().getName().equals("from")
                    && !call.getOriginOwner().getSimpleName().endsWith("Settings")
                    && !call.getOriginOwner().getPackageName().equals("net.facteur.server.checks")
                    && !call.getOriginOwner()
                        .getName()
                        .equals("net.facteur.server.settings.Consistency");
              }
            })
        .check(facteur);
  }

  @Test
  void nettyStaysWithTheNetwork() {
    noClasses()
        .that(
            resideInAPackage("net.facteur..")
                .and(
                    not(
                        resideInAnyPackage(
                            "net.facteur.server",
                            "net.facteur.server.net..",
                            "net.facteur.server.web..",
                            "net.facteur.server.tls.."))))
        .should()
        .dependOnClassesThat(resideInAPackage("io.netty.."))
        .check(facteur);
  }

  @Test
  void dnsjavaStaysBehindTheResolver() {
    noClasses()
        .that(
            resideInAPackage("net.facteur..")
                .and(
                    not(resideInAnyPackage("net.facteur.auth.dns..", "net.facteur.server.demo.."))))
        .should()
        .dependOnClassesThat(resideInAPackage("org.xbill.."))
        .check(facteur);
  }

  @Test
  void theDirectoryIsKnownToOnePackage() {
    noClasses()
        .that(
            resideInAPackage("net.facteur..")
                .and(not(resideInAnyPackage("net.facteur.server.ldap.."))))
        .should()
        .dependOnClassesThat(resideInAPackage("com.unboundid.."))
        .check(facteur);
  }

  @Test
  void nothingUsesTheJamesTransport() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.apache.james.protocols.netty..", "org.apache.james.jwt..", "reactor.."))
        .check(facteur);
  }

  @Test
  void everyPackageIsNullMarkedAndExplained() {
    var unmarked = new ArrayList<String>();
    Set<JavaPackage> seen = new HashSet<>();
    for (JavaClass c : facteur) {
      if (seen.add(c.getPackage()) && !c.getPackage().isAnnotatedWith(NullMarked.class)) {
        unmarked.add(c.getPackageName());
      }
    }
    assertTrue(unmarked.isEmpty(), () -> "without @NullMarked package-info: " + unmarked);
  }

  @Test
  void namesSayWhatAThingIs() {
    classes()
        .should(
            new ArchCondition<JavaClass>("not be called Manager, Helper, Util or Impl") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                if (item.getSimpleName().matches(".*(Manager|Helper|Utils?|Impl)\\d*$")
                    || item.getSimpleName().matches(".*[a-z]2$")) {
                  events.add(SimpleConditionEvent.violated(item, item.getName()));
                }
              }
            })
        .check(facteur);
  }

  @Test
  void onlyTheCommandLinePrintsOrExits() {
    DescribedPredicate<JavaClass> elsewhere =
        resideInAPackage("net.facteur..")
            .and(not(resideInAnyPackage("net.facteur.server.cli..", "net.facteur.server.demo..")));
    noClasses().that(elsewhere).should().accessField(System.class, "out").check(facteur);
    noClasses().that(elsewhere).should().accessField(System.class, "err").check(facteur);
    noClasses().that(elsewhere).should().callMethod(System.class, "exit", int.class).check(facteur);
  }

  @Test
  void clockAndRandomnessAreInjected() {
    noClasses()
        .that(resideInAPackage("net.facteur.."))
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould()
        .callMethod(Math.class, "random")
        .check(facteur);
  }

  /// What is written elsewhere is lost in a power cut, or belongs to root after a command of root.
  @Test
  void filesOfTheServerAreWrittenInOnePlace() {
    Set<String> writing =
        Set.of(
            "write",
            "writeString",
            "newOutputStream",
            "newBufferedWriter",
            "newByteChannel",
            "createFile",
            "createDirectory",
            "createDirectories",
            "createTempFile",
            "createTempDirectory",
            "createLink",
            "createSymbolicLink",
            "copy",
            "move",
            "setOwner",
            "setAttribute");
    DescribedPredicate<JavaClass> elsewhere =
        resideInAPackage("net.facteur.server..")
            .and(
                not(
                    resideInAnyPackage(
                        // the trial's servers write their logs into a directory that dies with them
                        "net.facteur.server.files..", "net.facteur.server.demo..")));
    noClasses()
        .that(elsewhere)
        .should()
        .callMethodWhere(
            new DescribedPredicate<JavaMethodCall>("a method that writes files is called") {
              @Override
              public boolean test(JavaMethodCall call) {
                return call.getTargetOwner().isEquivalentTo(Files.class)
                    && writing.contains(call.getName());
              }
            })
        .orShould()
        .dependOnClassesThat(
            assignableTo(FileChannel.class)
                .or(assignableTo(RandomAccessFile.class))
                .or(assignableTo(FileWriter.class)))
        .orShould()
        .callConstructor(FileOutputStream.class, File.class)
        .orShould()
        .callConstructor(FileOutputStream.class, String.class)
        .check(facteur);
  }

  @Test
  void protocolCodeUsesNoTolerantParsers() {
    DescribedPredicate<JavaClass> protocol =
        resideInAnyPackage(
            "net.facteur.auth..",
            "net.facteur.queue..",
            "net.facteur.server.smtp..",
            "net.facteur.server.net..",
            "net.facteur.server.delivery..",
            "net.facteur.server.dsn..");
    noClasses()
        .that(protocol)
        .should()
        .callMethod(Integer.class, "parseInt", String.class)
        .orShould()
        .callMethod(Long.class, "parseLong", String.class)
        .orShould()
        .callMethod(Character.class, "isDigit", char.class)
        .orShould()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "trim")
        .orShould()
        .callMethod(String.class, "strip")
        .orShould()
        .callMethod(String.class, "split", String.class)
        .orShould()
        .callMethod(java.util.Base64.class, "getMimeDecoder")
        .orShould()
        .callMethod(java.net.InetAddress.class, "getByName", String.class)
        .check(facteur);
  }

  @Test
  void everyExceptionHasATypeThatSaysWhatIsWrong() {
    noClasses()
        .that(resideInAPackage("net.facteur..").and(not(assignableTo(RuntimeException.class))))
        .should()
        .callConstructor(RuntimeException.class)
        .orShould()
        .callConstructor(RuntimeException.class, String.class)
        .orShould()
        .callConstructor(RuntimeException.class, String.class, Throwable.class)
        .orShould()
        .callConstructor(RuntimeException.class, Throwable.class)
        .check(facteur);
  }
}
