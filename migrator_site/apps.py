from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    default_site = "migrator_site.admin.Site"
