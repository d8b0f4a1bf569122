/** What a primitive is: looks, answers and effects as data, and three pure functions over them. */
@NullMarked
package io.rdpg.plan.step;

import org.jspecify.annotations.NullMarked;
