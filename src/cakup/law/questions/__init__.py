"""Questions to the law: inputs in, amounts with their steps, sources and doubts out."""
