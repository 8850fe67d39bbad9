"""The back end alphabets: languages whose spelling is phonemic and that no package reads.

The tables were written from what is commonly said of the three spellings, without a grammar at
hand. For descriptions to check them by, see Hardman (2001), *Aymara*, Tucker (1994), *A Grammar of
Kenya Luo*, and Sirk (1996), *Basa Bugis*. Luo's spelling leaves out tone and the tenseness of
vowels. No gold pronunciations were at hand, so none is measured.
"""

from __future__ import annotations

from collections.abc import Mapping

from lingap.g2p.backends.alphabet import Alphabet
from lingap.g2p.protocol import Transcriber, check_options, code_of
from lingap.languages import Language

_VERSION = "1"  # raised whenever a table changes any output

_TABLES = {
    "aym": "a=a ä=aː b=b ch=t͡ʃ ch'=t͡ʃʼ chh=t͡ʃʰ c=k d=d e=e f=f g=ɡ h=h i=i ï=iː j=h k=k k'=kʼ "
    "kh=kʰ l=l ll=ʎ m=m n=n ñ=ɲ o=o p=p p'=pʼ ph=pʰ q=q q'=qʼ qh=qʰ r=ɾ rr=r s=s t=t t'=tʼ th=tʰ "
    "u=u ü=uː v=w w=w x=χ y=j z=s",
    "bug": "a=a b=b c=t͡ʃ d=d e=ə é=e è=e f=f g=ɡ h=h i=i j=d͡ʒ k=k l=l m=m n=n ng=ŋ ny=ɲ o=o p=p "
    "q=ʔ '=ʔ r=r s=s t=t u=u v=v w=w x=ks y=j z=z",
    "luo": "a=a b=b c=k ch=t͡ʃ d=d dh=ð e=e f=f g=ɡ h=h i=i j=d͡ʒ k=k l=l m=m n=n ng=ŋɡ ng'=ŋ ny=ɲ "
    "o=o p=p q=k r=ɾ s=s sh=ʃ t=t th=θ u=u v=v w=w x=ks y=j z=z",
}  # fmt: skip


class AlphabetsBackend:
    """Tables written for lingap, read by the longest match."""

    name = "alphabets"

    def languages(self) -> Mapping[str, str]:
        """Each language that has a table."""
        return {code: code for code in _TABLES}

    def missing(self) -> str | None:
        """None: it needs no package."""
        return None

    def provenance(self, language: Language, options: Mapping[str, str]) -> dict[str, str]:
        """The version of the tables."""
        check_options(self.name, options, {})
        return {self.name: _VERSION}

    def load(self, language: Language, options: Mapping[str, str]) -> Transcriber:
        """Read the table of one language."""
        check_options(self.name, options, {})
        pairs = (pair.split("=") for pair in _TABLES[code_of(self, language)].split())
        return Alphabet(language, dict(pairs))


ALPHABETS = AlphabetsBackend()
