"""Frequent words under auto, as a phonetician wants them; each stands for a kind of spelling."""

import pytest

pytest.importorskip("orthography2ipa", reason="needs the extra g2p")

from lingap.g2p import Phonemizer, Policies
from lingap.g2p.ipa.symbols import normalize_ipa

SPOKEN = Policies(punctuation="drop")
WANTED = {
    # The article before sun letters, moon letters, w and j; the prepositions before it.
    "ara": "الجمهورية=ald͡ʒmhuːrijja والجيش=wald͡ʒiːʃ الدين=addiːn والشمس=waʃʃms التشكيل=attʃkiːl "
    "الوطن=alwatˤn والوزير=walwaziːr اليمن=aljamn للغاية=lilɣaːja للبيت=lilbajt وبيت=wabajt وبالتالي=wabiltaːliː "
    "شمال=ʃmaːl أعمال=ʔaʕmaːl حالة=ħaːla والده=waːldh وكالة=wikaːla سيكون=sajakuːn سيارة=sajjaːra "
    "كانوا=kaːnuː قالوا=qaːluː عضوا=ʕudˤwan الانتخابات=alintxaːbaːt مستشفى=mstʃfaː",
    # Velars before αι, οι, ει and υι; ι as a glide.
    "ell": "και=ce κοινός=cinos χαίρομαι=çeɾome αρχαία=aɾçea γαία=ʝea γκέι=ɟei γκολ=ɡol μια=mɲa "
    "μία=mia ποιος=pços ποια=pça ποιο=pço πια=pça κάποιος=kapços χρησιμοποιώ=xɾisimopio "
    "παλιός=paʎos χωριό=xoɾʝo δουλειές=ðuʎes καμιά=kamɲa χιόνι=çoni σκιά=scia γεια=ʝa",
    # Conjuncts, the vowel before a high one, and inherent vowels that are silent.
    "ben": "জন্য=d͡ʑonno অন্য=onno মধ্যে=moddʱe সংখ্যা=ʃoŋkʰa সন্ধ্যা=ʃɔndʱa ব্যবহার=bæbɔhar ব্যক্তি=bekti "
    "শিক্ষা=ʃikkʰa ক্ষতি=kʰoti জ্ঞান=ɡæn বিজ্ঞান=biɡɡan বিশ্ব=biʃʃo স্বাধীনতা=ʃadʱinɔta উদ্বেগ=udbeɡ পূর্ব=purbo "
    "আত্মীয়=attio পদ্মা=pɔdda জন্ম=d͡ʑɔnmo চিহ্ন=t͡ɕinho দুঃখ=dukkʰo একটি=ekʈi করতে=korte করছে=kort͡ɕʰe "
    "আমরা=amra সরকার=ʃɔrkar আদালতে=adalɔte হয়=hɔe̯ নিয়ে=nie স্কুল=skul নদী=nodi ইংল্যান্ড=iŋlænɖ",
    # Vowels written on two sides, unwritten ones, silent letters, the repetition sign.
    "tha": "เขา=kʰaw˩˩˦ เข้า=kʰaw˥˩ เดิน=dɤːn˧ เริ่ม=rɤːm˥˩ เลย=lɤːj˧ เธอ=tʰɤː˧ เยอะ=jɤ˦˥ คือ=kʰɯː˧ ชื่อ=t͡ɕʰɯː˥˩ "
    "เมื่อ=mɯːa˥˩ สวย=suːaj˩˩˦ ช่วย=t͡ɕʰuːaj˥˩ ความ=kʰwaːm˧ ธรรม=tʰam˧ บรรยากาศ=ban˧jaː˧kaːt̚˨˩ ตลาด=ta˨˩laːt̚˨˩ "
    "สนุก=sa˨˩nuk̚˨˩ สบาย=sa˨˩baːj˧ ขนม=kʰa˨˩nom˩˩˦ เสนอ=sa˨˩nɤː˩˩˦ คน=kʰon˧ จริง=t͡ɕiŋ˧ สร้าง=saːŋ˥˩ เหตุ=heːt̚˨˩ "
    "ชาติ=t͡ɕʰaːt̚˥˩ ญาติ=jaːt̚˥˩ เด็กๆ=dek̚˨˩dek̚˨˩ ณ=na˦˥ ก็=kɔ˥˩ เป็น=pen˧ และ=lɛ˦˥ โต๊ะ=to˦˥ ไทย=tʰaj˧ การ=kaːn˧ น้อย=nɔːj˦˥ อย่าง=jaːŋ˨˩ "
    "ประเทศไทย=pra˨˩tʰeːt̚˥˩tʰaj˧ วัฒนธรรม=wat̚˦˥na˦˥tʰam˧ โทรศัพท์=tʰoː˧ra˦˥sap̚˨˩",
    # ё written as е, where no other word is meant.
    "rus": "ее=jɪjɵ нее=nʲɪjo идет=ɪdʲɵt живет=ʐɨvʲɵt пришел=prʲɪʂoɫ шел=ʂoɫ трех=trʲɵx причем=prʲɪt͡ɕɵm "
    "ребенок=rʲɪbʲɵnək ребенка=rʲɪbʲɵnkə самолет=səmɐlʲɵt черный=t͡ɕɵrnɨj мое=mɐjo твое=tvɐjo свое=svɐjo "
    "все=fsʲe летний=lʲetnʲɪj",
    # Endings that a joiner parts, and tanwin.
    "fas": "کتاب‌های=ktɒːbhɒːje سال‌های=sɒːlhɒːje برنامه‌ها=bɾnɒːmehɒː بچه‌ها=bt͡ʃehɒː گروه‌ها=ɡɾuːhhɒː "
    "شده‌است=ʃdeæst خانه‌ی=xɒːneje ماهی=mɒːhiː حتماً=hætmæn مثلاً=mæslæn نسبتاً=nsbtæn حتی=hættɒː",
    # His, after a plural.
    "heb": "אליו=elav דבריו=dvaʁav פניו=panav מעשיו=mʔʃav הוריו=hoʁav רדיו=ʁdio אביו=aviv לוי=levi דויד=david",
    # -igkeit, -ion and -chen.
    "deu": "Geschwindigkeit=ɡəʃvɪndɪçkaɪt Tätigkeit=tɛːtɪçkaɪt Region=ʁeɡi̯oːn Version=vɛʁzi̯oːn Religion=ʁeliɡi̯oːn "
    "Diskussion=dɪskusi̯oːn Stadion=ʃtadɪɔn Patient=pat͡si̯ɛnt Häschen=hɛːsçən Röschen=ʁøːsçən Mäuschen=mɔʏsçən "
    "löschen=løːʃən täuschen=tɔʏʃən",
    # d, t, n before i are hard in loans and soft in other words.
    "ces": "politika=polɪtɪka univerzita=unɪvɛrzɪta ministr=mɪnɪstr technický=tɛxnɪt͡skiː diskuse=dɪskusɛ "
    "aktivita=aktɪvɪta festival=fɛstɪval statistika=statɪstɪka organizace=orɡanɪzat͡sɛ studium=studɪjum "
    "úřednický=uːr̝ɛdɲɪt͡skiː únik=uːɲɪk rodiče=roɟɪt͡ʃɛ divadlo=ɟɪvadlo protivný=procɪvniː lidi=lɪɟɪ tisk=cɪsk",
    "tam": "ஃபிரான்ஸ்=fiɾaːns கஃபே=kafeː அஃது=axad̪u",
    # Frequent kinds of spelling in further languages.
    "tgl": "ng=naŋ mga=maŋa tao=taʔo saan=saʔan oo=ʔoʔo mayroon=majɾoʔon babae=babaʔe",
    "yor": "ọjọ́=ɔ̄d͡ʒɔ́ wọ́n=wɔ̃́ mẹ́ta=mɛ́tā pé=k͡pé",
    "tel": "ఉంది=un̪d̪i రెండు=reɳɖu మంచి=maɲt͡ɕi ఇంకా=iŋkaː దేశం=d̪eːɕam",
    "hye": "նրա=nəɾɑ գրել=ɡəɾɛl մտնել=mətnɛl չկա=t͡ʃʰəkɑ ստանալ=əstɑnɑl Երևան=jɛɾɛvɑn "
    "մինչև=mint͡ʃʰɛv բարև=bɑɾɛv նաև=nɑjɛv միայն=mijɑjn նրանք=nəɾɑŋkʰ",
    "nob": "uke=ʉːkə bruke=brʉːkə norske=nɔʂkə for=fɔɾ kjøpe=çøːpə",
    "slv": "nov=nɔw vse=wsɛ avto=awtɔ volk=vɔwk bolj=bɔl rad=rat prst=pərst bil=biw "
    "Ljubljana=ljubljana",
    "slk": "ten=tɛn teraz=tɛras jeden=jɛdɛn peknej=pɛknɛj",
    "isl": "og=ɔːɣ dagur=taːɣʏr hafa=haːva gera=cɛːra góður=kouːðʏr taka=tʰaːka bók=pouːk",
    "zsm": "dengan=dəŋan besar=bəsar air=air laut=laut boleh=boleh pemerintah=pəmərintah",
    "mar": "करते=kəɾt̪e असतो=əst̪o महाराष्ट्र=məɦaɾaʂʈɾə मराठी=məɾaʈʰi त्याचा=t̪jat͡sa शहराची=ɕəɦəɾat͡ɕi",
    "nep": "नेपालका=nepälkä घरमा=ɡʱʌrmä देशको=d̪esko",
    "gle": "oíche=iːçə béal=bʲeːl̪ˠ nuair=n̪ˠuəɾʲ",
    "ron": "cioban=t͡ʃoban ciudat=t͡ʃudat aici=ait͡ʃʲ",
    "dan": "huset=huːsəð landet=lanəð",
    "mlt": "ktieb=ktɪəp ħobż=ħops",
    "lav": "tev=tɛu nav=nau",
    "amh": "አበባ=abəba አሁን=ahun ሀገር=haɡər",
    "kaz": "өте=œtje сөз=sœz партия=pɑrtijɑ",
    "aze": "kitab=cɪtɑb iki=ɪcɪ kiçik=cɪt͡ʃɪc böyük=bœjyc",
    "mal": "ധനം=d̪ʱanam",
    "sqi": "popull=pɔpuɫ",
    "cym": "y=ə iaith=jaiθ siarad=ʃarad",
    "bul": "са=sɤ",
    "hrv": "npr.=naprimjer",
}


@pytest.mark.parametrize("language", WANTED)
def test_words_are_said_as_wanted(language):
    pairs = [pair.split("=") for pair in WANTED[language].split()]
    words = [word for word, _ in pairs]
    said = {
        word: "".join(answer.units)
        for word, answer in zip(words, Phonemizer(language, policies=SPOKEN)(words), strict=True)
    }
    assert said == {word: normalize_ipa(ipa) for word, ipa in pairs}


@pytest.mark.parametrize(
    ("word", "ipa"),
    [
        ("mwaka", "mwaka"),
        ("mwezi", "mwɛzi"),
        ("mwanza", "mwanza"),
        ("mtu", "m̩tu"),
        ("nchi", "n̩t͡ʃi"),
    ],
)
def test_a_swahili_nasal_is_a_syllable_only_before_a_consonant_at_the_start(word, ipa):
    [answer] = Phonemizer("swa", "orthography2ipa")([word])
    assert "".join(answer.units) == normalize_ipa(ipa)
