package io.rdpg.plan.status;

import io.rdpg.plan.interpret.NodeKnowledge;
import io.rdpg.plan.interpret.StepFrame;
import io.rdpg.plan.interpret.StepVisitor;
import io.rdpg.plan.interpret.StepWalk;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.language.model.Node;
import io.rdpg.plan.language.model.Step;
import io.rdpg.plan.language.template.UnknownValue;
import io.rdpg.plan.step.Args;
import io.rdpg.plan.step.Diff;
import io.rdpg.plan.step.Observations;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.step.Server;
import io.rdpg.plan.target.Account;
import io.rdpg.plan.target.Cancellation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks one node what a plan reads. Unlike a run it goes on after what fails: what depends on an
 * answer that didn't come is left out, and a server that doesn't answer isn't asked again. It waits
 * for nothing, takes no lock and can perform nothing: what isn't in sync is an error of its own.
 * Used once, by one thread.
 */
final class NodeSurvey implements StepVisitor<NodeKnowledge, Optional<Object>> {
  private final Survey.Terms terms;
  private final Node node;
  private final Cancellation cancellation;
  private final Map<String, @Nullable Object> registered = new LinkedHashMap<>();
  private final Map<Server, Diagnostic> outOfReach = new EnumMap<>(Server.class);
  private final List<Diagnostic> errors = new ArrayList<>();
  private boolean answered;

  NodeSurvey(Survey.Terms terms, Node node, Cancellation cancellation) {
    this.terms = terms;
    this.node = node;
    this.cancellation = cancellation;
  }

  NodeAnswers ask() {
    NodeKnowledge known = NodeKnowledge.of(terms.templates(), terms.facts(), node, registered);
    StepWalk.WHOLE.plan(terms.plan(), known, this);
    cancellation.check();
    return new NodeAnswers(node, registered, outOfReach, errors, answered);
  }

  @Override
  public Optional<Object> task(Step.Task task, StepFrame<NodeKnowledge> frame) {
    try {
      Primitive<?> primitive = Objects.requireNonNull(terms.primitives().get(task.primitive()));
      return of(primitive, task, frame);
    } catch (UnknownValue dependsOnWhatFailed) {
      return unknown(task, frame);
    } catch (Failure failure) {
      cancellation.check();
      errors.add(failure.diagnostic().orOn(node.name()));
      return unknown(task, frame);
    }
  }

  private <W> Optional<Object> of(
      Primitive<W> primitive, Step.Task task, StepFrame<NodeKnowledge> frame) {
    Args args =
        terms
            .arguments()
            .render(task.arguments(), primitive.signature(), frame.known().vars(), frame.plan());
    W want = primitive.decode(args);
    Optional<Observations> observations = read(frame, primitive.reads(want));
    if (observations.isEmpty()) {
      return unknown(task, frame);
    }
    return switch (primitive.diff(want, observations.get())) {
      case Diff.InSync inSync -> Optional.of(inSync.registered());
      case Diff.NotYet(String missing, _) ->
          wrong(Diagnostic.of(Code.ASSERTION_FAILED, missing), task, frame);
      case Diff.Refused(Code code, String message, String hint) ->
          wrong(Diagnostic.of(code, message).withHint(hint), task, frame);
      case Diff.Change change ->
          wrong(
              Diagnostic.of(Code.ASSERTION_FAILED, task.head().name() + ": " + change.because()),
              task,
              frame);
    };
  }

  /** Empty when the server that would answer is out of reach. */
  private Optional<Observations> read(StepFrame<NodeKnowledge> frame, List<Read<?>> reads) {
    String on = frame.on();
    boolean here = on == null || on.equals(node.name());
    String where = on == null ? node.name() : on;
    if (here && reads.stream().map(Read::answeredBy).anyMatch(this::isOutOfReach)) {
      return Optional.empty();
    }
    if (reads.isEmpty()) {
      return Optional.of(Observations.NONE);
    }
    try (Cancellation.Child limited = cancellation.child()) {
      Account account = new Account(where, terms.facts().user(where, frame.becoming()));
      Observations observations =
          terms
              .deadlines()
              .within(
                  terms.timeout(),
                  where,
                  limited.cancellation(),
                  () -> limited.cancellation().await(asked(account, reads, limited)));
      answered |= here;
      return Optional.of(observations);
    } catch (Failure failure) {
      cancellation.check();
      Diagnostic error = failure.diagnostic().orOn(where);
      Optional<Server> server = here ? OutOfReach.by(error, reads) : Optional.<Server>empty();
      if (server.isEmpty()) {
        answered |= here;
        throw new Failure(error, failure);
      }
      outOfReach.put(server.get(), explained(error, server.get()));
      return Optional.empty();
    }
  }

  /** Who connects can't always be cancelled, and is left to its own deadlines then. */
  private CompletableFuture<Observations> asked(
      Account account, List<Read<?>> reads, Cancellation.Child limited) {
    return CompletableFuture.supplyAsync(
        () -> terms.reader().read(account, reads, limited.cancellation()),
        task -> {
          var _ = Thread.ofVirtual().name(node.name()).start(task);
        });
  }

  private boolean isOutOfReach(Server server) {
    return outOfReach.containsKey(Server.NODE) || outOfReach.containsKey(server);
  }

  /** That a deadline has passed doesn't say whose answer didn't come. */
  private Diagnostic explained(Diagnostic error, Server server) {
    if (error.code() != Code.DEADLINE) {
      return error;
    }
    String name =
        switch (server) {
          case NODE -> "its shell";
          case POSTGRES -> "PostgreSQL";
          case CONSUL -> "the Consul agent";
        };
    return Diagnostic.of(
            Code.DEADLINE,
            (answered ? name : "the node, or on it " + name)
                + " gives no answer within "
                + Durations.show(terms.timeout()))
        .withHint("see whether it hangs; --timeout says how long to wait")
        .orOn(node.name());
  }

  private Optional<Object> wrong(Diagnostic error, Step.Task task, StepFrame<NodeKnowledge> frame) {
    errors.add(error.orOn(node.name()));
    return unknown(task, frame);
  }

  private static Optional<Object> unknown(Step step, StepFrame<NodeKnowledge> frame) {
    return Optional.of(new UnknownValue(List.of(frame.id(step))));
  }

  @Override
  public Optional<Object> come(
      StepFrame<NodeKnowledge> outside, Rest<NodeKnowledge, Optional<Object>> rest) {
    return rest.visit(this);
  }

  @Override
  public Optional<Object> skip(Step step, StepFrame<NodeKnowledge> frame) {
    return Optional.of(Map.of("changed", false, "skipped", true));
  }

  @Override
  public Optional<Object> perhaps(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    return Optional.of(why);
  }

  @Override
  public Optional<Object> anyItem(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    return Optional.of(why);
  }

  @Override
  public Optional<Object> anywhere(UnknownValue why, Rest<NodeKnowledge, Optional<Object>> rest) {
    return Optional.of(why);
  }

  @Override
  public Optional<Object> fail(Failure failure, Rest<NodeKnowledge, Optional<Object>> rest) {
    errors.add(failure.diagnostic().orOn(node.name()));
    return unknown(rest.step(), rest.frame());
  }

  @Override
  public Optional<Object> turns(List<Optional<Object>> turns) {
    List<Object> answers =
        turns.stream()
            .flatMap(Optional::stream)
            .filter(result -> !(result instanceof UnknownValue))
            .toList();
    return Optional.of(Map.of("results", answers));
  }

  @Override
  public void register(Step.Head head, StepFrame<NodeKnowledge> frame, Optional<Object> result) {
    result.ifPresent(value -> registered.put(head.register(), value));
  }

  @Override
  public Optional<Object> block(
      Step.Block block,
      Inside<NodeKnowledge, Optional<Object>> steps,
      Inside<NodeKnowledge, Optional<Object>> onFailure) {
    steps.visit(this);
    return Optional.empty();
  }

  @Override
  public Optional<Object> include(
      Step.Include include,
      StepFrame<NodeKnowledge> frame,
      List<IncludedPlan<NodeKnowledge, Optional<Object>>> plans) {
    plans.forEach(plan -> plan.visit(this));
    return Optional.empty();
  }

  @Override
  public Optional<Object> lock(
      Step.LockScope scope, Inside<NodeKnowledge, Optional<Object>> steps) {
    steps.visit(this);
    return Optional.empty();
  }

  @Override
  public Optional<Object> release(Step.Release release, StepFrame<NodeKnowledge> frame) {
    return Optional.empty();
  }
}
