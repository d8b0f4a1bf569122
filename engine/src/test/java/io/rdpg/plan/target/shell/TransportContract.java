package io.rdpg.plan.target.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rdpg.plan.language.diagnostic.Code;
import io.rdpg.plan.language.diagnostic.Diagnostic;
import io.rdpg.plan.language.diagnostic.Failure;
import io.rdpg.plan.target.Cancellation;
import io.rdpg.plan.testing.Eventually;
import io.rdpg.plan.testing.TestDeadlines;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every way to a node with a shell promises. */
public abstract class TransportContract {
  private static final Cancellation NEVER = new Cancellation();

  @AutoClose private Transport transport;

  /** A new way to this machine. */
  protected abstract Transport open();

  @BeforeEach
  void transport() {
    transport = open();
  }

  private Transport.Reply run(String script) {
    return transport.run(new Transport.Script(script), NEVER);
  }

  @Test
  void tells_exit_code_and_both_streams() {
    Transport.Reply reply = run("echo out; echo err >&2; exit 7");

    assertThat(reply.exit()).isEqualTo(7);
    assertThat(reply.out()).isEqualTo("out\n");
    assertThat(reply.err()).isEqualTo("err\n");
  }

  @Test
  void outlives_syntax_errors_exits_and_changed_settings() {
    assertThat(run("if then fi (").exit()).isNotZero();
    assertThat(run("set -e; cd /; exec 1>&-; false; true").exit()).isNotZero();
    assertThat(run("lines=9 mark=x; exit 3").exit()).isEqualTo(3);
    assertThat(run("printf 'no newline'").out()).isEqualTo("no newline");
    assertThat(run("").out()).isEmpty();
  }

  @Test
  void runs_scripts_of_many_lines_unchanged() {
    String script = "cat <<'END'\n  a\\b 'c' \"d\" $e `f` \t\n\nä€\nEND\n";

    assertThat(run(script).out()).isEqualTo("  a\\b 'c' \"d\" $e `f` \t\n\nä€\n");
  }

  @Test
  void carries_every_byte_both_ways() {
    byte[] bytes = new byte[5_000_000];
    new Random(1).nextBytes(bytes);

    assertThat(transport.run(new Transport.Script("cat", bytes), NEVER).stdout()).isEqualTo(bytes);
  }

  @Test
  void copes_with_input_that_nobody_reads() {
    byte[] evil = "x 1 0\necho evil >&2\nx\n".repeat(100_000).getBytes(UTF_8);

    Transport.Reply reply = transport.run(new Transport.Script("exit 4", evil), NEVER);

    assertThat(reply.exit()).isEqualTo(4);
    assertThat(reply.err()).isEmpty();
    assertThat(run("echo still here").out()).isEqualTo("still here\n");
  }

  @Test
  void gives_no_input_when_there_is_none() {
    assertThat(run("wc -c").out().strip()).isEqualTo("0");
  }

  @Test
  void stays_in_step_with_output_of_background_children() {
    for (int i = 0; i < 5; i++) {
      assertThat(run("(for i in 1 2 3 4 5 6 7 8 9; do echo late; echo late >&2; done) & exit 3"))
          .extracting(Transport.Reply::exit)
          .isEqualTo(3);
      assertThat(run("echo now; exit 5").exit()).isEqualTo(5);
    }
    assertThat(run("sleep 30 & echo $!").exit()).isZero();
  }

  @Test
  void refuses_endless_output_and_goes_on() {
    assertThatThrownBy(() -> run("head -c 80000000 /dev/zero"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("64 MiB");
    assertThat(run("echo on").out()).isEqualTo("on\n");
  }

  @Test
  void ends_a_cancelled_script_with_all_it_started_and_keeps_its_shell() throws Exception {
    String shell = run("echo $$").out();
    String seconds = "3600." + System.nanoTime();
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Throwable> ended =
        fails(() ->
            transport.run(
                new Transport.Script("sleep " + seconds + " & sleep " + seconds), cancellation));
    await(() -> shown("sleep\0" + seconds));

    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));

    assertThat(soon(ended)).isInstanceOf(Failure.class).hasMessage("enough");
    await(() -> !shown("sleep\0" + seconds));
    assertThat(run("echo $$").out()).isEqualTo(shell);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "trap '' TERM; "})
  void leaves_alone_what_an_earlier_script_left_running(String begins) throws Exception {
    String earlier = "3600." + System.nanoTime();
    long left =
        Long.parseLong(run("nohup sleep " + earlier + " >/dev/null 2>&1 & echo $!").out().strip());
    await(() -> shown("sleep\0" + earlier));
    String seconds = "3601." + System.nanoTime();
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Throwable> ended =
        fails(() ->
            transport.run(
                new Transport.Script(begins + "sh -c 'sleep " + seconds + "; :'"), cancellation));
    await(() -> shown("sleep\0" + seconds));

    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));

    assertThat(soon(ended)).isInstanceOf(Failure.class).hasMessage("enough");
    await(() -> !shown("sleep\0" + seconds));
    assertThat(shown("sleep\0" + earlier)).isTrue();
    ProcessHandle.of(left).orElseThrow().destroy();
  }

  @Test
  void kills_a_script_that_takes_no_notice_and_opens_a_new_shell() throws Exception {
    String shell = run("echo $$").out();
    String seconds = "3600." + System.nanoTime();
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Throwable> ended =
        fails(() ->
            transport.run(
                new Transport.Script("trap '' TERM; sleep " + seconds + "; sleep " + seconds),
                cancellation));
    await(() -> shown("sleep\0" + seconds));

    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));

    assertThat(soon(ended)).isInstanceOf(Failure.class).hasMessage("enough");
    await(() -> !shown("sleep\0" + seconds));
    assertThat(run("echo $$").out()).isNotEqualTo(shell);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "input that it leaves unread"})
  void waits_for_a_cancelled_command_that_takes_its_time(String input) throws Exception {
    String seconds = "3600." + System.nanoTime();
    Path ended = Path.of("/tmp/ended." + seconds); // any user may write there
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Throwable> failed =
        fails(() ->
            transport.run(
                new Transport.Script(
                    "(exec sh -c 'trap \"trap : TERM; sleep 1; touch %s; exit\" TERM; sleep %s; :'); touch %s.not"
                        .formatted(ended, seconds, ended),
                    input.getBytes(UTF_8)),
                cancellation));
    await(() -> shown("sleep\0" + seconds));

    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));

    assertThat(soon(failed)).isInstanceOf(Failure.class).hasMessage("enough");
    assertThat(Files.deleteIfExists(ended)).isTrue();
    assertThat(Path.of(ended + ".not")).doesNotExist();
  }

  @Test
  void kills_a_command_that_takes_no_notice_before_the_script_counts_as_ended() throws Exception {
    String seconds = "3600." + System.nanoTime();
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Throwable> ended =
        fails(() ->
            transport.run(
                new Transport.Script(
                    "sh -c 'trap : TERM; while :; do sleep " + seconds + "; done'"),
                cancellation));
    await(() -> shown("sleep\0" + seconds));

    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));

    assertThat(soon(ended)).isInstanceOf(Failure.class).hasMessage("enough");
    await(() -> !shown("sleep\0" + seconds));
  }

  @Test
  void cancels_while_input_waits_to_be_read() throws Exception {
    String shell = run("echo $$").out();
    byte[] evil = "x 1 0\ntouch /tmp/evil\nx\n".repeat(300_000).getBytes(UTF_8);
    String seconds = "3600." + System.nanoTime();
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Throwable> ended =
        fails(() -> transport.run(new Transport.Script("sleep " + seconds, evil), cancellation));
    await(() -> shown("sleep\0" + seconds));

    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));

    assertThat(soon(ended)).isInstanceOf(Failure.class).hasMessage("enough");
    assertThat(run("echo $$").out()).isEqualTo(shell);
    assertThat(Path.of("/tmp/evil")).doesNotExist();
  }

  @Test
  void does_not_begin_when_already_cancelled() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));

    assertThatThrownBy(() -> transport.run(new Transport.Script("true"), cancellation))
        .hasMessage("enough");
  }

  @Test
  void leaves_the_queue_when_cancelled() throws Exception {
    Cancellation first = new Cancellation();
    Cancellation second = new Cancellation();
    String seconds = "3600." + System.nanoTime();
    CompletableFuture<Throwable> runs =
        fails(() -> transport.run(new Transport.Script("sleep " + seconds), first));
    await(() -> shown("sleep\0" + seconds));
    CompletableFuture<Throwable> waits =
        fails(() -> transport.run(new Transport.Script("true"), second));

    second.cancel(Diagnostic.of(Code.INTERRUPTED, "second"));
    assertThat(soon(waits)).hasMessage("second");
    first.cancel(Diagnostic.of(Code.INTERRUPTED, "first"));
    assertThat(soon(runs)).hasMessage("first");
  }

  @Test
  void opens_a_new_shell_after_a_kill() {
    String seconds = "3600." + System.nanoTime();

    assertThatThrownBy(() -> run("sleep " + seconds + " & kill -9 $$; wait"))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.diagnostic().code()).isEqualTo(Code.CONNECTION_LOST));
    assertThat(run("echo on").out()).isEqualTo("on\n");
    await(() -> !shown("sleep\0" + seconds));
  }

  @Test
  void opens_a_new_shell_when_the_old_one_died_meanwhile() {
    long shell = Long.parseLong(run("echo $$").out().strip());
    ProcessHandle.of(shell).orElseThrow().destroyForcibly();
    await(() -> ProcessHandle.of(shell).filter(ProcessHandle::isAlive).isEmpty());

    await(() -> {
      try {
        return run("echo on").out().equals("on\n");
      } catch (Failure e) {
        return false; // it may have been asked before its death was known
      }
    });
  }

  @Test
  void shows_no_secret_in_any_process_list() throws Exception {
    String secret = "s3cr3t" + System.nanoTime();
    String seconds = "3600." + System.nanoTime();
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Throwable> ended =
        fails(() ->
            transport.run(
                new Transport.Script(
                    "p='" + secret + "'; export p; sleep " + seconds, secret.getBytes(UTF_8)),
                cancellation));
    await(() -> shown("sleep\0" + seconds));

    assertThat(shown(secret)).isFalse();
    cancellation.cancel(Diagnostic.of(Code.INTERRUPTED, "enough"));
    assertThat(soon(ended).toString()).doesNotContain(secret);
  }

  @Test
  void runs_scripts_of_many_threads_one_after_another() {
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var replies =
          Stream.iterate(0, i -> i + 1)
              .limit(50)
              .map(i -> threads.submit(() -> run("echo " + i).out().equals(i + "\n")))
              .toList();
      assertThat(replies).allSatisfy(reply -> assertThat(reply.get()).isTrue());
    }
  }

  @Test
  void connects_to_servers_both_ways() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      byte[] bytes = new byte[1_000_000];
      new Random(2).nextBytes(bytes);
      Thread.ofVirtual()
          .start(() -> {
            try (Socket peer = server.accept()) {
              peer.getInputStream().transferTo(peer.getOutputStream());
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      try (Socket socket = transport.open("127.0.0.1", server.getLocalPort(), TestDeadlines.SOON)) {
        Thread.ofVirtual()
            .start(() -> {
              try {
                socket.getOutputStream().write(bytes);
                socket.shutdownOutput();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  @SuppressWarnings("try") // closing under a reader is what is tried
  void times_out_reading_and_closes_under_a_reader() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket socket = transport.open("127.0.0.1", server.getLocalPort(), TestDeadlines.SOON);
        Socket peer = server.accept()) {
      InputStream in = socket.getInputStream();
      socket.setSoTimeout(50);
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
      peer.getOutputStream().write(42);
      socket.setSoTimeout((int) TestDeadlines.SOON.toMillis());
      assertThat(in.read()).isEqualTo(42);

      socket.setSoTimeout(0);
      CompletableFuture<Throwable> reads = fails(in::read);
      socket.close();
      assertThat(soon(reads)).isInstanceOf(IOException.class);
      assertThat(socket.isClosed()).isTrue();
      await(() -> ended(peer));
    }
  }

  @Test
  void tells_a_port_that_nobody_listens_on() throws IOException {
    int free;
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      free = server.getLocalPort();
    }
    assertThatThrownBy(() -> transport.open("127.0.0.1", free, TestDeadlines.SOON))
        .isInstanceOf(IOException.class);
    assertThat(run("echo on").out()).isEqualTo("on\n");
  }

  private static boolean ended(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** Something that is expected to fail, on a thread of its own. */
  protected static CompletableFuture<Throwable> fails(Attempt attempt) {
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            attempt.run();
            outcome.complete(new AssertionError("it did not fail"));
          } catch (Throwable e) {
            outcome.complete(e);
          }
        });
    return outcome;
  }

  /** Something that may fail. */
  protected interface Attempt {
    void run() throws Exception;
  }

  /** Whether a command line of this machine holds this. */
  private static boolean shown(String part) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(directory -> directory.getFileName().toString().matches("[0-9]+"))
          .anyMatch(directory -> read(directory.resolve("cmdline")).contains(part));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }

  /** What comes of it. */
  protected static <T> T soon(CompletableFuture<T> future) throws Exception {
    return future.get(TestDeadlines.SOON.toSeconds(), TimeUnit.SECONDS);
  }

  /** Waits for a condition. */
  protected static void await(Eventually.Condition condition) {
    Eventually.holds("what the test waits for", condition);
  }
}
