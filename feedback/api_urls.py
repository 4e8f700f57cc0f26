"""What programs may ask about reports without a key."""

from django.urls import path

from feedback import category_tree

app_name = "feedback_api"
urlpatterns = [path("feedback/categories/", category_tree.tree, name="categories")]
