/** The compiler: from an inventory and plan files to plans that were checked for their nodes. */
@NullMarked
package io.rdpg.plan.analysis;

import org.jspecify.annotations.NullMarked;
