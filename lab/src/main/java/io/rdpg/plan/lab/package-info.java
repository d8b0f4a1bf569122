/** Starts and stops the real servers of a local inventory. */
@NullMarked
package io.rdpg.plan.lab;

import org.jspecify.annotations.NullMarked;
