package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rdpg.plan.lab.Network;
import io.rdpg.plan.testing.Sweep;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A part of the network begins to lose what is sent, without a word, while the bootstrap is at one
 * of its phases. A run whose wait that was goes on when it is over; else a run ends by itself and
 * says who doesn't reach whom. The next run finishes either way.
 */
@Tag("long")
@Tag("cluster")
class NetworkFaultsIT {
  private static ApartMachines machines;

  /** Where the bootstrap is, by the name of a step that begins. */
  enum Phase {
    USERS("user rdpg"),
    JOIN("slot at mc2"),
    TABLES("DDL on mc1"),
    WRITES("take the writes");

    private final String step;

    Phase(String step) {
      this.step = step;
    }

    boolean begins(JsonNode event) {
      return event.path("event").asText().equals("step_started")
          && event.path("label").asText().equals(step);
    }
  }

  enum Fault {
    /** PostgreSQL of mc1 and of mc2 don't reach each other. */
    PAIR("peer_unreachable") {
      @Override
      void begin(Network network) {
        String postgres = "-p tcp --dport " + LabUnderTest.POSTGRES;
        lose(network, "mc1", "mc2", postgres);
        lose(network, "mc2", "mc1", postgres);
      }
    },

    /** Consul's server on mc1 reaches no other one. */
    CONSUL("no_consul_leader|lock_lost") {
      @Override
      void begin(Network network) {
        for (String other : List.of("mc2", "mc3")) {
          for (String protocol : List.of("tcp", "udp")) {
            String consul = "-p " + protocol + " --dport 8300:8301";
            lose(network, "mc1", other, consul);
            lose(network, other, "mc1", consul);
          }
        }
      }
    },

    /** This machine and mc2 don't reach each other. */
    UNREACHABLE("unreachable") {
      @Override
      void begin(Network network) {
        network.lose("mc2", "INPUT", "-s " + network.here());
        network.lose("mc2", "OUTPUT", "-d " + network.here());
      }
    },

    /** What this machine sends gets to mc2, and no answer comes back. */
    HALF_OPEN("unreachable") {
      @Override
      void begin(Network network) {
        network.lose("mc2", "OUTPUT", "-d " + network.here());
      }
    },

    /** Of all packets one of twenty is lost. */
    LOSS("") {
      @Override
      void begin(Network network) {
        for (String node : ApartMachines.NODES) {
          network.lose(node, "INPUT", "! -i lo -m statistic --mode random --probability 0.05");
        }
      }
    };

    /** A pattern for the code of the first step to fail; empty where all nodes go on. */
    private final String code;

    Fault(String code) {
      this.code = code;
    }

    abstract void begin(Network network);

    private static void lose(Network network, String from, String to, String packets) {
      network.lose(from, "OUTPUT", "-d " + network.address(to) + " " + packets);
    }
  }

  /** A fault that begins at a phase. */
  record Round(Fault fault, Phase phase) {
    /** What comes after it may need nothing of what is lost: the nodes have joined by then. */
    boolean mayBeMissed() {
      return fault == Fault.LOSS
          || (fault == Fault.PAIR && (phase == Phase.TABLES || phase == Phase.WRITES));
    }
  }

  private static List<Round> rounds(Set<Fault> faults) {
    return Stream.of(Phase.values())
        .flatMap(phase ->
            Arrays.stream(Fault.values())
                .filter(faults::contains)
                .map(fault -> new Round(fault, phase)))
        .toList();
  }

  /** Of twenty; all of them with {@code -Drdpg.sweep=all}. */
  static List<Round> lasting() {
    return Sweep.of(rounds(Set.of(Fault.values())), 2);
  }

  /** Of sixteen. */
  static List<Round> passing() {
    return Sweep.of(
        rounds(Set.of(Fault.PAIR, Fault.CONSUL, Fault.UNREACHABLE, Fault.HALF_OPEN)), 1);
  }

  @BeforeAll
  static void start() throws IOException {
    machines = ApartMachines.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (machines != null) {
      machines.close();
    }
  }

  @BeforeEach
  void bare() throws IOException {
    machines.network().mend(); // where the last test has failed before it did
    machines.makeBare();
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void one_that_lasts(Round round) {
    PlanCopy plans = PlanCopy.in(machines.directory()).firstLeads();
    for (String plan : List.of("bootstrap.yml", "nonleader.yml", "leader.yml")) {
      plans.replace(plan, "timeout: 15m", "timeout: 2m"); // after what the fault itself brings
    }
    CommandResult result = begun(round, plans).await();
    machines.network().mend();
    if (result.exit() == 0) {
      assertThat(round.mayBeMissed()).as("%s", result).isTrue();
    } else {
      assertThat(firstError(result)).matches(round.fault().code);
    }
    finishes(plans);
  }

  @ParameterizedTest
  @MethodSource("passing")
  void one_that_passes_while_the_run_waits(Round round) {
    PlanCopy plans = PlanCopy.in(machines.directory()).firstLeads();
    Running run = begun(round, plans);
    run.awaitEvent(
        "it waits, has lost its lock by now, or needed nothing of what is lost",
        event ->
            event.path("event").asText().equals("lock_lost")
                || (event.path("event").asText().equals("run_finished") && round.mayBeMissed())
                || (event.path("event").asText().equals("waiting")
                    && event
                        .path("for")
                        .asText()
                        .matches("(?s).*(trying again|no leader|no answer in time|failed:).*")));
    machines.network().mend();
    CommandResult result = run.await();
    if (round.fault() == Fault.CONSUL && result.exit() != 0) {
      assertThat(firstError(result)).as("%s", result).isEqualTo("lock_lost");
    } else {
      result.exits(0);
    }
    finishes(plans);
  }

  private static String firstError(CommandResult result) {
    return result.events("step_finished").stream()
        .filter(event -> event.path("status").asText().equals("failed"))
        .findFirst()
        .orElseThrow()
        .path("error")
        .path("code")
        .asText();
  }

  private static Running begun(Round round, PlanCopy plans) {
    Running run = machines.startApply(plans.path("bootstrap.yml"), "-o", "json");
    run.awaitEvent("it is at " + round.phase(), round.phase()::begins);
    round.fault().begin(machines.network());
    return run;
  }

  private static void finishes(PlanCopy plans) {
    machines.apply(plans.path("bootstrap.yml")).exits(0);
    assertThat(machines.apply(plans.path("bootstrap.yml"), "-o", "json").exits(0).steps("changed"))
        .isEmpty();
  }
}
