package io.rdpg.plan.rehearse;

import io.rdpg.plan.trial.ProgramResult;
import io.rdpg.plan.trial.TrialConsul;
import io.rdpg.plan.trial.TrialLab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the lab's passwords where they must never be: in server logs, in Consul, in what runs print
 * and in their journals.
 */
final class Leaks {
  private Leaks() {}

  /** Makes PostgreSQL log every statement, as many servers do of those that change something. */
  static void watchStatements(TrialLab lab) {
    for (String node : lab.nodes()) {
      try {
        var _ = lab.sql(node, "postgres", "ALTER SYSTEM SET log_statement = 'all'");
      } catch (SQLException e) {
        throw new IllegalStateException(node + ": " + e.getMessage(), e);
      }
    }
  }

  /** Where one was found, one line each. */
  static Set<String> in(TrialLab lab, List<ProgramResult> runs) {
    Set<String> found = new LinkedHashSet<>();
    for (String node : lab.nodes()) {
      files(lab.home().resolve(node).resolve("logs"))
          .filter(log -> holdsSecret(lab, text(log)))
          .forEach(
              log -> found.add("a password is in the log of " + node + ": " + log.getFileName()));
      TrialConsul agent = lab.node(node).consul();
      if (holdsSecret(lab, agent.get("/v1/agent/checks").toString())
          || holdsSecret(lab, agent.get("/v1/agent/services").toString())) {
        found.add("a password is in a service or check of Consul at " + node);
      }
    }
    lab.consul()
        .keys("")
        .forEach((key, value) -> {
          if (holdsSecret(lab, value)) {
            found.add("a password is in Consul's key " + key);
          }
        });
    if (runs.stream().anyMatch(run -> holdsSecret(lab, run.said()))
        || files(lab.runs().journals()).anyMatch(file -> holdsSecret(lab, text(file)))) {
      found.add("a password is in what a run prints, or in its journal");
    }
    return found;
  }

  private static boolean holdsSecret(TrialLab lab, String text) {
    return lab.secrets().stream().anyMatch(text::contains);
  }

  private static Stream<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Stream.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
