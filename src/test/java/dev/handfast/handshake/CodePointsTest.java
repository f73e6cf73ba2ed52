package dev.handfast.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodePointsTest {

  @Test
  void isTheListThatItWasMadeOf() {
    List<Integer> values = List.of(0, 0x1301, 0xffff);
    List<Integer> points = CodePoints.copyOf(values);
    assertThat(points).isEqualTo(values).hasSameHashCodeAs(values);
    assertThat(values).isEqualTo(points);
    assertThat(points.contains(0xffff)).isTrue();
    assertThat(points.contains(0x1302)).isFalse();
    assertThat(points.contains(0x10000)).isFalse();
  }

  @Test
  void isNotCopiedAgain() {
    List<Integer> points = CodePoints.copyOf(List.of(29, 23));
    assertThat(CodePoints.copyOf(points)).isSameAs(points);
  }

  @Test
  void refusesWhatTwoBytesDoNotHold() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CodePoints.copyOf(List.of(29, 0x10000)))
        .withMessage("code point: 65536 (expected: 0..65535)");
    assertThatIllegalArgumentException().isThrownBy(() -> CodePoints.copyOf(List.of(-1)));
  }
}
