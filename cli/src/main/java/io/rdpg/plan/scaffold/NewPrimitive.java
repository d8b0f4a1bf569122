package io.rdpg.plan.scaffold;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Key;
import io.rdpg.plan.language.model.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The beginning of a primitive in a checkout of rdpg-plan: its class, its test, its line in the
 * list of primitives and its use in the test of what all primitives keep to.
 */
public final class NewPrimitive {
  private static final Path MAIN = Path.of("engine/src/main/java/io/rdpg/plan/step/builtin");
  private static final Path TEST = Path.of("engine/src/test/java/io/rdpg/plan/step/builtin");
  private static final int LONGEST_NAME = 27;

  /** Keys of a step, which a primitive's name must differ from. */
  private static final Set<String> STEP_KEYS =
      Stream.of(Keys.STEP, Keys.DEEDS)
          .flatMap(keys -> Key.names(keys).stream())
          .collect(Collectors.toUnmodifiableSet());

  /** Classes that would be hidden, in the new class or in all of its package. */
  private static final Set<String> CLASSES =
      Set.of(
          "Args",
          "Boolean",
          "Byte",
          "Character",
          "Class",
          "Comparable",
          "Deprecated",
          "Diff",
          "Double",
          "Effect",
          "Enum",
          "Error",
          "Exception",
          "Float",
          "Integer",
          "Iterable",
          "Kind",
          "List",
          "Long",
          "Map",
          "Math",
          "Module",
          "Number",
          "Object",
          "Observation",
          "Observations",
          "Override",
          "Package",
          "Primitive",
          "Process",
          "Read",
          "Record",
          "Resource",
          "Runnable",
          "Set",
          "Short",
          "Signature",
          "String",
          "System",
          "Text",
          "Thread",
          "Throwable",
          "Void",
          "Want");

  private static final Pattern LIST =
      Pattern.compile("(?s)( OURS =\\s+List\\.of\\(.*?)(\\s+)(new \\w+\\(\\))\\);");
  private static final Pattern FIXTURES = Pattern.compile(" ALL =\\s+List\\.of\\((\\s+)");

  private NewPrimitive() {}

  /** The checkout that a directory is in. */
  public static Optional<Path> checkout(Path directory) {
    return Stream.iterate(directory.toAbsolutePath(), path -> path != null, Path::getParent)
        .filter(path -> Files.isRegularFile(path.resolve(MAIN).resolve("Primitives.java")))
        .findFirst();
  }

  /** The class of a primitive, such as {@code ConsulKv} for {@code consul_kv}. */
  public static String className(String name) {
    return Stream.of(name.split("_"))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  /**
   * The files of a primitive; nothing is written yet.
   *
   * @param checkout where the sources are
   * @param known the names of all primitives that there are
   * @throws Failure with {@code bad_command_line} for a name that no primitive can have
   */
  public static FileSet of(String name, Path checkout, Set<String> known) {
    if (!name.matches("[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*") || name.length() > LONGEST_NAME) {
      throw refused(
          name,
          "use lower-case letters, digits and _, at most " + LONGEST_NAME + ", such as consul_kv");
    }
    if (known.contains(name)) {
      throw refused(name, "a primitive of this name exists: rdpg-plan explain " + name);
    }
    if (STEP_KEYS.contains(name)) {
      throw refused(name, "it is a key of every step");
    }
    String type = className(name);
    Path main = checkout.resolve(MAIN);
    Path test = checkout.resolve(TEST);
    if (CLASSES.contains(type) || Files.exists(test.resolve(type + ".java"))) {
      throw refused(name, "its class " + type + " would hide another");
    }
    Map<String, String> words = Map.of("NAME", name, "CLASS", type);
    FileSet files =
        new FileSet()
            .make(main.resolve(type + ".java"), SourceTemplate.of("Primitive.txt", words))
            .make(test.resolve(type + "Test.java"), SourceTemplate.of("PrimitiveTest.txt", words));
    inserted(files, main.resolve("Primitives.java"), LIST, "$1$2$3,$2new " + type + "());");
    inserted(
        files,
        test.resolve("Fixtures.java"),
        FIXTURES,
        "$0acts(\"" + name + "\", \"{key: k, value: v}\", node -> {}),$1");
    return files;
  }

  private static void inserted(FileSet files, Path file, Pattern where, String with) {
    try {
      String before = Files.readString(file);
      Matcher place = where.matcher(before);
      if (!place.find()) {
        throw Failure.of(
            Code.MISSING_FILE,
            file + " has no list to add a primitive to",
            "check that it is a checkout");
      }
      files.change(file, before, place.replaceFirst(with));
    } catch (IOException e) {
      throw new Failure(
          Diagnostic.of(Code.MISSING_FILE, "the file " + file + " can't be read")
              .withHint("primitives are added to a whole checkout, with its tests"),
          e);
    }
  }

  private static Failure refused(String name, String hint) {
    return Failure.of(
        Code.BAD_COMMAND_LINE, "'" + name + "' is not a valid name for a primitive", hint);
  }
}
