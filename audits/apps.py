from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "Last Call"
    default_auto_field = "django.db.models.BigAutoField"
