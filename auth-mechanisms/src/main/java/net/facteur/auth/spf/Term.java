package net.facteur.auth.spf;

/// One word of a record.
///
/// ```
/// terms            = *( 1*SP ( directive / modifier ) )
/// directive        = [ qualifier ] mechanism
/// modifier         = redirect / explanation / unknown-modifier
/// redirect         = "redirect" "=" domain-spec
/// explanation      = "exp" "=" domain-spec
/// unknown-modifier = name "=" macro-string
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc7208#section-4.6.1 RFC 7208, section 4.6.1: Term
///   Evaluation
public sealed interface Term {
  /// The term as a record writes it.
  String print();

  /// A mechanism and what its match means.
  record Directive(Qualifier qualifier, Mechanism mechanism) implements Term {
    @Override
    public String print() {
      return qualifier.sign() + mechanism.print();
    }
  }

  /// More about the record as a whole.
  sealed interface Modifier extends Term {}

  /// `redirect=`: the record to go on with where nothing matched.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7208#section-6.1 RFC 7208, section 6.1: redirect:
  ///   Redirected Query
  record Redirect(MacroString domain) implements Modifier {
    @Override
    public String print() {
      return "redirect=" + domain.print();
    }
  }

  /// `exp=`: where the explanation of a `fail` stands.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7208#section-6.2 RFC 7208, section 6.2: exp:
  ///   Explanation
  record Explanation(MacroString domain) implements Modifier {
    @Override
    public String print() {
      return "exp=" + domain.print();
    }
  }

  /// A modifier of another specification, which is ignored.
  ///
  /// @param name as written
  /// @param value any macro-string, possibly empty
  record Unknown(String name, MacroString value) implements Modifier {
    @Override
    public String print() {
      return name + "=" + value.print();
    }
  }
}
