/** Tests of the Helm chart: linted, rendered, installed and upgraded by Helm itself, in process. */
@NullMarked
package dev.handfast.chart;

import org.jspecify.annotations.NullMarked;
