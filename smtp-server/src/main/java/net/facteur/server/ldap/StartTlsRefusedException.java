package net.facteur.server.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;

/// The server does not begin to encrypt. Stays within the package.
final class StartTlsRefusedException extends LDAPException {
  private static final long serialVersionUID = 1L;

  StartTlsRefusedException(ResultCode code, String detail) {
    super(code, detail);
  }
}
