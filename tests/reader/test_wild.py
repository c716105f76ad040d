"""One formula in the spellings of many hands: all must be worth the same, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest

from texgrad.algebra import Expr
from texgrad.check_values import Evaluator
from texgrad.check_worlds import world
from texgrad.reader import Problem, Source, read
from texgrad.source import TexgradError

DECLARED: Mapping[str, str] = {
    "X": "n x p", "Y": "n x p", "A": "n x n", "B": "n x n", "S": "n x n", "x": "n", "y": "n", "a": "n", "b": "p",
    "w": "p", "c": "scalar", r"\lambda": "scalar", r"\mu": "n",
}  # fmt: skip


class Spelt(NamedTuple):
    """A formula, the variable, and other spellings of the formula."""

    variable: str
    plain: str
    others: list[str]
    declare: Mapping[str, str] = DECLARED


GROUPS: Mapping[str, Spelt] = {
    "transpose": Spelt(r"X", r"\operatorname{tr}(Y^TX)", [
        r"\operatorname{tr}(Y^{T}X)", r"\operatorname{tr}(Y^\top X)", r"\operatorname{tr}(Y^{\top}X)",
        r"\operatorname{tr}(Y^\intercal X)", r"\operatorname{tr}(Y^{\intercal}X)",
        r"\operatorname{tr}(Y^{\mathsf T}X)", r"\operatorname{tr}(Y^{\mathsf{T}}X)",
        r"\operatorname{tr}(Y^\mathsf{T}X)", r"\operatorname{tr}(Y^{\mathrm T}X)",
        r"\operatorname{tr}(Y^\mathrm{T}X)", r"\operatorname{tr}(Y^{\rm T}X)", r"\operatorname{tr}(Y^{\text T}X)",
        r"\operatorname{tr}(Y^{\text{T}}X)", r"\operatorname{tr}(Y^\textrm{T}X)",
        r"\operatorname{tr}(Y^{\textsf{T}}X)", r"\operatorname{tr}(Y^tX)", r"\operatorname{tr}(Y^{t}X)",
        r"\operatorname{tr}(Y'X)", r"\operatorname{tr}(Y’X)", r"\operatorname{tr}(Y^\prime X)",
        r"\operatorname{tr}(Y^{\prime}X)", r"\operatorname{tr}(Y^{'}X)", r"\operatorname{tr}(Yᵀ X)",
        r"\operatorname{tr}(Y^⊤X)", r"\operatorname{tr}({Y}^{T}X)", r"\operatorname{tr}({Y^T}X)",
        r"\operatorname{tr}(Y ^ T X)", r"\operatorname{tr}(Y^{ \top } X)", r"\operatorname{tr}(Y^{\,T}X)",
        r"\operatorname{tr}(Y^{\!\top}X)", r"\operatorname{tr}(Y^{\mathtt{T}}X)",
        r"\operatorname{tr}(Y^{\mathit{T}}X)", r"\operatorname{tr}(Y^{\boldsymbol{\top}}X)",
        r"\operatorname{tr}(Y^{tr}X)", r"\operatorname{tr}(Y^{\mathbf T}X)", r"\operatorname{tr}(Y^\mathcal{T}X)",
        r"\operatorname{tr}(Y^{\scriptscriptstyle T}X)",
        r"\newcommand{\transpose}[1]{#1^\top}\operatorname{tr}(\transpose{Y}X)",
        r"\def\T{{\mathrm T}}\operatorname{tr}(Y^\T X)", r"\newcommand{\tp}{^{\mathsf T}}\operatorname{tr}(Y\tp X)",
        r"\operatorname{tr}(Y^{′}X)", r"\operatorname{tr}((Y)^TX)", r"\operatorname{tr}(\left(Y\right)^TX)",
    ]),
    "invT": Spelt(r"A", r"\operatorname{tr}((A^{-1})^TB)", [
        r"\operatorname{tr}(A^{-T}B)", r"\operatorname{tr}(A^{-\top}B)", r"\operatorname{tr}(A^{-t}B)",
        r"\operatorname{tr}(A^{-\mathsf T}B)", r"\operatorname{tr}(A^{-'}B)", r"\operatorname{tr}({A^{-1}}^TB)",
        r"\operatorname{tr}((A^T)^{-1}B)", r"\operatorname{tr}({A^T}^{-1}B)", r"\operatorname{tr}((A')^{-1}B)",
        r"\operatorname{tr}(A^{-1T}B)", r"\operatorname{tr}(A'^{-1}B)", r"\operatorname{tr}(A^{-1}{}^TB)",
        r"\operatorname{tr}(A^{−1\top}B)", r"\operatorname{tr}(A^{-{\mathrm T}}B)",
    ]),
    "fronorm": Spelt(r"X", r"\|X-Y\|_F^2", [
        r"\|X-Y\|^2_F", r"\|X-Y\|_{F}^{2}", r"||X-Y||_F^2", r"||X-Y||^2_F", r"\lVert X-Y\rVert_F^2",
        r"\Vert X-Y\Vert_F^2", r"\left\|X-Y\right\|_F^2", r"\left\Vert X-Y\right\Vert_F^2", r"\big\|X-Y\big\|_F^2",
        r"\bigl\|X-Y\bigr\|_F^2", r"\Big\Vert X-Y \Big\Vert_F^2", r"\left||X-Y\right||_F^2",
        r"\left|\left|X-Y\right|\right|_F^2", r"\vert\vert X-Y\vert\vert_F^2", r"\lvert\lvert X-Y\rvert\rvert_F^2",
        r"||X-Y| |_F^2", r"| |X-Y||_F^2", r"\|X-Y\|_\mathrm{F}^2", r"\|X-Y\|_{\mathrm{F}}^2", r"\|X-Y\|_{\text{F}}^2",
        r"\|X-Y\|_{\rm F}^2", r"\|X-Y\|_{\mathcal F}^2", r"\|X-Y\|_{Fro}^2", r"\|X-Y\|_{\text{Fro}}^2",
        r"\|X-Y\|_{\mathrm{fro}}^2", r"\|X-Y\|_ {F} ^ 2", r"\|X-Y\|^2", r"‖X-Y‖_F^2", r"‖X-Y‖²", r"\|X-Y\|_2^2",
        r"\norm{X-Y}_F^2", r"\norm{X-Y}^2_F", r"\mid\mid X-Y\mid\mid_F^2", r"\|{X-Y}\|_F^2", r"{\|X-Y\|}_F^2",
        r"{\left\|X-Y\right\|}^2_F", r"\left(\|X-Y\|_F\right)^2", r"\left\lVert X-Y\right\rVert_F^2", r"∥X-Y∥_F^2",
        r"\parallel X-Y\parallel_F^2", r"\|X−Y\|_F^2", r"\|X–Y\|_F^2",
        r"\DeclarePairedDelimiter{\nrm}{\lVert}{\rVert}\nrm{X-Y}_F^2",
        r"\newcommand{\nrm}[1]{\left\lVert#1\right\rVert}\nrm{X-Y}_F^2",
        r"\newcommand{\nrm}[2][F]{\|#2\|_{#1}}\nrm{X-Y}^2", r"\boldsymbol{\|}X-Y\boldsymbol{\|}_F^2",
        r"\left \| X-Y \right \|_{F}^{2}", r"\|X-Y\|_{F}^{\,2}",
    ]),
    "vecnorm": Spelt(r"x", r"\|x-y\|_2^2", [
        r"\|x-y\|^2", r"|x-y|^2", r"|x-y|_2^2", r"\left|x-y\right|^2", r"||x-y||^2", r"\|x-y\|_{2}^{2}",
        r"\|x-y\|_{\ell_2}^2", r"\|x-y\|_{\ell^2}^2", r"\|x-y\|_{L_2}^2", r"\left\lvert x-y\right\rvert^2",
        r"|\!|x-y|\!|^2", r"\norm{x-y}^2", r"\norm{x-y}_2^2", r"\Vert x-y\Vert ^{2}",
    ]),
    "trace": Spelt(r"A", r"\operatorname{tr}(AB)", [
        r"\tr(AB)", r"\Tr(AB)", r"\tr{(AB)}", r"\tr{AB}", r"\tr\{AB\}", r"\tr[AB]", r"\tr\left[AB\right]",
        r"\tr\left\{AB\right\}", r"\tr \left( AB\right)", r"\operatorname{Tr}(AB)", r"\operatorname{trace}(AB)",
        r"\operatorname{trace}AB", r"\text{tr}(AB)", r"\text{Tr}(AB)", r"\text{ tr }(AB)", r"\text{trace}(AB)",
        r"\mathrm{tr}(AB)", r"\mathrm{tr}\,AB", r"\mathrm{tr}\ AB", r"\mathrm{Tr}(AB)", r"\mathrm{trace}(AB)",
        r"{\rm tr}(AB)", r"{\rm Tr}\left(AB\right)", r"{\rm trace}(AB)", r"{\bf tr}(AB)", r"\mathbf{tr}(AB)",
        r"\mathbf{Tr}(AB)", r"\mathtt{tr}(AB)", r"\textbf{tr}(AB)", r"\mathsf{tr}(AB)", r"\mathit{tr}(AB)",
        r"\textit{tr}(AB)", r"\mathop{tr}(AB)", r"\mathop{\rm tr}(AB)", r"\mathop{\mathrm{tr}}(AB)",
        r"\mathop{\mathrm{tr}}\nolimits(AB)", r"\operatorname*{tr}(AB)", r"\mbox{tr}(AB)", r"\hbox{tr}(AB)",
        r"\textnormal{Tr}(AB)", r"tr(AB)", r"Tr(AB)", r"Tr[AB]", r"Tr\{AB\}", r"tr\left(AB\right)", r"trace(AB)",
        r"Trace(AB)", r"TR(AB)", r"\trace(AB)", r"\Trace(AB)", r"\trace{AB}", r"\operatorname{Trace}(AB)",
        r"\text{Trace}(AB)", r"\textrm{tr}(AB)", r"\textsc{tr}(AB)", r"\mathrm{t r}(AB)",
        r"\operatorname{\mathrm{tr}}(AB)", r"\operatorname{\mathsf{tr}}(AB)", r"\mathrm{tr}\bigl(AB\bigr)",
        r"\mathrm{tr}\big(AB\big)", r"\operatorname{Sp}(AB)", r"\operatorname{tr}\!\left(AB\right)",
        r"\operatorname{tr}\!\big(AB\big)", r"\langle A^T, B\rangle", r"A^T:B",
        r"\DeclareMathOperator{\spur}{Spur}\operatorname{tr}(AB)",
    ]),
    "det": Spelt(r"A", r"\det(AB)", [
        r"|AB|", r"\left|AB\right|", r"\vert AB\vert", r"\left\vert AB\right\vert", r"\lvert AB\rvert", r"\det AB",
        r"\det{AB}", r"\det\left[AB\right]", r"\mathrm{det}(AB)", r"\text{det}(AB)", r"\operatorname{det}(AB)",
        r"{\rm det}(AB)", r"det(AB)", r"Det(AB)", r"\Det(AB)", r"\big|AB\big|", r"\bigl|AB\bigr|", r"\mid AB\mid",
        r"\det\{AB\}", r"\det{(AB)}", r"\det\!\left(AB\right)",
    ]),
    "logdet": Spelt(r"A", r"\log\det(AB)", [
        r"\log|AB|", r"\log\left|AB\right|", r"\ln|AB|", r"\ln\det(AB)", r"\log(\det(AB))", r"\log\left(|AB|\right)",
        r"\log(|AB|)", r"\log\det AB", r"\operatorname{logdet}(AB)", r"\mathrm{logdet}(AB)", r"\text{logdet}(AB)",
        r"\logdet(AB)", r"\log\mathrm{det}(AB)", r"\operatorname{log\,det}(AB)", r"\operatorname{log det}(AB)",
        r"\mathrm{log\,det}(AB)", r"\log \vert AB\vert", r"ln|AB|", r"log|AB|", r"log det(AB)", r"\text{log}|AB|",
        r"\mathrm{ln}|AB|", r"\log{|AB|}", r"\log{\det(AB)}", r"\ln\left(\det\left(AB\right)\right)",
        r"\log\left\{\det(AB)\right\}", r"\ln\left\{\left|AB\right|\right\}", r"\log{\left|AB\right|}",
    ]),
    "product": Spelt(r"x", r"x^TAy", [
        r"x^T\cdot A\cdot y", r"x^T\times A\times y", r"x^T*A*y", r"x^T\,A\,y", r"x^T\;A\;y", r"x^T . A . y",
        r"x^T.A.y", r"x^T{A}{y}", r"x^T (A) y", r"x^T (A y)", r"(x^TA)y", r"\langle x,Ay\rangle",
        r"\left\langle x, Ay\right\rangle", r"<x,Ay>", r"\lt x,Ay\gt", r"\langle x| Ay\rangle",
        r"\langle x\mid Ay\rangle", r"⟨x,Ay⟩", r"x\cdot Ay", r"x\cdot(Ay)", r"x\bullet Ay", r"x:Ay",
        r"x^T\ast A\ast y", r"x^T ⋅ A ⋅ y", r"x^T · A · y", r"x^⊤Ay", r"x^T \, A \: y", r"x^TA\hspace{2pt}y",
        r"\langle x\,,\,Ay\rangle", r"\left<x,Ay\right>", r"\left\langle{x},{Ay}\right\rangle", r"x'Ay",
        r"\langle Ay,x\rangle", r"\big\langle x,Ay\big\rangle", r"\mathrm{tr}(x^TAy)", r"x^T\mathbin{A}y",
        r"\boxed{x^TAy}", r"{\color{red}x^T}Ay", r"\color{red}{x^T}Ay", r"\textcolor{red}{x^T}Ay",
        r"{\color{red} x}^TAy", r"x^TAy\tag{3}", r"x^TAy\label{eq:a}", r"x^TAy\phantom{abc}", r"\displaystyle x^TAy",
        r"{\displaystyle x^TAy}", r"{\large x^TAy}", r"x^TAy\nonumber", r"x^TAy~",
        r"\underbrace{x^TAy}_{\text{scalar}}", r"\underbrace{x^T}_{1\times n}Ay", r"x^T\overbrace{Ay}^{n}",
        r"x^TAy\,.", r"x^TAy,", r"x^TAy\quad\text{where } A\in\mathbb{R}^{n\times n}",
        r"x^TAy \text{ where } x\in\mathbb R^n", r"\smash{x^T}Ay", r"x^T\!Ay", r"x^T\mspace{3mu}Ay",
        r"x^T\,\cdot\,A\,\cdot\,y", r"x^T\negthinspace Ay", 'x^T\u2009A\u200by', 'x^T\xa0Ay',
        r"\begin{aligned}x^TAy\end{aligned}", r"\begin{equation}\begin{split}x^TAy\end{split}\end{equation}",
        r"\begin{align}x^TAy\tag{2}\end{align}",
    ]),
    "frob": Spelt(r"X", r"\operatorname{tr}(Y^TX)", [
        r"Y:X", r"Y\colon X", r"\langle Y,X\rangle", r"\langle Y,X\rangle_F", r"\langle Y,X\rangle_{\mathrm{F}}",
        r"\left\langle Y,X\right\rangle_F", r"<Y,X>", r"<Y,X>_F", r"Y\bullet X", r"⟨Y,X⟩", r"\langle Y|X\rangle",
        r"Y \cdot X", r"\inner{Y}{X}", r"\operatorname{tr}(YX^T)", r"\ip{Y}{X}", r"\mathrm{vec}(Y)^T\mathrm{vec}(X)",
        r"\mathbf 1^T(Y\odot X)\mathbf 1", r"\sum_{i,j} Y_{ij}X_{ij}", r"\sum_{ij} Y_{ij}X_{ij}",
        r"\sum_i\sum_j Y_{ij}X_{ij}", r"\sum_{i=1}^n\sum_{j=1}^p Y_{ij}X_{ij}", r"Y\mathbin{:}X",
        r"\langle X, Y\rangle_{\mathbb{R}^{n\times p}}", r"\langle Y,X\rangle_{HS}",
    ]),
    "hadamard": Spelt(r"X", r"\mathbf 1^T(X\odot Y)\mathbf 1", [
        r"\mathbf 1^T(X\circ Y)\mathbf 1", r"\mathbf 1^T(X\ast Y)\mathbf 1", r"\mathbf 1^T(X\star Y)\mathbf 1",
        r"\mathbf 1^T(X .* Y)\mathbf 1", r"\mathbf 1^T(X.*Y)\mathbf 1", r"\mathbf 1^T(X*Y)\mathbf 1",
        r"\mathbf 1^T(X⊙Y)\mathbf 1", r"\mathbf 1^T(X∘Y)\mathbf 1", r"1^T(X\odot Y)1",
        r"\mathbf{1}'(X\odot Y)\mathbf{1}", r"\mathbb 1^T(X\odot Y)\mathbb 1", r"\mathbb{1}^T(X\odot Y)\mathbb{1}",
        r"\mathbf{1}_n^T(X\odot Y)\mathbf{1}_p", r"\mathbf{1}^T_n(X\odot Y)\mathbf{1}_p", r"1_n^T(X\odot Y)1_p",
        r"{\bf 1}^T(X\odot Y){\bf 1}", r"{\tt1}^T(X\odot Y){\tt1}", r"\mathtt{1}^T(X\odot Y)\mathtt{1}",
        r"\iota^T(X\odot Y)\iota", r"\iota_n^T(X\odot Y)\iota_p", r"\boldsymbol{1}^T(X\odot Y)\boldsymbol{1}",
        r"\bm{1}^T(X\odot Y)\bm{1}", r"\bm1^T(X\odot Y)\bm1", r"\vec{1}^T(X\odot Y)\vec{1}",
        r"\vec 1^T(X\odot Y)\vec 1", r"\mathbbm{1}^T(X\odot Y)\mathbbm{1}", r"\mathds{1}^T(X\odot Y)\mathds{1}",
        r"\1^T(X\odot Y)\1", r"\textbf{1}^T(X\odot Y)\textbf{1}", r"\underline{1}^T(X\odot Y)\underline{1}",
        r"\one^T(X\odot Y)\one", r"\ones^T(X\odot Y)\ones", r"\mathbf{1}^{\top}(X \odot Y)\mathbf{1}",
        r"\pmb{1}^T(X\odot Y)\pmb 1", r"\mathsf 1^T(X\odot Y)\mathsf 1", r"\mathrm 1^T(X\odot Y)\mathrm 1",
        r"\mathbf{1}_{n}^{T}(X\odot Y)\mathbf{1}_{p}", r"\mathbf{1}_{1\times n}(X\odot Y)\mathbf{1}_{p\times 1}",
        r"𝟏^T(X\odot Y)𝟏", r"𝟙^T(X\odot Y)𝟙",
    ]),
    "frac": Spelt(r"x", r"\frac{x^TAx}{x^Tx}", [
        r"\dfrac{x^TAx}{x^Tx}", r"\tfrac{x^TAx}{x^Tx}", r"\cfrac{x^TAx}{x^Tx}", r"{x^TAx \over x^Tx}",
        r"{{x^TAx}\over{x^Tx}}", r"\nicefrac{x^TAx}{x^Tx}", r"\sfrac{x^TAx}{x^Tx}", r"(x^TAx)/(x^Tx)",
        r"x^TAx/(x^Tx)", r"x^TAx\,/\,(x^Tx)", r"\left.x^TAx\middle/(x^Tx)\right.", r"x^TAx \cdot \frac{1}{x^Tx}",
        r"\frac1{x^Tx}x^TAx", r"(x^Tx)^{-1}x^TAx", r"\frac{\displaystyle x^TAx}{\displaystyle x^Tx}",
        r"\frac{x^TAx}{\|x\|^2}", r"\frac{1}{x^Tx}\,x^TAx", r"x^TAx\div(x^Tx)", r"\frac{x^T A x}{x^T \cdot x}",
        r"{x^TAx}/{x^Tx}", r"\frac{x^TAx}{x^T Ix}", r"\genfrac{}{}{}{}{x^TAx}{x^Tx}",
        r"\left({x^TAx \over x^Tx}\right)",
    ]),
    "half": Spelt(r"x", r"\frac{1}{2}x^Tx", [
        r"\frac12x^Tx", r"\frac 12 x^Tx", r"\frac1 2x^Tx", r"\tfrac12x^Tx", r"\dfrac12x^Tx", r"\nicefrac{1}{2}x^Tx",
        r"½x^Tx", r"1/2\,x^Tx", r"(1/2)x^Tx", r"{1\over2}x^Tx", r"{1 \over 2}x^Tx", r"0.5x^Tx", r".5x^Tx",
        r"\frac{x^Tx}{2}", r"\frac{x^Tx}2", r"x^Tx/2", r"2^{-1}x^Tx", r"{\textstyle\frac12}x^Tx",
        r"{\small\frac12}x^Tx", r"\half x^Tx", r"\tfrac{1}{2}\sum_i x_i^2", r"\frac{1}{2}\sum_{i=1}^n x_i^2",
        r"\frac{1}{2}\sum_{i=1}^{n}{x_i^2}", r"\frac12\sum\limits_{i=1}^n x_i^2", r"\frac12\sum\nolimits_{i} x_i^2",
        r"\frac12 ∑_i x_i²", r"\frac12\|x\|²", r"\frac12\sum_{i=1}^n x_i x_i", r"\frac12\sum_{i=1}^n (x_i)^2",
        r"\frac12 x\cdot x", r"\frac12 {x}^T{x}", r"\frac12\sum^n_{i=1}x_i^2",
        r"\frac12\displaystyle\sum_{i=1}^n x_i^2", r"\frac12\sum_{1\le i\le n}x_i^2", r"\frac12\sum_{i=1}^n [x]_i^2",
        r"\frac12\sum_{i=1}^nx_i^{2}",
    ]),
    "identity": Spelt(r"A", r"\|A-I\|_F^2", [
        r"\|A-I_n\|_F^2", r"\|A-\mathbf I\|_F^2", r"\|A-\mathbf{I}_n\|_F^2", r"\|A-\mathbf{I}_{n}\|_F^2",
        r"\|A-I_{n\times n}\|_F^2", r"\|A-\mathrm{I}\|_F^2", r"\|A-\mathbb{I}\|_F^2", r"\|A-\mathbb I_n\|_F^2",
        r"\|A-\boldsymbol{I}\|_F^2", r"\|A-\bm{I}\|_F^2", r"\|A-{\bf I}\|_F^2", r"\|A-{\rm I}\|_F^2",
        r"\|A-\mathsf I\|_F^2", r"\|A-\operatorname{Id}\|_F^2", r"\|A-\mathrm{Id}\|_F^2", r"\|A-\text{Id}\|_F^2",
        r"\|A-\textbf{I}\|_F^2", r"\|A-\operatorname{id}\|_F^2", r"\|A-\mathit{I}\|_F^2", r"\|A-\mathds{I}\|_F^2",
        r"\|A-𝐈\|_F^2", r"\|A-1I\|_F^2", r"\|A-\mathbf{Id}_n\|_F^2", r"\|A-\operatorname{Diag}(\mathbf 1)\|_F^2",
    ]),
    "implicit": Spelt(r"A", r"\log\det(cI+AA^T)", [
        r"\log\det(c+AA^T)", r"\log|c+AA^T|", r"\log(\det(c+AA^T))", r"\log\det(AA^T+c)",
    ]),
    "implicit1": Spelt(r"A", r"\log\det(I+AA^T)", [
        r"\log\det(1+AA^T)", r"\ln|1+AA^T|", r"\log\det({\rm I}+AA^T)", r"\log\det(\mathbb{1}+AA^T)",
    ]),
    "implicitinv": Spelt(r"x", r"y^T(cI+A)^{-1}x", [
        r"y^T(c+A)^{-1}x", r"y^T(A+c)^{-1}x", r"y^T\left(A+cI\right)^{-1}x", r"y^T(c\,I_n+A)^{-1}x",
        r"\operatorname{tr}((c+A)^{-1}xy^T)", r"y^T{(cI+A)}^{-1}x", r"y^T[cI+A]^{-1}x", r"y^T\{cI+A\}^{-1}x",
    ]),
    "inverse": Spelt(r"A", r"x^TA^{-1}y", [
        r"x^T{A}^{-1}y", r"x^T(A)^{-1}y", r"x^TA^{ - 1}y", r"x^TA^{−1}y", r"x^TA^{–1}y", r"x^T\operatorname{inv}(A)y",
        r"x^TA⁻¹y", r"x^T\text{inv}(A)y", r"x^T A^{\text{-}1}y", r"x^T A^{\,-1} y", r"x^T {A^{-1}} y",
        r"\frac{x^T A^{-1} y}{1}", r"x^T A^{-{1}}y",
    ]),
    "square": Spelt(r"A", r"\operatorname{tr}(AA)", [
        r"\operatorname{tr}(A^2)", r"\operatorname{tr}A^2", r"\operatorname{tr}(A^{2})", r"\operatorname{tr}(A²)",
        r"\operatorname{tr}(A\cdot A)", r"\operatorname{tr}\left[A^2\right]",
    ]),
    "bold": Spelt(r"\mathbf{X}", r"\|\mathbf{X}\mathbf{w}-\mathbf{y}\|^2", [
        r"\|\mathbf X\mathbf w-\mathbf y\|^2", r"\|\mathbf{Xw}-\mathbf{y}\|^2", r"\|\mathbf{Xw-y}\|^2",
        r"\|\mathbf{X w}-\mathbf{ y }\|^2", r"\|\bf X w-y\|^2", r"\|{\bf X}{\bf w}-{\bf y}\|^2", r"{\bf \|Xw-y\|^2}",
        r"\mathbf{\|Xw-y\|^2}", r"\|{\mathbf X}{\mathbf w}-{\mathbf y}\|^2", r"\|{\bf Xw}-{\bf y}\|^2",
    ], {r"\mathbf{X}": "n x p", r"\mathbf w": "p", r"\mathbf y": "n"}),
    "sigma2": Spelt(r"\sigma^2", r"\frac{\|x\|^2}{\sigma^2}+n\log\sigma^2", [
        r"\frac{\|x\|^2}{\sigma^{2}}+n\log(\sigma^2)", r"\|x\|^2\sigma^{-2}+n\ln\sigma^{2}",
        r"\frac{1}{\sigma^2}\|x\|^2+n\log{\sigma^2}", r"\|x\|^2(\sigma^2)^{-1}+n\log\sigma^2",
        r"\|x\|^2/\sigma^2+n\log\sigma^2",
    ]),
    "labels": Spelt(r"W^{[1]}", r"\|W^{[1]}x^{(i)}-b^{[1]}\|^2", [
        r"\|{W^{[1]}}{x^{(i)}}-b^{[1]}\|^2", r"\|W^{[1]}\cdot x^{(i)}-b^{[1]}\|^2",
        r"(W^{[1]}x^{(i)}-b^{[1]})^T(W^{[1]}x^{(i)}-b^{[1]})",
    ], {r"W^{[1]}": "m x n", r"x^{(i)}": "n", r"b^{[1]}": "m"}),
    "labelsT": Spelt(r"w", r"(w^Tx^{(i)}-y^{(i)})^2", [
        r"({x^{(i)}}^Tw-y^{(i)})^2", r"(x^{(i)T}w-y^{(i)})^2", r"(x^{(i)\top}w-y^{(i)})^2",
        r"(x^{(i)}{}^Tw-y^{(i)})^2", r"((x^{(i)})^Tw-y^{(i)})^2", r"(w'x^{(i)}-y^{(i)})^2",
    ], {r"w": "n", r"x^{(i)}": "n", r"y^{(i)}": "scalar"}),
    "elementwise": Spelt(r"x", r"\mathbf 1^T\exp(x)", [
        r"\mathbf 1^Te^x", r"\mathbf 1^Te^{x}", r"\mathbf 1^T\operatorname{exp}(x)", r"\mathbf 1^T\mathrm{exp}(x)",
        r"\mathbf 1^T\text{exp}(x)", r"\mathbf 1^Texp(x)", r"\mathbf 1^T\exp\{x\}", r"\mathbf 1^T\exp\left[x\right]",
        r"\mathbf 1^T\mathrm{e}^{x}", r"\sum_i e^{x_i}", r"\sum_{i=1}^n\exp(x_i)", r"\mathbf 1^T{\rm e}^x",
        r"\mathbf{1}^T \exp{(x)}", r"1^Te^x", r"\sum_j \mathrm{e}^{x_j}", r"\mathbf 1^T\operatorname{e}^{x}",
    ]),
    "sigmoid": Spelt(r"w", r"\mathbf 1^T\log(1+\exp(-Xw))", [
        r"\mathbf 1^T\log(1+e^{-Xw})", r"\mathbf 1^T\ln(1+e^{-Xw})", r"\mathbf 1^T\log(\mathbf 1+e^{-Xw})",
        r"\mathbf 1^T\log\left(1+\exp(-Xw)\right)", r"1^T\log(1+e^{-Xw})",
    ]),
}  # fmt: skip
CONTEXTS = [
    "#", "{#}", r"\frac{#}{2}", r"\frac{1}{#}", r"\left(#\right)^2", r"\lambda\,\{#\}-(#)", r"\exp\left[#\right]",
    r"\sqrt{{#}}", r"\left.#\right.", r"\displaystyle #", r"\sum_{k=1}^K \rho_k(#)",
]  # fmt: skip
# what is said of a whole formula
WHOLE = ("def", "newcommand", "Declare", "tag", "label", "where", "begin", "nonumber")


def expression(latex: str, spelt: Spelt) -> Expr:
    declare = {r"\lambda": "scalar", **spelt.declare}
    return read(Problem((Source(latex),), wrt=(spelt.variable,), declare=declare)).expression


def same(a: Expr, b: Expr) -> bool:
    """Whether two expressions have the same shape and, at random points, the same worth."""
    if a is b:
        return True
    evaluate = Evaluator(world([a, b], frozenset(), {}))
    return a.shape == b.shape and np.allclose(evaluate(a), evaluate(b), rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("name", GROUPS)
def test_every_spelling_means_the_same(name: str) -> None:
    spelt = GROUPS[name]
    plain = expression(spelt.plain, spelt)
    wrong: list[Any] = []
    for latex in spelt.others:
        try:
            if not same(expression(latex, spelt), plain):
                wrong.append(latex)
        except TexgradError as error:
            wrong.append((latex, str(error)))
    assert not wrong


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", GROUPS)
def test_every_spelling_means_the_same_wherever_it_stands(name: str, context: str) -> None:
    spelt = GROUPS[name]
    plain = expression(context.replace("#", spelt.plain), spelt)
    wrong: list[Any] = []
    for latex in spelt.others:
        if latex.endswith((".", ",")) or any(word in latex for word in WHOLE):
            continue
        try:
            if not same(expression(context.replace("#", latex), spelt), plain):
                wrong.append(latex)
        except TexgradError as error:
            wrong.append((latex, str(error)))
    assert not wrong
