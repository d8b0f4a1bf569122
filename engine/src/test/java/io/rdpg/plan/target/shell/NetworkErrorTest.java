package io.rdpg.plan.target.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class NetworkErrorTest {
  @Test
  void a_call_of_okhttp_that_took_too_long_had_no_answer() {
    IOException timeout = new InterruptedIOException("timeout");
    timeout.initCause(new IOException("Canceled"));

    assertThat(NetworkError.words(timeout)).contains("no answer in time");
    assertThat(NetworkError.words(new InterruptedIOException("interrupted"))).isEmpty();
  }

  @Test
  void the_innermost_cause_says_what_it_was() {
    Throwable thrown =
        new IllegalStateException(
            new ConnectException("no connection from the node")
                .initCause(new SocketTimeoutException("Read timed out")));

    assertThat(NetworkError.words(thrown)).contains("no answer in time");
  }
}
