package io.rdpg.plan.target.consul;

import io.rdpg.plan.language.diagnostic.Code;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells an outage behind an agent from the agent's own refusal, by the status and the words of its
 * answer: an agent passes on what it can't ask its servers as {@code 500}, with the error of
 * Consul's leader forwarding (agent/consul/rpc.go, agent/pool), of raft or of Go's network package.
 */
final class ConsulOutage {
  private static final Pattern NO_LEADER =
      Pattern.compile(
          String.join(
              "|",
              // Consul
              "No cluster leader",
              "No known Consul servers",
              "rpc error getting client",
              "failed to get conn",
              "lead thread didn't get connection",
              "not ready to serve consistent reads",
              "Raft leader not found",
              "RPC hold timeout",
              // raft
              "leadership lost",
              "leadership transfer",
              "not the leader",
              "raft is already shutdown",
              "timed out enqueuing",
              // connections between servers
              "stream closed",
              "stream reset",
              "session shutdown",
              "keepalive timeout",
              "connection refused",
              "connection reset",
              "connection write timeout",
              "broken pipe",
              "use of closed network connection",
              "no route to host",
              "network is unreachable",
              "i/o timeout",
              "i/o deadline reached",
              "context deadline exceeded",
              "\\bEOF\\b"),
          Pattern.CASE_INSENSITIVE);

  /** Too Many Requests (Consul's limits), and what a proxy says of a server that it can't use. */
  private static final Set<Integer> NOT_NOW = Set.of(429, 502, 503, 504);

  private ConsulOutage() {}

  /** The outage's code; empty for an answer of the agent's own. */
  static Optional<Code> of(int status, String answer) {
    if (status >= 500 && NO_LEADER.matcher(answer).find()) {
      return Optional.of(Code.NO_CONSUL_LEADER);
    }
    return NOT_NOW.contains(status) ? Optional.of(Code.CONSUL_UNREACHABLE) : Optional.empty();
  }
}
