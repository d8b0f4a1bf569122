package io.rdpg.plan.trial;

/** A node that is a machine of its own, such as a container. */
public interface Machine {

  /**
   * What a command on it prints, run by root.
   *
   * @throws IllegalStateException with what it says when it fails
   */
  String run(String... command);

  /** Takes its network away, in both directions; it goes on by itself. */
  void disconnect();

  /** Gives the network back, with the address that it had. */
  void reconnect();

  /** Stops all its processes where they are; whoever is connected to it waits. */
  void pause();

  /** Lets them go on. */
  void unpause();

  /** Ends all its processes at once, as when its power goes. */
  void powerOff();

  /** Starts it again, with the data that it had, and waits until its servers take connections. */
  void powerOn();
}
