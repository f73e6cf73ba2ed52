package dev.handfast.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Terms of a WHERE clause with their parameters. Not thread-safe. */
final class Condition {

  private final List<String> terms = new ArrayList<>();
  private final List<Object> parameters = new ArrayList<>();
  private @Nullable String firstEqual;

  /** Demands a value, unless it is null. */
  void equal(String column, @Nullable String value) {
    if (value != null) {
      add(column + " = ?", value);
      firstEqual = firstEqual == null ? column : firstEqual;
    }
  }

  void add(String term, Object... values) {
    terms.add(term);
    parameters.addAll(Arrays.asList(values));
  }

  String sql() {
    return terms.isEmpty() ? "1 = 1" : String.join(" and ", terms);
  }

  /**
   * The newest first. Names the column of an index although its value is the same in all rows: H2
   * reads in an index's order only if it is told all of it.
   */
  String newestFirst() {
    String newest = "started_at desc, id desc";
    // There is no index by kind alone.
    return firstEqual == null || firstEqual.equals("kind") ? newest : firstEqual + ", " + newest;
  }

  List<Object> parameters() {
    return parameters;
  }

  List<Object> parametersAnd(Object last) {
    List<Object> all = new ArrayList<>(parameters);
    all.add(last);
    return all;
  }
}
