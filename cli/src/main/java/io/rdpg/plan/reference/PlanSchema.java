package io.rdpg.plan.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import io.rdpg.plan.language.model.Signature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A JSON Schema (draft 7, which YAML language servers read best) of plan files, so that editors
 * complete and check them. The parser decides: it also checks templates and includes.
 *
 * <p>Besides the standard's keywords it has those of yaml-language-server: {@code
 * markdownDescription} for hovering, {@code defaultSnippets} for completion, {@code errorMessage}
 * for what a person reads. "Exactly one of" is written as conditions, not as {@code oneOf}: so the
 * server marks the superfluous key, with a message, where {@code oneOf} would mark the whole step.
 */
public final class PlanSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String STEP = "#/definitions/step";
  private static final List<String> HOLDERS = List.of("include", "steps", Keys.LOCK);

  /** Keys without effect on a step that contains steps. */
  private static final List<String> NOT_OF_HOLDERS =
      List.of("timeout", "retries", "every", "register");

  private PlanSchema() {}

  /** The schema of plans whose steps can be these primitives. */
  public static JsonNode of(Collection<Signature> signatures) {
    ObjectNode schema = JSON.objectNode();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "rdpg-plan plan");
    schema.put("description", "A plan: a YAML list of steps that run on every node.");
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    schema.set("required", required(Keys.PLAN));
    ObjectNode properties = schema.putObject("properties");
    Keys.PLAN.forEach(key -> properties.set(key.name(), ValueSchema.of(key, STEP)));
    ObjectNode definitions = schema.putObject("definitions");
    definitions.set("step", step(signatures));
    signatures.forEach(signature -> definitions.set(signature.name(), arguments(signature)));
    return schema;
  }

  private static ObjectNode step(Collection<Signature> signatures) {
    ObjectNode step = JSON.objectNode();
    step.put("title", "step");
    step.put("type", "object");
    step.put("errorMessage", "a step is a map: '- name: …', and below it what the step does");
    ObjectNode keys = JSON.objectNode();
    keys.put("additionalProperties", false);
    keys.set("required", required(Keys.STEP));
    ObjectNode properties = keys.putObject("properties");
    Keys.STEP.forEach(key -> properties.set(key.name(), ValueSchema.of(key, STEP)));
    List<String> deeds = new ArrayList<>();
    for (Signature signature : signatures) {
      properties.set(signature.name(), primitive(signature));
      deeds.add(signature.name());
    }
    for (Key key : Keys.DEEDS) {
      properties.set(key.name(), ValueSchema.of(key, STEP));
      deeds.add(key.name());
    }
    ArrayNode all = step.putArray("allOf");
    all.add(keys);
    all.add(nothingToDo(properties, deeds));
    atMostOne(all, deeds, "a step does one thing: split it into two steps");
    for (String holder : HOLDERS) {
      for (String key : NOT_OF_HOLDERS) {
        without(
            all,
            holder,
            List.of(key),
            "'"
                + key
                + "' has no effect on a step that contains others: give it to the steps inside");
      }
    }
    needs(all, "as", "for_each", "'as' names the items of a 'for_each'");
    return step;
  }

  /** An unknown key may be a misspelt primitive: then only that is reported. */
  private static ObjectNode nothingToDo(ObjectNode properties, List<String> deeds) {
    ObjectNode rule = JSON.objectNode();
    ObjectNode condition = rule.putObject("if");
    ArrayNode words = condition.putObject("propertyNames").putArray("enum");
    properties.fieldNames().forEachRemaining(words::add);
    ArrayNode any = condition.putObject("not").putArray("anyOf");
    deeds.forEach(deed -> any.addObject().putArray("required").add(deed));
    needed(rule, deeds.getFirst(), "this step does nothing: give it a primitive, include or steps");
    return rule;
  }

  /**
   * A primitive under its name. Its arguments are defined elsewhere, since a server inserts the
   * snippet of a value only where its properties aren't.
   */
  private static ObjectNode primitive(Signature signature) {
    ObjectNode schema = JSON.objectNode();
    schema.put("title", signature.name());
    schema.put("description", signature.summary());
    schema.put("markdownDescription", HoverText.of(signature));
    boolean needsNothing =
        signature.arguments().stream().noneMatch(Signature.Argument::required)
            && signature.rules().stream().noneMatch(Signature.ExactlyOne.class::isInstance);
    schema.put("type", "object");
    schema.put(
        "errorMessage",
        signature.name() + " needs its arguments: " + String.join(", ", signature.argumentNames()));
    if (needsNothing) {
      schema.remove("errorMessage");
      schema.putArray("type").add("object").add("null");
    }
    schema.putArray("allOf").addObject().put("$ref", "#/definitions/" + signature.name());
    schema
        .putArray("defaultSnippets")
        .addObject()
        .put("label", "what " + signature.name() + " needs")
        .set("body", EditorSnippets.of(signature));
    return schema;
  }

  private static ObjectNode arguments(Signature signature) {
    ObjectNode schema = JSON.objectNode();
    schema.put("additionalProperties", false);
    ArrayNode required = JSON.arrayNode();
    ObjectNode properties = schema.putObject("properties");
    for (Signature.Argument argument : signature.arguments()) {
      properties.set(argument.name(), ValueSchema.of(signature, argument, STEP));
      if (argument.required()) {
        required.add(argument.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    ArrayNode all = JSON.arrayNode();
    signature.rules().forEach(rule -> rule(all, signature, rule));
    if (!all.isEmpty()) {
      schema.set("allOf", all);
    }
    return schema;
  }

  private static void rule(ArrayNode all, Signature signature, Signature.Rule rule) {
    String owner = signature.name();
    switch (rule) {
      case Signature.ExactlyOne(List<String> names) -> {
        ObjectNode none = all.addObject();
        ArrayNode any = none.putObject("if").putObject("not").putArray("anyOf");
        names.forEach(name -> any.addObject().putArray("required").add(name));
        needed(none, names.getFirst(), owner + " needs one of " + quoted(names));
        atMostOne(all, names, owner + " takes only one of " + quoted(names));
      }
      case Signature.AtMostOne(List<String> names) ->
          atMostOne(all, names, owner + " takes only one of " + quoted(names));
      case Signature.Needs(String name, String needed) ->
          needs(all, name, needed, owner + " needs '" + needed + "' where '" + name + "' is given");
      case Signature.NeedsFor needs ->
          needsFor(
              all,
              needs,
              owner
                  + " needs '%s' where '%s' is '%s'"
                      .formatted(needs.needed(), needs.name(), needs.value()));
      case Signature.OnlyFor only ->
          onlyFor(
              all,
              signature,
              only,
              owner
                  + " takes '%s' only where '%s' is %s"
                      .formatted(only.other(), only.name(), quoted(only.values())));
    }
  }

  /** Where an argument has this value, another must be given. */
  private static void needsFor(ArrayNode all, Signature.NeedsFor rule, String message) {
    ObjectNode node = all.addObject();
    ObjectNode condition = node.putObject("if");
    condition.putArray("required").add(rule.name());
    condition.putObject("properties").putObject(rule.name()).put("const", rule.value());
    needed(node, rule.needed(), message);
  }

  /** Where an argument has another of its values than these, this one can't be given. */
  private static void onlyFor(
      ArrayNode all, Signature signature, Signature.OnlyFor rule, String message) {
    List<String> others =
        signature.argument(rule.name()).orElseThrow().choices().stream()
            .filter(choice -> !rule.values().contains(choice))
            .toList();
    ObjectNode node = all.addObject();
    ObjectNode condition = node.putObject("if");
    condition.putArray("required").add(rule.name());
    ArrayNode values = condition.putObject("properties").putObject(rule.name()).putArray("enum");
    others.forEach(values::add);
    ObjectNode then = node.putObject("then");
    then.putObject("properties").put(rule.other(), false);
    then.put("errorMessage", message);
  }

  /** Of two, the one that comes later in the list is marked. */
  private static void atMostOne(ArrayNode all, List<String> names, String message) {
    for (int i = 0; i < names.size() - 1; i++) {
      without(all, names.get(i), names.subList(i + 1, names.size()), message);
    }
  }

  /** Where one is given, none of the others can be. */
  private static void without(ArrayNode all, String name, List<String> others, String message) {
    ObjectNode rule = all.addObject();
    rule.putObject("if").putArray("required").add(name);
    ObjectNode then = rule.putObject("then");
    ObjectNode properties = then.putObject("properties");
    others.forEach(other -> properties.put(other, false));
    then.put("errorMessage", message);
  }

  private static void needs(ArrayNode all, String name, String needed, String message) {
    ObjectNode rule = all.addObject();
    rule.putObject("if").putArray("required").add(name);
    needed(rule, needed, message);
  }

  private static void needed(ObjectNode rule, String needed, String message) {
    ObjectNode then = rule.putObject("then");
    then.putArray("required").add(needed);
    then.put("errorMessage", message);
  }

  private static ArrayNode required(List<Key> keys) {
    ArrayNode required = JSON.arrayNode();
    keys.stream().filter(Key::required).forEach(key -> required.add(key.name()));
    return required;
  }

  private static String quoted(List<String> names) {
    return String.join(", ", names.stream().map(name -> "'" + name + "'").toList());
  }
}
