from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("audits.urls")), path("admin/", admin.site.urls)]

handler500 = "migrator_site.errors.broken"
