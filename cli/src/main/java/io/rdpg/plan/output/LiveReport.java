package io.rdpg.plan.output;

import io.rdpg.plan.run.event.Event;
import io.rdpg.plan.system.Mutex;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A screen that is redrawn in place: what each node does and waits for, who holds which lock. What
 * changed or failed scrolls by above it and stays. Safe for use by many threads; only {@link #draw}
 * writes, at most ten times a second.
 *
 * <p>The control sequences are those of ECMA-48 that xterm, tmux, screen and the Linux console
 * share: cursor up, erase to the line's end and below, and DEC private modes 7 (wrap) and 25
 * (cursor).
 */
public final class LiveReport implements Event.Sink, AutoCloseable {
  private static final Duration BETWEEN_FRAMES = Duration.ofMillis(125);
  private static final String CSI = "\u001b[";
  private static final String HIDE_CURSOR = CSI + "?25l";
  private static final String SHOW_CURSOR = CSI + "?25h";
  private static final String NO_WRAP = CSI + "?7l";
  private static final String WRAP = CSI + "?7h";
  private static final String ERASE_LINE_END = CSI + "K";
  private static final String ERASE_BELOW = CSI + "J";

  private final Mutex lock = new Mutex();
  private final PrintStream out;
  private final Terminal terminal;
  private final InstantSource clock;
  private final LiveScreenModel board;
  private final StepResultText outcome;
  private final Summary summary;
  private final DiagnosticText diagnostics;
  private final List<String> above = new ArrayList<>();
  private final ScheduledExecutorService drawing;
  private List<Integer> drawn = List.of();
  private int nodeWidth;
  private boolean begun;
  private boolean ended;

  /**
   * @param diffs whether to show what effects change in full
   * @param requests whether to show at the end what was asked of each node, and when
   * @param clusters the cluster's id of each node that is in one
   */
  public LiveReport(
      PrintStream out,
      Terminal terminal,
      InstantSource clock,
      Style style,
      boolean diffs,
      boolean requests,
      Map<String, String> clusters) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    this.board = new LiveScreenModel(style, clusters);
    this.outcome = new StepResultText(style, diffs);
    this.summary = new Summary(style, requests);
    this.diagnostics = new DiagnosticText(style);
    this.drawing =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("screen").factory());
  }

  /** Begins to redraw by itself; without it only {@link #draw} and the run's end do. */
  public LiveReport started() {
    var _ =
        drawing.scheduleWithFixedDelay(
            this::draw, 0, BETWEEN_FRAMES.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  @Override
  public void on(Event event) {
    try (var _ = lock.hold()) {
      take(VisibleEvent.of(event));
    }
  }

  private void take(Event event) {
    board.on(event, clock.instant());
    switch (event) {
      case Event.RunStarted run -> {
        outcome.begin(run);
        nodeWidth = run.nodes().stream().mapToInt(String::length).max().orElse(0);
        run.origin().chosen().forEach(chosen -> above.add(chosen.toString()));
        begun = true;
      }
      case Event.StepFinished step -> {
        summary.note(step);
        List<String> lines = outcome.lines(step, nodeWidth);
        switch (step.status()) {
          case CHANGED, FAILED, WOULD_CHANGE, TENTATIVE -> above.addAll(lines);
          case OK -> {
            if (outcome.isNews(step)) {
              above.addAll(lines);
            }
          }
          case SKIPPED -> {}
        }
      }
      case Event.DiagnosticReported reported ->
          above.addAll(diagnostics.lines(reported.diagnostic()));
      case Event.RunFinished run -> {
        above.addAll(summary.lines(run));
        end();
      }
      case Event.LockLeft lock -> {
        summary.note(lock);
        above.add(Summary.left(lock));
      }
      case Event.NodeAsked asked -> summary.note(asked);
      case Event.ServerSaid said -> above.add(Summary.said(said));
      case Event.LockLost lock -> above.add(lock.node() + " lost lock " + lock.key());
      case Event.StepStarted step -> outcome.begin(step);
      case Event.Waiting _,
          Event.ReadingState _,
          Event.LoginsWaiting _,
          Event.LockAcquired _,
          Event.LockReleased _ -> {}
    }
  }

  /** Puts the present state on the screen. */
  void draw() {
    try (var _ = lock.hold()) {
      if (begun && !ended) {
        write(board.lines(clock.instant(), terminal.size()));
      }
    }
  }

  /** Leaves what scrolled by, and the cursor as it was. Does nothing a second time. */
  @Override
  public void close() {
    try (var _ = lock.hold()) {
      end();
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      drawing.shutdown();
      write(List.of());
    }
  }

  /** One write a frame, so that no terminal shows half of one. */
  private void write(List<String> lines) {
    StringBuilder frame = new StringBuilder();
    int up = rowsTaken(terminal.size().columns());
    if (up > 0) {
      frame.append('\r').append(CSI).append(up).append('A');
    }
    for (String line : above) {
      frame.append(line).append(ERASE_LINE_END).append('\n');
    }
    above.clear();
    if (!lines.isEmpty()) {
      frame.append(HIDE_CURSOR).append(NO_WRAP);
      lines.forEach(line -> frame.append(line).append(ERASE_LINE_END).append('\n'));
    }
    frame.append(ERASE_BELOW);
    frame.append(lines.isEmpty() ? SHOW_CURSOR : "").append(WRAP);
    drawn = lines.stream().map(DisplayWidth::of).toList();
    out.print(frame);
    out.flush();
  }

  /** How many rows the last frame takes now: a terminal made narrower has broken its lines. */
  private int rowsTaken(int columns) {
    return drawn.stream().mapToInt(width -> Math.max(1, Math.ceilDiv(width, columns))).sum();
  }
}
