"""What is said beside the lines of a derivation: remarks, the laws used, and where they stand in the literature."""

from __future__ import annotations

from collections.abc import Mapping

from texgrad.engine.structure import STRUCTURES
from texgrad.operators import TABLE
from texgrad.operators.indexed import STACKED, STACKED_TURNED

# what the engine notes, and how it is said
REMARKS: Mapping[str, str] = {
    "Frobenius product": r"\text{where } #1",
    "independent entries": r"\text{(the entries of } #1 \text{ taken as independent)}",
    "conjugate independent": r"\text{(the conjugate of } #1 \text{ taken as independent)}",
    "by a component of": r"\text{(by a component of } #1\text{)}",
    "by components": r"\text{(by components)}",
    "members": r"\text{(only } #1\ne 0\text{)}",
    "as a tensor": r"\text{(as a tensor)}",
    "equal indices": r"\text{with } #1_{ijk}=1 \text{ where } i=j=k\text{, and } 0 \text{ elsewhere}",
    "partial trace 1": r"\text{with } \operatorname{tr}_1(A\otimes B)=\operatorname{tr}(A)B",
    "partial trace 2": r"\text{with } \operatorname{tr}_2(A\otimes B)=\operatorname{tr}(B)A",
    "vectorised": r"\text{(vectorised)}",
    "symmetric-structured": r"\text{(} #1 \text{ symmetric: } G+G^T-I\odot G\text{)}",
    "vech": r"\text{(} #1 \text{ symmetric, } \operatorname{vec}#1=D\operatorname{vech}#1\text{)}",
    "vech-triangular": r"\text{(} #1 \text{ lower triangular)}",
    "symmetric-tangent": r"\text{(along symmetric } d#1 \text{: } \tfrac12(G+G^T)\text{)}",
    "skew-tangent": r"\text{(along skew-symmetric } d#1 \text{: } \tfrac12(G-G^T)\text{)}",
    "orthogonal-tangent": r"\text{(along } d#1 \text{ with } #1^Td#1 \text{ skew: } \tfrac12(G-#1G^T#1)\text{)}",
    "diagonal-structured": r"\text{(} #1 \text{ diagonal: } I\odot G\text{)}",
    "skew-structured": r"\text{(} #1 \text{ skew-symmetric: } G-G^T\text{)}",
    "lower-triangular-structured": r"\text{(} #1 \text{ lower triangular)}",
    "upper-triangular-structured": r"\text{(} #1 \text{ upper triangular)}",
    "toeplitz-structured": r"\text{(} #1 \text{ Toeplitz: the sums of the diagonals)}",
    "symmetric-toeplitz-structured": r"\text{(} #1 \text{ symmetric and Toeplitz)}",
    "the identity understood": r"\text{(a number added to a square matrix stands for that multiple of } I\text{)}",
    "the ones understood": r"\text{(a number added to a vector stands for that multiple of } \mathbf 1\text{)}",
    "what is taken as given": r"\text{(names of derivatives, expectations and integrals taken as given)}",
    "lines of their size": r"\text{(members are the rows or columns that have their size)}",
    "the reach of a sum": r"\text{(a sum reaches as far as its index is used)}",
    "the Frobenius norm": r"\text{(the norm of a matrix read as the Frobenius norm)}",
    "the spectral norm": r"\text{(the norm of a matrix read as its largest singular value)}",
    "the row-sum norm": r"\text{(} \|\cdot\|_\infty \text{ of a matrix is its largest row sum of absolute values)}",
    "the norms of rows": r"\text{(} \|\cdot\|_{2,1} \text{ is the sum of the norms of the rows)}",
    "functions by entries": r"\text{(the function of the matrix taken entry by entry)}",
    "functions of matrices": r"\text{(the function of the matrix, not of its entries)}",
    "ones": r"\text{(} 1 \text{ where a vector or a matrix must stand is one of ones)}",
    "with an increment along": r"\text{(}\Delta #2=\epsilon #1\text{)}",
}
# how a request was understood that can be understood otherwise, said where the laws are
READINGS: Mapping[str, str] = {
    "T as a transpose": r"\text{the } T \text{ above is a transpose}",
    "T as an exponent": r"\text{the } T \text{ above is an exponent}",
    "all numbers": r"\text{letters of which nothing is said are numbers}",
    "numbers as entries": r"\text{numbers with an index are the entries of a vector}",
}

# kinds of derivatives that say something else than what was asked, and are written as what they are
RESTATED = frozenset((
    "vech", "vech-triangular", "half jacobian", "gradient", "hessian", "transposed", "vec", "component of function",
    STACKED, STACKED_TURNED,
))  # fmt: skip
# what ties the entries of a matrix to one another
TIED = frozenset(("symmetric", "diagonal", "positive definite", "orthogonal"))
# letters for any two matrices, the first pair that means nothing else
PAIRS = ("AB", "CD", "PQ", "GH", "YZ", "ST")

# where the laws stand that belong to no single operator
GENERAL: Mapping[str, str] = {
    "vec(AXB) = (Bᵀ⊗A) vec(X)": "Matrix Cookbook (520)", "tr(AᵀB) = A:B": "Matrix Cookbook (521)",
    "tr(AB) = tr(BA)": "Matrix Cookbook (14)", "tr(A) = tr(Aᵀ)": "Matrix Cookbook (13)",
    "chain rule": "Magnus & Neudecker, ch. 5", "A:Bᵀ = Aᵀ:B": "Matrix Cookbook (13)",
    "⟨G, L(dX)⟩ = ⟨L*G, dX⟩": "Matrix Cookbook (16)",
}  # fmt: skip
SOURCES: Mapping[str, str] = {
    **{op.law: op.source for op in TABLE if op.law and op.source},
    **{name: structure.source for name, structure in STRUCTURES.items() if structure.source}, **GENERAL,
}  # fmt: skip
