"""What the usual qualifiers of statements are called: `large` of energy, `wind` of capacity."""

from collections.abc import Mapping

from services.evaluator.domain.figures.figure import Label

_WORDS: Mapping[str, Label] = {
    "large": Label("规模以上", "above the designated size"),
    "above-scale": Label("规模以上", "above the designated size"),
    "power": Label("全部电力", "all power"),
    "wind": Label("风电", "wind"),
    "solar": Label("光伏", "solar"),
    "hydro": Label("水电", "hydro"),
    "nuclear": Label("核电", "nuclear"),
    "thermal": Label("火电", "thermal"),
    "non-fossil": Label("非化石能源", "non-fossil"),
    "clean-power": Label("清洁电力", "clean power"),
    "clean-energy": Label("清洁能源", "clean energy"),
    "coal": Label("煤炭", "coal"),
    "oil": Label("油品", "oil"),
    "gas": Label("天然气", "gas"),
    "coke": Label("焦炭", "coke"),
    "carbide": Label("电石", "carbide"),
    "pvc": Label("聚氯乙烯", "PVC"),
    "rated": Label("额定", "rated"),
    "at-baseline": Label("达到基准水平", "at the baseline"),
}


def qualified(label: Label, qualifier: str) -> Label:
    """The label with what it is of, in brackets in Chinese; an unusual qualifier as it is."""
    if not qualifier:
        return label
    word = _WORDS.get(qualifier, Label(qualifier, qualifier))
    return Label(f"{label.zh}（{word.zh}）", f"{label.en} {word.en}")
