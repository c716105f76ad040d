"""The words in which people say what a letter is: one table for each language, read together.

The entries are regular expressions without groups of their own. Another language is one more table with the same keys.
"""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "vector": r"(?:column\s+)?vectors?", "row": r"row\s+vectors?", "matrix": r"matri(?:x|ces)",
    "scalar": r"scalars?|numbers?(?!\s+of\b)|reals",
    "verb": r"(?:is|are|be|being|denotes?|was|were)(?:\s+(?:both|all|assumed\s+to\s+be|taken\s+to\s+be|an?\s+given))?|"
            r"(?:both|all)\s+be|represents?",
    "a": r"an?|some|any", "the": r"the|its|our|this|each|every",
    "and": r"and|or", "which": r"which|that|where\s+it|where\s+each|each\s+of\s+which",
    # what ends the words before a thing: "an eigenvector of the matrix" is no matrix
    "ends": r"and|or|of|to|by|for|in|on|at|from|with|as|that|which|whose|where|when|if|so|such|then|we|it|is|are|be|"
            r"was|has|have|given|using|let|via|gives?|into|than",
    "size": r"(?:(?:is|are)\s+)?(?:of|with|has|have|having)\s+(?:the\s+|an?\s+)?(?:common\s+|known\s+|same\s+)?"
            r"(?:lengths?|sizes?|dimensions?|dimensionality|dims?|shapes?|order)(?:\s+of)?|with|has|have",
    "counted": r"entries|elements|components|rows|coordinates|dimensions", "rows": "rows",
    "dimensional": r"dimensional|dim\.?|d(?=\s)",
    "in": r"(?:lies?\s+|living\s+|lives\s+|belongs?\s+|taken\s+)?(?:in|from|to)", "by": r"by|×|x",
    "owner": r"of|in|for|by|to|from|on|with|than|over", "of": "of", "both": "both",
    "condition": r"if|when|whenever|unless|provided|assuming\s+for\s+now|in\s+(?:the\s+)?case|"
                 r"(?:may|might|could|can|would)\s+(?:\w+\s+)?(?:take|choose|set|assume)(?!\s+(?:w\.?l\.?o\.?g|without\s+loss))|for\s+(?:example|instance)|"
                 r"special\s+case|for(?!\s+(?:an?|any|all|every|each|the|some|given)\b)",
    "if": r"if|whether|when",
    "case": r"if|when(?:ever)?|for|where(?:ver)?", "otherwise": r"otherwise|else(?:where)?",
    "whereas": r"whereas|while|but",
    "let": r"let|where|with|define|defines?|denote|set|setting|put|write|and|given|by|introduce|call|consider|suppose",
    "not": r"not|never|neither|nor|no\s+longer|skew|anti|semi(?=-ortho)|non(?![- ]?singular)",
    "symmetric": r"symmetric|(?<!directed )graph[- ]laplacian|"
                 r"(?<!cross[- ])(?:covariance|correlation|precision|gram|scatter)(?=\s+matri(?:x|ces))|"
                 r"(?<!cross[- ])(?<!(?:mean|ctor) and )(?<!and the )covariance"
                 r"(?!\s+(?:matri|functions?|kernels?|operators?|between|of\s*(?:$|[$\\(])|of\s+\S+\s+(?:and|with)))",
    "diagonal": r"diagonal", "orthogonal": r"orthogonal", "positive": r"(?<!finie )(?<!finies )(?<!finie-)positive",
    "positive definite": r"positive[- ](?:semi[- ]?)?definite|(?:s\.?)?p\.?(?:s\.?)?d\.?",
    "invertible": r"invertible|non-?singular|regular|full[- ]rank(?=\s+square)",
    "square": r"square(?!d|\s+(?:root|loss|err|of))",
    "full column rank": r"full column rank", "full row rank": r"full row rank",
    "integer": r"integer|whole number|natural number", "Hermitian": r"hermitian", "unitary": r"unitary",
    "complex": r"complex(?:[- ]valued)?", "real": r"real(?:[- ]valued)?",
    "lower triangular": r"lower[- ]triangular", "upper triangular": r"upper[- ]triangular",
    "negative definite": r"negative[- ]definite",
    "one-hot": r"one[- ]hot", "probability vector": r"probability vector",
}  # fmt: skip
GERMAN: Mapping[str, str] = {
    "vector": r"(?!Zeilen)\w*vektor(?:en|s)?", "row": r"Zeilenvektor(?:en|s)?", "matrix": r"\w*matri(?:x|zen)",
    "scalar": r"Skalare?|Zahl(?:en)?",
    "verb": r"ist|sind|sei(?:en)?|bezeichne[nt]?|bezeichnen",
    "a": r"ein(?:e[nrms]?)?", "the": r"d(?:er|ie|as|en|em)",
    "and": r"und|oder", "which": r"welche[rs]?|wobei",
    "ends": r"und|oder|von|zu|durch|für|in|auf|an|aus|mit|als|dass|deren|dessen|wo|wenn|so|ist|sind|sei|wir|es|des",
    "size": r"(?:der|mit|hat|haben|vom)\s+(?:die\s+|der\s+)?(?:Länge|Größe|Dimension(?:en)?|Format|Ordnung)|mit|hat",
    "counted": r"Einträgen?|Komponenten|Zeilen", "rows": "Zeilen", "dimensional": r"dimensionale[rns]?",
    "in": r"in|aus|im", "by": r"mal|×|x",
    "owner": r"von|in|für|durch|zu|aus|auf|mit|als|des|der", "of": "von|aus", "both": "beide",
    "condition": r"wenn|falls|sofern|im\s+Fall(?:e)?|für(?!\s+(?:ein|alle|jede|die|den|das))",
    "if": r"wenn|falls|ob",
    "case": r"wenn|falls|sofern|für|wo", "otherwise": r"sonst|andernfalls|ansonsten|anderenfalls",
    "whereas": r"während|aber|hingegen",
    "let": r"sei(?:en)?|wobei|mit|definiere|setze|und|durch|es\s+gilt",
    "not": r"nicht|nie|weder|schief",
    "symmetric": r"symmetrisch(?:e[nrs]?)?|(?:(?<!Kreuz)Ko)?varianzmatri(?:x|zen)|Korrelationsmatri(?:x|zen)",
    "diagonal": r"Diagonalmatri(?:x|zen)|diagonal(?:e[nrs]?)?",
    "orthogonal": r"orthogonale[nrs]?", "positive": r"positiv(?:e[nrs]?)?",
    "positive definite": r"positiv[- ](?:semi[- ]?)?definit(?:e[nrs]?)?",
    "invertible": r"invertierbar(?:e[nrs]?)?|regulär(?:e[nrs]?)?", "square": r"quadratisch(?:e[nrs]?)?",
    "full column rank": r"vollen Spaltenrang", "full row rank": r"vollen Zeilenrang",
    "integer": r"ganze\s+Zahl|natürliche\s+Zahl", "Hermitian": r"hermitesch(?:e[nrs]?)?",
    "unitary": r"unitär(?:e[nrs]?)?", "complex": r"komplex(?:e[nrs]?)?", "real": r"reell(?:e[nrs]?)?",
    "lower triangular": r"untere[rns]? Dreiecksmatri(?:x|zen)",
    "upper triangular": r"obere[rns]? Dreiecksmatri(?:x|zen)",
    "negative definite": r"negativ[- ]definit(?:e[nrs]?)?",
    "one-hot": r"One[- ]Hot", "probability vector": r"Wahrscheinlichkeitsvektor",
}  # fmt: skip
# a letter with an accent may be a byte that is no UTF-8
FRENCH: Mapping[str, str] = {
    "vector": r"vecteurs?(?!\s+lignes?)", "row": r"vecteurs?\s+lignes?", "matrix": r"matrices?",
    "scalar": r"scalaires?|nombres?|réels?(?=\s*[.,;])",
    "verb": r"est|sont|soit|soient|d.signe(?:nt)?",
    "a": r"une?|des", "the": r"les?|la|cette",
    "and": r"et|ou", "which": r"qui|dont",
    "ends": r"et|ou|de|du|des|par|pour|dans|en|sur|avec|comme|que|qui|dont|si|est|sont|soit|on|il",
    "size": r"de\s+(?:taille|dimensions?|longueur)",
    "counted": r"composantes|lignes|coefficients", "rows": "lignes", "dimensional": r"dimensionnel(?:le)?s?",
    "in": r"dans|appartient\s+\S", "by": r"par|×|x",
    "owner": r"de|du|des|dans|pour|par|avec|sur", "of": "de|du", "both": r"tou(?:te)?s\s+(?:les\s+)?deux",
    "condition": r"si|lorsque|quand|pourvu\s+que|dans\s+le\s+cas|par\s+exemple",
    "if": r"si|lorsque|quand",
    "case": r"si|lorsque|quand|pour", "otherwise": r"sinon|autrement",
    "whereas": r"tandis\s+que|mais",
    "let": r"soit|soient|avec|on\s+(?:pose|note)",
    "not": r"non|pas|jamais|anti",
    "symmetric": r"sym.triques?|matrices?\s+de\s+(?:variance-)?covariance", "diagonal": r"diagonales?|diagonaux",
    "orthogonal": r"orthogonales?|orthogonaux", "positive": r"strictement\s+positi(?:f|ve)s?",
    "positive definite": r"(?:semi-?\s*)?d.finies?[- ]positives?|(?:semi-?\s*)?d.finis?[- ]positifs?",
    "invertible": r"inversibles?|r.guli.res?", "square": r"carr.es?",
    "full column rank": r"de rang plein en colonnes", "full row rank": r"de rang plein en lignes",
    "integer": r"entiers?(?:\s+naturels?)?", "Hermitian": r"hermitien(?:ne)?s?",
    "unitary": r"unitaires?", "complex": r"complexes", "real": r"r.el(?:le)?s?",
    "lower triangular": r"triangulaires?\s+inf.rieures?", "upper triangular": r"triangulaires?\s+sup.rieures?",
    "negative definite": r"d.finies?[- ]n.gatives?",
    "one-hot": r"one[- ]hot", "probability vector": r"vecteur\s+de\s+probabilit.s?",
}  # fmt: skip
LANGUAGES = (ENGLISH, GERMAN, FRENCH)
PHRASES: Mapping[str, str] = {key: "|".join(language[key] for language in LANGUAGES) for key in ENGLISH}
# properties as they are called in declarations
PROPERTIES = (
    "symmetric", "positive definite", "diagonal", "invertible", "orthogonal", "positive", "square", "full column rank",
    "full row rank", "integer", "Hermitian", "unitary", "complex", "real",
    "lower triangular", "upper triangular", "negative definite", "one-hot", "probability vector",
)  # fmt: skip
