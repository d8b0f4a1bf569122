package io.rdpg.plan.analysis.proof;

import java.util.BitSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** What was decided: the numbers of {@link Conditions} that hold. */
final class Facts {
  static final Facts NONE = new Facts(new BitSet());

  private final BitSet numbers;

  private Facts(BitSet numbers) {
    this.numbers = numbers;
  }

  Facts with(int number) {
    BitSet more = (BitSet) numbers.clone();
    more.set(number);
    return new Facts(more);
  }

  /** Those of them that are among others. */
  Facts among(BitSet others) {
    BitSet left = (BitSet) numbers.clone();
    left.and(others);
    return new Facts(left);
  }

  /** Those of them that aren't among others. */
  Facts without(BitSet others) {
    BitSet left = (BitSet) numbers.clone();
    left.andNot(others);
    return new Facts(left);
  }

  boolean allOf(BitSet others) {
    BitSet rest = (BitSet) numbers.clone();
    rest.andNot(others);
    return rest.isEmpty();
  }

  boolean anyOf(BitSet others) {
    return numbers.intersects(others);
  }

  void forEach(IntConsumer action) {
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      action.accept(i);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Facts facts && numbers.equals(facts.numbers);
  }

  @Override
  public int hashCode() {
    return numbers.hashCode();
  }
}
