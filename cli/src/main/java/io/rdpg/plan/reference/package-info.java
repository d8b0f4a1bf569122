/**
 * What the tool says of itself, made of what it is made of: the JSON Schema of plans, the pages of
 * {@code explain} and docs, help, man pages, shell completion. Nothing here is said twice, so
 * nothing can fall behind.
 */
@NullMarked
package io.rdpg.plan.reference;

import org.jspecify.annotations.NullMarked;
