package io.rdpg.plan.cli;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.language.model.Durations;
import io.rdpg.plan.output.StatusJson;
import io.rdpg.plan.output.StatusPage;
import io.rdpg.plan.output.StatusScreen;
import io.rdpg.plan.output.StatusText;
import io.rdpg.plan.output.Terminal;
import io.rdpg.plan.status.StatusReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: shows how the clusters of an inventory are. */
@Command(
    description = {
      "Shows how the clusters are: every node and why it can't be reached, replication from each"
          + " node to each other, WAL that slots keep, registrations and checks in Consul, who"
          + " takes the writes, who holds locks.",
      "It only reads. It asks what plans/status.yml and the replication driver's status.yml say."
          + " Ends with 0 when all is well, with 10 when something is not."
    },
    footer = {
      "rdpg-plan status   the nodes of the lab",
      "rdpg-plan status -i inventories/production.yml -l rdpgsc1 --watch",
      "rdpg-plan status -o json | jq .problems"
    })
final class StatusCommand extends Subcommand {
  /** The pause between two surveys of one node. */
  private static final Duration EVERY = Duration.ofSeconds(2);

  @Mixin private SourceOptions source = new SourceOptions();

  @Mixin private LimitOption limit = new LimitOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description =
          "text for people, or json: one object; with --watch one a line. Default:"
              + " ${DEFAULT-VALUE}.")
  private OutputOption.Form form = OutputOption.Form.TEXT;

  @Option(
      names = "--watch",
      description = "Ask again every 2 seconds, and redraw the screen, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Also write it as a page for a browser, which needs no network. Not with --watch.")
  private @Nullable Path html;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "20s",
      description =
          "How long a node or one of its servers may take to answer, such as 5s. Default:"
              + " ${DEFAULT-VALUE}.")
  private String timeout = "20s";

  @Option(
      names = "--connect-forks",
      paramLabel = "LOGINS_AT_ONCE",
      description = {
        "Maximum number of nodes that log in at a time; others wait for their turn. Default: 8 for"
            + " each processor here, at least 16."
      })
  private @Nullable Integer loginsAtOnce;

  @Override
  public Integer call() {
    if (loginsAtOnce != null && loginsAtOnce < 1) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "--connect-forks must be greater than 0, not " + loginsAtOnce,
          "omit it for the default");
    }
    if (html != null && watch) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "--html can't be combined with --watch",
          "a page is written once: omit one of them");
    }
    Workspace workspace = root.workspace(source, List.of());
    StatusOptions options =
        new StatusOptions(
            workspace,
            source.inventories(),
            source.extra(),
            limit.pattern(root.installation()),
            loginsAtOnce == null ? workspace.settings().connectForks() : loginsAtOnce,
            timeout(),
            watch ? EVERY : null,
            source.vault(workspace));
    Consumer<StatusReport> shown = shown().andThen(this::writePage);
    return new Wiring(root.streams()).status(options, shown).number();
  }

  private void writePage(StatusReport report) {
    if (html != null) {
      OutputFile.write(root.installation().file(html), "--html", new StatusPage(report).write());
    }
  }

  private Duration timeout() {
    return Durations.parse(timeout)
        .filter(Duration::isPositive)
        .orElseThrow(() ->
            Failure.of(
                Code.BAD_COMMAND_LINE,
                "--timeout must be a duration greater than 0, not '" + timeout + "'",
                "such as 500ms, 5s or 1m"));
  }

  private Consumer<StatusReport> shown() {
    Streams streams = root.streams();
    if (form == OutputOption.Form.JSON) {
      return report -> {
        String page =
            watch ? StatusJson.of(report).toString() : StatusJson.of(report).toPrettyString();
        streams.out().writeBytes((page + "\n").getBytes(StandardCharsets.UTF_8));
        streams.out().flush();
      };
    }
    if (!watch) {
      StatusText text = new StatusText(streams.style());
      return report -> text.lines(report).forEach(streams.out()::println);
    }
    if (!streams.live()) {
      throw Failure.of(
          Code.BAD_COMMAND_LINE,
          "--watch needs a terminal to redraw",
          "with -o json it prints one object a line");
    }
    Terminal terminal = new Terminal(streams.environment());
    Signals.onResize(terminal::resized);
    return new StatusScreen(streams.out(), terminal, streams.style())::show;
  }
}
