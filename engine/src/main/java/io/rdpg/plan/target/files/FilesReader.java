package io.rdpg.plan.target.files;

import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.shell.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the files, configuration, ports and HTTP servers of one node, and the output of its
 * commands. It sends only scripts that read to the node's shell, and no input. Needs {@code sh},
 * coreutils 8.24 or newer, and {@code /proc} there. Failures lack the node's name unless the node
 * itself was lost.
 */
public record FilesReader(Transport transport) {
  static final String FUNCTIONS =
      FileReader.FUNCTIONS + FilePlace.FUNCTION + ServiceProcesses.FUNCTIONS;

  /**
   * Performs reads, all those of files, configurations and commands in one round trip.
   *
   * @param reads files, probes, configurations, ports and HTTP
   * @throws Failure when something is there and can't be read, the node can't be used, or the reads
   *     were cancelled
   */
  public Map<Read<?>, Observation> read(
      Collection<? extends Read<?>> reads, Cancellation cancellation) {
    Map<Read<?>, Observation> observations = new LinkedHashMap<>();
    List<Read<?>> asked = new ArrayList<>();
    List<String> scripts = new ArrayList<>();
    for (Read<?> read : reads) {
      switch (read) {
        case Read.FileAt _, Read.Placing _, Read.Configuration _, Read.Probe _ -> {
          asked.add(read);
          scripts.add(script(read));
        }
        case Read.Port port -> {
          cancellation.check();
          observations.put(port, EndpointReader.port(transport, port));
        }
        case Read.Http http -> {
          cancellation.check();
          observations.put(http, EndpointReader.http(transport, http, cancellation));
        }
        case Read.Query _,
            Read.Key _,
            Read.Registered _,
            Read.Service _,
            Read.Locks _,
            Read.Member _ ->
            throw new IllegalArgumentException("not a read of files: " + read.describe());
      }
    }
    if (!asked.isEmpty()) {
      List<ScriptBatch.Section> sections =
          ScriptBatch.run(transport, FUNCTIONS, scripts, cancellation);
      for (int i = 0; i < asked.size(); i++) {
        observations.put(asked.get(i), observed(asked.get(i), sections.get(i)));
      }
    }
    return observations;
  }

  /** Whether the shell answers it. */
  static boolean isByShell(Read<?> read) {
    return switch (read) {
      case Read.FileAt _, Read.Placing _, Read.Configuration _, Read.Probe _ -> true;
      case Read.Port _,
          Read.Http _,
          Read.Query _,
          Read.Key _,
          Read.Registered _,
          Read.Service _,
          Read.Locks _,
          Read.Member _ ->
          false;
    };
  }

  /** The script that answers a read. */
  static String script(Read<?> read) {
    return switch (read) {
      case Read.FileAt file -> FileReader.script(file);
      case Read.Placing placing -> FilePlace.script(placing);
      case Read.Configuration configuration -> ConfigurationReader.script(configuration);
      case Read.Probe probe -> CommandScripts.script(probe.argv(), probe.environment());
      case Read.Port _,
          Read.Http _,
          Read.Query _,
          Read.Key _,
          Read.Registered _,
          Read.Service _,
          Read.Locks _,
          Read.Member _ ->
          throw new IllegalArgumentException("not read by the shell: " + read.describe());
    };
  }

  /**
   * What a read's script gave.
   *
   * @throws Failure when something is there and can't be read
   */
  static Observation observed(Read<?> read, ScriptBatch.Section section) {
    return switch (read) {
      case Read.FileAt file -> FileReader.read(file, section);
      case Read.Placing placing -> FilePlace.read(placing, section);
      case Read.Configuration configuration -> ConfigurationReader.read(configuration, section);
      case Read.Probe probe ->
          CommandScripts.read(
              CommandScripts.given(probe.argv(), probe.environment(), Text.EMPTY),
              section.exit(),
              section.output());
      case Read.Port _,
          Read.Http _,
          Read.Query _,
          Read.Key _,
          Read.Registered _,
          Read.Service _,
          Read.Locks _,
          Read.Member _ ->
          throw new IllegalArgumentException("not read by the shell: " + read.describe());
    };
  }
}
