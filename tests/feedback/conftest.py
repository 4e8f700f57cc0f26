import pytest

from tests.feedback.making import Road, make_category


@pytest.fixture
def category(calendar):
    return make_category()


@pytest.fixture
def road(category, khoa, an, dung, my_tho):
    return Road(khoa=khoa, an=an, dung=dung, unit=my_tho)
