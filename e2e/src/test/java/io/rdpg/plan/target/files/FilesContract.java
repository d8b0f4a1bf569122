package io.rdpg.plan.target.files;

import static io.rdpg.plan.testing.Failing.diagnosticOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.rdpg.plan.lab.DebianProgram;
import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.model.Text;
import io.rdpg.plan.step.Effect;
import io.rdpg.plan.step.Observation;
import io.rdpg.plan.step.Read;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.target.Traffic;
import io.rdpg.plan.target.shell.Transport;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of a node and done to it, whichever way it is reached. */
abstract class FilesContract {
  private static final Cancellation NEVER = new Cancellation();

  @TempDir Path directory;
  @AutoClose private Transport transport;
  private FilesReader reader;
  private FilesEffects node;

  protected abstract Transport open();

  @BeforeEach
  void transport() {
    transport = open();
    reader = new FilesReader(transport);
    node = new FilesEffects(transport);
  }

  private static void nobody() {
    throw new AssertionError("no server is to be told");
  }

  @SuppressWarnings("unchecked")
  private <A extends Observation> A read(Read<A> read) {
    return (A) Objects.requireNonNull(reader.read(List.of(read), NEVER).get(read));
  }

  private static Effect.WriteFile file(Path path, String content) {
    return new Effect.WriteFile(path.toString(), Text.plain(content), null, null, null, List.of());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void sees_files_directories_and_nothing_in_one_round_trip() throws IOException {
    Path odd = directory.resolve("it's $HOME \"odd\" -n");
    Files.writeString(odd, "ä\n\nno end");
    Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rw-r-----"));
    Path empty = Files.createFile(directory.resolve("empty"));
    Read.FileAt first = new Read.FileAt(odd.toString());
    Read.FileAt second = new Read.FileAt(empty.toString());
    Read.FileAt none = new Read.FileAt(directory.resolve("none").toString());
    Read.FileAt deep = new Read.FileAt(directory.resolve("empty/below").toString());
    Read.FileAt parent = new Read.FileAt(directory.toString());

    Map<Read<?>, Observation> observations =
        reader.read(List.of(first, second, none, deep, parent), NEVER);

    String user = System.getProperty("user.name");
    assertThat(observations)
        .containsEntry(first, new Observation.File(Text.plain("ä\n\nno end"), user, user, 0640))
        .containsEntry(none, new Observation.NoFile())
        .containsEntry(deep, new Observation.NoDirectory(empty.toString()))
        .containsEntry(parent, new Observation.OtherFile("a directory"));
    assertThat(observations.get(second))
        .isInstanceOfSatisfying(
            Observation.File.class, file -> assertThat(file.content()).isEqualTo(Text.EMPTY));
  }

  @Test
  void makes_a_file_with_default_mode_and_leaves_nothing_else() throws IOException {
    node.write(file(directory.resolve("new"), "a\0ä\n"), NEVER);

    assertThat(Files.readString(directory.resolve("new"))).isEqualTo("a\0ä\n");
    assertThat(mode("new")).isEqualTo("rw-r--r--");
    assertThat(names()).containsExactly("new");
  }

  @Test
  void keeps_mode_and_owner_of_a_file_that_is_there() throws IOException {
    Path path = Files.writeString(directory.resolve("file"), "old");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx-w----"));

    node.write(file(path, "new"), NEVER);

    assertThat(Files.readString(path)).isEqualTo("new");
    assertThat(mode("file")).isEqualTo("rwx-w----");
  }

  @Test
  void leaves_a_file_alone_that_is_as_it_is_to_be() throws IOException {
    Path path = directory.resolve("file");
    node.write(file(path, "content"), NEVER);
    Map<String, Object> first = Files.readAttributes(path, "unix:ino,ctime,mode");

    node.write(file(path, "content"), NEVER);
    assertThat(Files.readAttributes(path, "unix:ino,ctime,mode")).isEqualTo(first);
    assertThat(names()).containsExactly("file");

    node.write(
        new Effect.WriteFile(path.toString(), Text.plain("content"), null, null, 0600, List.of()),
        NEVER);
    assertThat(mode("file")).isEqualTo("rw-------");
  }

  @Test
  void keeps_acl_and_attributes_of_a_file_that_is_there() throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "old");
    Files.setAttribute(path, "user:origin", "us".getBytes(UTF_8));
    run(DebianProgram.find("setfacl", "acl").toString(), "-m", "u:nobody:rw,m::r", path.toString());
    String before = run("getfacl", "-cpE", path.toString());
    assertThat(before).contains("user:nobody:rw-", "mask::r--", "group::r--");

    node.write(file(path, "new"), NEVER);

    assertThat(Files.readString(path)).isEqualTo("new");
    assertThat(run("getfacl", "-cpE", path.toString())).isEqualTo(before);
    assertThat((byte[]) Files.getAttribute(path, "user:origin")).asString(UTF_8).isEqualTo("us");
  }

  @Test
  void lets_nobody_read_a_file_by_its_directory_s_acl() throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "old");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    String setfacl = DebianProgram.find("setfacl", "acl").toString();
    run(setfacl, "-d", "-m", "u:nobody:rw", directory.toString());

    node.write(file(path, "new"), NEVER);

    assertThat(Files.readString(path)).isEqualTo("new");
    assertThat(run("getfacl", "-cpE", path.toString())).doesNotContain("nobody");
    assertThat(mode("file")).isEqualTo("rw-r-----");
  }

  /** As a connection that is lost, or a control machine that dies, ends what is being sent. */
  @Test
  void does_nothing_with_a_part_of_its_input() throws Exception {
    Path path = Files.writeString(directory.resolve("file"), "old");
    FilesEffects cutOff =
        new FilesEffects(
            new Around(
                transport,
                script ->
                    new Transport.Script(
                        script.text(), Arrays.copyOf(script.stdin(), script.stdin().length / 2)),
                () -> {}));

    assertThat(diagnosticOf(() -> cutOff.write(file(path, "new content"), NEVER)).code())
        .isEqualTo(Code.FILE_FAILED);
    assertThat(
            diagnosticOf(() ->
                    cutOff.run(
                        new Effect.RunCommand(
                            Stream.of("tee", directory.resolve("tee").toString())
                                .map(Text::plain)
                                .toList(),
                            Text.plain("half and half"),
                            Map.of()),
                        NEVER))
                .code())
        .isEqualTo(Code.COMMAND_FAILED);

    assertThat(Files.readString(path)).isEqualTo("old");
    assertThat(names()).containsExactly("file");
  }

  private static String run(String program, String... arguments) throws Exception {
    List<String> command = Stream.concat(Stream.of(program), Stream.of(arguments)).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void gives_mode_owner_and_group() throws IOException {
    Assumptions.assumeTrue(System.getProperty("user.name").equals("root"));
    Path path = directory.resolve("file");

    node.write(
        new Effect.WriteFile(
            path.toString(), Text.plain("x"), "nobody", "nogroup", 0600, List.of()),
        NEVER);
    assertThat(read(new Read.FileAt(path.toString())))
        .isEqualTo(new Observation.File(Text.plain("x"), "nobody", "nogroup", 0600));
    node.write(file(path, "y"), NEVER);
    assertThat(read(new Read.FileAt(path.toString())))
        .isEqualTo(new Observation.File(Text.plain("y"), "nobody", "nogroup", 0600));
  }

  @Test
  void follows_a_link() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("target"));

    node.write(file(link, "new"), NEVER);

    assertThat(link).isSymbolicLink();
    assertThat(Files.readString(target)).isEqualTo("new");
  }

  @Test
  void validates_before_the_file_is_in_place() throws IOException {
    Path path = Files.writeString(directory.resolve("file"), "old");
    Text script = Text.plain("echo at \"$1\": bad $(cat \"$1\"); grep -q good \"$1\"");
    List<Text> command =
        Stream.of("sh", "-c").map(Text::plain).collect(java.util.stream.Collectors.toList());
    command.add(script);
    command.add(Text.plain("x"));
    command.add(Text.plain("%s"));
    Text bad = Text.marked(Text.plain("word ").marked() + Text.secret("s3cr3t").marked());

    Diagnostic diagnostic =
        diagnosticOf(() ->
            node.write(
                new Effect.WriteFile(path.toString(), bad, null, null, null, command), NEVER));

    assertThat(diagnostic.code()).isEqualTo(Code.VALIDATION_FAILED);
    assertThat(diagnostic.message())
        .isEqualTo("%s was rejected by sh: at %s: bad word ***".formatted(path, path));
    assertThat(Files.readString(path)).isEqualTo("old");
    assertThat(names()).containsExactly("file");

    node.write(
        new Effect.WriteFile(path.toString(), Text.plain("good"), null, null, null, command),
        NEVER);
    assertThat(Files.readString(path)).isEqualTo("good");
  }

  @Test
  void says_why_a_file_cannot_be_written() throws IOException {
    Diagnostic noDirectory =
        diagnosticOf(() -> node.write(file(directory.resolve("no/file"), ""), NEVER));
    assertThat(noDirectory.code()).isEqualTo(Code.FILE_FAILED);
    assertThat(noDirectory.message()).contains("can't be written: its directory is missing");
    assertThat(noDirectory.hint()).contains("create the directory first");
    assertThat(diagnosticOf(() -> node.write(file(directory, ""), NEVER)).message())
        .isEqualTo(directory + " is no regular file");
    assertThat(diagnosticOf(() -> node.write(file(Path.of("/proc/file"), ""), NEVER)).message())
        .contains("could not create a file beside /proc/file");
    Diagnostic noUser =
        diagnosticOf(() ->
            node.write(
                new Effect.WriteFile(
                    directory.resolve("f").toString(),
                    Text.EMPTY,
                    "nosuchuser",
                    null,
                    null,
                    List.of()),
                NEVER));
    assertThat(noUser.message())
        .contains("could not change the owner of ", " to user nosuchuser", "invalid");
    assertThat(names()).isEmpty();
  }

  @Test
  void sees_where_no_file_can_be_put_for_want_of_a_directory() throws IOException {
    Path links = Files.createDirectory(directory.resolve("links"));
    Path there = Files.createSymbolicLink(links.resolve("there"), directory);
    Path astray = Files.createSymbolicLink(links.resolve("astray"), directory.resolve("no/file"));
    Path aside = Files.createSymbolicLink(links.resolve("aside"), Path.of("../not yet"));

    for (Path path :
        List.of(
            directory.resolve("no/file"),
            directory.resolve("no/such/file"),
            there.resolve("no/file"),
            astray,
            directory.resolve("it's \"no\" $HOME/f"))) {
      Observation.NoDirectory none =
          (Observation.NoDirectory) read(new Read.FileAt(path.toString()));
      assertThat(none.directory()).as(path.toString()).startsWith(directory.toString());
      assertThat(Path.of(none.directory())).doesNotExist();
      assertThat(diagnosticOf(() -> node.write(file(path, ""), NEVER)).message())
          .contains("can't be written: its directory is missing");
    }
    assertThat(read(new Read.FileAt(there.resolve("no/file").toString())))
        .isEqualTo(new Observation.NoDirectory(directory.resolve("no").toString()));

    for (Path path : List.of(directory.resolve("new"), there.resolve("other"), aside)) {
      assertThat(read(new Read.FileAt(path.toString()))).isEqualTo(new Observation.NoFile());
      node.write(file(path, ""), NEVER);
    }
    assertThat(read(new Read.FileAt("/nowhere"))).isEqualTo(new Observation.NoFile());
  }

  @Test
  void sees_that_a_stamp_has_no_directory() {
    Read.Configuration read =
        new Read.Configuration("s", List.of(), directory.resolve("no/stamp").toString(), null);
    assertThat(read(read).stampDirectory()).isEqualTo(directory.resolve("no").toString());
    Read.Configuration beside =
        new Read.Configuration("s", List.of(), directory.resolve("stamp").toString(), null);
    assertThat(read(beside).stampDirectory()).isNull();
  }

  /** Whatever was just being forked when the signal came. */
  @RepeatedTest(20)
  void leaves_no_temporary_file_when_cancelled() throws Exception {
    leavesNoTemporaryFileWhenCancelledIn("sleep", "100");
  }

  @Test
  void leaves_no_temporary_file_when_the_first_signal_is_missed() throws Exception {
    leavesNoTemporaryFileWhenCancelledIn(
        "sh", "-c", "trap 'trap - TERM' TERM; while :; do sleep 100; done");
  }

  private void leavesNoTemporaryFileWhenCancelledIn(String... validate) throws Exception {
    Cancellation cancellation = new Cancellation();
    List<Text> slow = Stream.of(validate).map(Text::plain).toList();
    Thread.ofVirtual()
        .start(() -> {
          await(() -> !names().isEmpty());
          cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));
        });

    assertThatThrownBy(() ->
            node.write(
                new Effect.WriteFile(
                    directory.resolve("f").toString(), Text.plain("x"), null, null, null, slow),
                cancellation))
        .hasMessage("enough");
    await(() -> names().isEmpty());
  }

  @Test
  void probes_without_a_shell_and_hides_secrets() {
    List<Text> argv =
        Stream.of("sh", "-c", "echo \"$1 $TOKEN\"; echo err >&2; exit 3", "x", "a 'b' $c *")
            .map(Text::plain)
            .toList();

    assertThat(read(new Read.Probe(argv, Map.of("TOKEN", Text.secret("it's s3cr3t")))))
        .isEqualTo(new Observation.CommandResult(3, "a 'b' $c * ***\n", "err\n"));
    assertThat(read(new Read.Probe(List.of(Text.plain("no-such-command")), Map.of())).exit())
        .isEqualTo(127);
  }

  @Test
  void keeps_output_of_children_that_a_command_leaves_behind() {
    List<Text> daemon =
        Stream.of(
                "sh", "-c", "(i=0; while [ $i -lt 300 ]; do echo late; i=$((i+1)); done) & exit 0")
            .map(Text::plain)
            .toList();
    for (int i = 0; i < 5; i++) {
      node.run(new Effect.RunCommand(daemon, null, Map.of()), NEVER);
      assertThat(read(new Read.FileAt("/nowhere"))).isEqualTo(new Observation.NoFile());
    }
  }

  @Test
  void runs_a_command_with_input_and_environment() throws IOException {
    Path out = directory.resolve("out");
    List<Text> argv =
        Stream.of("sh", "-c", "{ cat; echo \"$NAME\"; } >" + out).map(Text::plain).toList();

    node.run(
        new Effect.RunCommand(argv, Text.plain("in\n"), Map.of("NAME", Text.plain("a\nb"))), NEVER);

    assertThat(Files.readString(out)).isEqualTo("in\na\nb\n");
  }

  @Test
  void tells_how_a_command_failed_without_secrets() {
    List<Text> argv =
        Stream.of("sh", "-c", "echo said; echo \"no $P $(cat)\" >&2; exit 9")
            .map(Text::plain)
            .toList();

    Diagnostic diagnostic =
        diagnosticOf(() ->
            node.run(
                new Effect.RunCommand(
                    argv, Text.secret("hidden"), Map.of("P", Text.secret("s3cr3t"))),
                NEVER));

    assertThat(diagnostic.code()).isEqualTo(Code.COMMAND_FAILED);
    assertThat(diagnostic.message()).isEqualTo("sh exited with 9: no *** ***");
    assertThat(
            diagnosticOf(() ->
                    node.run(
                        new Effect.RunCommand(
                            List.of(Text.plain("no-such-command")), null, Map.of()),
                        NEVER))
                .hint())
        .contains("install it");
    assertThat(diagnosticOf(() -> read(new Read.Probe(argv, Map.of("a b", Text.EMPTY)))).code())
        .isEqualTo(Code.BAD_ARGUMENT_VALUE);
  }

  @Test
  void sees_configuration_stamp_and_process() throws Exception {
    Path one = Files.writeString(directory.resolve("one"), "1\n");
    Path two = Files.writeString(directory.resolve("two"), "2\n");
    Path stamp = Files.writeString(directory.resolve("stamp"), "abc 1/2\n");
    Path pidFile = directory.resolve("pid");
    ProcessHandle self = ProcessHandle.current();
    Files.writeString(pidFile, self.pid() + "\n");
    Read.Configuration read =
        new Read.Configuration(
            "x",
            List.of(one.toString(), directory.resolve("none").toString(), two.toString()),
            stamp.toString(),
            new Read.ProcessAt.PidFile(pidFile.toString(), false));

    Observation.ConfigurationState state = read(read);

    assertThat(state.missing()).containsExactly(directory.resolve("none").toString());
    assertThat(state.hash()).isEqualTo(sha256("1\n2\n"));
    assertThat(state.changed()).isEqualTo(changed(two));
    assertThat(state.stamp()).isEqualTo("abc 1/2");
    assertThat(state.stamped()).isEqualTo(changed(stamp));
    Observation.ProcessIdentity process = Objects.requireNonNull(state.process());
    assertThat(process.pid()).isEqualTo(self.pid());
    assertThat(process.started())
        .isCloseTo(self.info().startInstant().orElseThrow(), within(2, ChronoUnit.SECONDS));
  }

  @Test
  void sees_that_configuration_stamp_and_process_are_missing() throws Exception {
    String none = directory.resolve("none").toString();
    Path stale = Files.writeString(directory.resolve("pid"), "4194305\n");
    Path empty = Files.createFile(directory.resolve("nopid"));

    Observation.ConfigurationState state =
        read(
            new Read.Configuration(
                "x", List.of(none), none, new Read.ProcessAt.PidFile(stale.toString(), true)));

    assertThat(state)
        .isEqualTo(
            new Observation.ConfigurationState(
                List.of(none), sha256(""), null, null, null, null, null));
    for (String pidFile : List.of(none, empty.toString(), stale.toString())) {
      assertThat(
              read(new Read.Configuration(
                      "x", List.of(), null, new Read.ProcessAt.PidFile(pidFile, false)))
                  .process())
          .isNull();
    }
  }

  @Test
  void reloads_by_signal_and_stamps() throws Exception {
    Path out = directory.resolve("out");
    try (Service service =
        service("trap 'echo reloaded >out' USR1; echo $$ >pid; while :; do sleep 0.05; done")) {
      Read.ProcessAt at = service.at();
      Path stamp = directory.resolve("stamp");
      Effect.Reload reload =
          new Effect.Reload(
              "svc",
              service.told("SIGUSR1"),
              new Effect.Stamp(stamp.toString(), "abc", at, false, TestDeadlines.SOON));

      node.reload(reload, FilesContract::nobody, NEVER);

      await(() -> Files.exists(out));
      Observation.ConfigurationState state =
          read(new Read.Configuration("svc", List.of(), stamp.toString(), at));
      assertThat(state.stamp()).isEqualTo("abc " + Objects.requireNonNull(state.process()).word());
      assertThat(mode("stamp")).isEqualTo("rw-r--r--");

      Object first = Files.getAttribute(stamp, "unix:ino");
      node.reload(reload, FilesContract::nobody, NEVER);
      assertThat(Files.getAttribute(stamp, "unix:ino"))
          .as("its time says when the service was told last")
          .isNotEqualTo(first);
    }
  }

  @Test
  void stamps_what_another_was_told() throws Exception {
    Path stamp = directory.resolve("stamp");
    Effect.Reload reload =
        new Effect.Reload(
            "consul",
            new Effect.How.ConsulAgent(null),
            new Effect.Stamp(stamp.toString(), "abc", null, false, TestDeadlines.SOON));

    assertThatThrownBy(() -> node.reload(reload, FilesContract::nobody, NEVER))
        .isInstanceOf(AssertionError.class);
    assertThat(stamp).doesNotExist();
    node.reload(reload, () -> {}, NEVER);
    assertThat(Files.readString(stamp)).isEqualTo("abc\n");
  }

  @Test
  void takes_no_process_for_a_service_by_a_bare_number() throws Exception {
    Path pidFile = directory.resolve("pid");
    Files.writeString(pidFile, "1\n");
    assertThat(processOf(pidFile)).as("init").isNull();
    Files.delete(pidFile);
    try (Service other = service("echo $$ >pid; exec sleep 100")) {
      assertThat(processOf(pidFile)).as("older than its pid file").isNotNull();
      Files.setLastModifiedTime(pidFile, FileTime.from(Instant.now().minusSeconds(600)));
      assertThat(processOf(pidFile)).as("younger than its pid file").isNull();
      assertThat(processOf(pidFile, "svc", "sleep")).as("known by its name").isNotNull();
      assertThat(processOf(pidFile, "/etc/x", "100")).as("known by an argument").isNotNull();
      assertThat(other.process().isAlive()).isTrue();
    }
  }

  private Observation.@Nullable ProcessIdentity processOf(Path pidFile, String... words) {
    return read(new Read.Configuration(
            "svc",
            List.of(),
            null,
            new Read.ProcessAt.PidFile(pidFile.toString(), false, List.of(words))))
        .process();
  }

  /** As haproxy does for a moment after its start: the signal would be lost. */
  @Test
  void signals_nobody_who_ignores_it_yet() throws Exception {
    Path asked = directory.resolve("asked");
    Path out = directory.resolve("out");
    try (Service service =
        service(
            "trap '' USR1; echo $$ >pid; until [ -e asked ]; do sleep 0.05; done;"
                + " trap 'echo reloaded >out' USR1; while :; do sleep 0.05; done")) {
      new FilesEffects(
              new Around(transport, UnaryOperator.identity(), () -> Files.writeString(asked, "")))
          .reload(
              new Effect.Reload("svc", service.told("USR1"), null), FilesContract::nobody, NEVER);

      await(() -> Files.exists(out));
    }
  }

  @Test
  void signals_nobody_who_would_be_ended_by_it() throws Exception {
    try (Service service = service("echo $$ >pid; exec sleep 100")) {
      assertThat(signalFault("USR2", service).message())
          .isEqualTo("svc would be killed by USR2: it has no handler for it");
      assertThat(service.process().isAlive()).isTrue();
    }
  }

  @Test
  void tells_that_a_signal_is_ignored() throws Exception {
    try (Service service = service("trap '' HUP; echo $$ >pid; exec sleep 100")) {
      assertThat(signalFault("SIGHUP", service).message()).isEqualTo("svc ignores HUP");
    }
  }

  private Diagnostic signalFault(String signal, Service service) {
    Effect.Stamp stamp =
        new Effect.Stamp(
            directory.resolve("stamp").toString(),
            "abc",
            service.at(),
            false,
            Duration.ofMillis(100));
    return diagnosticOf(() ->
        node.reload(
            new Effect.Reload("svc", service.told(signal), stamp), FilesContract::nobody, NEVER));
  }

  /** A script that runs in the test's directory and writes its process id to {@code pid} there. */
  private Service service(String script) throws Exception {
    Path pidFile = directory.resolve("pid");
    Process process = new ProcessBuilder("sh", "-c", script).directory(directory.toFile()).start();
    Service service = new Service(process, pidFile.toString());
    await(() -> Files.exists(pidFile) && Files.size(pidFile) > 0);
    return service;
  }

  private record Service(Process process, String pidFile) implements AutoCloseable {
    Read.ProcessAt at() {
      return new Read.ProcessAt.PidFile(pidFile, false);
    }

    Effect.How told(String signal) {
      return new Effect.How.Signal(signal, pidFile);
    }

    @Override
    public void close() {
      process.destroyForcibly();
      Eventually.holds("the service is gone", () -> !process.isAlive());
    }
  }

  @Test
  void tells_reloads_that_fail() throws Exception {
    Path stale = Files.writeString(directory.resolve("pid"), "4194305\n");
    assertThat(reloadFault(new Effect.How.Signal("HUP", stale.toString())).message())
        .contains("could not send HUP to svc")
        .contains("No such process");
    assertThat(
            reloadFault(new Effect.How.Signal("HUP", directory.resolve("no").toString())).message())
        .contains("names no process of svc");
    assertThat(
            reloadFault(
                    new Effect.How.Command(
                        Stream.of("sh", "-c", "echo no >&2; exit 2").map(Text::plain).toList()))
                .message())
        .isEqualTo("svc was not reloaded: sh exited with 2: no");
  }

  @Test
  void puts_nothing_back_when_the_service_was_not_told() throws Exception {
    Path config = Files.writeString(directory.resolve("config"), "new");
    Files.writeString(directory.resolve(".config.accepted"), "old");
    Path noReload =
        script("systemctl", "echo 'Job type reload is not applicable for unit svc.' >&2; exit 3");
    for (Effect.How how :
        List.of(
            new Effect.How.Command(List.of(Text.plain(directory.resolve("none").toString()))),
            new Effect.How.Command(List.of(Text.plain(config.toString()))),
            new Effect.How.Systemd("svc"))) {
      FilesEffects there =
          new FilesEffects(
              new Around(
                  transport,
                  script ->
                      new Transport.Script(
                          "PATH=" + noReload.getParent() + ":$PATH\n" + script.text(),
                          script.stdin()),
                  () -> {}));
      Diagnostic fault =
          diagnosticOf(() ->
              there.reload(
                  new Effect.Reload("svc", how, null, acceptance(config)),
                  FilesContract::nobody,
                  NEVER));
      assertThat(fault.code()).as(fault.message()).isEqualTo(Code.RELOAD_FAILED);
      assertThat(config).hasContent("new");
    }
  }

  @Test
  void puts_back_what_a_service_accepted_when_it_ends_by_what_it_loads() throws Exception {
    Path config = Files.writeString(directory.resolve("config"), "deadly");
    Path accepted = Files.writeString(directory.resolve(".config.accepted"), "good");
    try (Service service =
        service("trap 'sleep 0.2; exit 1' USR1; echo $$ >pid; while :; do sleep 0.05; done")) {
      Effect.Reload reload =
          new Effect.Reload(
              "svc",
              service.told("USR1"),
              new Effect.Stamp(
                  directory.resolve("stamp").toString(),
                  "abc",
                  service.at(),
                  false,
                  TestDeadlines.SOON),
              acceptance(config));

      Diagnostic fault = diagnosticOf(() -> node.reload(reload, FilesContract::nobody, NEVER));

      assertThat(fault.code()).isEqualTo(Code.CONFIGURATION_REFUSED);
      assertThat(fault.message())
          .isEqualTo(
              "svc is not running any more; the files that it accepted last are back, but it is"
                  + " not running: start it");
      assertThat(config).hasContent("good");
      assertThat(accepted).hasContent("good");
      assertThat(directory.resolve("stamp")).doesNotExist();
    }
  }

  private static Effect.Acceptance acceptance(Path config) throws Exception {
    return new Effect.Acceptance(
        List.of(config.toString()),
        sha256(Files.readString(config)),
        List.of(),
        List.of(),
        null,
        null,
        true);
  }

  private Path script(String name, String script) throws IOException {
    Path file = Files.createDirectory(directory.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private Diagnostic reloadFault(Effect.How how) {
    Diagnostic diagnostic =
        diagnosticOf(
            () -> node.reload(new Effect.Reload("svc", how, null), FilesContract::nobody, NEVER));
    assertThat(diagnostic.code()).isEqualTo(Code.RELOAD_FAILED);
    return diagnostic;
  }

  @Test
  void knows_haproxys_newest_worker() throws Exception {
    Path haproxy = Path.of("/usr/sbin/haproxy");
    Assumptions.assumeTrue(Files.isExecutable(haproxy));
    Path configuration = directory.resolve("haproxy.cfg");
    Path pidFile = directory.resolve("haproxy.pid");
    Path stamp = directory.resolve("stamp");
    String good =
        """
        defaults
          mode tcp
          timeout connect 1s
          timeout client 1s
          timeout server 1s
        listen one
          bind 127.0.0.1:%d
        """
            .formatted(freePort());
    Files.writeString(configuration, good);
    Process master =
        new ProcessBuilder(
                haproxy.toString(), "-W", "-f", configuration.toString(), "-p", pidFile.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    try {
      Read.Configuration read =
          new Read.Configuration(
              "haproxy",
              List.of(configuration.toString()),
              stamp.toString(),
              new Read.ProcessAt.PidFile(pidFile.toString(), true));
      await(() -> read(read).process() != null);
      Observation.ProcessIdentity first = read(read).process();

      node.reload(haproxyReload(read, TestDeadlines.SOON), FilesContract::nobody, NEVER);

      Observation.ConfigurationState after = read(read);
      assertThat(after.process()).isNotEqualTo(first);
      assertThat(after.stamp())
          .isEqualTo(after.hash() + " " + Objects.requireNonNull(after.process()).word());

      Files.writeString(configuration, good + "  nonsense\n");
      Diagnostic diagnostic =
          diagnosticOf(() ->
              node.reload(
                  haproxyReload(read, Duration.ofSeconds(1)), FilesContract::nobody, NEVER));
      assertThat(diagnostic.code()).isEqualTo(Code.RELOAD_FAILED);
      assertThat(diagnostic.message())
          .isEqualTo("haproxy kept its old worker: it rejected the configuration");
      assertThat(read(read).stamp()).isEqualTo(after.stamp());
    } finally {
      master.descendants().forEach(ProcessHandle::destroyForcibly);
      master.destroyForcibly().waitFor();
    }
  }

  private Effect.Reload haproxyReload(Read.Configuration read, Duration deadline) {
    Read.ProcessAt.PidFile at = (Read.ProcessAt.PidFile) Objects.requireNonNull(read.process());
    return new Effect.Reload(
        "haproxy",
        new Effect.How.Signal("USR2", at.path()),
        new Effect.Stamp(
            Objects.requireNonNull(read.stamp()), read(read).hash(), at, true, deadline));
  }

  @Test
  void sees_ports() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertThat(read(new Read.Port("127.0.0.1", server.getLocalPort())))
          .isEqualTo(new Observation.Reachable(true, ""));
    }
    Observation.Reachable closed = read(new Read.Port("127.0.0.1", freePort()));
    assertThat(closed.open()).isFalse();
    assertThat(closed.detail()).isNotBlank();
  }

  /** Of a name, an IPv4 and an IPv6 address the node makes the same, by whichever transport. */
  @Test
  void takes_an_ipv6_address() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 9, InetAddress.ofLiteral("::1"))) {
      Thread.ofVirtual().start(() -> serve(server, "HTTP/1.0 200 OK\r\n\r\n"));
      String url = "http://[::1]:" + server.getLocalPort() + "/a?b=c";
      assertThat(read(new Read.Http(url)).status()).isEqualTo(200);
      assertThat(read(new Read.Port("::1", server.getLocalPort())).open()).isTrue();
    }
  }

  @Test
  void tells_in_words_why_there_is_no_tls() throws Exception {
    Path store = directory.resolve("store");
    run(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        ("-genkeypair -keyalg EC -alias a -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -storepass"
                + " changeit -storetype PKCS12 -keystore "
                + store)
            .split(" "));
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.start();
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String port = ":" + server.getAddress().getPort() + "/";
      assertThat(read(new Read.Http("https://127.0.0.1" + port)).detail())
          .startsWith("its certificate is of no authority that is trusted here");
      Thread.ofVirtual().start(() -> chat(plain));
      assertThat(read(new Read.Http("https://127.0.0.1:" + plain.getLocalPort() + "/")).detail())
          .isEqualTo("it doesn't speak TLS");
    } finally {
      server.stop(0);
    }
  }

  private static void chat(ServerSocket server) {
    try (Socket peer = server.accept()) {
      peer.getOutputStream().write("220 mail.example.org ready\r\n".getBytes(UTF_8));
      peer.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      // it has what it needs
    }
  }

  @Test
  void asks_by_http() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(server, "HTTP/1.1 503 No\r\nX: y\r\n\r\nnot today"));

      assertThat(read(new Read.Http("http://127.0.0.1:" + server.getLocalPort() + "/a?b=c")))
          .isEqualTo(new Observation.HttpReply(503, "not today"));
    }
    assertThat(read(new Read.Http("http://127.0.0.1:" + freePort())).status()).isZero();
    assertThat(diagnosticOf(() -> read(new Read.Http("ftp://x"))).code())
        .isEqualTo(Code.BAD_ARGUMENT_VALUE);
  }

  private static void serve(ServerSocket server, String observation) {
    try (Socket peer = server.accept()) {
      var reader =
          new java.io.BufferedReader(new java.io.InputStreamReader(peer.getInputStream(), UTF_8));
      assertThat(reader.readLine()).isEqualTo("GET /a?b=c HTTP/1.0");
      for (String line = reader.readLine(); line != null && !line.isEmpty(); ) {
        line = reader.readLine();
      }
      peer.getOutputStream().write(observation.getBytes(UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
  }

  private static Instant changed(Path file) throws IOException {
    return ((java.nio.file.attribute.FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  /** Changes each script, and does something after it. */
  private record Around(Transport transport, UnaryOperator<Transport.Script> change, Action after)
      implements Transport {
    @Override
    public Reply run(Script script, Listener listener, Cancellation cancellation) {
      Reply reply = transport.run(change.apply(script), listener, cancellation);
      try {
        after.run();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return reply;
    }

    @Override
    public Socket open(String host, int port, Duration timeout) throws IOException {
      return transport.open(host, port, timeout);
    }

    @Override
    public Socket openUnix(String path, Duration timeout) throws IOException {
      return transport.openUnix(path, timeout);
    }

    @Override
    public Transport as(@Nullable String user) {
      return new Around(transport.as(user), change, after);
    }

    @Override
    public Traffic traffic() {
      return transport.traffic();
    }

    @Override
    public void close() {
      transport.close();
    }
  }

  private static void await(Eventually.Condition condition) {
    Eventually.holds("what the test waits for", condition);
  }
}
