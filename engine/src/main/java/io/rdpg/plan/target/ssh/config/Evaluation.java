package io.rdpg.plan.target.ssh.config;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Suggestions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reads the configuration for one host from top to bottom, as OpenSSH does: the first value of a
 * keyword counts. What isn't understood, where it applies to this host, is refused; what concerns
 * only things that are never done here is passed over.
 */
final class Evaluation {
  private static final int DEEPEST_INCLUDE = 16;

  private final Surroundings here;
  private final ConfigFiles files;
  private final String original;
  private final Settings settings = new Settings();
  private String host;
  private boolean finalPass;
  private boolean finalPassWanted;

  private Evaluation(Surroundings here, ConfigFiles files, String host) {
    this.here = here;
    this.files = files;
    this.original = host;
    this.host = host;
  }

  /**
   * What is set for a host.
   *
   * @param commandLine what wins over all files
   * @throws io.rdpg.plan.language.diagnostic.Failure when something isn't understood
   */
  static Settings of(
      Surroundings here, ConfigFiles files, List<ConfigLine> commandLine, String host) {
    Evaluation evaluation = new Evaluation(here, files, host);
    commandLine.forEach(evaluation::set);
    evaluation.pass();
    if (evaluation.finalPassWanted) {
      evaluation.host = evaluation.hostName();
      evaluation.settings.fixHostName(evaluation.host);
      evaluation.finalPass = true;
      evaluation.pass();
    }
    evaluation.settings.check();
    return evaluation.settings;
  }

  private void pass() {
    for (ConfigFiles.Start start : files.first()) {
      file(start.file(), start.base(), true, 0);
    }
  }

  /**
   * Reads a file.
   *
   * @param reachable false when it is included where nothing applies to this host
   */
  private void file(Path file, Path base, boolean reachable, int depth) {
    boolean active = reachable;
    for (ConfigLine line : files.lines(file)) {
      switch (line.keyword().toLowerCase(Locale.ROOT)) {
        case "host" -> active = reachable && Patterns.any(line.words(), host);
        case "match" -> active = matches(line, reachable);
        case "include" -> include(line, base, active, depth + 1);
        default -> {
          if (active) {
            set(line);
          }
        }
      }
    }
  }

  private void include(ConfigLine line, Path base, boolean active, int depth) {
    if (depth > DEEPEST_INCLUDE) {
      throw line.wrong("files include each other more than " + DEEPEST_INCLUDE + " deep");
    }
    for (String written : line.words()) {
      for (Path file : matching(line, written, base, active)) {
        file(file, base, active, depth);
      }
    }
  }

  /** Versions of OpenSSH differ in what they expand in it, so that is refused where it applies. */
  private List<Path> matching(ConfigLine line, String written, Path base, boolean active) {
    try {
      if (written.contains("%") || written.contains("${")) {
        throw new InvalidPathException(written, "nothing in it is expanded here");
      }
      return ConfigFiles.matching(base.resolve(here.path(written)).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      if (active) {
        throw line.wrong(written + " can't be looked for, " + e.getReason());
      }
      return List.of();
    }
  }

  private void set(ConfigLine line) {
    Keyword.named(line.keyword())
        .ifPresentOrElse(keyword -> settings.set(keyword, line), () -> passOver(line));
  }

  private void passOver(ConfigLine line) {
    if (Keyword.hasNoMeaningHere(line.keyword()) || ignored(line.keyword())) {
      return;
    }
    throw Diagnostic.at(
            line.at(),
            Code.UNKNOWN_KEY,
            "the ssh option '" + line.keyword() + "' is not understood")
        .withHint(
            Suggestions.didYouMean(line.keyword(), Keyword.names())
                .orElse(
                    "it may change how a host is reached; a file without it can be named by"
                        + " -F in ansible_ssh_common_args"))
        .failure();
  }

  private boolean ignored(String keyword) {
    Setting ignored = settings.first(Keyword.IGNORE_UNKNOWN);
    return ignored != null && Patterns.anyHost(ignored.value(), keyword);
  }

  private String hostName() {
    return settings.hostName(original);
  }

  /**
   * Whether all criteria of a line hold. Those behind one that doesn't are still checked for sense,
   * and {@code final} asks for its pass wherever it stands, as OpenSSH has it.
   */
  private boolean matches(ConfigLine line, boolean reachable) {
    List<String> words = line.words().stream().flatMap(Evaluation::criterionAndValue).toList();
    boolean holds = reachable;
    for (int i = 0; i < words.size(); i++) {
      boolean negated = words.get(i).startsWith("!");
      String criterion = words.get(i).substring(negated ? 1 : 0).toLowerCase(Locale.ROOT);
      boolean one =
          switch (criterion) {
            case "all" -> all(line, words, i);
            case "canonical" -> finalPass;
            case "final" -> {
              finalPassWanted |= !finalPass;
              yield finalPass;
            }
            default -> {
              if (++i == words.size()) {
                throw line.wrong("'" + criterion + "' has no value");
              }
              yield holds(line, criterion, words.get(i), holds);
            }
          };
      holds &= one != negated;
    }
    return holds;
  }

  /** Also {@code host=name}. */
  private static Stream<String> criterionAndValue(String word) {
    return word.matches("!?[a-z]+=.+") ? Stream.of(word.split("=", 2)) : Stream.of(word);
  }

  private static boolean all(ConfigLine line, List<String> words, int at) {
    boolean alone =
        at == words.size() - 1
            && Stream.of("canonical", "final", "!canonical", "!final")
                .toList()
                .containsAll(words.subList(0, at).stream().map(String::toLowerCase).toList());
    if (!alone) {
      throw line.wrong("'all' stands alone, or behind 'final' or 'canonical'");
    }
    return true;
  }

  private boolean holds(ConfigLine line, String criterion, String value, boolean sofar) {
    return switch (criterion) {
      case "host" -> Patterns.anyHost(value, hostName());
      case "originalhost" -> Patterns.anyHost(value, original);
      case "user" -> Patterns.anyOfList(value, user());
      case "localuser" -> Patterns.anyOfList(value, here.user());
      case "exec" -> sofar && succeeds(line, value);
      default ->
          throw line.wrong(
              "the criterion '"
                  + criterion
                  + "' is not understood (known: all, canonical, exec, final, host, localuser,"
                  + " originalhost, user)");
    };
  }

  private String user() {
    return settings.user(here);
  }

  private boolean succeeds(ConfigLine line, String command) {
    return new LocalCommand(here)
        .succeeds(
            settings
                .tokens(here, original)
                .expand(new Setting(Keyword.PROXY_COMMAND, command, line.at()), Settings.ALL),
            line);
  }
}
