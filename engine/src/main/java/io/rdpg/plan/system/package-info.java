/** Files and processes of this machine. */
@NullMarked
package io.rdpg.plan.system;

import org.jspecify.annotations.NullMarked;
