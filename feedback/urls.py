from django.urls import path

from feedback import figures_views, listing_views, own_views, sending_views, views

app_name = "feedback"
urlpatterns = [
    path("phan-anh/", listing_views.list_page, name="list"),
    path("phan-anh/gui/", sending_views.categories_page, name="begin"),
    path("phan-anh/gui/<slug:category_code>/", sending_views.send_page, name="send"),
    path("phan-anh/phuong-xa/", figures_views.wards_page, name="wards"),
    path("phan-anh/phuong-xa/<str:ward_code>/", listing_views.ward_page, name="ward"),
    path("phan-anh/ban-do/", listing_views.map_page, name="map"),
    path("phan-anh/ban-do.json", listing_views.map_points, name="map_points"),
    path("phan-anh/tin-moi.atom", listing_views.feed, name="feed"),
    path("phan-anh/so-lieu/", figures_views.figures_page, name="figures"),
    path("phan-anh/cua-toi/", own_views.links_page, name="links"),
    path("phan-anh/cua-toi/<str:token>/", own_views.own_page, name="own"),
    path("phan-anh/cua-toi/<str:token>/da-gui/", own_views.thanks_page, name="thanks"),
    path("phan-anh/danh-gia/<str:token>/", own_views.survey_page, name="survey"),
    path("phan-anh/theo-doi/xac-nhan/<str:token>/", views.confirm_follow, name="confirm_follow"),
    path("phan-anh/theo-doi/thoi/<str:token>/", views.end_follow, name="end_follow"),
    path("phan-anh/tin-phuong-xa/xac-nhan/<str:token>/", views.confirm_alert, name="confirm_alert"),
    path("phan-anh/tin-phuong-xa/thoi/<str:token>/", views.end_alert, name="end_alert"),
    path("phan-anh/<str:report_code>/", views.report_page, name="report"),
    path("phan-anh/<str:report_code>/toi-cung-gap/", views.support, name="support"),
    path("phan-anh/<str:report_code>/theo-doi/", views.follow_page, name="follow"),
    path("phan-anh/<str:report_code>/bao-xau/", views.flag_page, name="flag"),
]
