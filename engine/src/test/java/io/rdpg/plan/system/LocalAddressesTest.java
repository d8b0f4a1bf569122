package io.rdpg.plan.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalAddressesTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.77", "localhost", "::1"})
  void loopback_is_this_machine(String address) {
    assertThat(LocalAddresses.contain(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "nowhere.invalid"})
  void addresses_of_nobody_and_unknown_names_are_not(String address) {
    assertThat(LocalAddresses.contain(address)).isFalse();
  }

  @Test
  void whatever_an_interface_has_is() throws Exception {
    assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses))
        .isNotEmpty()
        .allMatch(address -> LocalAddresses.contain(address.getHostAddress()));
  }
}
