package io.rdpg.plan.target;

/** Receives what a server says beside its answers while an effect is performed. */
public interface ServerMessages {
  /** Forgets them. */
  ServerMessages NONE = (_, _) -> {};

  /**
   * @param severity the server's own word, such as {@code NOTICE} or {@code WARNING}
   * @param message without secrets
   */
  void on(String severity, String message);
}
