/** What is wrong, where, and what to do next: the one form in which every fault is told. */
@NullMarked
package io.rdpg.plan.language.diagnostic;

import org.jspecify.annotations.NullMarked;
