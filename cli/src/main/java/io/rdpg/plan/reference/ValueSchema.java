package io.rdpg.plan.reference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Argument;
import io.rdpg.plan.language.model.Signature.Kind;
import java.util.List;

/** What the value of a key or an argument may be, as a schema. */
final class ValueSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String TAG = "\\{[{%]";
  private static final String DURATION = "^([0-9]+|([0-9]+(ms|s|m|h))+)$";
  private static final String NO_TAG = "^(?![\\s\\S]*" + TAG + ")";
  private static final String VARIABLE = "^[A-Za-z_][A-Za-z0-9_]*$";

  private ValueSchema() {}

  /**
   * A key's value.
   *
   * @param step the reference of a step's schema
   */
  static ObjectNode of(Key key, String step) {
    ObjectNode schema = JSON.objectNode().put("title", key.name());
    schema.put("description", key.meaning());
    schema.put("markdownDescription", HoverText.of(key));
    String name = "'" + key.name() + "'";
    switch (key.form()) {
      case TEXT -> types(schema, name + " must be a string", "string", "number", "boolean");
      case VARIABLE ->
          types(schema, name + " is a name: letters, digits and _, no digit first", "string")
              .put("pattern", VARIABLE);
      case COUNT ->
          types(schema, name + " must be a whole number", "integer").put("minimum", least(key));
      case DURATION ->
          types(schema, name + " must be a duration such as 500ms, 15s or 5m", "string", "integer")
              .put("pattern", DURATION)
              .put("minimum", 0);
      case CONDITION ->
          types(
                  schema,
                  name + " must be true, false or a bare expression, without {{ }}",
                  "string",
                  "boolean")
              .put("pattern", NO_TAG);
      case LOOP ->
          types(
                  schema,
                  name + " must be a list or a bare expression, without {{ }}",
                  "array",
                  "string")
              .put("pattern", NO_TAG);
      case VARS ->
          types(schema, name + " must be a map of variables", "object")
              .putObject("propertyNames")
              .put("pattern", VARIABLE)
              .put("errorMessage", "a variable's name is letters, digits and _, no digit first")
              .put("doNotSuggest", true);
      case WORDS, HOSTS ->
          types(schema, name + " must be a word or a list of words", "string", "array", "number")
              .putObject("items")
              .putArray("type")
              .add("string")
              .add("number")
              .add("boolean");
      case THINGS -> things(schema);
      case VARS_FILE -> types(schema, name + " must be the path of a file of variables", "string");
      case PLAN_FILE -> types(schema, name + " must be the path of a plan", "string");
      case STEPS -> steps(schema, name, step);
      case FLAG -> types(schema, name + " must be true or false", "boolean");
      case SWITCH -> value(schema, name, Kind.BOOL);
      case REACH ->
          types(schema, name + " is node or cluster", "string")
              .putArray("enum")
              .add("node")
              .add("cluster");
      case REASONS -> reasons(schema, name);
    }
    String otherwise = key.defaultValue();
    if (otherwise == null) {
      return schema;
    }
    if (key.form() == Key.Form.COUNT) {
      return schema.put("default", Integer.parseInt(otherwise));
    }
    if (key.form() == Key.Form.FLAG) {
      return schema.put("default", Boolean.parseBoolean(otherwise));
    }
    return schema.put("default", otherwise);
  }

  /** A count that has a default counts from there, any other from one. */
  private static int least(Key key) {
    return key.defaultValue() == null ? 1 : Integer.parseInt(key.defaultValue());
  }

  /**
   * An argument's value.
   *
   * @param step the reference of a step's schema
   */
  static ObjectNode of(Signature signature, Argument argument, String step) {
    ObjectNode schema = JSON.objectNode().put("title", signature.name() + ": " + argument.name());
    schema.put("description", argument.meaning());
    schema.put("markdownDescription", HoverText.of(argument));
    String name = "'" + argument.name() + "'";
    if (argument.name().equals("steps")) {
      steps(schema, name, step);
    } else if (argument.choices().isEmpty()) {
      value(schema, name, argument.kind());
    } else {
      choices(schema, name, argument.choices());
    }
    defaultValue(schema, argument);
    return schema;
  }

  private static void value(ObjectNode schema, String name, Kind kind) {
    switch (kind) {
      case TEXT -> types(schema, name + " must be a single value", "string", "number", "boolean");
      case BOOL ->
          types(schema, name + " must be true or false", "boolean", "string")
              .put("pattern", or("true|false"));
      case INT ->
          types(schema, name + " must be a whole number", "integer", "string")
              .put("pattern", or("[+-]?[0-9]+"));
      case DURATION ->
          types(schema, name + " must be a duration such as 500ms, 15s or 5m", "string", "integer")
              .put("pattern", DURATION + "|" + TAG)
              .put("minimum", 0);
      case MODE ->
          types(schema, name + " must be octal permission bits such as 0644", "integer", "string")
              .put("pattern", or("0?[0-7]{3,4}"));
      case LIST -> types(schema, name + " must be a list", "array", "string", "number", "boolean");
      case MAP -> types(schema, name + " must be a map", "object");
      case TEMPLATE_FILE -> types(schema, name + " must be the path of a template", "string");
      case EXPRESSION ->
          types(
                  schema,
                  name + " takes a value or a bare expression, without {{ }}",
                  "string",
                  "array",
                  "number",
                  "boolean")
              .put("pattern", NO_TAG);
      case ANY ->
          types(schema, name + " is empty", "string", "array", "object", "number", "boolean");
    }
  }

  private static void choices(ObjectNode schema, String name, List<String> choices) {
    ArrayNode forms = schema.putArray("anyOf");
    ArrayNode words = forms.addObject().put("type", "string").putArray("enum");
    choices.forEach(words::add);
    forms
        .addObject()
        .put("type", "string")
        .put("pattern", TAG)
        .put("errorMessage", name + " is one of " + String.join(", ", choices));
  }

  /** Only a value that can be written literally, no sentence such as "beside the first file". */
  private static void defaultValue(ObjectNode schema, Argument argument) {
    String value = argument.defaultValue();
    if (value == null || value.contains(" ")) {
      return;
    }
    switch (argument.kind()) {
      case BOOL -> schema.put("default", Boolean.parseBoolean(value));
      case INT, EXPRESSION -> schema.put("default", Long.parseLong(value));
      case TEXT, DURATION, MODE, LIST, MAP, TEMPLATE_FILE, ANY -> schema.put("default", value);
    }
  }

  private static void steps(ObjectNode schema, String name, String step) {
    types(schema, name + " must be a list of steps", "array").putObject("items").put("$ref", step);
  }

  private static void things(ObjectNode schema) {
    types(
        schema,
        "'touches' must be a name, a list of names, or a map of makes, removes, changes, replicates and sets",
        "string",
        "array",
        "object");
    names(schema);
    schema.put("additionalProperties", false);
    schema.put("minProperties", 1);
    ObjectNode properties = schema.putObject("properties");
    thing(properties, "makes", "what is absent before, and empty afterwards");
    thing(properties, "removes", "what is absent afterwards");
    thing(properties, "changes", "everything else that it reads and changes");
    thing(properties, "replicates", "what it changes on the other nodes of the cluster too");
    set(properties.putObject("sets"));
  }

  private static void set(ObjectNode schema) {
    schema
        .put("title", "sets")
        .put(
            "description",
            "of which it changes nothing but these columns: what each row shows afterwards, a value or"
                + " an expression over `row`");
    ObjectNode columns =
        types(schema, "'sets' must be a map of resources", "object")
            .put("minProperties", 1)
            .putObject("additionalProperties");
    types(columns, "each with a map of columns and their values afterwards", "object")
        .put("minProperties", 1);
    types(
        columns.putObject("additionalProperties"),
        "a column gets a value or an expression",
        "string",
        "number",
        "boolean",
        "null");
  }

  private static void reasons(ObjectNode schema, String name) {
    types(schema, name + " must be a map of rules and the reasons why", "object");
    schema.put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    for (Code rule : Code.RULES) {
      ObjectNode reason = properties.putObject(rule.word());
      reason.put("title", rule.word());
      reason.put("description", "the reason why this step may break the rule");
      types(reason, "give the reason why " + rule.word() + " is allowed", "string")
          .put("minLength", 1);
    }
  }

  private static void thing(ObjectNode properties, String name, String meaning) {
    ObjectNode schema = properties.putObject(name).put("title", name).put("description", meaning);
    types(schema, "'" + name + "' must be a name or a list of names", "string", "array");
    names(schema);
  }

  /** A name, or a list of names. */
  private static void names(ObjectNode schema) {
    schema.put("minLength", 1).put("minItems", 1);
    schema.putObject("items").put("type", "string").put("minLength", 1);
  }

  private static String or(String literal) {
    return "^(" + literal + ")$|" + TAG;
  }

  private static ObjectNode types(ObjectNode schema, String otherwise, String... types) {
    if (types.length == 1) {
      schema.put("type", types[0]);
    } else {
      ArrayNode array = schema.putArray("type");
      List.of(types).forEach(array::add);
    }
    return schema.put("errorMessage", otherwise);
  }
}
