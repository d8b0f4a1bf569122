package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.attributes.methodaccess.MethodAccessValidator;
import io.pebbletemplates.pebble.node.BodyNode;
import io.pebbletemplates.pebble.node.ForNode;
import io.pebbletemplates.pebble.node.PrintNode;
import io.pebbletemplates.pebble.node.RootNode;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.diagnostic.Span;
import io.rdpg.plan.language.lookup.FileLayers;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.language.model.Value;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Renders templates and evaluates expressions: strict variables, no escaping, no access to Java.
 * Secrets stay marked all the way. Thread-safe; a template is compiled once.
 *
 * <p>Errors are {@link Failure}s at their own line: {@link Code#BAD_TEMPLATE} for what can't be
 * parsed, {@link Code#RUNTIME_VARIABLE} for a variable or key that isn't there, {@link
 * Code#MISSING_SECRET}, {@link Code#BAD_ARGUMENT_VALUE} for a value that a filter can't take. What
 * a {@link TemplateScope} throws is thrown unchanged.
 */
public final class Templates {
  /** Templates see data, not objects: only the library's own loop and map entries have methods. */
  private static final MethodAccessValidator DATA_ONLY =
      (object, method) -> object instanceof ForNode.LoopVariables || object instanceof Map.Entry;

  private final TemplateFiles files;
  private final PebbleEngine engine;
  private final TemplateCompiler compiler;
  private final Map<Value.Str, Condition> conditions = new ConcurrentHashMap<>();

  /**
   * @param layers where files are searched that template files include
   */
  public Templates(FileLayers layers) {
    files = new TemplateFiles(layers);
    engine =
        new PebbleEngine.Builder()
            .loader(files)
            .strictVariables(true)
            .autoEscaping(false)
            .newLineTrimming(false)
            .defaultLocale(Locale.ROOT)
            .methodAccessValidator(DATA_ONLY)
            .registerExtensionCustomizer(TemplateExtension::fit)
            .allowOverrideCoreOperators(true)
            .extension(new TemplateExtension())
            .build();
    compiler = new TemplateCompiler(engine);
  }

  /**
   * A string with its tags replaced.
   *
   * @param at the position of the string
   */
  public Text render(String template, TemplateScope scope, Span at) {
    if (!SourceText.hasTags(template)) {
      return Text.marked(template);
    }
    return run(scope, at, template, () -> rendered(compiler.literal(template).template(), scope));
  }

  /** A template file, rendered. Throws {@link Code#MISSING_FILE} when it can't be read. */
  public Text renderFile(Path file, TemplateScope scope) {
    requireFile(file);
    return run(
        scope,
        Span.of(file.toString()),
        "",
        () -> rendered(engine.getTemplate(file.toString()), scope));
  }

  private static Text rendered(PebbleTemplate template, TemplateScope scope) {
    StringWriter rendered = new StringWriter();
    write(template, scope, RenderBudget.writer(rendered));
    return Text.marked(rendered.toString());
  }

  /** The files that were rendered so far, with those that they include. */
  public Set<Path> filesRead() {
    return files.read();
  }

  /**
   * The value of a bare expression: null, String, {@link Text} when it holds a secret, Boolean,
   * Long or another number, List or Map of these, or whatever else the scope returned.
   *
   * @param at the position of the expression
   */
  public @Nullable Object evaluate(String expression, TemplateScope scope, Span at) {
    return Templates.<@Nullable Object>run(
        scope, at, expression, () -> value(compiler.expression(expression).template(), scope));
  }

  /**
   * A step's {@code when}, understood. One that can't be fails where it is decided: with {@link
   * Code#BAD_TEMPLATE}, or {@link Code#BAD_VALUE} when it is nothing that can be true or false.
   *
   * @param when null for what always holds
   */
  public Condition condition(@Nullable Value when) {
    return switch (when) {
      case null -> Condition.constant("always", true);
      case Value.Bool bool -> Condition.constant(bool.source(), bool.value());
      case Value.Str written -> conditions.computeIfAbsent(written, this::expression);
      case Value other ->
          Condition.failing(
              "it says so",
              new Failure(
                  Diagnostic.at(
                      other.at(),
                      Code.BAD_VALUE,
                      "'when' must be a condition, not " + other.kind())));
    };
  }

  private Condition expression(Value.Str written) {
    String words = written.text().strip().replaceAll("\\s+", " ");
    try {
      Condition.Parsed parsed =
          run(null, written.at(), written.text(), () -> parsed(written.text()));
      return Condition.of(words, parsed, scope -> decided(parsed, written, scope));
    } catch (Failure misunderstood) {
      return Condition.failing(words, misunderstood);
    }
  }

  private Condition.Parsed parsed(String expression) {
    TemplateCompiler.Compiled compiled = compiler.expression(expression);
    ConditionTree tree = ConditionTree.of(compiled.expression(), this::part);
    return new Condition.Parsed(
        compiled.template(),
        tree,
        tree.proposition(name -> name),
        compiled.variables().uses().stream()
            .map(FreeVariables.Use::name)
            .collect(Collectors.toSet()));
  }

  /** Decided as a whole, else from those of its parts that are known. */
  private static Truth decided(Condition.Parsed parsed, Value.Str written, TemplateScope scope) {
    try {
      return Truth.of(holds(parsed.whole(), written, scope));
    } catch (UnknownValue why) {
      return parsed
          .tree()
          .decide(part -> {
            try {
              return value(part.template(), written, scope) instanceof Boolean holds
                  ? Truth.of(holds)
                  : new Truth.Unknown(why);
            } catch (UnknownValue ofThisPart) {
              return new Truth.Unknown(ofThisPart);
            } catch (Failure onlyTheRunCanTell) {
              return new Truth.Unknown(why);
            }
          });
    }
  }

  private static boolean holds(PebbleTemplate whole, Value.Str written, TemplateScope scope) {
    Object value = value(whole, written, scope);
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw TruthOperators.neither(value, written.text().strip()).orAt(written.at()).failure();
  }

  /** A part of a condition, by itself. */
  private PebbleTemplate part(Expression<?> expression) {
    RootNode root = new RootNode(new BodyNode(1, List.of(new PrintNode(expression, 1))));
    return new PebbleTemplateImpl(engine, root, "");
  }

  private static @Nullable Object value(
      PebbleTemplate expression, Value.Str written, TemplateScope scope) {
    return Templates.<@Nullable Object>run(
        scope, written.at(), written.text(), () -> value(expression, scope));
  }

  private static @Nullable Object value(PebbleTemplate expression, TemplateScope scope) {
    ValueCapture value = new ValueCapture();
    write(expression, scope, value);
    return TemplateValues.result(value.value());
  }

  /**
   * The variables that a string takes from its scope; {@link Code#BAD_TEMPLATE} when it is none.
   */
  public Set<Reference> references(String template, Span at) {
    return SourceText.hasTags(template)
        ? references(template, at, () -> compiler.literal(template).variables())
        : Set.of();
  }

  /** The variables that a bare expression takes from its scope. */
  public Set<Reference> expressionReferences(String expression, Span at) {
    return references(expression, at, () -> compiler.expression(expression).variables());
  }

  /** The variables that a template file takes from its scope, without those of its includes. */
  public Set<Reference> fileReferences(Path file) {
    requireFile(file);
    String text = SourceFile.read(file, SourceFile.MOST_TEXT);
    return references(
        text, Span.of(file.toString()), () -> compiler.variables(SourceText.blockLinesOf(text)));
  }

  private static Set<Reference> references(
      String written, Span at, Supplier<FreeVariables> variables) {
    return run(
        null,
        at,
        written,
        () -> {
          FreeVariables found = variables.get();
          for (FreeVariables.Unknown unknown : found.unknown()) {
            throw new Failure(
                Diagnostic.at(
                        SourceText.place(at, written, unknown.line(), unknown.word()),
                        Code.BAD_TEMPLATE,
                        unknown.message())
                    .withHint(unknown.hint()));
          }
          Set<Reference> references = new LinkedHashSet<>();
          for (FreeVariables.Use use : found.uses()) {
            references.add(
                new Reference(
                    use.name(),
                    () -> SourceText.place(at, written, use.line(), use.name()),
                    use.optional()));
          }
          return references;
        });
  }

  private static void write(PebbleTemplate template, TemplateScope scope, Writer writer) {
    try {
      template.evaluate(writer, new ScopeMap(scope));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the action, and converts the library's exceptions. */
  private static <T extends @Nullable Object> T run(
      @Nullable TemplateScope scope, Span at, String template, Supplier<T> work) {
    try {
      return RenderBudget.within(work);
    } catch (StackOverflowError | OutOfMemoryError tooMuch) {
      throw new Failure(TemplateErrors.tooMuch(tooMuch, at, template));
    } catch (RuntimeException e) {
      throw new TemplateErrors(scope, at, template).of(e);
    }
  }

  private static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw Failure.of(Code.MISSING_FILE, "template file " + file + " can't be read");
    }
  }

  /** A kind of value as people call it, such as {@code a list}. */
  public static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case String _, Text _ -> "a string";
      case Number _ -> "a number";
      case Boolean bool -> bool.toString();
      case Iterable<?> _ -> "a list";
      case Map<?, ?> _ -> "a map";
      default -> "this";
    };
  }
}
