package io.rdpg.plan.language.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key of a plan or of a step, for reading plans, for {@code explain}, for the docs and for the
 * schema.
 *
 * @param name as plans write it
 * @param form what its value may be
 * @param required whether it can't be omitted
 * @param defaultValue the default; null when that needs more than a word
 * @param section the heading in docs/plan-language.md under which there is more; null for none
 * @param meaning for people, Markdown of one line; it says units
 * @param example YAML of the key alone, which a test reads
 */
public record Key(
    String name,
    Form form,
    boolean required,
    @Nullable String defaultValue,
    @Nullable String section,
    String meaning,
    String example) {

  /** What a key's value may be. */
  public enum Form {
    /** A single value, which may hold templates. */
    TEXT,
    /** A name for a variable. */
    VARIABLE,
    /** A whole number, a literal. */
    COUNT,
    /** A literal duration. */
    DURATION,
    /** True, false or a bare expression. */
    CONDITION,
    /** A list, or a bare expression that gives one. */
    LOOP,
    /** A map of variables. */
    VARS,
    /** A word or a list of words. */
    WORDS,
    /** A host pattern or a list of them. */
    HOSTS,
    /** Names of resources: one, a list, or a map of what is made and what is changed. */
    THINGS,
    /** The path of another plan. */
    PLAN_FILE,
    /** The path of a file of variables. */
    VARS_FILE,
    /** A list of steps. */
    STEPS,
    /** A literal true or false. */
    FLAG,
    /** True, false, or a template that gives one of them. */
    SWITCH,
    /** The word {@code node} or {@code cluster}. */
    REACH,
    /** A map of rules and the reasons why they needn't be kept. */
    REASONS
  }

  static Key needed(String name, Form form, String meaning, String example) {
    return new Key(name, form, true, null, null, meaning, example);
  }

  static Key optional(String name, Form form, String meaning, String example) {
    return new Key(name, form, false, null, null, meaning, example);
  }

  /** The same with what holds when it is left out. */
  Key otherwise(String value) {
    return new Key(name, form, required, value, section, meaning, example);
  }

  /** The same with the heading under which docs/plan-language.md says more. */
  Key see(String heading) {
    return new Key(name, form, required, defaultValue, heading, meaning, example);
  }

  /** The names of keys, in their order. */
  public static List<String> names(List<Key> keys) {
    return keys.stream().map(Key::name).toList();
  }
}
