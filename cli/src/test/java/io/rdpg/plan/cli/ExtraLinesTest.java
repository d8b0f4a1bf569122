package io.rdpg.plan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rdpg.plan.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines that an inventory adds to the shipped configurations. */
class ExtraLinesTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;
  private final InProcessCommands commands = new InProcessCommands();

  /** Applies a plan on this machine, with the shipped plans and templates. */
  private int apply(String plan, String variables) {
    TestFiles.write(
        directory.resolve("inventory.yml"),
        """
        all:
          hosts: {n1: {ansible_connection: local, ansible_host: 10.0.0.1}, n2: {ansible_host: 10.0.0.2}}
          vars:
            cluster_id: c
            cluster_role: service
        %s\
        """
            .formatted(variables.indent(4)));
    commands.forget();
    return commands.run(
        directory, HOME, "apply", plan, "-i", "inventory.yml", "-l", "n1", "-o", "text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          pg_hba_extra: host all all 10.0.0.0/8 trust               => pg_hba_extra must be a list
          pg_hba_extra: [hosts all all 10.0.0.0/8 trust]            => 'hosts all all 10.0.0.0/8 trust' is no single line of TYPE
          pg_hba_extra: [host all]                                  => 'host all' is no single line of TYPE
          pg_hba_extra: [include other.conf]                        => 'include other.conf' is no single line
          pg_hba_extra: ["host all m 10.0.0.0/8 md5 \\\\"]          => is no single line
          pg_hba_extra: ["host all m 10.0.0.0/8 md5\\nhost all all all trust"] => is no single line
          pg_hba_extra: ['host all "a b",all 10.0.0.0/8 md5']       => names have no blanks
          pg_hba_extra: ['host all "a#b",all 10.0.0.0/8 md5']       => is no single line
          pgbouncer_extra: max_client_conn = 7                      => pgbouncer_extra must be a list
          pgbouncer_extra: [max_client_conn]                        => 'max_client_conn' is no single line of NAME = VALUE
          pgbouncer_extra: [Pidfile = /tmp/pid]                     => 'Pidfile = /tmp/pid' is set by variables
          haproxy_extra: frontend x                                 => haproxy_extra must be a list
          haproxy_extra: [bind :80]                                 => 'bind :80' begins no section
          """)
  void what_cannot_be_meant_is_refused(String variables, String said) {
    assertThat(apply("extra-lines", variables)).as(commands.out()).isEqualTo(1);
    assertThat(commands.out()).contains("assertion_failed", said);
  }

  /** Whoever opens one on a node sees at once that it is no place for changes. */
  @Test
  void a_managed_file_says_so_first() throws IOException {
    try (Stream<Path> templates = Files.list(HOME.resolve("templates"))) {
      for (Path template : templates.filter(Files::isRegularFile).toList()) {
        String first =
            TestFiles.read(template)
                .lines()
                .filter(line -> !line.startsWith("#!"))
                .findFirst()
                .orElseThrow();
        assertThat(first)
            .endsWith(
                " Managed by rdpg-plan (template %s): changes here will be lost."
                    .formatted(template.getFileName()));
      }
    }
  }

  @Test
  void others_are_taken() {
    String taken =
        """
        pg_hba_extra:
          - "# monitoring"
          - host all monitor 10.0.0.0/8 scram-sha-256
          - "  hostssl postgres,rdpg \\"a-b\\" , c  10.0.0.0 255.0.0.0  cert map=x # why"
          - local all all reject
        pgbouncer_extra: [ignore_startup_parameters = x, "; c", "[databases]", "a-b = host=c port=1", "%include x"]
        haproxy_extra: [global, log /dev/log local0, "frontend metrics\\n  bind :8405\\n"]
        """;
    assertThat(apply("extra-lines", taken)).as(commands.out()).isZero();
    String shown = TestFiles.read(HOME.resolve("docs/production.md"));
    shown = shown.substring(shown.indexOf("\npg_hba_extra:\n"));
    assertThat(apply("extra-lines", shown.substring(0, shown.indexOf("```")))).isZero();
    assertThat(apply("extra-lines", "pg_hba_extra: []")).isZero();
    assertThat(apply("extra-lines", "a: b")).isZero();
  }

  /** Applications must not get in where the writes aren't. */
  @Test
  void lines_that_let_anybody_in_are_where_the_writes_are() {
    TestFiles.write(
        directory.resolve("plan.yml"),
        """
        plan: p
        vars:
          taken_out: {results: [{found: false}, {found: false}]}
          server: {row: {id: 7}}
          write_master: {found: false}
          writes: {found: true, value: "{{ at }} 7 1"}
        steps:
          - name: a
            render_template: {template: pg_hba.conf, dest: %s/hba, mode: 600}
        """
            .formatted(directory));
    String extra =
        """
        at: ADDRESS
        pg_hba_extra:
          - "# monitoring"
          - host all monitor 10.0.0.0/8 scram-sha-256
          - host all "all",b 10.0.0.0/8 md5
          - "host all eve 10.0.0.0/8 md5 # reject"
          - host all all 10.6.6.0/24 reject
          - local all all reject
          - host all all 10.0.0.0/8 md5
          - "host all all 10.0.0.0/8 md5 # reject"
          - host all x, all 10.0.0.0/8 md5
          - host all +group 10.0.0.0/8 md5
          - host all x,"/regexp" 10.0.0.0/8 md5
          - host all @file 10.0.0.0/8 md5
        """;
    assertThat(apply("plan.yml", extra.replace("ADDRESS", "10.0.0.2"))).as(commands.out()).isZero();
    String closed = TestFiles.read(directory.resolve("hba"));
    assertThat(
            closed.lines().filter(line -> line.contains("10.0.0.0/8") || line.contains("reject")))
        .containsExactly(
            "host all monitor 10.0.0.0/8 scram-sha-256",
            "host all \"all\",b 10.0.0.0/8 md5",
            "host all eve 10.0.0.0/8 md5 # reject",
            "host all all 10.6.6.0/24 reject",
            "local all all reject");

    assertThat(apply("plan.yml", extra.replace("ADDRESS", "10.0.0.1"))).as(commands.out()).isZero();
    String open = TestFiles.read(directory.resolve("hba"));
    assertThat(open.lines().filter(line -> line.contains("10.0.0.0/8"))).hasSize(9);
    // rdpg.fence() keeps what is before its words: nothing that lets applications in, and what
    // comes
    // after such a line stays behind it.
    assertThat(
            open.substring(0, open.indexOf("# The writes are here"))
                .lines()
                .filter(line -> line.contains("10.0.0.0/8") || line.contains("reject")))
        .containsExactly(
            "host all monitor 10.0.0.0/8 scram-sha-256",
            "host all \"all\",b 10.0.0.0/8 md5",
            "host all eve 10.0.0.0/8 md5 # reject",
            "host all all 10.6.6.0/24 reject",
            "local all all reject");
    // What the cluster needs is before them, and what applications get behind them.
    assertThat(open.indexOf("10.0.0.2/32")).isLessThan(open.indexOf("# monitoring"));
    assertThat(open.indexOf("host    all  all  samehost"))
        .isGreaterThan(open.indexOf("host all @file"));
  }
}
