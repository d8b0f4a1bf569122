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
import org.jspecify.annotations.Nullable;

/**
 * {@code secret('env:NAME')} reads an environment variable, {@code secret('file:PATH')} a file
 * without its last line end; both on this machine. Throws {@link Code#MISSING_SECRET} naming the
 * variable or file.
 */
final class SecretFunction implements Function {
  @Override
  public List<String> getArgumentNames() {
    return List.of("source");
  }

  @Override
  public Object execute(
      Map<String, Object> args, PebbleTemplate self, EvaluationContext context, int lineNumber) {
    return Text.secret(read(args.get("source"))).marked();
  }

  private static String read(@Nullable Object source) {
    String text = source instanceof String string ? string : "";
    if (text.startsWith("env:")) {
      return fromEnvironment(text.substring("env:".length()));
    }
    if (text.startsWith("file:")) {
      return fromFile(Text.marked(text.substring("file:".length())));
    }
    throw Failure.of(
        Code.BAD_TEMPLATE,
        "secret() needs 'env:NAME' or 'file:PATH'",
        "write secret('env:RDPG_PASSWORD') or secret('file:/run/secrets/rdpg')");
  }

  private static String fromEnvironment(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw Failure.of(
          Code.MISSING_SECRET,
          "the environment variable " + Text.marked(name) + " is not set",
          "export " + Text.marked(name) + " before the run");
    }
    return value;
  }

  private static String fromFile(Text path) {
    try {
      String content = SourceFile.read(Path.of(path.reveal()), SourceFile.MOST_TEXT);
      return content.endsWith("\r\n")
          ? content.substring(0, content.length() - 2)
          : content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
    } catch (Failure | InvalidPathException e) {
      throw Failure.of(
          Code.MISSING_SECRET,
          "the secret's file " + path + " can't be read",
          "create the file, readable for the user who runs rdpg-plan");
    }
  }
}
