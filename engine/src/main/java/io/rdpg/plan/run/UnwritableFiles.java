package io.rdpg.plan.run;

import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.WrittenFiles;
import io.rdpg.plan.interpret.WrittenFiles.Written;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.system.Threads;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.StateReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Asks every node whether all files that it is sure to write may be put in their directories and
 * given to their owners, each node in one round trip: a run that would end at one of the last steps
 * isn't begun.
 */
record UnwritableFiles(RunContext context, StateReader reader, Cancellation cancellation) {

  /** Reports each node's first one; empty when nothing is known to be in the way. */
  Collection<ExitCode> report(InternalEvent.Sink sink) {
    Collection<ExitCode> endings = new ConcurrentLinkedQueue<>();
    Semaphore atOnce = new Semaphore(context.request().nodesAtOnce());
    List<Thread> asking = new ArrayList<>();
    for (Node node : context.request().selected()) {
      asking.add(
          Thread.ofVirtual()
              .name(node.name())
              .start(() -> {
                atOnce.acquireUninterruptibly();
                try {
                  first(node)
                      .ifPresent(unwritable -> {
                        endings.add(unwritable.code().exit());
                        sink.on(new Event.DiagnosticReported(unwritable));
                      });
                } finally {
                  atOnce.release();
                }
              }));
    }
    asking.forEach(Threads::join);
    return endings;
  }

  /** Empty, too, when the node doesn't say: then the steps tell why. */
  private Optional<Diagnostic> first(Node node) {
    List<Written> files =
        WrittenFiles.of(
            context.request().plan(),
            context.request().tags(),
            NodeKnowledge.of(context.templates(), context.facts(), node, new HashMap<>()),
            context.arguments(),
            context.primitives());
    Map<Account, Set<Read<?>>> reads = new LinkedHashMap<>();
    for (Written file : files) {
      reads.computeIfAbsent(account(node, file), _ -> new LinkedHashSet<>()).add(beside(file));
    }
    try {
      Map<Account, Observations> seen = new HashMap<>();
      reads.forEach((who, asked) -> seen.put(who, reader.read(who, asked, cancellation)));
      for (Written file : files) {
        Account account = account(node, file);
        Observation.Place place = Objects.requireNonNull(seen.get(account)).of(beside(file));
        if (place.hindrance() != null && !mayBeInSync(file.placing(), account)) {
          return Optional.of(refusal(file, place).orOn(node.name()));
        }
      }
    } catch (Failure toldByTheSteps) {
      // Nothing is known to be in the way.
    }
    return Optional.empty();
  }

  /** Whether a file is there that nobody may have to write, as it has its owner and group. */
  private boolean mayBeInSync(Read.Placing wanted, Account account) {
    Read.FileAt read = new Read.FileAt(wanted.path());
    return reader.read(account, List.of(read), cancellation).of(read)
            instanceof Observation.File file
        && (wanted.owner() == null || wanted.owner().equals(file.owner()))
        && (wanted.group() == null || wanted.group().equals(file.group()));
  }

  private Account account(Node node, Written file) {
    return new Account(node.name(), context.facts().user(node.name(), file.becoming()));
  }

  /** A name that nobody uses: asked once for all files of a directory that have the same owner. */
  private static Read.Placing beside(Written file) {
    Read.Placing placing = file.placing();
    return new Read.Placing(
        file.directory() + "/.rdpg-plan.none", placing.owner(), placing.group());
  }

  private static Diagnostic refusal(Written file, Observation.Place place) {
    return Diagnostic.at(
            file.step().head().at(),
            Code.FILE_FAILED,
            "%s, so step '%s' couldn't write %s"
                .formatted(place.hindrance(), file.step().head().name(), file.placing().path()))
        .withHint(place.hint() + ": no node was changed");
  }
}
