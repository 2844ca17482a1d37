package net.facteur.server.filter.milter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What both sides agreed on at the beginning of a connection (`SMFIC_OPTNEG`).
///
/// @param actions the changes that the milter may make, `SMFIF_` bits
/// @param protocol the steps that it does not want, and those that it does not answer, `SMFIP_`
///   bits
/// @param macros the macros that it wants, by step; those that it does not name it gets all
record Terms(long actions, long protocol, Map<Step, Set<String>> macros) {
  static final int VERSION = 6;
  private static final int DATA_SINCE = 4;

  /// The steps of a transaction, with the letters and bits of `mfdef.h`.
  ///
  /// Those that have lists of macros have the number of `SMFIM_`, others -1.
  enum Step {
    CONNECT('C', 0x1, 0x1000, 0),
    HELO('H', 0x2, 0x2000, 1),
    MAIL('M', 0x4, 0x4000, 2),
    RCPT('R', 0x8, 0x8000, 3),
    DATA('T', 0x200, 0x10000, 4),
    END_OF_MESSAGE('E', 0, 0, 5),
    END_OF_HEADER('N', 0x40, 0x40000, 6),
    FIELD('L', 0x20, 0x80, -1),
    BODY('B', 0x10, 0x80000, -1);

    final char letter;
    final long unwanted;
    final long unanswered;
    private final int number;

    Step(char letter, long unwanted, long unanswered, int number) {
      this.number = number;
      this.letter = letter;
      this.unwanted = unwanted;
      this.unanswered = unanswered;
    }
  }

  /// All changes but `SMFIF_SETSYMLIST`'s bit, which is about macros.
  private static final long ALL_ACTIONS = 0x1FF;

  static final long SKIPS_BODY = 0x400;
  static final long LEADING_SPACE = 0x100000;

  /// Every step may be left out, every answer too; `SMFIP_RCPT_REJ` is not offered, since refused
  /// recipients are not shown.
  private static final long ALL_PROTOCOL = 0x1FF7FF;

  static final long ADD_FIELDS = 0x1;
  static final long CHANGE_BODY = 0x2;
  static final long ADD_RECIPIENTS = 0x4;
  static final long DELETE_RECIPIENTS = 0x8;
  static final long CHANGE_FIELDS = 0x10;
  static final long QUARANTINE = 0x20;
  static final long CHANGE_REVERSE_PATH = 0x40;

  /// Offers everything, and reads what the milter takes.
  static Terms agree(MilterWire wire) throws IOException {
    wire.write(
        new Packet(
            'O',
            ByteBuffer.allocate(12)
                .putInt(VERSION)
                .putInt((int) ALL_ACTIONS)
                .putInt((int) ALL_PROTOCOL)
                .array()));
    Packet answer = wire.read();
    long version = answer.number(0);
    long actions = answer.number(4);
    long protocol = answer.number(8);
    if (answer.command() != 'O' || protocol < 0) {
      throw new MilterException("it did not agree on terms");
    }
    if (version < 2 || version > VERSION) {
      throw new MilterException("it speaks version " + version);
    }
    if ((actions & ~ALL_ACTIONS) != 0 || (protocol & ~ALL_PROTOCOL) != 0) {
      throw new MilterException("it wants what was not offered");
    }
    // Before version 4 a milter knows no DATA, and hangs up on a letter that it does not know.
    long known = version < DATA_SINCE ? protocol | Step.DATA.unwanted : protocol;
    return new Terms(actions, known, macros(answer));
  }

  /// Lists of macros by step: a number, names with spaces between them, and a zero.
  private static Map<Step, Set<String>> macros(Packet answer) {
    var macros = new EnumMap<Step, Set<String>>(Step.class);
    int at = 12;
    while (answer.data().length >= at + 5) {
      long step = answer.number(at);
      List<String> rest = answer.words(at + 4);
      String names = rest.isEmpty() ? "" : rest.getFirst();
      for (Step known : Step.values()) {
        if (known.number == step) {
          macros.put(
              known,
              names.isBlank() ? Set.of() : new HashSet<>(List.of(names.trim().split("[ ,]+"))));
        }
      }
      at += 4 + names.length() + 1;
    }
    return macros;
  }

  boolean wants(Step step) {
    return (protocol & step.unwanted) == 0;
  }

  boolean answers(Step step) {
    return (protocol & step.unanswered) == 0;
  }

  boolean mayChange(long action) {
    return (actions & action) != 0;
  }

  boolean agreed(long bit) {
    return (protocol & bit) != 0;
  }

  boolean wantsMacro(Step step, String name) {
    Set<String> names = macros.get(step);
    return names == null || names.contains(name);
  }
}
