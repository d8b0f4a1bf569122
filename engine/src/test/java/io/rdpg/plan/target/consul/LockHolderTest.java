package io.rdpg.plan.target.consul;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LockHolderTest {
  private final LockHolder here = LockHolder.ofThisProcess("run-1", "n1", "session-1");

  private LockHolder with(String boot, String pids, long pid, long start) {
    return new LockHolder("run-1", "n1", "s", here.since(), here.host(), boot, pids, pid, start);
  }

  @Test
  void is_read_as_it_was_written() {
    assertThat(LockHolder.parse(here.json())).contains(here);
    assertThat(LockHolder.parse(here.json().replace("{", "{\"later\":1,"))).contains(here);
    assertThat(LockHolder.parse("someone")).isEmpty();
    assertThat(LockHolder.parse("{\"run\":\"x\"}")).isEmpty();
  }

  @Test
  void is_dead_only_when_that_can_be_seen_from_here() {
    assertThat(here.deadHere()).isFalse();
    assertThat(with(here.boot(), here.pids(), here.pid(), here.start() + 1).deadHere()).isTrue();
    assertThat(with(here.boot(), here.pids(), 1 << 30, here.start()).deadHere()).isTrue();
    assertThat(with("another boot", here.pids(), 1 << 30, 1).deadHere()).isFalse();
    assertThat(with(here.boot(), "pid:[1]", 1 << 30, 1).deadHere()).isFalse();
  }
}
