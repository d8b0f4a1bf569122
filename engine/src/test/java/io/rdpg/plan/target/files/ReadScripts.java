package io.rdpg.plan.target.files;

import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Read;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows the scripts that look at files and processes: all there are, but for quoted words without
 * quotes in them.
 */
public final class ReadScripts {
  private static final Pattern WORDS = Pattern.compile("'[^']*'( '[^']*')*");
  private static final Pattern SECTION =
      Pattern.compile(
          "(?s)\\(\n(.*?)\n\\) 2>&1\nr=\\$\\?\nprintf '[^']*' [0-9a-f-]{36} \"\\$r\"\n");

  /** One line for each file whose content is expected. */
  private static final Pattern EXPECTED =
      Pattern.compile("(f=WORDS; .*sizes[}])\\d+:\\d+ (.*\n)(\\1\\d+:\\d+ \\2)*");

  private static final String PRELUDE = FilesReader.FUNCTIONS + "\n";

  /** Asked once of every shell: whom to signal when a script has to be ended. */
  private static final String PROCESS_GROUP =
      "{ read -r _ _ _ _ g _ </proc/$$/stat; } 2>/dev/null; echo \"$$ ${g:-$$}\"\n";

  private static final Set<String> KNOWN = known();

  private ReadScripts() {}

  /**
   * Whether the script does nothing but look.
   *
   * @param script with the line break that ends it
   */
  public static boolean isOfLooks(String script) {
    if (script.equals(PROCESS_GROUP)) {
      return true;
    }
    if (!script.startsWith(PRELUDE)) {
      return false;
    }
    String sections = script.substring(PRELUDE.length());
    return SECTION.matcher(sections).replaceAll("").isBlank()
        && SECTION
            .matcher(sections)
            .results()
            .allMatch(section -> KNOWN.contains(unworded(section.group(1))));
  }

  private static Set<String> known() {
    Set<String> known = new HashSet<>();
    known.add(unworded(FileReader.script(new Read.FileAt("/f"))));
    known.add(unworded(FilePlace.script(new Read.Placing("/f", "u", "g"))));
    known.add(unworded(ExpectedFiles.script(List.of(new Read.FileAt("/f", Text.EMPTY)))));
    for (Read.@Nullable ProcessAt process :
        new Read.@Nullable ProcessAt[] {
          null,
          new Read.ProcessAt.PidFile("/p", false, List.of("s")),
          new Read.ProcessAt.PidFile("/p", true, List.of("s")),
          new Read.ProcessAt.Systemd("u", false),
          new Read.ProcessAt.Systemd("u", true)
        }) {
      for (@Nullable String stamp : new @Nullable String[] {null, "/s"}) {
        for (boolean accepted : new boolean[] {false, true}) {
          known.add(
              unworded(
                  ConfigurationReader.script(
                      new Read.Configuration("s", List.of("/f"), stamp, process, accepted))));
        }
      }
    }
    return known.stream().collect(Collectors.toUnmodifiableSet());
  }

  private static String unworded(String script) {
    return EXPECTED.matcher(WORDS.matcher(script).replaceAll("WORDS")).replaceAll("$1$2");
  }
}
