package io.rdpg.plan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** All that is sent to a lab's nodes and their servers, until closed. */
final class Overheard implements AutoCloseable {
  private final LabUnderTest lab;
  private final OverheardShell shells;
  private final List<OverheardHttp> agents;
  private final List<OverheardSql> servers;

  private Overheard(LabUnderTest lab, OverheardShell shells) {
    this.lab = lab;
    this.shells = shells;
    agents = lab.nodes().stream().map(node -> OverheardHttp.from(lab, node)).toList();
    servers = lab.nodes().stream().map(node -> OverheardSql.from(lab, node)).toList();
    shells.forget();
  }

  /** From now on, in a lab whose SQL and shells are set up for it. */
  static Overheard from(LabUnderTest lab, OverheardShell shells) {
    return new Overheard(lab, shells);
  }

  void sawOnlyLooks() {
    assertThat(agents).allSatisfy(agent -> assertThat(agent.acts()).isEmpty());
    assertThat(servers)
        .allSatisfy(server -> assertThat(server.acts()).isEmpty())
        .allSatisfy(server -> assertThat(server.statements()).isNotEmpty());
    assertThat(shells.acts()).isEmpty();
    assertThat(shells.scripts()).hasSizeGreaterThan(lab.nodes().size());
  }

  /** Else the above would hold for everything. */
  void sawActsOfEachKind() {
    assertThat(agents).anySatisfy(agent -> assertThat(agent.acts()).isNotEmpty());
    assertThat(servers).anySatisfy(server -> assertThat(server.acts()).isNotEmpty());
    assertThat(shells.acts()).isNotEmpty();
  }

  @Override
  public void close() {
    agents.forEach(OverheardHttp::close);
  }
}
