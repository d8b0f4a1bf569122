package io.rdpg.plan.reference;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.language.model.Signature.Argument;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The snippets that an editor inserts when a primitive is chosen: all required arguments, with a
 * value for each. Each is a valid step, which a test checks.
 */
final class EditorSnippets {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private EditorSnippets() {}

  /** Its arguments. */
  static ObjectNode of(Signature signature) {
    ObjectNode body = JSON.objectNode();
    int place = 1;
    Set<String> needed = needed(signature);
    for (Argument argument : signature.arguments()) {
      if (!needed.contains(argument.name())) {
        continue;
      }
      if (argument.name().equals("steps")) {
        ObjectNode step = body.putArray(argument.name()).addObject();
        step.put("name", "${" + place++ + ":what holds when it is done}");
        ObjectNode deed = step.putObject("assert");
        deed.put("that", "${" + place++ + ":true}");
        deed.put("message", "${" + place++ + ":a step under the lock}");
      } else {
        body.put(argument.name(), "${" + place++ + ":" + escaped(example(argument)) + "}");
      }
    }
    return body;
  }

  /** The required, those with an example, the first of each choice, and what all these need. */
  private static Set<String> needed(Signature signature) {
    Set<String> needed = new LinkedHashSet<>();
    for (Argument argument : signature.arguments()) {
      if (argument.required() || argument.example() != null) {
        needed.add(argument.name());
      }
    }
    for (Signature.Rule rule : signature.rules()) {
      if (rule instanceof Signature.ExactlyOne(List<String> names)
          && names.stream().noneMatch(needed::contains)) {
        needed.add(names.getFirst());
      }
    }
    int before;
    do {
      before = needed.size();
      for (Signature.Rule rule : signature.rules()) {
        if (rule instanceof Signature.Needs(String name, String other) && needed.contains(name)) {
          needed.add(other);
        }
      }
    } while (needed.size() > before);
    return needed;
  }

  private static String example(Argument argument) {
    if (argument.example() != null) {
      return argument.example();
    }
    if (!argument.choices().isEmpty()) {
      return argument.choices().getFirst();
    }
    return switch (argument.kind()) {
      case TEXT, TEMPLATE_FILE, ANY -> argument.name();
      case BOOL, EXPRESSION -> "true";
      case INT -> "1";
      case DURATION -> "1m";
      case MODE -> "0640";
      case LIST -> "[" + argument.name() + "]";
      case MAP -> "{}";
    };
  }

  /** As a snippet's placeholder says it. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}");
  }
}
