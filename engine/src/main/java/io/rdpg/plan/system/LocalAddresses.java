package io.rdpg.plan.system;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Tells which addresses are this machine's own, as its network interfaces have them. */
public final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * Whether an address leads to this machine.
   *
   * @param address an IP address, or a name, which is resolved; false when it can't be
   */
  public static boolean contain(String address) {
    try {
      return Arrays.stream(InetAddress.getAllByName(address)).anyMatch(LocalAddresses::isOurs);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** All of 127.0.0.0/8 is loopback, though an interface has only one of it. */
  private static boolean isOurs(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return true;
    }
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}
