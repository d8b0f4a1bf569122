package io.rdpg.plan.language.template;

import io.pebbletemplates.pebble.extension.Function;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.diagnostic.SourceFile;
import io.rdpg.plan.language.model.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code secret('env:NAME')} reads an environment variable, {@code secret('file:PATH')} a file
 * without its last line end, {@code secret('command:WORDS')} the first line that a program prints,
 * {@code secret('credential:NAME')} a file that systemd hands to a service (systemd.exec(5), {@code
 * LoadCredential=}); all on this machine. Throws {@link Code#MISSING_SECRET} naming the variable,
 * file, command or credential.
 */
final class SecretFunction implements Function {
  static final String NOT_A_SOURCE =
      "secret() needs 'env:NAME', 'file:PATH', 'command:WORDS' or 'credential:NAME'";
  static final String HINT =
      "write secret('env:RDPG_PASSWORD'), secret('file:/run/secrets/rdpg') or"
          + " secret('command:pass show rdpg')";

  /** Where systemd says that a service's credentials are. */
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private static final Pattern SOURCE = Pattern.compile("(?s)(env|file|command|credential):.+");

  private static final Pattern LAST_LINE_END = Pattern.compile("\\r?\\n\\z");

  private final SecretCommands commands = new SecretCommands();

  /** By the names of an environment. */
  private final UnaryOperator<@Nullable String> environment;

  SecretFunction(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /** Whether a source is written as one that can be read. */
  static boolean isSource(String text) {
    return SOURCE.matcher(text).matches();
  }

  @Override
  public List<String> getArgumentNames() {
    return List.of("source");
  }

  @Override
  public Object execute(
      Map<String, Object> args, PebbleTemplate self, EvaluationContext context, int lineNumber) {
    return Text.secret(read(args.get("source"))).marked();
  }

  private String read(@Nullable Object source) {
    String text = source instanceof String string ? string : "";
    if (text.startsWith("env:")) {
      return fromEnvironment(text.substring("env:".length()));
    }
    if (text.startsWith("file:")) {
      return fromFile(Text.marked(text.substring("file:".length())));
    }
    if (text.startsWith("credential:")) {
      return fromCredential(text.substring("credential:".length()));
    }
    if (text.startsWith("command:")) {
      return commands.firstLine(text.substring("command:".length()));
    }
    throw Failure.of(Code.BAD_TEMPLATE, NOT_A_SOURCE, HINT);
  }

  private String fromEnvironment(String name) {
    String value = environment.apply(name);
    if (value == null) {
      throw Failure.of(
          Code.MISSING_SECRET,
          "the environment variable " + Text.marked(name) + " is not set",
          "export " + Text.marked(name) + " before the run");
    }
    return value;
  }

  private String fromCredential(String name) {
    String directory = environment.apply(CREDENTIALS);
    if (directory == null) {
      throw Failure.of(
          Code.MISSING_SECRET,
          "there is no credential " + Text.marked(name) + ": " + CREDENTIALS + " is not set",
          "run it as a systemd service with LoadCredential=, or use another source");
    }
    if (name.contains("/") || name.equals(".") || name.equals("..")) {
      throw Failure.of(
          Code.MISSING_SECRET,
          "a credential's name is a file's name, not " + Text.marked(name),
          "write secret('credential:rdpg_password')");
    }
    return content(Text.marked(directory + "/" + name))
        .orElseThrow(() ->
            Failure.of(
                Code.MISSING_SECRET,
                "the service has no credential " + Text.marked(name),
                "add LoadCredential=" + Text.marked(name) + ":/its/file to the unit"));
  }

  private static String fromFile(Text path) {
    return content(path)
        .orElseThrow(() ->
            Failure.of(
                Code.MISSING_SECRET,
                "the secret's file " + path + " can't be read",
                "create the file, readable for the user who runs rdpg-plan"));
  }

  /** A file without its last line end; empty when it can't be read. */
  private static Optional<String> content(Text path) {
    try {
      String content = SourceFile.read(Path.of(path.reveal()), SourceFile.MOST_TEXT);
      return Optional.of(LAST_LINE_END.matcher(content).replaceFirst(""));
    } catch (Failure | InvalidPathException e) {
      return Optional.empty();
    }
  }
}
