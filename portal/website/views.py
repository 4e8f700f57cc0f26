from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request):
    return render(request, "website/home.html")


@require_safe
def accessibility(request):
    return render(request, "website/accessibility.html")


@require_safe
def privacy(request):
    return render(request, "website/privacy.html")
