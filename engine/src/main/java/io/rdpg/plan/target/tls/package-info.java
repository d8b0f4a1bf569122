/** TLS as servers are reached with it: certificates, keys, and what goes wrong with them. */
@NullMarked
package io.rdpg.plan.target.tls;

import org.jspecify.annotations.NullMarked;
