"""Chinese words for what names are, put into English, since no spaces part them."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "半正定": "positive semidefinite", "正定": "positive definite", "负定": "negative definite",
    "反对称": "skew-symmetric", "对称": "symmetric", "对角": "diagonal", "正交": "orthogonal", "可逆": "invertible",
    "非奇异": "nonsingular", "上三角": "upper triangular", "下三角": "lower triangular",
    "协方差矩阵": "covariance matrix", "矩阵": "matrix", "列向量": "column vector", "行向量": "row vector",
    "向量": "vector", "标量": "scalar", "实数": "real number", "其中": "where", "这里": "where", "假设": "suppose",
    "设": "let", "令": "let", "如果": "if", "若": "if", "假如": "if", "当": "when",
    "是否": "whether", "验证": "whether", "驗證": "whether",
    "不一定是": "is not", "不一定": "not", "不是": "is not", "并非": "is not", "不": "not",
    "是": "is", "为": "is", "和": "and", "与": "and", "及": "and", "且": "and", "都": "", "均": "", "的": "",
    "、": ",", "，": ",", "。": ".", "；": ";", "：": ":", "（": "(", "）": ")",
}  # fmt: skip
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile("|".join(sorted(WORDS, key=len, reverse=True)))


def in_english(words: str) -> str:
    """The words, those that say what names are in English where they are in Chinese."""
    if words.isascii() or not _HAN.search(words):
        return words
    return _WORD.sub(lambda found: f" {WORDS[found[0]]} ", words)
