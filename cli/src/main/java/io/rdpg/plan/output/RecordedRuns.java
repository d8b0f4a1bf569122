package io.rdpg.plan.output;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Finds runs in journals and in Consul. */
public final class RecordedRuns {
  private final String beginning;
  private final int most;
  private final SortedMap<String, RecordedRun> runs = new TreeMap<>(Collections.reverseOrder());

  /**
   * @param beginning of the ids of runs that count; empty for all
   * @param most how many of them, the newest
   */
  public RecordedRuns(String beginning, int most) {
    this.beginning = beginning;
    this.most = most;
  }

  /** The newest first. */
  public List<RecordedRun> all() {
    return runs.values().stream().limit(most).toList();
  }

  /**
   * Adds those whose journals are in a directory, which need not be there. A journal is whole, so
   * it takes the place of the same run's record.
   *
   * @param home that {@code runs} is in
   */
  public void addJournals(Path home) {
    Path directory = home.resolve("runs");
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> journals = Files.list(directory)) {
      journals
          .filter(run -> String.valueOf(run.getFileName()).startsWith(beginning))
          .sorted(Comparator.reverseOrder())
          .map(run -> run.resolve("events.ndjson"))
          .filter(Files::isReadable)
          .flatMap(RecordedRuns::journal)
          .limit(most)
          .forEach(run -> runs.put(run.id(), run));
    } catch (IOException e) {
      // Then there are none for this user.
    }
  }

  private static Stream<RecordedRun> journal(Path file) {
    try {
      return RecordedRun.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)).stream();
    } catch (IOException e) {
      return Stream.of();
    }
  }

  /**
   * Adds those that are recorded in Consul. Clusters may be in different datacentres, so a node of
   * each is asked, the next one when it can't be used.
   *
   * @throws Failure when no node of a cluster can be used
   */
  public void addRecords(StateReader reader, List<Node> nodes) {
    Map<String, List<String>> clusters = new LinkedHashMap<>();
    for (Node node : nodes) {
      String cluster = node.cluster() == null ? "" : node.cluster().id();
      clusters.computeIfAbsent(cluster, _ -> new ArrayList<>()).add(node.name());
    }
    clusters.values().forEach(cluster -> addRecordsOf(reader, cluster));
  }

  private void addRecordsOf(StateReader reader, List<String> cluster) {
    for (String node : cluster) {
      try {
        addRecords(reader, node);
        return;
      } catch (Failure failure) {
        if (node.equals(cluster.getLast())) {
          throw failure;
        }
      }
    }
  }

  private void addRecords(StateReader reader, String node) {
    Cancellation cancellation = new Cancellation(); // an interrupt ends the program
    Read.Key last = new Read.Key(CentralRecord.LAST);
    Account at = Account.ofLogin(node);
    if (!(reader.read(at, List.of(last), cancellation).of(last)
        instanceof Observation.KeyValue newest)) {
      return;
    }
    long number = CentralRecord.number(newest.value().reveal());
    int kept = beginning.isEmpty() ? Math.min(most, CentralRecord.SLOTS) : CentralRecord.SLOTS;
    List<Read.Key> slots =
        LongStream.rangeClosed(Math.max(0, number - kept + 1), number)
            .mapToObj(each -> new Read.Key(CentralRecord.slot(each)))
            .toList();
    Observations found = reader.read(at, slots, cancellation);
    for (Read.Key slot : slots) {
      if (found.of(slot) instanceof Observation.KeyValue record) {
        RecordedRun.of(record.value().reveal())
            .filter(run -> run.id().startsWith(beginning))
            .ifPresent(run -> runs.putIfAbsent(run.id(), run));
      }
    }
  }
}
