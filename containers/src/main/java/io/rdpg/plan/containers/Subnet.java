package io.rdpg.plan.containers;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.containers.Network;

/**
 * A network whose addresses are known before any container has one.
 *
 * @param prefix the first three numbers of its addresses, each with a dot
 */
record Subnet(String prefix, Network network) {
  private static final int TRIES = 20;

  /**
   * Makes one that no other network of the engine overlaps, of this JVM or another one.
   *
   * @throws DockerException in the engine's words, when it makes none
   */
  static Subnet make() {
    for (int tried = 1; ; tried++) {
      String prefix = "10.213." + ThreadLocalRandom.current().nextInt(256) + ".";
      Network network =
          Network.builder()
              .createNetworkCmdModifier(command ->
                  command.withIpam(
                      new Ipam().withConfig(new Ipam.Config().withSubnet(prefix + "0/24"))))
              .build();
      try {
        var _ = network.getId(); // makes it
        return new Subnet(prefix, network);
      } catch (DockerException e) {
        if (tried == TRIES) {
          throw e;
        }
      }
    }
  }
}
