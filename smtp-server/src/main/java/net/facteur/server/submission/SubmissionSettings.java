package net.facteur.server.submission;

/// What becomes of a submitted message.
///
/// @param hideClient leaves the client's name and address out of the Received field; default true
/// @param maxHops Received fields beyond which a message is a loop, 1 to 1,000, default 50
public record SubmissionSettings(boolean hideClient, int maxHops) {
  public static final SubmissionSettings DEFAULTS = new SubmissionSettings(true, 50);

  public SubmissionSettings {
    if (maxHops < 1 || maxHops > 1000) {
      throw new IllegalArgumentException("1 to 1,000 hops");
    }
  }
}
