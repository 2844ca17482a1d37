package net.facteur.server.smtp;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

/// The recipients of one transaction while they come in. Each question to the service shows those
/// taken before it; to copy them each time would cost the square of their number.
final class ForwardPaths {
  private static final int FIRST_CAPACITY = 8;

  private Transaction.ForwardPath[] taken = new Transaction.ForwardPath[FIRST_CAPACITY];
  private int size;

  void add(Transaction.ForwardPath path) {
    if (size == taken.length) {
      taken = Arrays.copyOf(taken, 2 * size);
    }
    taken[size++] = path;
  }

  int size() {
    return size;
  }

  /// Those taken until now. Nothing is copied, and those that follow are not seen in it.
  Prefix soFar() {
    return new Prefix(taken, size);
  }

  /// The first elements of an array in which they are never changed.
  static final class Prefix extends AbstractList<Transaction.ForwardPath> implements RandomAccess {
    private final Transaction.ForwardPath[] array;
    private final int size;

    private Prefix(Transaction.ForwardPath[] array, int size) {
      this.array = array;
      this.size = size;
    }

    @Override
    public Transaction.ForwardPath get(int index) {
      return array[Objects.checkIndex(index, size)];
    }

    @Override
    public int size() {
      return size;
    }
  }
}
