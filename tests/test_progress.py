"""Plan arithmetic: what is undefined is None, never a number or a warning."""

import pytest

from egovlib.analyse import progress

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(
    "undefined",
    [
        progress.linear_share(60, 70, 60),
        progress.time_share(2015, 2013, 2010),
        progress.pace(0.5, 0.0),
        progress.pace(None, 0.5),
        progress.required_per_year(60, 80, 2015, 2015),
        progress.projected_linear(60, 70, 2013, 2013, 2015),
        progress.growth_rate(0, 10, 3),
        progress.growth_rate(10, 0, 3),
        progress.growth_rate(-5, 5, 3),
        progress.growth_rate(5, 6, 0),
        progress.statcan_ratio(0, 48, 80, start=2010, now=2013, deadline=2015),
        progress.statcan_ratio(60, 70, 60, start=2010, now=2013, deadline=2015),
        progress.status_index(60, 70, 60),
        progress.trend_per_period([None, 3], [2010, 2011]),
        progress.projected_exponential(10, None, 2),
    ],
)
def test_undefined(undefined):
    assert undefined is None


@pytest.mark.parametrize(
    ("ratio", "status"),
    [
        (0.95, "substantial_progress"),
        (0.6, "moderate_progress"),
        (0.0, "limited_progress"),
        (-0.01, "deterioration"),
    ],
)
def test_status_borders(ratio, status):
    assert progress.statcan_status(ratio, reached=False) == status
    assert progress.statcan_status(ratio, reached=True) == "target_achieved"


def test_durations_count_downwards():
    assert progress.linear_share(29, 12, 5) == pytest.approx(17 / 24)
    assert progress.gap(12, 5, direction=-1) == 7
    assert progress.status_index(29, 35, 5, direction=-1) < 0
