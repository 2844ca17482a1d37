package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import net.facteur.server.signin.TimeCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people do on the pages, in Chromium: with the keyboard alone, with a passkey, and what
/// forms answer, each of these pages looked at like those of [PagesWalkTest].
@RequiresProgram(Program.CHROMIUM)
class PagesInUseTest {
  /// How many times somebody presses Tab before giving up.
  private static final int MOST_STEPS = 60;

  /// What has the focus, if one can see that it has.
  private static final String FOCUS =
      """
      const e = document.activeElement;
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
        && box.width > 0 && box.bottom > 0 && box.top < innerHeight
        && box.right > 0 && box.left < innerWidth;
      return (seen ? '' : 'unseen ') + (e.getAttribute('href') || e.id || e.name
        || e.closest('form')?.getAttribute('action') || e.tagName);
      """;

  @TempDir private Path directory = Path.of("");
  private LivedInServer lived;
  private Browser browser;

  @BeforeEach
  void start() throws Exception {
    lived = LivedInServer.start(directory);
    browser = LivedInBrowser.open(lived, Files.createTempDirectory(directory, "b"));
  }

  @AfterEach
  void stop() throws Exception {
    browser.close();
    lived.close();
  }

  /// Goes on by Tab until something has the focus; all on the way there can be seen.
  private void tabTo(String wanted) throws Exception {
    var way = new StringBuilder();
    for (int i = 0; i < MOST_STEPS; i++) {
      browser.press(Browser.TAB);
      String focus = browser.run(FOCUS);
      assertFalse(focus.startsWith("unseen"), focus);
      way.append(focus).append(' ');
      if (focus.equals(wanted)) {
        return;
      }
    }
    throw new AssertionError("no way by Tab to " + wanted + ": " + way);
  }

  private void awaitPath(String path) throws Exception {
    Await.until(
        () -> browser.where() + browser.text(), () -> browser.where().getPath().equals(path));
  }

  @Test
  void theKeyboardAloneDoesEverything() throws Exception {
    browser.go(lived.outside("/"));
    browser.press(Browser.TAB);
    assertEquals("#content", browser.run(FOCUS), "the way past the navigation comes first");
    browser.press(Browser.ENTER);
    assertEquals("content", browser.run("return document.activeElement.id"));
    tabTo("/signin");
    browser.press(Browser.ENTER);
    awaitPath("/signin");
    tabTo("field-user");
    browser.press(Site.BOB);
    browser.press(Browser.TAB);
    browser.press(Site.PASSWORD + Browser.ENTER);
    awaitPath("/me");
    tabTo("/me/app-passwords");
    browser.press(Browser.ENTER);
    awaitPath("/me/app-passwords");
    tabTo("field-name");
    browser.press("my-phone");
    browser.press(Browser.TAB);
    browser.press(" ");
    assertEquals(
        "true", browser.run("return '' + document.querySelector('#field-sending').checked"));
    tabTo("/me/app-passwords"); // the button of the form
    browser.press(Browser.ENTER);
    browser.awaitText("my-phone");
    tabTo("/signout");
    browser.press(Browser.ENTER);
    awaitPath("/signin");
  }

  @Test
  void aPasskeyOfChromiumOpensThePages() throws Exception {
    browser.plugInDevice();
    LivedInBrowser.signIn(browser, lived.outside("/signin"), Site.BOB);
    browser.go(lived.outside("/security/passkeys"));
    browser.type("#field-label", "my telephone");
    browser.click("form[data-passkey] button");
    awaitPath("/security");
    browser.awaitText("my telephone");
    browser.click("form[action='/signout'] button");
    awaitPath("/signin");
    browser.click("form[data-passkey] button");
    awaitPath("/me");
    assertTrue(browser.text().contains(Site.BOB), browser.text());
  }

  /// The pages behind forms, to which no link leads.
  @Test
  @Tag("long")
  void pagesBehindFormsAreWellMade() throws Exception {
    var inspection = new PageInspection();
    for (PageLook look :
        PageLook.all().stream()
            .filter(one -> one.dark() == (one.width() == PageLook.WIDE))
            .toList()) {
      look.take(browser);
      browser.go(lived.outside("/signin"));
      browser.type("#field-user", Site.BOB);
      browser.type("#field-password", "wrong-" + look);
      browser.click("form[action='/signin'] button");
      browser.element("[role=alert]");
      inspection.look(browser, "form wrong password", look);
      look.take(browser);
      LivedInBrowser.signIn(browser, lived.outside("/signin"), Site.BOB);
      browser.go(lived.outside("/security/code"));
      browser.type("#field-code", "000000");
      browser.click("form[action='/security/code'] button");
      browser.element("[role=alert]");
      inspection.look(browser, "form wrong code", look);
      look.take(browser);
      browser.type("#field-code", code());
      browser.click("form[action='/security/code'] button");
      browser.element("[role=status]");
      inspection.look(browser, "form recovery codes", look);
      look.take(browser);
      browser.go(lived.outside("/security"));
      inspection.look(browser, "form security with code", look);
      browser.click("form[action='/security/code/remove'] button");
      look.take(browser);
      browser.go(lived.outside("/me/app-passwords"));
      browser.type("#field-name", "phone-" + look);
      browser.click("form[action='/me/app-passwords'] button");
      browser.element("[role=status]");
      inspection.look(browser, "form app password", look);
      look.take(browser);
      browser.go(lived.outside("/me/app-passwords"));
      inspection.look(browser, "form app passwords", look);
      look.take(browser);
      browser.go(lived.outside("/me/password"));
      browser.type("#field-current", Site.PASSWORD);
      browser.type("#field-new", "password1");
      browser.type("#field-again", "password1");
      browser.click("form[action='/me/password'] button");
      browser.element("[role=alert]");
      inspection.look(browser, "form weak password", look);
      browser.click("form[action='/signout'] button");
      Await.until(browser::text, () -> browser.where().getPath().equals("/signin"));
    }
    assertEquals("", String.join("\n", inspection.faults()));
  }

  /// What the program on the telephone shows for the secret on the page.
  private String code() throws Exception {
    String secret = browser.run("return document.querySelector('input[name=secret]').value");
    return TimeCode.parse(secret).orElseThrow().at(Instant.now());
  }
}
