package io.rdpg.plan.language.model;

/** Writes numbers of things: {@code 1 node}, {@code 2 nodes}. */
public final class Plural {
  private Plural() {}

  /**
   * So many of a thing.
   *
   * @param noun its name, of which the plural is made by an s
   */
  public static String of(long n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
