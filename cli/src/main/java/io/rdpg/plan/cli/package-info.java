/** The command line, its exit codes, and Wiring, the one place where objects meet. */
@NullMarked
package io.rdpg.plan.cli;

import org.jspecify.annotations.NullMarked;
