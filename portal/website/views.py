from django.shortcuts import render

from agencies.methods import only_read


@only_read
def home(request):
    return render(request, "website/home.html")


@only_read
def accessibility(request):
    return render(request, "website/accessibility.html")


@only_read
def privacy(request):
    return render(request, "website/privacy.html")
