package io.rdpg.plan.reference;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Signature.Argument;
import io.rdpg.plan.language.model.Signature.Kind;

/** Names the kinds of values and their forms, with units. */
final class KindNames {
  private KindNames() {}

  /** A word or two. */
  static String word(Kind kind) {
    return switch (kind) {
      case TEXT -> "text";
      case BOOL -> "true or false";
      case INT -> "number";
      case DURATION -> "duration";
      case MODE -> "file mode";
      case LIST -> "list";
      case MAP -> "map";
      case EXPRESSION -> "value or expression";
      case TEMPLATE_FILE -> "template file";
      case ANY -> "anything";
    };
  }

  /** A word or two, or the words that it is one of. */
  static String word(Argument argument) {
    if (argument.name().equals("steps")) {
      return word(Key.Form.STEPS);
    }
    return argument.choices().isEmpty()
        ? word(argument.kind())
        : "one of " + String.join(", ", argument.choices());
  }

  /** A word or two. */
  static String word(Key.Form form) {
    return switch (form) {
      case TEXT -> "text";
      case VARIABLE -> "a variable's name";
      case COUNT -> "whole number";
      case DURATION -> "duration";
      case CONDITION -> "true, false or expression";
      case LOOP -> "list or expression";
      case VARS -> "map of variables";
      case WORDS -> "a word or a list of them";
      case HOSTS -> "host pattern";
      case THINGS -> "names of resources";
      case PLAN_FILE -> "path of a plan";
      case VARS_FILE -> "path of a file of variables";
      case STEPS -> "list of steps";
      case FLAG -> "true or false";
      case SWITCH -> "true, false or a template";
      case REACH -> "one of node, cluster";
      case REASONS -> "map of rules and reasons";
    };
  }

  /** How it is written; all but the last line of a page says it of each kind that it uses. */
  static String writing(Kind kind) {
    return switch (kind) {
      case TEXT -> "a single value; it may contain templates: `{{ … }}`, `{% … %}`";
      case BOOL -> "`true` or `false`, or a template that gives one of them";
      case INT -> "a whole number, or a template that gives one";
      case DURATION -> DURATION;
      case MODE -> "octal permission bits such as `0640`, quoted or not";
      case LIST ->
          "a YAML list; a single value counts as a list of one. Its items may contain"
              + " templates";
      case MAP -> "a YAML map; its values may contain templates";
      case EXPRESSION ->
          "a YAML value, or an expression without `{{ }}`, whose value is used as it is: a list, a"
              + " number or true";
      case TEMPLATE_FILE ->
          "the path of a file, searched beside the plan, then in `templates/`. Its content is a"
              + " template too";
      case ANY -> "any YAML value; strings in it may contain templates";
    };
  }

  /** How it is written. */
  static String writing(Key.Form form) {
    return switch (form) {
      case TEXT -> writing(Kind.TEXT);
      case VARIABLE -> "letters, digits and `_`, no digit first";
      case COUNT -> "a whole number, no template";
      case DURATION -> "`500ms`, `15s`, `5m`, `1h30m`; a bare number is in seconds. No template";
      case CONDITION -> "`true`, `false`, or an expression without `{{ }}`";
      case LOOP -> "a YAML list, or an expression without `{{ }}`";
      case VARS -> "a map; names are letters, digits and `_`. Strings in it may contain templates";
      case WORDS -> "one word, or a list of words";
      case HOSTS -> "as Ansible's: `all`, names, `*`, `?`, `a,b`, `a:&b`, `a:!b`";
      case THINGS ->
          "one name, a list of names, or a map of `makes`, `removes`, `changes`, `replicates` and `sets`; templates are rendered";
      case PLAN_FILE, VARS_FILE ->
          "a path; a template in it can use variables of the inventory and of plans only";
      case STEPS -> "a YAML list of maps";
      case FLAG -> "`true` or `false`, no template";
      case SWITCH -> writing(Kind.BOOL);
      case REACH -> "`node` or `cluster`";
      case REASONS ->
          "a map: each key is a rule, `"
              + String.join("`, `", Code.RULES.stream().map(Code::word).toList())
              + "`, its value is the reason";
    };
  }

  private static final String DURATION =
      "`500ms`, `15s`, `5m`, `1h30m`; a bare number is in seconds. Or a template that gives one";
}
