package io.rdpg.plan.cli;

import picocli.CommandLine.Option;

/** {@code -o}: for people or for programs. */
final class OutputOption {
  /** What {@code -o} may say. */
  enum Form {
    TEXT,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text for people, or json: one event a line. Default: ${DEFAULT-VALUE}.")
  private Form form = Form.TEXT;

  boolean json() {
    return form == Form.JSON;
  }
}
