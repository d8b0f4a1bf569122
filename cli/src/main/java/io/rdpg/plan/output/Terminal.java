package io.rdpg.plan.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is known of the terminal: its size, and whether it shows colours. Thread-safe. */
public final class Terminal {
  private static final Size USUAL = new Size(24, 80);
  private static final Pattern STTY = Pattern.compile("(\\d+) (\\d+)\\s*");

  private final Map<String, String> environment;
  private volatile Size size;

  /** A terminal's size in characters. */
  public record Size(int rows, int columns) {}

  public Terminal(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.size = measure();
  }

  /** The size when it was last measured. */
  public Size size() {
    return size;
  }

  /** Measures again: for SIGWINCH. */
  public void resized() {
    size = measure();
  }

  /** Whether a cursor can be moved on it. */
  public static boolean canMove(Map<String, String> environment) {
    String term = environment.getOrDefault("TERM", "");
    return !term.isEmpty() && !term.equals("dumb");
  }

  /** Whether colours are wanted, as {@code NO_COLOR} says (no-color.org). */
  public static boolean wantsColour(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty() && canMove(environment);
  }

  private Size measure() {
    Size asked = USUAL;
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new java.io.File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String observation =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Matcher match = STTY.matcher(observation);
      if (stty.waitFor(1, TimeUnit.SECONDS) && match.matches()) {
        asked = new Size(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
      }
    } catch (IOException noTerminal) {
      asked = USUAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Size(number("LINES", asked.rows), number("COLUMNS", asked.columns));
  }

  /** What the environment says in a number above zero, else what the terminal said. */
  private int number(String variable, int otherwise) {
    String given = environment.getOrDefault(variable, "");
    int number = given.matches("[1-9]\\d{0,3}") ? Integer.parseInt(given) : otherwise;
    return number > 0 ? number : 80;
  }
}
