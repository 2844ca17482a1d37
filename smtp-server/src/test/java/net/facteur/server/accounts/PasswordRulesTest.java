package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import net.facteur.server.accounts.PasswordRules.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {
  private static final UserName MARTINE = UserName.parse("martine@lespetits.fr").orElseThrow();

  private final PasswordRules rules = new PasswordRules(10);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1234567890",
        "qwertyuiop",
        "azertyuiop",
        "AzertyUiop",
        "motdepasse",
        "M0tDeP@sse!",
        "Marseille2026",
        "Marseille13!",
        "123Chocolat!",
        "Camille2015",
        "aaaaaaaaaaaa",
        "bonjourbonjour",
        "Association1"
      })
  void whatEverybodyTriesIsRefused(String password) {
    assertEquals(Optional.of(Fault.COMMON), rules.fault(password, MARTINE), password);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery staple",
        "quatre chevaux dans la neige",
        "vFw9-kq2L-x0aZ",
        "un petit velo vert",
        "Ma tante Agathe a 3 poules"
      })
  void whatIsLongOrRandomIsTaken(String password) {
    assertEquals(Optional.empty(), rules.fault(password, MARTINE), password);
  }

  @Test
  void aPasswordIsNotOnesName() {
    assertEquals(Optional.of(Fault.NAME), rules.fault("Martine2026", MARTINE));
    assertEquals(Optional.of(Fault.NAME), rules.fault("!LesPetits!", MARTINE));
    assertEquals(Optional.empty(), rules.fault("martine aime le beurre", MARTINE));
  }

  @Test
  void lengthIsCountedInCharacters() {
    assertEquals(Optional.of(Fault.TOO_SHORT), rules.fault("xk9-Zw2!q", MARTINE));
    assertEquals(Optional.empty(), new PasswordRules(8).fault("xk9-Zw2!q", MARTINE));
    assertEquals(Optional.of(Fault.UNUSABLE), rules.fault("x".repeat(2000) + "abcd", MARTINE));
    assertEquals(Optional.of(Fault.UNUSABLE), rules.fault("xk9-Zw2!q\u0007ab", MARTINE));
  }
}
