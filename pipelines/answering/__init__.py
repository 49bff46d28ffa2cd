"""Has a model word an answer, and lets nothing pass that the evidence does not hold."""
