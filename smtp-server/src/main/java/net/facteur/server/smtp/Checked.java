package net.facteur.server.smtp;

/// An argument that was found right, or the reply that says what is wrong with it.
sealed interface Checked<T> {
  record Right<T>(T value) implements Checked<T> {}

  record Wrong<T>(SmtpReply reply) implements Checked<T> {}

  static <T> Checked<T> wrong(int code, int category, int subject, int detail, String text) {
    return new Wrong<>(SmtpReply.of(code, category, subject, detail, text));
  }
}
