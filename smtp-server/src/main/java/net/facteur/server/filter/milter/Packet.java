package net.facteur.server.filter.milter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One message of the protocol: a letter and octets.
///
/// @param command the letter, a `SMFIC_` or `SMFIR_` constant of `mfdef.h`
/// @param data not copied
record Packet(char command, byte[] data) {
  /// Header fields are octets; a character each keeps them as they are.
  static final Charset OCTETS = StandardCharsets.ISO_8859_1;

  static Packet of(char command) {
    return new Packet(command, new byte[0]);
  }

  /// Words that end with a zero each.
  static Packet of(char command, List<String> words) {
    return new Packet(command, words(words));
  }

  static byte[] words(List<String> words) {
    var out = new ByteArrayOutputStream();
    for (String word : words) {
      // A zero would end the word, and begin another one of the stranger's choice.
      out.writeBytes(word.replace("\0", "").getBytes(OCTETS));
      out.write(0);
    }
    return out.toByteArray();
  }

  /// The words from `at` on; the last one may lack its zero.
  List<String> words(int at) {
    var words = new ArrayList<String>();
    int from = at;
    for (int i = at; i < data.length; i++) {
      if (data[i] == 0) {
        words.add(new String(data, from, i - from, OCTETS));
        from = i + 1;
      }
    }
    if (from < data.length) {
      words.add(new String(data, from, data.length - from, OCTETS));
    }
    return words;
  }

  /// Four octets, the highest first; -1 if they are not there.
  long number(int at) {
    return data.length < at + 4
        ? -1
        : (data[at] & 0xFFL) << 24
            | (data[at + 1] & 0xFFL) << 16
            | (data[at + 2] & 0xFFL) << 8
            | (data[at + 3] & 0xFFL);
  }
}
