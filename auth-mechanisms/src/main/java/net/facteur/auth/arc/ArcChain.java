package net.facteur.auth.arc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.RelatedSignature;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;

/// The sets of a message put in order, and what is wrong with their structure.
///
/// @param sets from the first to the last; empty where anything is wrong
/// @param problem empty where the structure is right
/// @spec https://www.rfc-editor.org/rfc/rfc8617#section-5.2 RFC 8617, section 5.2: Validator
///   Actions
record ArcChain(List<ArcSet> sets, String problem) {
  private static final List<String> NAMES =
      List.of(ArcSet.RESULTS, ArcSet.MESSAGE_SIGNATURE, ArcSet.SEAL);

  static ArcChain of(MessageHeader header) {
    var byName = new HashMap<String, Map<Integer, HeaderField>>();
    int fields = 0;
    for (String name : NAMES) {
      Map<Integer, HeaderField> byInstance = new HashMap<>();
      byName.put(name, byInstance);
      List<HeaderField> all = header.all(name);
      fields += all.size();
      if (all.size() > ArcSet.MAX_SETS) {
        return broken("more than " + ArcSet.MAX_SETS + " " + name + " fields");
      }
      for (HeaderField field : all) {
        switch (ArcFields.instance(field)) {
          case Parsed.Malformed<Integer> _ -> {
            return broken("an " + name + " field without a valid instance");
          }
          case Parsed.Ok<Integer>(Integer instance) -> {
            if (byInstance.put(instance, field) != null) {
              return broken("two " + name + " fields of instance " + instance);
            }
          }
        }
      }
    }
    return fields == 0 ? new ArcChain(List.of(), "") : assemble(byName);
  }

  /// 5.2, step 3: one field of each kind, and instances without a gap.
  private static ArcChain assemble(Map<String, Map<Integer, HeaderField>> byName) {
    int sets = byName.values().stream().mapToInt(Map::size).max().orElse(0);
    var chain = new ArrayList<ArcSet>();
    for (int i = 1; i <= sets; i++) {
      var three = new ArrayList<HeaderField>();
      for (String name : NAMES) {
        HeaderField field = byName.getOrDefault(name, Map.of()).get(i);
        if (field == null) {
          return broken("no " + name + " of instance " + i);
        }
        three.add(field);
      }
      switch (set(i, three)) {
        case Parsed.Ok<ArcSet>(ArcSet set) -> chain.add(set);
        case Parsed.Malformed<ArcSet>(int offset, String expected) -> {
          return broken("set " + i + ": at " + offset + " should be " + expected);
        }
      }
    }
    return new ArcChain(List.copyOf(chain), statusProblem(chain));
  }

  private static Parsed<ArcSet> set(int instance, List<HeaderField> three) {
    return switch (ArcFields.messageSignature(three.get(1))) {
      case Parsed.Malformed<RelatedSignature> m -> m.as();
      case Parsed.Ok<RelatedSignature>(RelatedSignature signature) ->
          ArcFields.seal(three.get(2))
              .map(
                  seal ->
                      new ArcSet(
                          instance, three.getFirst(), signature, seal.signature(), seal.claimed()));
    };
  }

  /// 5.2, steps 2 and 3 C.
  private static String statusProblem(List<ArcSet> chain) {
    if (chain.getLast().claimed() == ChainStatus.FAIL) {
      return "the last seal says that the chain failed";
    }
    for (ArcSet set : chain) {
      ChainStatus wanted = set.instance() == 1 ? ChainStatus.NONE : ChainStatus.PASS;
      if (set.claimed() != wanted) {
        return "seal " + set.instance() + " says cv=" + set.claimed().word();
      }
    }
    return "";
  }

  private static ArcChain broken(String problem) {
    return new ArcChain(List.of(), problem);
  }
}
