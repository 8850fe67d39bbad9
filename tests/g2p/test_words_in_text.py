"""Common words of running text under auto: function words, clitics, initials, sound change."""

import unicodedata

import pytest

pytest.importorskip("orthography2ipa", reason="needs the extra g2p")

from lingap.errors import G2PError
from lingap.g2p import Phonemizer, Policies
from lingap.g2p.choice import find_backend, word_list
from lingap.g2p.ipa.symbols import KNOWN_SYMBOLS, normalize_ipa
from lingap.g2p.word_lists import WordList
from lingap.languages import all_languages, get_language

SPOKEN = Policies(punctuation="drop")
SAID = {
    # function words and clitics
    "fra": "les=le des=de est=ɛ et=e c'est=sɛ qu'il=kil C'=s qu’=k l'=l D’=d aiment=ɛm "
    "comment=kɔmɑ̃ fils=fis ver=vɛʁ sud=syd œufs=ø poésie=pɔezi goéland=ɡɔelɑ̃ l’homme=lɔm "
    "violent=vjɔlɑ̃ excellents=ɛksɛlɑ̃ serpent=sɛʁpɑ̃ ardent=aʁdɑ̃ affluent=aflyɑ̃ content=kɔ̃tɑ̃ "
    "torrents=tɔʁɑ̃ réticent=ʁetisɑ̃ tangent=tɑ̃ʒɑ̃ parlent=paʁl finissent=finis jouent=ʒu créent=kʁe "
    "aujourd'=oʒuʁd aujourd'hui=oʒuʁdɥi est-ce=ɛs jusqu'au=ʒysko",
    "eng": "n't=ənt 's=z 'm=m ’ve=v 'd=d dog's=dɔɡz don't=doʊnt",
    "swe": "hjälp=jɛlp hjul=jʉːl och=ɔk mig=mɛj dig=dɛj sig=sɛj",
    "nld": "tv=teːveː de=də je=jə te=tə 't=ət zo'n=zoːn foto's=foːtoːs",
    "ces": "kde=ɡdɛ však=fʃak k=k všechny=fʃɛxnɪ",
    "urd": "قائم=qɑːɪm علاج=ɪlɑːd͡ʒ رائے=ɾɑːeː میں=mẽː کو=koː یہ=jeː آج=ɑːd͡ʒ",
    "ita": "uscire=uʃʃire pesce=peʃʃe costruire=kostruire altrui=altruj ucciso=utt͡ʃizo Maria=maria teoria=teoria poesia=poezia l'=l dell'=dell più=pju farmacia=farmat͡ʃia energia=enerd͡ʒia biologia=bjolod͡ʒia",
    "cat": "d'=d l’=l que=kə",
    "por": "frequente=fɾɨkwẽtɨ pinguim=pĩɡwĩ equipe=ikipɨ está=iʃta mesmo=meʒmu família=fɐmiljɐ exemplo=izẽplu jovens=ʒɔvɐ̃j̃ʃ",
    # sound change inside words
    "kor": "읽는다=iŋnɯnda 북한=pukʰan 없어요=ʌp̚s͈ʌjo 좋아요=t͡ɕoajo 입니다=imnida 앉아=and͡ʑa "
    "같이=kat͡ɕʰi",
    "tur": "hikâye=hicaːje kâr=caːɾ lâle=laːle ağaç=aat͡ʃ soğuk=souk eğer=eeɾ dağ=daː",
    "rus": "часы=t͡ɕɪsɨ что=ʂto сегодня=sʲɪvodnʲə конечно=kɐnʲeʂnə чтобы=ʂtobɨ "
    "доброго=dobrəvə старого=starəvə этого=ɛtəvə второго=ftɐrovə чужого=t͡ɕʊʐovə синего=sʲinʲɪvə "
    "хорошего=xɐroʂɨvə дорогого=dərɐɡovə дорого=dorəɡə много=mnoɡə одного=ɐdnɐvo делается=dʲeɫəjɪt͡sə "
    "солнце=sont͡sə в=v",
    "deu": "Zug=t͡suːk Bundestag=bʊndəstaːk Mädchen=mɛːtçən Gesundheit=ɡəzʊnthaɪt sechs=zɛks Fuchs=fʊks Tag=taːk Füchse=fʏksə machst=maxst gestellt=ɡəʃtɛlt "
    "vergessen=fɛɐ̯ɡɛsən gesehen=ɡəzeːən bestehen=bəʃteːən geben=ɡeːbən beste=bɛstə "
    "mein=maɪn zwei=t͡svaɪ heute=hɔʏtə Leute=lɔʏtə Tier=tiːɐ̯ Tiere=tiːʁə CDU=t͡seːdeːuː "
    "also=alzoː viel=fiːl möglich=møːklɪç",
    "hun": "süllyed=ʃyjːɛd lady=lɒdi York=jork hallja=hɒjːɒ egészség=ɛɡeːʃːeːɡ tudja=tuɟːɒ látja=laːcːɒ barátság=bɒraːt͡ʃːaːɡ tetszik=tɛt͡sːik "
    "annyira=ɒɲːirɒ mai=mɒji",
    "hin": "दुःख=d̪ʊkʰ ज़मीन=zəmiːn ख़बर=xəbəɾ फ़र्क=fəɾk छात्रसंघ=t͡ʃʰɑːt̪ɾəsəŋɡʱ मध्य=məd̪ʱjə "
    "राज्य=ɾɑːd͡ʒjə सड़क=səɽək जमीन=d͡ʒəmiːn",
    "ara": "نور=nuːr سعيد=sʕiːd سوق=suːq طويل=tˤwiːl تكون=takuːn تركية=trkijja يوم=jawm والبيت=walbajt "
    "كتاب=kitaːb و=wa هو=huwa",
    "spa": "escena=esena excelente=ekselente excepto=eksepto ya=ʝa día=dia rey=rej rojo=roxo historia=istoɾja mayor=maʝoɾ hizo=iso",
    "bul": "в=v след=slɛt всичко=fsit͡ʃkɔ голям=ɡɔlʲam",
    "ukr": "вулиця=wʊɫɪt͡sʲa легко=ɫɛxkɔ сміється=sʲmʲijɛt͡sʲːa",
    "srp": "човек=t͡ʃoʋek добро=dobro свет=sʋet",
    "srp-Latn": "čovek=t͡ʃoʋek dobro=dobro svet=sʋet",
    "heb": "צ׳יפס=t͡ʃips צה״ל=t͡sahal",
    "vie": "được=ɗɨək˧˨ˀ các=kaːk˧˦ với=vəːj˧˦ vẫn=vən˦ˀ˥ ngày=ŋaj˨˩ Zalo=zaː˧˧lɔ˧˧ file=fi˧˧lɛ˧˧",
    "hau": "video=video",
    "eus": "Viktor=biktor",
    "isl": "pizza=pʰɪssa",
    "hrv": "čovjek=t͡ʃoʋjek dobro=dobro Sydney=sidnei York=jork",
    "pol": "video=vidɛɔ Volvo=vɔlvɔ VIP=vip także=taɡʐɛ w=v auto=awtɔ",
}


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [(code, *pair.split("=")) for code, pairs in SAID.items() for pair in pairs.split()],
)
def test_common_words(language, word, expected):
    said = Phonemizer(language, "auto (orthography2ipa)" if language != "eng" else "auto")([word])
    assert "".join(said[0].units) == unicodedata.normalize("NFD", expected)
    assert said[0].unmapped == ()


KINDS = {
    "deu+": "neue=nɔʏə neues=nɔʏəs unsere=ʊnzəʁə Innenstadt=ɪnənʃtat bestimmt=bəʃtɪmt Milliarden=mɪljaʁdən",
    "swe+": "dagen=dɑːɡɛn vägen=vɛːɡɛn tagit=tɑːɡɪt vilja=²vɪlːja välja=²vɛlːja fram=fram hem=hɛm "
    "bilder=bɪldɛr",
    "rus+": "гвоздь=ɡvosʲtʲ русский=ruskʲɪj Россия=rɐsʲijə профессия=prɐfʲesʲːɪjə просьба=prozʲbə дождь=doʂtʲ сжать=ʐːatʲ отдел=ɐdʲːeɫ",
    "ukr+": "боротьба=bɔrɔdʲbɐ вокзал=wɔɡzɐɫ",
    "ces+": "lehký=lɛxkiː léčba=lɛːd͡ʒba",
    "hun+": "egyszer=ɛt͡sːɛr nagyság=nɒt͡ʃːaːɡ",
    "fra+": "sixième=sizjɛm deuxièmes=døzjɛm suspect=syspɛ respects=ʁɛspɛ aristocratie=aʁistɔkʁasi bureaucratique=byʁokʁatik",
    "hin+": "गांव=ɡɑ̃ːʋ पांव=pɑ̃ːʋ संविधान=səmʋɪd̪ʱɑːn",
    "ara+": "الشمس=aʃʃms والناس=wannaːs القمر=alqmr وقال=waqaːla",
    "heb+": "והוא=vehu לבית=lebajit בעולם=beolam צ'יפס=t͡ʃips",
    "ron+": "l-am=lam mi-a=mja s-a=sa",
    "ben+": "সব=ʃɔb",
    # one word or two for each kind of change that the rules of a language make
    "deu": "Wissenschaft=vɪsənʃaft Freundschaft=fʁɔʏnt͡ʃaft Bahnhof=baːnhoːf Haustür=haʊstyːɐ̯ "
    "groß=ɡʁoːs sagte=zaːktə Ergebnis=ɛɐ̯ɡeːpnɪs mitspielen=mɪtʃpiːlən weitergeben=vaɪtɐɡeːbən "
    "Doktor=dɔktoːɐ̯ Schwester=ʃvɛstɐ Küche=kʏçə Chef=ʃɛf arbeitslos=aʁbaɪt͡sloːs",
    "kor": "발전=paɭt͈͡ɕʌn 활동=hwaɭt͈oŋ 꽃잎=k͈onnip̚ 서울역=sʌuɭɭjʌk̚ 물고기=muɭk͈oɡi 한자=hant͈͡ɕa "
    "방법=paŋbʌp̚ 지역=t͡ɕijʌk̚ 일자리=iɭd͡ʑaɾi",
    "hin": "बचपन=bət͡ʃpən जानवर=d͡ʒɑːnʋəɾ प्रधानमंत्री=pɾəd̪ʱɑːnmənt̪ɾiː संसद=sənsəd̪ मुकम्मल=mʊkəmməl "
    "नमस्ते=nəməst̪eː शक्ति=ʃəkt̪iː नमक=nəmək",
    "ita": "ciliegia=t͡ʃiljed͡ʒa malinconia=malinkonia amicizia=amit͡ʃitt͡sja glicine=ɡlit͡ʃine "
    "organizzare=orɡanidd͡zare patria=patrja",
    "por": "homens=ɔmɐ̃j̃ʃ comer=kumeɾ portuguesa=puɾtuɡezɐ irmã=iɾmɐ̃ táxi=taksi poeta=pwɛtɐ",
    "nld": "gelukkig=ɣəlʏkəx bedden=bɛdən aangeven=aːnɣeːvən televisie=teːləvizi eeuw=eːw "
    "combineren=kɔmbineːrən machine=maːʃinə",
    "swe": "sjukhus=ɧʉːkhʉːs riksdag=rɪksdɑːɡ universitet=ʉːnɪvɛʂɪteːt studera=stʉːdeːra",
    "cat": "muntanya=muntaɲə fix=fiks caixa=kaʃə xarxa=ʃarʃə fitxa=fit͡ʃə any=aɲ següent=səɣwen",
    "hun": "igazság=iɡɒʃːaːɡ tízszer=tiːsːɛr azonban=ɒzombɒn lexikon=lɛksikon",
    "fra": "linguistique=lɛ̃ɡɥistik prudemment=pʁydamɑ̃ paon=pɑ̃ citoyen=sitwajɛ̃ ennui=ɑ̃nɥi "
    "chaos=kao distiller=distile",
    "rus": "вода=vɐda молоко=məɫɐko города=ɡərɐda говорить=ɡəvɐrʲitʲ организация=ərɡənʲɪzat͡sɨjə",
    "spa": "texto=teksto excelente=ekselente",
    "urd": "مسافر=mʊsɑːfɪɾ چاند=t͡ʃɑ̃ːd̪",
    "ell": "αύριο=avɾio αυτό=afto",
    "tur": "dağlar=daːɫaɾ öğretmen=œːɾetmen",
}


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [(code, *pair.split("=")) for code, pairs in KINDS.items() for pair in pairs.split()],
)
def test_kinds_of_words(language, word, expected):
    said = Phonemizer(language.rstrip("+"), "auto (orthography2ipa)", policies=SPOKEN)([word])
    assert "".join(said[0].units) == unicodedata.normalize("NFD", expected)


# Common words of the kinds above, chosen and transcribed before they were read.
IN_TEXT = {
    "fra": "monsieur=məsjø femmes=fam presqu'île=pʁɛskil automne=otɔn soixante=swasɑ̃t "
    "soixante-dix=swasɑ̃tdis Bruxelles=bʁysɛl auxiliaire=oksiljɛʁ",
    "eng": "could've=kʊdəv o'clock=oʊklɑk NATO's=neɪtoʊz vs.=vɝsəs",
    "deu": "hat's=hats wenigstens=veːnɪkstəns z.T.=t͡sʊmtaɪl",
    "spa": "pingüino=pinɡwino 21=bei̯ntjuno",
    "ita": "c'è=t͡ʃɛ nell'acqua=nellakkwa gli=ʎi",
    "por": "muito=mũj̃tu fizeram-no=fizɛɾɐ̃w̃nu",
    "nld": "m'n=mən natuurlijk=naːtyrlək",
    "swe": "säga=²sɛja",
    "dan": "jeg=jɑj",
    "nob": "det=deː jeg=jæi og=ɔ hun=hʉn seg=sæi er=æːɾ hva=ʋɑː noe=nuːə god=ɡuː",
    "pol": "jabłko=japkɔ 12=dvanaɕt͡ɕɛ",
    "slk": "ľahko=lʲaxkɔ vrah=vrax hneď=ɦɲɛɟ",
    "hun": "Adjon=ɒɟːon",
    "ron": "într-un=ɨntrun",
    "ell": "ευχαριστώ=efxaɾisto",
    "rus": "ничего=nʲɪt͡ɕɪvo МВД=ɛmvɛdɛ счастья=ɕːasʲtʲjə",
    "ukr": "п'ять=pjatʲ",
    "bel": "сям'я=sʲamja",
    "tur": "Ankara'da=ankaɾada",
    "kor": "괜찮아요=kwɛnt͡ɕʰanajo 국민은=kuŋminɯn 독립을=toŋnibɯɭ",
    "hin": "लड़का=ləɽkɑː",
    "urd": "نہیں=nəɦĩː",
    "ara": "هذا=haːðaː",
    "heb": "של=ʃel",
    "swa": "ng'ombe=ŋɔmbɛ",
    "haw": "Oʻahu=oʔahu",
    "uzb": "soʻz=soz",
    "mlt": "għandi=aːndɪ għal=aːl bogħod=boːt magħha=maħħa tiegħ=tɪəħ sebgħa=seba",
}


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [(code, *pair.split("=")) for code, pairs in IN_TEXT.items() for pair in pairs.split()],
)
def test_common_words_as_in_text(language, word, expected):
    if word.isdecimal():
        pytest.importorskip("unicode_rbnf", reason="needs the extra numbers")
        phonemizer = Phonemizer(language, policies=Policies(digits="words", punctuation="drop"))
    else:
        phonemizer = Phonemizer(language, policies=SPOKEN)
    assert "".join(phonemizer([word])[0].units) == unicodedata.normalize("NFD", expected)


def test_a_particle_of_japanese_is_read_as_in_text():
    pytest.importorskip("janome", reason="needs the extra cjk")
    spoken = Phonemizer("jpn", segmenter="janome", policies=SPOKEN).text("私は東京へ行く")
    assert str(spoken) == "w a t a ɕ i ▁ w a ▁ t oː kʲ oː ▁ e ▁ i k ɯ"


def test_a_stress_mark_in_cyrillic_is_no_letter():
    marked, plain = Phonemizer("ukr", "orthography2ipa")(["голова\u0301", "голова"])
    assert marked.units == plain.units
    assert marked.unmapped == ()
    assert marked.notes == ("accent dropped",)


def test_e_after_a_consonant_in_kyrgyz():
    assert ["".join(one.units) for one in Phonemizer("kir", "epitran")(["китеп", "ер"])] == [
        "kitep",
        "jer",
    ]


def test_english_initials_with_small_letters_and_ampersands():
    words = ["PhDs", "U.S.'s", "R&D", "CO", "cats"]
    assert ["".join(one.units) for one in Phonemizer("eng")(words)] == [
        "pieɪt͡ʃdiz",
        "juɛsɪz",
        "ɑɹənddi",
        "sioʊ",
        "kæts",
    ]


INITIALS = (
    "IBM=aɪbiɛm IBM's=aɪbiɛmz MIT’s=ɛmaɪtiz USA=juɛseɪ AWS=eɪdʌbəljuɛs HTML=eɪt͡ʃtiɛmɛl TVs=tiviz"
)


@pytest.mark.parametrize("backend", ["auto", "orthography2ipa", "gruut-lang-en", "epitran"])
def test_english_initials_are_read_by_letters_under_every_back_end(backend):
    pairs = [pair.split("=") for pair in INITIALS.split()]
    said = Phonemizer("eng", backend)([word for word, _ in pairs])
    assert ["".join(one.units) for one in said] == [ipa for _, ipa in pairs]


def test_words_in_capitals_are_not_initials():
    the, cat = Phonemizer("eng")(["THE", "CAT"])
    assert "".join(the.units) == "ðə"
    assert "".join(cat.units) == "kæt"


NAMED = {
    "ukr": "ФСБ=ɛfɛsbɛ ДТП=dɛtɛpɛ ПДВ=pɛdɛʋɛ СБУ=ɛsbɛu в=u̯",
    "bul": "БСП=bɛsɛpɛ МВР=mɛvɛrɛ ПЪТ=pɤt в=v",
    "ell": "ΔΝΤ=ðeltanitaf ΦΠΑ=fipia ΤΗΣ=tis",
    "vie": "UBND=u˧˧ɓe˧˧ɛn˧˧nəː˨˩ze˧˧ CSGT=se˧˧ɛt˧˦si˨˩ze˧˧te˧˧ MỸ=mi˦ˀ˥",
    "swa": "CCM=sisiɛm BBC=ɓiɓisi",
    "est": "NSV=ennessvee EL=eeell",
}


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [(code, *pair.split("=")) for code, pairs in NAMED.items() for pair in pairs.split()],
)
def test_initials_by_the_names_of_letters(language, word, expected):
    (said,) = Phonemizer(language, cache=False)([word])
    assert "".join(said.units) == unicodedata.normalize("NFD", expected)


ABBREVIATIONS = {
    "eng": "a.m.=eɪɛm p.m.=piɛm Ph.D.=pieɪt͡ʃdi e.g.=id͡ʒi U.S.=juɛs",
    "fra": "M=məsjø MM=mesjø c.-à-d.=setadiʁ",
    "deu": "d.h.=dashaɪst Nr=nʊmɐ z.B.=t͡sʊmbaɪʃpiːl u.a.=ʊntɐandəʁəm",
    "spa": "Sr=seɲoɾ Sra=seɲoɾa Dr=doktoɾ Ud=usted",
    "ita": "Sig=siɲɲor Dott=dottor po'=pɔ po’=pɔ di'=di mo'=mɔ",
    "rus": "т.д.=takdalʲɪjɪ т.п.=tɐmupɐdobnəjɪ т.к.=takkak",
    "nld": "dhr=dəɦeːr o.a.=ɔndərɑndərə",
    "por": "Sr=sɨɲoɾ Dra=dotoɾɐ",
}


@pytest.mark.parametrize("code", ABBREVIATIONS)
def test_abbreviations_are_read_as_their_words(code):
    pairs = [pair.split("=") for pair in ABBREVIATIONS[code].split()]
    said = Phonemizer(code)([word for word, _ in pairs])
    assert ["".join(one.units).rstrip(".") for one in said] == [
        unicodedata.normalize("NFD", ipa) for _, ipa in pairs
    ]


def test_abbreviations_keep_their_full_stop_as_punctuation():
    phonemizer = Phonemizer("eng")
    assert [("".join(p.units)) for p in phonemizer(["Dr.", "Mr", "etc."])] == [
        "dɑktɚ.",
        "mɪstɚ",
        "ɛtsɛtɚə.",
    ]
    assert "".join(Phonemizer("deu")(["usw."])[0].units) == "ʊntzoːvaɪtɐ."


def test_a_chosen_back_end_reads_without_the_list():
    assert "".join(Phonemizer("fra", "orthography2ipa")(["les"])[0].units) == "l"
    french = get_language("fra")
    assert word_list(find_backend("orthography2ipa"), french) is None
    assert word_list(find_backend("auto", french), french)


def test_the_list_is_part_of_the_provenance():
    facts = Phonemizer("fra").provenance()
    assert len(facts["word list"]) == 8
    assert "word list" not in Phonemizer("fra", "orthography2ipa").provenance()
    assert "word list" not in Phonemizer("lit").provenance()


LISTED = [language for language in all_languages() if WordList(language)]


@pytest.mark.parametrize("language", LISTED, ids=lambda language: language.code)
def test_every_entry_is_one_word_in_ipa(language):
    from lingap.g2p.word_lists import _entries, _letter_names

    entries = _entries(language.code)
    words = WordList(language)
    for word in entries:
        assert word == unicodedata.normalize("NFC", word).strip()
        assert "’" not in word, "clitics are written with '"
        ipa = entries[word] if word[1:] == "-" else words.whole(word)
        assert ipa, word
        assert KNOWN_SYMBOLS.issuperset(normalize_ipa(ipa)), (word, ipa)
    for name in _letter_names().get(language.code, {}).values():
        assert KNOWN_SYMBOLS.issuperset(normalize_ipa(name)), name


def test_apostrophes_alone_and_empty_words_are_no_clitics():
    phonemizer = Phonemizer("fra")
    empty, quote, quoted = phonemizer(["", "'", "'l'"])
    assert empty.units == ()
    assert quote.units == ("'",)
    assert "".join(quoted.units) == "'ɛl'"


def test_nested_clitics_are_cut_from_both_ends():
    catalan = WordList(get_language("cat"))
    assert catalan.cut("d'anar-s'hi") == ("d", "anar-s'hi", "")
    assert catalan.cut("l'enviï'n") == ("l", "enviï", "n")
    assert WordList(get_language("fra")).cut("qu'l'homme") == ("kl", "homme", "")


def test_an_unknown_choice_is_refused():
    with pytest.raises(G2PError):
        find_backend("orthography2ipa+")


def test_function_words_are_read_before_the_fallback_of_a_dictionary(tmp_path):
    path = tmp_path / "fra.tsv"
    path.write_text("oiseaux\tw a z o\nelle\tx\n", encoding="utf-8")
    french = Phonemizer("fra", "lexicon", path=str(path), fallback="auto", cache=False)
    said = french(["les", "oiseaux", "qu'elle", "elle", "chat"])
    assert ["".join(one.units) for one in said] == ["le", "wazo", "kɛl", "x", "ʃa"]
    assert "word list" in french.provenance()
