package io.rdpg.plan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.analysis.CheckedPlan;
import io.rdpg.plan.analysis.NodeSelection;
import io.rdpg.plan.analysis.PlanCompiler;
import io.rdpg.plan.analysis.Sources;
import io.rdpg.plan.interpret.NodeFacts;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.ExitCode;
import io.rdpg.plan.language.model.Signature;
import io.rdpg.plan.run.EffectApproval;
import io.rdpg.plan.run.RunRequest;
import io.rdpg.plan.run.Runner;
import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.run.event.InternalEvent;
import io.rdpg.plan.run.event.RunOrigin;
import io.rdpg.plan.run.sealed.SealedFile;
import io.rdpg.plan.run.sealed.SealedRun;
import io.rdpg.plan.step.Primitive;
import io.rdpg.plan.step.builtin.Primitives;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.LoginTurns;
import io.rdpg.plan.target.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Plays plans to nodes in memory: everything but the servers is what users run. Three nodes {@code
 * n1}, {@code n2} and {@code n3} of one cluster {@code c}, unless told otherwise.
 */
public final class RunFixture {
  private static final String NODES =
      """
      all:
        vars: {from: inventory}
        children:
          c:
            vars: {cluster_id: c, cluster_role: service}
            hosts:
              n1: {ansible_host: 10.0.0.1}
              n2: {ansible_host: 10.0.0.2}
              n3: {ansible_host: 10.0.0.3}
      """;

  private static final Pattern NOTED = Pattern.compile("(?m)- name: (.+) # (\\w+)$");

  public final MemoryTarget target = new MemoryTarget();
  public final Cancellation cancellation = new Cancellation();

  private final Path directory;
  private final Map<String, Primitive<?>> primitives = new LinkedHashMap<>(Primitives.all());
  private final Map<String, Signature> signatures = new LinkedHashMap<>(Primitives.signatures());
  private List<String> selected = List.of("n1");
  private Set<String> tags = Set.of();
  private List<String> extra = List.of();
  private int nodesAtOnce = Integer.MAX_VALUE;
  private boolean detailed;
  private boolean placesAsked;
  private boolean askAhead;
  private InternalEvent.Sink findings = event -> {};
  private EffectApproval approval = EffectApproval.EVERYTHING;
  private Target acting = target;
  private Event.Sink applied = event -> {};
  private Event.Sink told = event -> {};

  public RunFixture(Path directory) {
    this.directory = directory;
    file("inventory.yml", NODES);
  }

  /** What came of a run. */
  public record Played(ExitCode exit, List<Event> events) {

    /** How each step of a node ended, such as {@code "changed make it"}, in order. */
    public List<String> steps(String node) {
      return finished().stream()
          .filter(step -> step.at().node().equals(node))
          .map(step -> step.status().word() + " " + step.at().label())
          .toList();
    }

    public List<Event.StepFinished> finished() {
      return of(Event.StepFinished.class);
    }

    /** How a step ended on one node. */
    public Event.StepFinished step(String name, String node) {
      return on(node).step(name);
    }

    /** How the only turn of a step ended. */
    public Event.StepFinished step(String name) {
      List<Event.StepFinished> all =
          finished().stream().filter(step -> step.at().label().equals(name)).toList();
      if (all.size() != 1) {
        throw new AssertionError(all.size() + " steps '" + name + "' in " + finished());
      }
      return all.getFirst();
    }

    /** How the steps of one node ended. */
    public Played on(String node) {
      return new Played(
          exit,
          events.stream()
              .filter(event ->
                  event instanceof Event.StepFinished ended && ended.at().node().equals(node))
              .toList());
    }

    public Diagnostic error(String step) {
      Diagnostic error = step(step).error();
      if (error == null) {
        throw new AssertionError("'" + step + "' did not fail: " + step(step));
      }
      return error;
    }

    public <E extends Event> List<E> of(Class<E> kind) {
      return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** All events in words without times and when reads were asked, to compare runs. */
    public List<String> story() {
      return events.stream()
          .filter(event -> !(event instanceof Event.ReadingState))
          .map(event -> event.toString().replaceAll("(took|elapsed|reads)=\\w[^,\\]]*", "$1"))
          .toList();
    }
  }

  public RunFixture file(String name, String content) {
    TestFiles.write(directory.resolve(name), content);
    return this;
  }

  public RunFixture inventory(String content) {
    return file("inventory.yml", content);
  }

  public RunFixture on(String... nodes) {
    selected = List.of(nodes);
    return this;
  }

  public RunFixture tags(String... chosen) {
    tags = Set.of(chosen);
    return this;
  }

  public RunFixture extra(String... assignments) {
    extra = List.of(assignments);
    return this;
  }

  public RunFixture nodesAtOnce(int number) {
    nodesAtOnce = number;
    return this;
  }

  /** Asks what steps read before their turns, or not. */
  public RunFixture askAhead(boolean ahead) {
    askAhead = ahead;
    return this;
  }

  public RunFixture detailed() {
    detailed = true;
    return this;
  }

  /** Applies only where all files that are sure to be written can be. */
  public RunFixture whereFilesCanBeWritten() {
    placesAsked = true;
    return this;
  }

  /** Tells every event of a preview with its secrets. */
  public RunFixture findings(InternalEvent.Sink told) {
    findings = told;
    return this;
  }

  public RunFixture approval(EffectApproval asked) {
    approval = asked;
    return this;
  }

  /** Tells every event of a preview when it happens. */
  public RunFixture told(Event.Sink one) {
    told = one;
    return this;
  }

  /** Applies in this world from now on, and tells every event when it happens. */
  public RunFixture applyIn(Target other, Event.Sink one) {
    acting = other;
    applied = one;
    return this;
  }

  public RunFixture with(Primitive<?> primitive) {
    primitives.put(primitive.signature().name(), primitive);
    signatures.put(primitive.signature().name(), primitive.signature());
    return this;
  }

  public Played apply(String steps) {
    return play(file("plan.yml", "plan: p\nsteps:\n" + steps).directory.resolve("plan.yml"), false);
  }

  public Played preview(String steps) {
    return play(file("plan.yml", "plan: p\nsteps:\n" + steps).directory.resolve("plan.yml"), true);
  }

  /**
   * Applies steps, and expects of the first node that those end whose names are followed by how, as
   * in {@code - name: make it # changed}, in this order, and no others.
   */
  public Played applyAsNoted(String steps) {
    return asNoted(steps, apply(steps));
  }

  /** Previews steps, and expects what they note as {@link #applyAsNoted} does. */
  public Played previewAsNoted(String steps) {
    return asNoted(steps, preview(steps));
  }

  private Played asNoted(String steps, Played played) {
    assertThat(played.steps(selected.getFirst()))
        .isNotEmpty()
        .isEqualTo(
            NOTED
                .matcher(steps)
                .results()
                .map(step -> step.group(2) + " " + step.group(1))
                .toList());
    return played;
  }

  public Played play(Path plan, boolean preview) {
    Compiled compiled = read(plan);
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    RunRequest request = compiled.request(tags, preview);
    NodeFacts facts = compiled.sources().facts();
    Runner runner = runner(compiled.sources());
    ExitCode exit =
        preview
            ? runner.preview(
                request,
                facts,
                target,
                event -> {
                  findings.on(event);
                  event
                      .published()
                      .ifPresent(published -> {
                        events.add(published);
                        told.on(published);
                      });
                },
                cancellation,
                detailed)
            : placesAsked
                ? runner.applyWhereFilesCanBeWritten(
                    request, facts, acting, approval, events::add, cancellation)
                : runner.apply(
                    request,
                    facts,
                    acting,
                    approval,
                    event -> {
                      applied.on(event);
                      events.add(event);
                    },
                    cancellation);
    return new Played(exit, List.copyOf(events));
  }

  /** Performs a sealed preview of the plan that was played last. */
  public Played applySealed(SealedFile sealed) {
    Compiled compiled = read(directory.resolve("plan.yml"));
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    ExitCode exit =
        new SealedRun(sealed, words -> words)
            .apply(
                runner(compiled.sources()),
                compiled.request(tags, false),
                compiled.sources().facts(),
                target,
                target,
                events::add,
                cancellation);
    return new Played(exit, List.copyOf(events));
  }

  private static final RunOrigin ORIGIN =
      new RunOrigin("somebody", null, "here", "1", null, null, List.of());

  /** What is found wrong with a plan before it is run. */
  public List<Diagnostic> check(String whole) {
    file("plan.yml", whole);
    Sources sources = sources();
    return new PlanCompiler(sources, primitives, signatures)
        .check(directory.resolve("plan.yml"), NodeSelection.of(limit()), nodesAtOnce)
        .diagnostics()
        .all();
  }

  private record Compiled(Sources sources, CheckedPlan plan, boolean askAhead) {
    RunRequest request(Set<String> tags, boolean preview) {
      return new RunRequest(
          plan.plan(),
          sources.inventory(),
          plan.nodes(),
          tags,
          preview,
          plan.nodesAtOnce(),
          askAhead,
          ORIGIN);
    }
  }

  /** Only reads it: many a test runs what the checks would refuse. */
  private Compiled read(Path plan) {
    Sources sources = sources();
    CheckedPlan read =
        new PlanCompiler(sources, primitives, signatures)
            .read(plan, NodeSelection.of(limit()), nodesAtOnce);
    read.diagnostics().rejectIfAny();
    return new Compiled(sources, read, askAhead);
  }

  private Sources sources() {
    return Sources.read(directory.resolve("inventory.yml"), extra, _ -> Map.of());
  }

  private String limit() {
    return String.join(",", selected);
  }

  private Runner runner(Sources sources) {
    return new Runner(
        sources.templates(), sources.files(), primitives, signatures, LoginTurns.NONE);
  }
}
