"""What people type, checked. Which fields a form takes stands here; nothing else of a row can be set from outside."""

from .notifications import ChannelForm, SubscriptionForm
from .organisation import DueForm, OrganisationForm, PasswordForm, PersonForm, RoleForm, TeamEditForm, TeamForm
from .path_rules import PathRuleForm
from .repositories import RegisterForm, RegisterManyForm, RepositoryFilter, RepositoryForm
from .tokens import ApiTokenForm

__all__ = [
    "ApiTokenForm",
    "ChannelForm",
    "DueForm",
    "OrganisationForm",
    "PasswordForm",
    "PathRuleForm",
    "PersonForm",
    "RegisterForm",
    "RegisterManyForm",
    "RepositoryFilter",
    "RepositoryForm",
    "RoleForm",
    "SubscriptionForm",
    "TeamEditForm",
    "TeamForm",
]
