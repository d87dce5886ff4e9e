"""From groups to what a person can check: the evidence rows, and the words of `overt explain`."""
