package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.status.ClusterReport;
import io.rdpg.plan.status.NodeReport;
import io.rdpg.plan.status.PairReport;
import io.rdpg.plan.status.Problem;
import io.rdpg.plan.status.Registration;
import io.rdpg.plan.status.Row;
import io.rdpg.plan.status.StatusReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parts of a status, to be told in every form. */
final class SampleStatus {
  static final Row SERVER = row("version", "18.6");
  static final Row SLOT = row("peer", "a", "active", true, "lag_bytes", 2048L, "lag_seconds", 0.26);
  static final Row SUBSCRIPTION =
      row("enabled", true, "worker", true, "apply_errors", 0L, "sync_errors", 0L, "conflicts", 1L);

  static Row row(Object... columns) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i += 2) {
      row.put(columns[i].toString(), columns[i + 1]);
    }
    return new Row(row);
  }

  static NodeReport node(String name, boolean writes) {
    Registration registration =
        new Registration(
            "c", row("address", name, "checks", List.of(Map.of("name", "k", "status", "passing"))));
    return new NodeReport(
        name,
        "10.0.0." + name.length(),
        true,
        writes,
        SERVER,
        List.of(row("kept_bytes", 16777216L)),
        List.of(registration),
        Map.of());
  }

  private SampleStatus() {}

  /** A cluster of two nodes, with a lock, a check that fails, and texts that look like markup. */
  static StatusReport withProblems() {
    NodeReport failing =
        new NodeReport(
            "bb",
            "10.0.0.2",
            true,
            false,
            row(),
            List.of(),
            List.of(
                new Registration(
                    "c",
                    row(
                        "checks",
                        List.of(
                            Map.of(
                                "name", "k",
                                "status", "critical",
                                "output", "dial tcp: refused"))))),
            Map.of());
    ClusterReport cluster =
        new ClusterReport(
            "c",
            "service",
            List.of(node("a", true), failing),
            List.of(),
            List.of(row("key", "rdpg/c/lock", "holder", "a run")),
            List.of(
                new PairReport("a", "bb", SLOT, SUBSCRIPTION),
                new PairReport("bb", "a", row("trouble", "its slot is lost"), SUBSCRIPTION)),
            true,
            List.of(
                new Problem(
                    "c", "a", "it is <b>down</b> & out <script>alert(1)</script>", "do it", null),
                new Problem("c", null, "another", null, null)));
    return new StatusReport("i.yml", Instant.EPOCH, List.of(cluster), ExitCode.CHANGES_FOUND);
  }
}
