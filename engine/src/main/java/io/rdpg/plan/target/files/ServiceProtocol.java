package io.rdpg.plan.target.files;

import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;

/** Reloads and asks a service by other means than the node's shell. */
@FunctionalInterface
public interface ServiceProtocol {
  /** Makes the service reload its configuration. */
  void reload();

  /** The answer to a query; only of services that are reloaded by SQL. */
  default Observation.Rows query(Read.Query query) {
    throw new IllegalStateException("asked by SQL: " + query.describe());
  }
}
