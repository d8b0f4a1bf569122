package io.rdpg.plan.language.lookup;

import java.nio.file.Path;
import java.util.List;

/**
 * A name that several files have.
 *
 * @param taken the file that is used
 * @param others those that are not, at least one
 */
public record FileChoice(Path taken, List<Path> others) {
  public FileChoice {
    others = List.copyOf(others);
  }
}
