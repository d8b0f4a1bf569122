package io.rdpg.plan.lab;

import java.nio.file.Path;

/**
 * What the servers of a lab share.
 *
 * @param consul the program
 */
record LabContext(
    LabSpec spec, LabUser user, RequiredPrograms tools, PostgresPrograms postgres, Path consul) {
  LabHome home() {
    return new LabHome(spec.home());
  }

  /** PATH in servers, SSH sessions and the handlers of Consul's watches. */
  String searchPath() {
    return tools.searchPath(consul);
  }
}
