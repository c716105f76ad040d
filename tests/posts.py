"""One post a dialect, with whatever makes math hard to find there, and what its page shows as math.

`ASK` marks where a request may be put: at the end of such a line. `FOUND` lists the formulas of each post in order.
"""

from __future__ import annotations

from collections.abc import Mapping

COMMONMARK = r"""---
title: "front $a$"
---

# Heading $h$

Costs $5 and $6, or \$7 and $x$; not `$code$`, not ``$`c$``, but $y_1$.

- item $i$

  second paragraph $j$

      indented $code$

  1. inner $k$

     > quote $q$
     > $$
     > a > b
     > $$
- > quoted item $l$
  > goes on $m$

> > deep $d$
lazy $z$

    indented $code$

```python
price = "$x$"
```

~~~
$f$
~~~

<div class="x">
raw $html$
</div>

<pre>
$pre$

$pre$
</pre>

Inline <span title="$t$">word $s$</span> and [link $u$](http://x.y/$a$b "t") and <!-- $c$ -->.

| a | b |
|---|---|
| $\|x\|$ | $v$ |

\begin{align}
a &= b \\
c &= d
\end{align}

Text $$e$$ and

$$
\begin{aligned} a &= 1 \\ b &= 2 \end{aligned}
$$

last $w$"""

RST = r"""=====================
The title :math:`a`
=====================

Costs $5 and $no$, \:math:`no`, ``:math:`no```, `plain`, :code:`no` but :math:`b` and `c`:math:,
and one of two
lines :math:`d`.

A section :math:`e`
-------------------

.. math:: f

.. math::
   :label: eq

   g

   h

.. code-block:: rst

   :math:`no`

   .. math:: no

As in::

    :math:`no`

and

::

> :math:`no`
> :math:`no`

more :math:`i`

* item :math:`j`

  second paragraph :math:`k`

  #. inner :math:`l`

         quote :math:`m`
* .. math:: n

Term :math:`o`
   meaning :math:`p`

:field: worth :math:`q`

.. note:: The words :math:`r`
   go on :math:`s`

   .. admonition:: Title

      in it :math:`t`

.. [1] A note :math:`u`
.. [2] Another :math:`v`

.. A comment :math:`no`

   goes on :math:`no`

..

   but a quote :math:`w`

.. |name| replace:: words

.. _target: http://x.y/:math:`no`

>>> print(":math:`no`")
:math:`no`

+-----------+-----------+
| :math:`y` | b         |
+-----------+-----------+

=========== =====
one         two
=========== =====
:math:`z`   more

:math:`A`   words
=========== =====

.. list-table::

   * - :math:`B`
     - b

A. Writer :math:`C`
knows no list.

| line :math:`x`
| block

------

The end :math:`D`"""

POSTS: Mapping[str, str] = {
    "commonmark": COMMONMARK,
    "github": "Inline $`a_b`$ and $\\{x\\}$ and\n\n```math\n\\|x\\|\n```\n\n$$\na \\\\ b\n$$\n\n> [!NOTE]\n"
    "> in it $`n`$\n",
    "jekyll": (
        "---\nlayout: post\n---\n\n"
        "Inline $$\\|a\\|$$ and $\\|b\\|$ {{ page.x | times: \"$5$\" }} \\\\(c\\\\) and \\\\[d\\\\]\n\n"
        "{% highlight tex %}\n$code$\n{% endhighlight %}\n\n{% raw %}$$e$${% endraw %}\n\n"
        "\\begin{align} f &= \\|K\\| \\\\\\ g &= \\_h \\\\\\\\ i \\end{align}\n\nTerm\n: meaning $t$\n\n"
        "Note[^1].\n\n[^1]: foot $n$\n"
    ),
    "hugo": (
        "+++\ntitle = '$t$'\n+++\n\nWith \\(a\\) and \\[b\\] and {{< ref \"$x$\" >}} and $c$.\n\n"
        "{{< highlight tex >}}\n$code$\n{{< /highlight >}}\n\n{{< math >}}\n$$d$$\n{{< /math >}}\n\n"
        "$$\n\\begin{aligned} e\\_1 \\\\\\\\ f \\end{aligned}\n$$\n"
    ),
    "hexo": "---\ntitle: a\n---\n\n$x\\_i$ and\n\n$$\n"
    "\\begin{aligned} a \\\\\\\\ b \\\\{c\\\\} \\end{aligned}\n$$\n\n{% codeblock %}\n$c$\n{% endcodeblock %}\n",
    "pandoc": (
        "---\ntitle: a\n---\n\nText $a$ and $ b $ no, 5$c$6 no.\n\n::: {.theorem}\nIn a div $d$\n:::\n\n"
        "<div>\nin html $e$\n</div>\n\n"
        "$$ f $$ {#eq:f}\n\nTerm $g$\n:   Meaning $h$\n\n(@) example $i$\n\n```{=latex}\n\\n"
        "ewcommand{\\R}{R}\n```\n\n^[inline note $k$]\n"
    ),
    "quarto": "---\nformat: html\n---\n\n$$\na\n$$ {#eq-a}\n\n::: {.callout-note}\n## Note $t$\nIn it $b$\n"
    ":::\n\n```{r}\nx$y$z\n```\n",
    "myst": (
        "---\njupytext: {}\n---\n\nA {math}`a_b` and $c$.\n\n```{math}\n:label: eq\nd \\\\ e\n```\n\n$$ f $$ (eqf)\n\n"
        "````{note}\nIn it $g$\n\n```{code-block} tex\n$code$\n```\n````\n\n:::{tip}\nIn it $h$\n:::\n"
    ),
    "obsidian": "> [!info]- Title $a$\n> body $b$\n\n%% hidden $c$ %% shown $d$ [[link]]\n\n- [ ] task $e$\n\n"
    "$$\nf\n$$\n",
    "mdx": (
        "import {X} from 'x'\nexport const a = `$b$`\n\n<X title=\"$t$\">\n  in it $c$\n</X>\n\n"
        "{/* $no$ */} {x.y$z$} $d$\n\n"
        "    not code $e$\n\n```js\nconst f = `$f$`\n```\n"
    ),
    "mkdocs": "!!! note \"Title $a$\"\n\n    In it $b$\n\n    ```\n    $code$\n    ```\n\n\\(c\\) and\n\n\\[\n"
    "d\n\\]\n\nTerm\n:   Meaning $e$\n",
    "latex": (
        "\\documentclass{article}\n% $comment$\n\\begin{document}\n\\section{A $a$}\n"
        "Pay 5\\$ \\url{x%20$y$} \\verb|$v$| \\(b\\) $c$\n"
        "\\iffalse $no$ \\ifx $no$ \\fi \\else $d$ \\fi\n\\begin{verbatim}\n$no$\n\\end{verbatim}\n"
        "\\begin{lstlisting}\n$no$\n\\end{lstlisting}\n"
        "\\begin{itemize}\n  \\item one $e$\n\\end{itemize}\n\\[ f % $no$\n\\]\n"
        "\\begin{multline*}g\\end{multline*}\n\\begin{flalign}h\\end{flalign}\n"
        "\\end{document}\n$no$\n"
    ),
    "rst": RST,
}  # fmt: skip

FOUND: Mapping[str, tuple[str, ...]] = {
    "commonmark": (
        "h", "x", "y_1", "i", "j", "k", "q", "a>b", "l", "m", "d", "z", "s", "u", "|x|", "v",
        r"\begin{align}a&=b\\c&=d\end{align}", "e", r"\begin{aligned}a&=1\\b&=2\end{aligned}", "w",
    ),
    "github": ("a_b", "{x}", r"\|x\|", r"a\\b", "n"),
    "jekyll": (r"\|a\|", "|b|", "c", "d", "e", r"\begin{align}f&=|K|\\g&=_h\\i\end{align}", "t", "n"),
    "hugo": ("a", "b", "c", "d", r"\begin{aligned}e_1\\f\end{aligned}"),
    "hexo": ("x_i", r"\begin{aligned}a\\b\{c\}\end{aligned}"),
    "pandoc": ("a", "d", "e", "f", "g", "h", "i", "k"),
    "quarto": ("a", "t", "b"),
    "myst": ("a_b", "c", r"d\\e", "f", "g", "h"),
    "obsidian": ("a", "b", "d", "e", "f"),
    "mdx": ("c", "d", "e"),
    "mkdocs": ("a", "b", "c", "d", "e"),
    "rst": tuple("abcdefghijklmnopqrstuvwyzABCxD"),
    "latex": ("a", "b", "c", "d", "e", "f", r"\begin{multline*}g\end{multline*}", r"\begin{flalign}h\end{flalign}"),
}  # fmt: skip
