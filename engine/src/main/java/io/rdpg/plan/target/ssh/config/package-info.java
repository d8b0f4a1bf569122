/**
 * OpenSSH's client configuration: reads what ssh_config(5) and ssh's own options say about a host,
 * and resolves it to the hops that lead there. Contacts nothing.
 */
@NullMarked
package io.rdpg.plan.target.ssh.config;

import org.jspecify.annotations.NullMarked;
