"""The packaged figures are those that were published; a panel of one's own is checked."""

import csv

import pandas as pd
import pytest

from egovlib.analyse.index.published import panels, read_panel

COLUMNS = {
    "egdi": "E-Government Index",
    "epi": "E-Participation Index",
    "osi": "Online Service Index",
    "hci": "Human Capital Index",
    "tii": "Telecommunication Infrastructure Index",
}


@pytest.mark.parametrize("year", range(2010, 2021, 2))
def test_un_egdi_is_as_published(shared, year):
    panel = read_panel("un_egdi")
    mine = panel[panel.period == str(year)].pivot(index="name_en", columns="indicator", values="value")
    path = shared / "reference" / "un_egdi" / f"EGOV_DATA_{year}.csv"
    with path.open(encoding="utf-8") as file:
        rows = {row["Country Name"].strip(): row for row in csv.DictReader(file)}
    same = [name for name in mine.index if name in rows]
    assert len(same) >= 190, "but for two shortened names"
    for name in same:
        for code, column in COLUMNS.items():
            value = mine.loc[name, code]
            if pd.notna(value):
                assert value == pytest.approx(float(rows[name][column]), abs=1e-9), (name, code)
            else:
                assert float(rows[name][column]) == 0, "only an unpublished figure is left out"


def test_every_panel_names_its_source():
    assert panels() == ["un_egdi"]
    assert all(read_panel(name).attrs["source"] for name in panels())


def test_own_panel(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("region,period,online\n310000,2020,60\n140000,2020,\n", encoding="utf-8-sig")
    assert read_panel(file)[["region", "indicator", "value"]].values.tolist() == [["310000", "online", 60]]
    file.write_text("region,period,online\n310000,2020,近60\n", encoding="utf-8")
    with pytest.raises(ValueError, match="online of 310000 2020: '近60' is not a number"):
        read_panel(file)
    file.write_text("place,period,online\n310000,2020,60\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the column 'region'"):
        read_panel(file)
