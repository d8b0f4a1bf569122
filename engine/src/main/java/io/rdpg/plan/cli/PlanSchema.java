package io.rdpg.plan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.model.Signature;
import io.rdpg.plan.model.Signature.Kind;
import java.util.Collection;
import java.util.List;

/**
 * A JSON Schema (draft 7, which YAML language servers read best) of plan files, so that editors
 * complete and check them. The loader stays the judge: it also sees templates and includes.
 */
final class PlanSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String DURATION = "^([0-9]+|([0-9]+(ms|s|m|h))+|.*\\{\\{.*)$";

  private PlanSchema() {}

  static JsonNode of(Collection<Signature> signatures) {
    ObjectNode schema = JSON.objectNode();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "rdpg-plan plan");
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    strings(schema.putArray("required"), List.of("plan", "steps"));
    ObjectNode properties = schema.putObject("properties");
    properties.set("plan", type("string", "what the plan calls itself"));
    properties.set("about", type("string", "a sentence or more for people"));
    properties.set("targets", type("string", "an Ansible host pattern; all when left out"));
    properties.set("vars", type("object", "variables of this plan"));
    properties.set("serial", type("integer", "how many nodes at once; all when left out"));
    properties.set("steps", steps("what to do, in order"));
    ObjectNode definitions = schema.putObject("definitions");
    definitions.set("step", step(signatures));
    return schema;
  }

  private static ObjectNode step(Collection<Signature> signatures) {
    ObjectNode step = JSON.objectNode();
    step.put("type", "object");
    step.put("additionalProperties", false);
    strings(step.putArray("required"), List.of("name"));
    ObjectNode properties = step.putObject("properties");
    properties.set("name", type("string", "unique in its plan"));
    properties.set("when", expression("do the step only where this holds; a bare expression"));
    properties.set("for_each", expression("a list, or a bare expression that gives one"));
    properties.set("as", type("string", "the name of each item; `item` when left out"));
    properties.set("register", type("string", "the name under which later steps see the result"));
    properties.set("touches", touches());
    properties.set("vars", type("object", "variables of this step and what it holds"));
    properties.set("timeout", argument(Kind.DURATION, "the deadline of one attempt"));
    properties.set("retries", argument(Kind.INT, "how often to try again after a failure"));
    properties.set("every", argument(Kind.DURATION, "the pause between attempts or looks"));
    properties.set("on", type("string", "the node to do this step at, instead of this one"));
    properties.set("tags", expression("a tag or a list of them, for choosing steps with -t"));
    properties.set("include", type("string", "another plan's path: its steps stand here"));
    properties.set("steps", steps("steps under one head"));
    ArrayNode oneOf = step.putArray("oneOf");
    for (Signature signature : signatures) {
      properties.set(signature.name(), primitive(signature));
      strings(oneOf.addObject().putArray("required"), List.of(signature.name()));
    }
    strings(oneOf.addObject().putArray("required"), List.of("include"));
    strings(oneOf.addObject().putArray("required"), List.of("steps"));
    return step;
  }

  private static ObjectNode touches() {
    ObjectNode touches =
        JSON.objectNode()
            .put(
                "description",
                "what SQL or a command sees and changes, for previews: `/path`, `key K`, `service"
                    + " S`, or a name of something in PostgreSQL, `/` leading inside it");
    ArrayNode forms = touches.putArray("anyOf");
    names(forms);
    ObjectNode map = forms.addObject().put("type", "object").put("additionalProperties", false);
    map.put("minProperties", 1);
    ObjectNode properties = map.putObject("properties");
    names(
        properties
            .putObject("makes")
            .put("description", "what is not there before, and empty afterwards")
            .putArray("anyOf"));
    names(properties.putObject("changes").put("description", "all else").putArray("anyOf"));
    return touches;
  }

  /** A name, or a list of names. */
  private static void names(ArrayNode forms) {
    forms.addObject().put("type", "string").put("minLength", 1);
    ObjectNode list = forms.addObject().put("type", "array").put("minItems", 1);
    list.putObject("items").put("type", "string").put("minLength", 1);
  }

  private static ObjectNode primitive(Signature signature) {
    ObjectNode primitive = type("object", signature.summary());
    primitive.put("additionalProperties", false);
    ArrayNode required = JSON.arrayNode();
    ObjectNode properties = primitive.putObject("properties");
    for (Signature.Argument argument : signature.arguments()) {
      boolean nested = argument.name().equals("steps");
      ObjectNode schema =
          nested ? steps(argument.meaning()) : argument(argument.kind(), argument.meaning());
      if (argument.defaultValue() != null) {
        schema.put("default", argument.defaultValue());
      }
      properties.set(argument.name(), schema);
      if (argument.required()) {
        required.add(argument.name());
      }
    }
    if (!required.isEmpty()) {
      primitive.set("required", required);
    }
    ArrayNode all = JSON.arrayNode();
    signature.rules().forEach(rule -> all.add(rule(rule)));
    if (!all.isEmpty()) {
      primitive.set("allOf", all);
    }
    return primitive;
  }

  private static ObjectNode rule(Signature.Rule rule) {
    ObjectNode schema = JSON.objectNode();
    switch (rule) {
      case Signature.ExactlyOne one -> oneOf(schema, one.names());
      case Signature.AtMostOne one -> {
        ArrayNode choices = oneOf(schema, one.names());
        ArrayNode none = choices.addObject().putObject("not").putArray("anyOf");
        one.names().forEach(name -> strings(none.addObject().putArray("required"), List.of(name)));
      }
      case Signature.Needs needs ->
          strings(schema.putObject("dependencies").putArray(needs.name()), List.of(needs.needed()));
    }
    return schema;
  }

  private static ArrayNode oneOf(ObjectNode schema, List<String> names) {
    ArrayNode choices = schema.putArray("oneOf");
    names.forEach(name -> strings(choices.addObject().putArray("required"), List.of(name)));
    return choices;
  }

  private static ObjectNode argument(Kind kind, String meaning) {
    return switch (kind) {
      case TEXT -> types(meaning, "string", "number", "boolean");
      case BOOL -> types(meaning, "boolean", "string");
      case INT -> types(meaning, "integer", "string");
      case DURATION -> types(meaning, "string", "integer").put("pattern", DURATION);
      case MODE -> types(meaning, "integer", "string");
      case LIST -> types(meaning, "array", "string");
      case MAP -> types(meaning, "object");
      case TEMPLATE_FILE -> types(meaning, "string");
      case EXPRESSION, ANY -> expression(meaning);
    };
  }

  private static ObjectNode steps(String meaning) {
    ObjectNode list = type("array", meaning);
    list.putObject("items").put("$ref", "#/definitions/step");
    return list;
  }

  private static ObjectNode expression(String meaning) {
    return JSON.objectNode().put("description", meaning);
  }

  private static ObjectNode type(String type, String meaning) {
    return JSON.objectNode().put("type", type).put("description", meaning);
  }

  private static ObjectNode types(String meaning, String... types) {
    if (types.length == 1) {
      return type(types[0], meaning);
    }
    ObjectNode schema = JSON.objectNode();
    strings(schema.putArray("type"), List.of(types));
    return schema.put("description", meaning);
  }

  private static void strings(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
