"""The page where a citizen says whether they were content. Opening it writes nothing: previews open it too."""

from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now

from agencies.methods import read_or_sent
from dossiers.forms import RatingForm
from dossiers.rating import NotToBeRated, Rating, dossier_id_of, may_be_rated

OVER = 410  # Gone: it was there, and is not any more


@read_or_sent
def rate_page(request, token):
    dossier_id, at = dossier_id_of(token), now()
    if dossier_id is None:
        raise Http404
    form = RatingForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            Rating.give(dossier_id, **form.cleaned_data, at=at, through="web")
            return render(request, "dossiers/rated.html")
        number = may_be_rated(dossier_id, at=at).number
    except NotToBeRated:
        return render(request, "dossiers/rating_over.html", status=OVER)
    context = {"form": form, "number": number}
    return render(request, "dossiers/rate.html", context, status=400 if form.is_bound else 200)
