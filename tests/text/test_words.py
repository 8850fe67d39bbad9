"""Running text to words, in many scripts, and the same words for everyone who asks."""

import io
import itertools
import json
import unicodedata
from collections import Counter

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.text.words import _pattern, clean, count_invisible, nfc, split_words

TEXTS = [
    # punctuation and white space
    ("Hello, world!", "Hello|,|world|!"),
    ("(don’t)…", "(|don’t|)|…"),
    ("'quoted' \"quoted\" “quoted”", "'|quoted|'|\"|quoted|\"|“|quoted|”"),
    ("wait... what?! ((a))", "wait|...|what|?|!|((|a|))"),
    ("l'homme «beau»", "l'homme|«|beau|»"),
    ("l’été, peut-être…", "l’été|,|peut-être|…"),
    ("- x - a--b -a b-", "-|x|-|a|--|b|-|a|b|-"),
    ("and/or km/h AT&T", "and|/|or|km|/|h|AT|&|T"),
    ("a\u2028b\u00a0c\u3000d", "a|b|c|d"),
    ("rock'n'roll '90s", "rock'n'roll|'|90s"),
    ("snake_case __ _x", "snake_case|__|_|x"),
    ("", ""),
    (" \t\n", ""),
    # numbers
    ("3,5 kg... (U.S.)", "3,5|kg|...|(|U.S.|)"),
    ("3.14 1,000 12:30 5%", "3.14|1,000|12:30|5|%"),
    ("1.000.000 1/2 2.4Ghz 2008/09 1'000", "1.000.000|1/2|2.4Ghz|2008/09|1'000"),
    ("٣٫٥ १,००,००० ３．５ ３，５ あ，い", "٣٫٥|१,००,०००|３．５|３，５|あ|，|い"),
    ("3, 4. 5: -5 .5 $5 5€", "3|,|4|.|5|:|-|5|.|5|$|5|5|€"),
    ("m² 5½ Ⅻ 1st COVID-19 H2O", "m²|5½|Ⅻ|1st|COVID-19|H2O"),
    ("a,b a:b 1,b", "a|,|b|a|:|b|1|,|b"),
    # abbreviations
    ("well-known U.S. e-mail.", "well-known|U.S.|e-mail|."),
    ("at 5 p.m., i.e. Ph.D. etc.", "at|5|p.m.|,|i.e.|Ph.D.|etc|."),
    ("и т.е. z.B. д-р.", "и|т.е.|z.B.|д-р|."),
    ("U.S.A. U.S.-led non-U.S. U.S.'s U.S...", "U.S.A.|U.S.-led|non-U.S.|U.S.'s|U.S|..."),
    ("Mr. J. Smith, J.R.R. Tolkien", "Mr|.|J|.|Smith|,|J.R.R.|Tolkien"),
    ("डॉ॰ एम.ए. है", "डॉ॰|एम.ए.|है"),
    ("a.m./p.m.", "a.m.|/|p.m."),
    ("example.org. v1.2.3.", "example.org|.|v1.2.3|."),
    # addresses
    ("see https://a.org/x_(y)?q=1,2#z.", "see|https://a.org/x_(y)?q=1,2#z|."),
    ("(http://a.org/) <www.b.co.uk>, www.", "(|http://a.org/|)|<|www.b.co.uk|>|,|www|."),
    ("mail a.b+c@d-e.org, x@y", "mail|a.b+c@d-e.org|,|x|@|y"),
    ("C++ @home #tag #1 C# @a_b!", "C|++|@home|#tag|#|1|C|#|@a_b|!"),
    ("«http://пример.рф/путь»", "«|http://пример.рф/путь|»"),
    ("見 http://a.jp/。日本", "見|http://a.jp/|。|日本"),
    ("http://... a://", "http|:|//|...|a|:|//"),
    # emoji
    ("㊗️ 〰️ ㊙️ ↔️", "㊗️|〰️|㊙️|↔️"),
    ("a👍🏽b👨‍👩‍👧🇫🇮🇸🇪", "a|👍🏽|b|👨‍👩‍👧|🇫🇮|🇸🇪"),
    ("😀😀 ❤️ 1️⃣#️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿!", "😀|😀|❤️|1️⃣|#️⃣|🏴󠁧󠁢󠁥󠁮󠁧󠁿|!"),
    # scripts
    ("2024년에 안녕!", "2024년에|안녕|!"),
    ("हिन्दी में।", "हिन्दी|में|।"),
    ("یہ، وہ؟ ملا\u200f، اس", "یہ|،|وہ|؟|ملا|،|اس"),
    ("سنت\u200cها مـــرحبا", "سنت\u200cها|مـــرحبا"),
    ("日本、韓国。。コンゴ・キンシャサ", "日本|、|韓国|。。|コンゴ|・|キンシャサ"),
    ("«Кот-д’Івуар» сім’я п'ять", "«|Кот-д’Івуар|»|сім’я|п'ять"),
    ("גרוש׳ צה״ל צה\"ל צ'ק קולג' ״שלום״ 'שלום'", "גרוש׳|צה״ל|צה\"ל|צ'ק|קולג'|״|שלום|״|'|שלום|'"),
    ("עברית־אנגלית", "עברית־אנגלית"),
    ("col·lecció ʻokina Hawaiʻi oʻzbek", "col·lecció|ʻokina|Hawaiʻi|oʻzbek"),
    ("ինչպե՞ս Ո՛չ։", "ինչպե՞ս|Ո՛չ|։"),
    ("ሰላም፡ዓለም።", "ሰላም|፡|ዓለም|።"),
    ("ສະບາຍດີ ၊ မြန်မာ။", "ສະບາຍດີ|၊|မြန်မာ|။"),
    ("Τι; Ναι·", "Τι|;|Ναι|·"),
    ("e\u0301te\u0301 \u0301", "été|\u0301"),
    # what shows nothing
    ("a \u200b b\u200b \u200b! a\u200bb", "a|b|!|a|b"),
    ("\u200b'a' Wör\u00adter \ufeffx a\0b", "'|a|'|Wörter|x|ab"),
    ("\ufe0f\u200d \u200d! \ufe0fa", "!|a"),
    ("a\ufffdb \ud800c \ue000", "a\ufffdb|\ud800c|\ue000"),
    ("🗺\u034f a", "🗺\u034f|a"),
    ("🇫🇷\u200d", "🇫🇷\u200d"),
    ("@a1\u200c b", "@a1\u200c|b"),
    ("🗺\u034f🗺", "🗺\u034f|🗺"),
]  # fmt: skip
BY_LANGUAGE = [
    ("ng' 'ng' (‘ng’) ng'ombe", "swa", "ng'|'|ng|'|(|‘|ng|’|)|ng'ombe"),
    ("o‘. ' 'a'b'", "uzb", "o‘|.|'|'|a'b|'"),
    ("ng' EU:n", "eng", "ng|'|EU|:|n"),
    ("EU:n klo: 10:30", "fin", "EU:n|klo|:|10:30"),
    ("USA:s", "swe", "USA:s"),
    ("ng'", "swa-Arab", "ng'"),
    ("‘O le ‘au fa’afoma’i ‘Reading’", "smo", "‘O|le|‘au|fa’afoma’i|‘|Reading|’"),
    ("ʻOkina 'okina 'ala'", "haw", "ʻOkina|'okina|'|ala|'"),
    ("'n Man, ‘n 'nuwe' foto's", "afr", "'n|Man|,|‘n|'|nuwe|'|foto's"),
    ("'Yan’uwa 'ya'ya 'gida'", "hau", "'Yan’uwa|'ya'ya|'|gida|'"),
    ("ta’ tefa', 'kelma'", "mlt", "ta’|tefa'|,|'|kelma|'"),
    ("kelʹ kel'", "vep", "kelʹ|kel'"),
    ("a’ bha b’", "gla", "a’|bha|b’"),
    ("lo’ go'", "som", "lo’|go'"),
    ("goril·la", "cat", "goril·la"),
    ("צ׳יפס", "heb", "צ׳יפס"),
    ("‘au ‘n 'ya", "eng", "‘|au|‘|n|'|ya"),
]


@pytest.mark.parametrize(("text", "words"), TEXTS)
def test_texts(text, words):
    assert "|".join(split_words(text)) == words


@pytest.mark.parametrize(("text", "language", "words"), BY_LANGUAGE)
def test_languages_decide_thrice(text, language, words):
    assert "|".join(split_words(text, language)) == words


PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from([word for text, _ in TEXTS for word in text.split(" ")]),
    st.sampled_from(
        [*".,:;'’-/@#()\"·״_", "\u200d", "\ufe0f", "\u200b", "\u0301", "a", "1", "ש", " "]
    ),
)
TEXT = st.lists(PIECES, max_size=8).map("".join)
LANGUAGES = st.sampled_from(["", "swa", "fin", "eng", "smo", "afr"])


@settings(max_examples=500)
@given(TEXT, LANGUAGES)
def test_words_are_all_that_is_visible_and_split_no_further(text, language):
    words = split_words(text, language)
    assert all(word and not any(map(str.isspace, word)) for word in words)
    kept = len("".join(clean(text).split())) - sum(map(len, words))
    assert "".join(words) == "".join(c.lstrip(_shaping()) for c in clean(text).split())
    assert count_invisible(text) == kept + len(text) - len(_without_invisible(text))
    if "\u0301" not in text:  # which a space could put after another letter
        assert split_words(" ".join(words), language) == words


def _shaping():
    from lingap.text.words import _SHAPING

    return "".join(_SHAPING)


def _without_invisible(text):
    from lingap.text.words import _INVISIBLE

    return "".join(c for c in text if ord(c) not in _INVISIBLE)


@given(TEXT, TEXT, LANGUAGES)
def test_white_space_parts(one, other, language):
    assert split_words(f"{one} {other}", language) == split_words(one, language) + split_words(
        other, language
    )


@given(TEXT)
def test_one_normal_form(text):
    assert split_words(nfc(text)) == split_words(text)
    assert split_words(unicodedata.normalize("NFD", text)) == split_words(text)


def quantifiers(pattern):
    """Each quantifier of a pattern, with what follows it; classes, escapes and groups taken out."""
    rest = regex.sub(r"\\[pP]\{[^}]*\}|\\u\w{4}|\\U\w{8}|\\.", "x", pattern)
    while "[" in rest:
        rest = regex.sub(r"\[[^\[\]]*\]", "x", rest)
    rest = regex.sub(r"\(\?(?:P<\w+>|P=\w+|<?[=!]|:)", "(", rest)
    return regex.findall(r"(?:[*+?]|\{\d+,\d*\})\+?", rest)


@pytest.mark.parametrize("options", [*itertools.product([False, True], repeat=3)])
def test_no_part_of_a_word_can_be_cut_in_two_ways(options):
    """Possessive quantifiers never give back what they took; `benchmarks/words.py` times it."""
    found = quantifiers(_pattern(*options, "[aeiou]").pattern)
    assert len(found) >= 10
    assert [q for q in found if not q.endswith("+") or q == "+"] == []
    assert quantifiers(r"(?:a[b*]+)*+\+x{2,}+y?") == ["+", "*+", "{2,}+", "?"]


# Every reader of running text gives the words of `split_words`.


def phonemize_words(text, language, tmp_path):
    """Words that the command's path counts and spells, by a back end that spells a word by itself."""
    from lingap.g2p import Phonemizer
    from lingap.g2p.bulk.lines import LineSpeller

    speller = LineSpeller(Phonemizer(language, cache=False, segmenter=segmenter_of(language)))
    return speller._words([text.encode("utf-8", "replace")])[0][0]


def phonemizer_words(text, language, tmp_path):
    from lingap.g2p import Phonemizer

    return Phonemizer(language, cache=False, segmenter=segmenter_of(language)).text(text).words


def segmenter_of(language):
    """Words of unspaced languages are compared as if split by the user."""
    return "spaces" if language in ("tha", "jpn") else None


def corpus_words(name, text, language, tmp_path):
    from lingap.corpora import load_corpus

    if name == "xnli":
        path = tmp_path / "xnli.test.tsv"
        row = [language, "entailment", text, text, "1"]
        head = ["language", "gold_label", "sentence1", "sentence2", "pairID"]
        path.write_text("\t".join(head) + "\n" + "\t".join(row) + "\n", "utf-8")
        options = {"split": "test", "unlabelled": "keep"}
    elif name == "table":
        path = tmp_path / f"{language}.jsonl"
        path.write_text(json.dumps({"text": text}, ensure_ascii=False) + "\n", "utf-8")
        name, options = "text", {"split": "train"}
    else:
        path = tmp_path / f"{language}.txt"
        path.write_text(text + "\n", "utf-8")
        options = {"split": "train" if name == "text" else "devtest"}
    (record,) = load_corpus(
        name,
        language=language,
        path=path,
        check_script=False,
        segmenter=segmenter_of(language),
        **options,
    )
    return record.first.words if name == "xnli" else record.words


def gap_words(text, language, tmp_path):
    from lingap.gap.text_folders import read_texts

    folder = tmp_path / "texts"
    folder.mkdir(exist_ok=True)
    (folder / f"{language}.txt").write_text(text + "\n", "utf-8")
    return read_texts(folder, segmenter=segmenter_of(language)).sentences[language][0].words


def explorer_words(text, language, tmp_path):
    from lingap.app.analysis import Line, analyse

    return analyse([Line(text, language, ())])["lines"][0]["words"]


USERS = {
    "phonemize": phonemize_words,
    "Phonemizer.text": phonemizer_words,
    "corpus text": lambda *rest: corpus_words("text", *rest),
    "corpus text, a table": lambda *rest: corpus_words("table", *rest),
    "corpus flores": lambda *rest: corpus_words("flores", *rest),
    "corpus xnli": lambda *rest: corpus_words("xnli", *rest),
    "gap text": gap_words,
    "explorer": explorer_words,
}


def _reads(user, code):
    """XNLI has two of these languages; the default back end does not serve Japanese."""
    if user == "corpus xnli":
        return code in ("swa", "tha")
    return code != "jpn" or "honemize" not in user


LINE = TEXT.filter(
    lambda text: (
        split_words(text)
        and not any(c in text for c in "\n\r\t\ufeff\ufffd")
        and not any(unicodedata.category(c) in ("Cc", "Cs") for c in text)
    )
)


@pytest.mark.parametrize(
    ("user", "language"),
    [
        (user, code)
        for user in USERS
        for code in ("swa", "fin", "ukr", "tha", "jpn")
        if _reads(user, code)
    ],
)
def test_hand_checked_texts_are_the_same_words_for(user, language, tmp_path):
    for text, _ in TEXTS:
        if split_words(text) and not any(c in text for c in "\n\r\t\ufeff\ufffd\0\ud800"):
            assert tuple(USERS[user](text, language, tmp_path)) == split_words(text, language)


@pytest.mark.parametrize("user", USERS)
def test_any_text_is_the_same_words_for(user, tmp_path):
    @settings(max_examples=60, deadline=None)
    @given(
        LINE, st.sampled_from([c for c in ("swa", "fin", "ukr", "tha", "jpn") if _reads(user, c)])
    )
    def same(text, language):
        assert tuple(USERS[user](text, language, tmp_path)) == split_words(text, language)

    same()


def test_the_command_writes_a_word_for_a_word():
    from lingap.g2p import Phonemizer
    from lingap.g2p.bulk.textfile import phonemize_text

    text = "\n".join(text for text, _ in TEXTS if text.isprintable())
    out = io.BytesIO()
    coverage = phonemize_text(
        io.BytesIO(text.encode()), out, Phonemizer("fin", "epitran", cache=False)
    )
    words = [split_words(line, "fin") for line in text.split("\n")]
    spell = Phonemizer("fin", "epitran", cache=False)
    said = [" ▁ ".join(" ".join(p.units) or "<unk>" for p in spell(row)) for row in words]
    assert out.getvalue().decode().split("\n")[:-1] == said
    assert coverage.words == sum(map(len, words))


def test_cldr_names_are_those_words():
    from lingap.corpora.sources.cldr_names import names_of

    for code in ("eng", "swa", "fin", "ukr", "heb", "fra"):
        for name in names_of(code).values():
            assert split_words(" ".join(name.words), code) == name.words
    assert Counter(names_of("eng")["territory", "VI"].words)["U.S."] == 1


def test_the_splitter_and_the_phonemizer_mean_the_same_emoji_and_invisible():
    from lingap.g2p.characters import CharacterKinds
    from lingap.text.words import is_emoji, is_invisible

    kinds = CharacterKinds("Latn", frozenset())
    assert [kinds[c] for c in "㊗〰㊙↔😀🇫+"] == ["emoji"] * 6 + ["symbol"]
    assert [kinds[c] for c in "\u200b\u00ad\ufe00\u180b\U000e0100\u034f\u2028 "] == [
        "invisible"
    ] * 8
    assert kinds["\u0600"] == "unmapped"  # the Arabic number sign shows
    for c in map(chr, range(0x20000)):
        if is_invisible(c) and c not in "\u200d\ufe0f":
            assert kinds[c] == "invisible"
        if kinds[c] == "emoji":
            assert is_emoji(c)
            assert split_words(c + "\ufe0f") == (c + "\ufe0f",)


def test_italian_cut_words_keep_their_apostrophe():
    assert split_words("Un po' di mo’ di', 'po'", "ita") == (
        "Un", "po'", "di", "mo’", "di'", ",", "'", "po", "'"
    )  # fmt: skip
    assert split_words("un po'", "fra") == ("un", "po", "'")
    assert split_words("l'acqua del topo'", "ita") == ("l'acqua", "del", "topo", "'")
