"""Korean respelled by the articles of the Standard Pronunciation, with their own examples."""

import pytest

from lingap.g2p.backends.korean import as_pronounced
from lingap.g2p.backends.korean_seams import at_seams, rows

EXAMPLES = {
    "article 5": "가져 가저 다쳐 다처 희망 히망 닁큼 닝큼 의사 의사",
    "article 9": "닦다 닥따 키읔 키윽 옷 옫 있다 읻따 꽃 꼳 앞 압 덮다 덥따",
    "article 10": "넋 넉 앉다 안따 여덟 여덜 넓다 널따 외곬 외골 핥다 할따 값 갑 밟다 밥따 밟지 밥찌",
    "article 11": "닭 닥 흙과 흑꽈 맑다 막따 젊다 점따 읊고 읍꼬 맑게 말께 묽고 물꼬",
    "article 12": "놓고 노코 좋던 조턴 쌓지 싸치 많고 만코 닳지 달치 각하 가카 먹히다 머키다 밝히다 발키다 "
    "맏형 마텽 좁히다 조피다 넓히다 널피다 꽂히다 꼬치다 앉히다 안치다 닿소 다쏘 많소 만쏘 "
    "놓는 논는 않네 안네 뚫네 뚤레 낳은 나은 많아 마나 싫어도 시러도",
    "article 13": "깎아 까까 옷이 오시 있어 이써 낮이 나지 꽃을 꼬츨 밭에 바테 앞으로 아프로",
    "article 14": "넋이 넉씨 앉아 안자 닭을 달글 젊어 절머 핥아 할타 읊어 을퍼 값을 갑쓸 없어 업써",
    "article 17": "굳이 구지 미닫이 미다지 밭이 바치 벼훑이 벼훌치 굳히다 구치다 닫히다 다치다",
    "article 18": "먹는 멍는 국물 궁물 깎는 깡는 흙만 흥만 닫는 단는 옷맵시 온맵씨 있는 인는 꽃망울 꼰망울 "
    "잡는 잠는 앞마당 암마당 값매다 감매다 없는 엄는",
    "article 19": "담력 담녁 강릉 강능 대통령 대통녕 막론 망논 협력 혐녁",
    "article 20": "난로 날로 신라 실라 칼날 칼랄 줄넘기 줄럼기 닳는 달른 핥네 할레",
    "article 23": "국밥 국빱 깎다 깍따 닭장 닥짱 옷고름 옫꼬름 꽂고 꼳꼬 낯설다 낟썰다 옆집 엽찝 값지다 갑찌다",
    "article 24": "앉고 안꼬 얹다 언따 닮고 담꼬",
    "article 25": "넓게 널께 핥다 할따 떫지 떨찌",
    "article 27": "할수록 할쑤록",
}


@pytest.mark.parametrize("article", EXAMPLES)
def test_examples_of_the_standard(article):
    words = EXAMPLES[article].split()
    assert [as_pronounced(word) for word in words[::2]] == words[1::2]


def test_anything_but_syllables_stays():
    assert as_pronounced("") == ""
    assert as_pronounced("KBS 뉴스") == "KBS 뉴스"
    assert as_pronounced("ㅋㅋ") == "ㅋㅋ"
    assert as_pronounced("앉") == "안"


@pytest.mark.parametrize(
    "row", rows(), ids=lambda row: row["examples"].split()[0] if row["examples"] else "-"
)
def test_examples_of_each_seam(row):
    words = row["examples"].split()
    assert words
    assert [at_seams(word) for word in words[::2]] == words[1::2]


@pytest.mark.parametrize(
    "word", ["방법", "물건", "지역", "계약", "사용", "일자리", "갈 등", "발", ""]
)
def test_words_that_only_look_like_compounds(word):
    assert at_seams(word) == word
