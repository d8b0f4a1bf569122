package io.rdpg.plan.run.event;

/** When the reads were asked that decided a step, and why not ahead of its turn. */
public enum ReadTiming {
  NOTHING("nothing", "reads nothing"),
  AHEAD("ahead", "answered ahead"),
  BEFORE("before", "read before by this preview"),
  OFF("off", "at its turn: nothing is asked ahead"),
  FIRST("first", "at its turn: the first step"),
  AFTER_WAIT("after_wait", "at its turn: behind a wait"),
  AFTER_LOCK("after_lock", "at its turn: behind the taking or releasing of a lock"),
  AFTER_CHANGE("after_change", "at its turn: behind a step that had something to do"),
  UNKNOWN("unknown", "at its turn: depends on an earlier step's result"),
  AUTHOR(
      "author",
      "at its turn: an author's command or query is asked ahead only behind steps in sync"),
  TIMED("timed", "at its turn: has a timeout or retries"),
  ELSEWHERE("elsewhere", "at its turn: done on another node"),
  TOO_MANY("too_many", "at its turn: as many steps as possible were asked before it"),
  DIFFERED("differed", "asked again: was not in sync when it was asked ahead"),
  CHANGED("changed", "asked again: something was changed since it was asked ahead"),
  LOCKED("locked", "asked again: a lock was taken or released since it was asked ahead"),
  UNANSWERED("unanswered", "asked again: had no answer ahead"),
  OTHERWISE("otherwise", "asked again: asks something else at its turn");

  private final String word;
  private final String text;

  ReadTiming(String word, String text) {
    this.word = word;
    this.text = text;
  }

  /** As events carry it. */
  public String word() {
    return word;
  }

  /** A phrase for people. */
  public String text() {
    return text;
  }
}
