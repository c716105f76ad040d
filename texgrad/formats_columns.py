r"""How many columns a page has, as its `\documentclass` or front matter tells."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_CLASS = re.compile(r"\\documentclass\s*(?:\[(?P<options>[^\[\]]*)\])?\s*\{\s*(?P<name>[\w.-]+)\s*\}")
_PACKAGE = re.compile(r"\\usepackage\s*(?:\[[^\[\]]*\])?\s*\{\s*(?P<name>[^{}]*)\}")
_FRONT = re.compile(r"^[ \t]*(?:classoption|class-option|documentclass)[ \t]*:[^#]*?twocolumn", re.MULTILINE)
_LIST = re.compile(r"(?:classoption|class-option)[ \t]*:[ \t]*\n(?:[ \t]*-[^\n]*\n)*?[ \t]*-[ \t]*[\"']?twocolumn")
_HEAD = 20_000  # characters in which a preamble stands
# classes with two columns unless they are told otherwise, and packages that make two
CLASSES = re.compile(r"IEEEtran|ieeeconf|ieeeaccess|aastex\d*|emulateapj|mnras|aa|autart|ifacconf")
PACKAGES = re.compile(r"cvpr\w*|iccv\w*|icml\d*|acl\w*|emnlp\w*|naacl\w*|spconf|aaai\d*|ijcai\d*|interspeech\d*")
# classes that have two columns with one of these options
TOLD = {"acmart": {"sigconf", "sigplan", "acmtog", "twocolumn"}, "elsarticle": {"5p"}, "svjour3": {"twocolumn"}}
ONE = {"onecolumn", "draftcls", "draftclsnofoot", "peerreview", "peerreviewca", "preprint"}


def columns_of(text: str, front: str = "") -> int:
    """2 where the preamble or the front matter of a page asks for two columns, else 1."""
    if front and (_FRONT.search(front) or _LIST.search(front)):
        return 2
    if "\\documentclass" not in text[:_HEAD]:
        return 1
    head = _COMMENT.sub("", text[:_HEAD].partition(r"\begin{document}")[0])
    found = _CLASS.search(head)
    if found is None:
        return 1
    options = {option.strip() for option in (found["options"] or "").split(",")}
    if "twocolumn" in options or options & TOLD.get(found["name"], set()):
        return 2
    if options & ONE:
        return 1
    if (found["name"].startswith("revtex4") and "reprint" in options) or CLASSES.fullmatch(found["name"]):
        return 2
    packages = (name.strip() for package in _PACKAGE.finditer(head) for name in package["name"].split(","))
    return 2 if any(PACKAGES.fullmatch(name) for name in packages) else 1
