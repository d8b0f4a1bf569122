package io.rdpg.plan.cli;

import io.rdpg.plan.reference.CommandPage;
import io.rdpg.plan.reference.ExplainPages;
import io.rdpg.plan.reference.Shell;
import io.rdpg.plan.rehearse.Interruption;
import io.rdpg.plan.step.builtin.Primitives;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: prints a script with which a shell completes our command lines. */
@Command(
    description = {
      "Prints a script with which a shell completes command lines:"
          + " commands, options, plans, inventories and topics of explain."
    },
    footer = {
      "source <(rdpg-plan completion bash)   in ~/.bashrc",
      "source <(rdpg-plan completion zsh)   in ~/.zshrc, after compinit",
      "rdpg-plan completion fish | source   in ~/.config/fish/config.fish"
    })
final class CompletionCommand extends Subcommand {
  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  @SuppressWarnings("NullAway.Init") // picocli gives it before call()
  private Shell shell;

  @Override
  public Integer call() {
    CommandPage page = CommandPage.of(spec.root());
    Map<String, List<String>> words =
        Map.of(
            "WORD",
            new ExplainPages(Primitives.signatures()).words(),
            "COMMAND",
            Stream.concat(page.commands().stream().map(CommandPage::name), Stream.of("plan"))
                .toList(),
            "INTERRUPTIONS",
            Stream.of(Interruption.values()).map(Interruption::word).toList());
    root.streams().out().print(shell.script(page, words));
    return 0;
  }
}
