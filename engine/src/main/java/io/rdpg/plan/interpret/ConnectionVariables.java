package io.rdpg.plan.interpret;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads the variables that say how servers are reached.
 *
 * @param folder what relative paths of files are relative to
 */
record ConnectionVariables(Variables vars, Path folder) {

  /** Empty when it isn't given, or is empty. */
  Optional<Text> text(String name) {
    return NodeFacts.text(vars, name).filter(value -> !value.reveal().isEmpty());
  }

  /** All of it is secret, however it was given. */
  Optional<Text> secret(String name) {
    return text(name).map(value -> Text.secret(value.reveal()));
  }

  Optional<String> name(String name) {
    return text(name).map(Text::reveal);
  }

  int port(String name, int otherwise) {
    return NodeFacts.port(vars, name, otherwise);
  }

  /**
   * A file or directory of this machine.
   *
   * @throws Failure when it can't be read
   */
  Optional<Path> file(String name) {
    return name(name)
        .map(written -> {
          Path path = folder.resolve(NodeFacts.path(written));
          requireReadable("variable '" + name + "'", path);
          return path;
        });
  }

  static void requireReadable(String who, Path path) {
    if (!Files.isReadable(path)) {
      throw Failure.of(
          Code.MISSING_FILE,
          who + " names " + path + ", which can't be read",
          "the file is read on the machine where rdpg-plan runs; a relative path is relative to"
              + " the inventory's folder");
    }
  }

  Failure wrong(String name, String must) {
    return NodeFacts.wrong(
        vars,
        name,
        "variable '" + name + "' " + must + text(name).map(is -> ", not '" + is + "'").orElse(""),
        null);
  }
}
