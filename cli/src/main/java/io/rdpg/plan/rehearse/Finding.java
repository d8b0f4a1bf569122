package io.rdpg.plan.rehearse;

import java.util.List;
import java.util.Optional;

/**
 * What is wrong with a plan.
 *
 * @param round where it was found; empty for runs that nothing interrupted
 * @param what one line each
 */
public record Finding(Optional<Round> round, List<String> what) {
  public Finding {
    what = List.copyOf(what);
  }
}
