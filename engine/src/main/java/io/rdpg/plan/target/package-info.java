/**
 * What the engine asks of servers, as interfaces: looks answered, effects performed, locks held.
 */
@NullMarked
package io.rdpg.plan.target;

import org.jspecify.annotations.NullMarked;
