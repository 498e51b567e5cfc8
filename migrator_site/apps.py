from django.contrib.admin import apps

from migrator_site import checks  # noqa: F401  (its import registers the system checks)


class AdminConfig(apps.AdminConfig):
    default_site = "migrator_site.admin.Site"
