"""Scripts that seem to have one owner, with a reason and a confidence for each merge."""

from gridcanary.chain.clusters.merging import Clusters, Merge, merge_scripts
from gridcanary.chain.clusters.union import merged_labels

__all__ = ["Clusters", "Merge", "merge_scripts", "merged_labels"]
