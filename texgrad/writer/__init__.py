"""From expressions to text: LaTeX in the author's hand, layouts of derivations, Python, the table of rules."""
