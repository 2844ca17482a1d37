package net.facteur.server.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.security.cert.CertificateException;
import net.facteur.server.language.Text;
import net.facteur.server.text.StrangerText;

/// Why a server of the directory could not be asked, or did not answer the question.
///
/// @param server whom we asked
/// @param detail what came from the library or the server, cleaned
public record Trouble(Kind kind, String server, String detail) {
  private static final LdapTexts SAY = LdapTexts.SAY;
  private static final int MAX_DETAIL = 300;
  private static final int MAX_DEPTH = 20;

  /// What is wrong, as far as somebody can do something about it.
  public enum Kind {
    /// Nobody answers there.
    CONNECTION,
    /// The certificate is not to be trusted, or is of another host.
    CERTIFICATE,
    /// It does not encrypt.
    STARTTLS,
    /// It does not take our login.
    LOGIN,
    /// It takes too long.
    TIME,
    /// There is no entry where the search begins.
    BASE,
    /// The filter finds more than an address can have.
    SIZE,
    /// We may not search there.
    ACCESS,
    /// It says that another server knows.
    REFERRAL,
    /// It is busy, stops, or has a fault.
    SERVER
  }

  /// @param login the failure came when we logged in
  static Trouble of(String server, LDAPException e, boolean login) {
    return new Trouble(kind(e, login), server, detail(e));
  }

  private static Kind kind(LDAPException e, boolean login) {
    if (caused(e, CertificateException.class) || said(e, "certificate")) {
      return Kind.CERTIFICATE;
    }
    ResultCode code = e.getResultCode();
    if (code.equals(ResultCode.INVALID_CREDENTIALS) || (login && refusesLogin(code))) {
      return Kind.LOGIN;
    }
    return switch (code.intValue()) {
      case ResultCode.CONNECT_ERROR_INT_VALUE -> Kind.CONNECTION;
      case ResultCode.SERVER_DOWN_INT_VALUE -> Kind.CONNECTION;
      case ResultCode.TIMEOUT_INT_VALUE, ResultCode.TIME_LIMIT_EXCEEDED_INT_VALUE -> Kind.TIME;
      case ResultCode.NO_SUCH_OBJECT_INT_VALUE -> Kind.BASE;
      case ResultCode.SIZE_LIMIT_EXCEEDED_INT_VALUE, ResultCode.ADMIN_LIMIT_EXCEEDED_INT_VALUE ->
          Kind.SIZE;
      case ResultCode.INSUFFICIENT_ACCESS_RIGHTS_INT_VALUE,
          ResultCode.STRONG_AUTH_REQUIRED_INT_VALUE,
          ResultCode.CONFIDENTIALITY_REQUIRED_INT_VALUE,
          ResultCode.INAPPROPRIATE_AUTHENTICATION_INT_VALUE ->
          Kind.ACCESS;
      case ResultCode.REFERRAL_INT_VALUE -> Kind.REFERRAL;
      default -> Kind.SERVER;
    };
  }

  private static boolean refusesLogin(ResultCode code) {
    return code.equals(ResultCode.NO_SUCH_OBJECT)
        || code.equals(ResultCode.INVALID_DN_SYNTAX)
        || code.equals(ResultCode.UNWILLING_TO_PERFORM)
        || code.equals(ResultCode.INAPPROPRIATE_AUTHENTICATION)
        || code.equals(ResultCode.INSUFFICIENT_ACCESS_RIGHTS);
  }

  private static boolean caused(Throwable e, Class<? extends Throwable> by) {
    int depth = 0;
    for (Throwable cause = e; cause != null && depth < MAX_DEPTH; cause = cause.getCause()) {
      if (by.isInstance(cause)) {
        return true;
      }
      depth++;
    }
    return false;
  }

  private static boolean said(LDAPException e, String word) {
    return !e.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)
        && e.getMessage() != null
        && e.getMessage().contains(word);
  }

  private static String detail(LDAPException e) {
    // The library writes each reason into the one that follows from it, names of classes and all.
    String words = e.getResultCode().getName();
    int depth = 0;
    for (Throwable cause = e; cause != null && depth < MAX_DEPTH; cause = cause.getCause()) {
      words = cause.getMessage() == null ? words : cause.getMessage();
      depth++;
    }
    String clean = StrangerText.of(words).inLog();
    return clean.length() > MAX_DETAIL ? clean.substring(0, MAX_DETAIL) + "…" : clean;
  }

  /// True where the next server may do better.
  boolean elsewhereBetter() {
    return switch (kind) {
      case CONNECTION, CERTIFICATE, STARTTLS, TIME, SERVER, LOGIN -> true;
      case BASE, SIZE, ACCESS, REFERRAL -> false;
    };
  }

  /// In words for an administrator.
  public Text sentence() {
    return switch (kind) {
      case CONNECTION -> SAY.noConnection(server, detail);
      case CERTIFICATE -> SAY.badCertificate(server, detail);
      case STARTTLS -> SAY.noStartTls(server, detail);
      case LOGIN -> SAY.loginRefused(server, detail);
      case TIME -> SAY.tooSlow(server);
      case BASE -> SAY.noBase(server);
      case SIZE -> SAY.tooMany(server);
      case ACCESS -> SAY.noAccess(server, detail);
      case REFERRAL -> SAY.referred(server, detail);
      case SERVER -> SAY.serverFault(server, detail);
    };
  }
}
