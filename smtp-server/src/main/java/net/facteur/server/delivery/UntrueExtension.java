package net.facteur.server.delivery;

/// What a host announces in its EHLO reply and then does not do.
enum UntrueExtension {
  /// BDAT is not understood, or ends the connection: content goes by DATA.
  CHUNKING,

  /// Commands sent together are not answered each: they go one by one.
  PIPELINING,

  /// Parameters of MAIL or RCPT that could be left out (SIZE, `BODY=8BITMIME`, those of DSN) are
  /// refused: they are left out.
  PARAMETERS
}
