from django.urls import path

from dossiers import catalogue_views, rating_views, views

app_name = "dossiers"
urlpatterns = [
    path("ho-so/tra-cuu/", views.look_up_page, name="look_up"),
    path("hs/kiem-tra/", views.verify_page, name="verify"),
    path("hs/<str:token>/", views.receipt_page, name="receipt"),
    path("bien-nhan/<str:token>/", views.electronic_receipt_page, name="electronic_receipt"),
    path("bien-nhan/<str:token>/<str:passage>.pdf", views.electronic_receipt_pdf, name="electronic_receipt_pdf"),
    path("danh-gia/<str:token>/", rating_views.rate_page, name="rate"),
    path(".well-known/receipt-keys.json", views.receipt_keys, name="receipt_keys"),
    path("thu-tuc/", catalogue_views.procedures_page, name="procedures"),
    path("thu-tuc/<str:code>/", catalogue_views.procedure_page, name="procedure"),
]
