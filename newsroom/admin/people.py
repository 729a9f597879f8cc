"""Staff accounts: who may enter the newsroom and in which role."""

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Exists, OuterRef

from models_catalog.authorship import KEPT, traces_of
from models_catalog.core import display
from models_catalog.models import User
from newsroom.accounts import remove_second_factor


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = [
        "username",
        "full_name",
        "email",
        "roles",
        "second_factor",
        "is_active",
        "is_superuser",
        "last_login",
    ]
    list_filter = ["groups", "is_active", "is_superuser"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        (
            "Role",
            {
                "fields": ["is_active", "is_staff", "groups"],
                "description": "Give staff status and one or more groups. Editors enter drafts; publishers decide what "
                "readers see; newsletter managers run the mail. Untick “active” instead of deleting an account: "
                "the history keeps its name.",
            },
        ),
        ("Everything else", {"classes": ["collapse"], "fields": ["is_superuser", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    actions = ["reset_second_factor"]

    def get_deleted_objects(self, objs, request):
        refusals = [KEPT.format(name=user.get_username()) for user in objs if traces_of(user)]
        return ([], {}, set(), refusals) if refusals else super().get_deleted_objects(objs, request)

    def get_queryset(self, request):
        apps = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        return super().get_queryset(request).prefetch_related("groups").annotate(has_app=Exists(apps))

    @admin.display(description="name", ordering="last_name")
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description="roles")
    def roles(self, user):
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description="second factor", boolean=True, ordering="has_app")
    def second_factor(self, user):
        return user.has_app

    @admin.action(description="Reset the second factor (phone lost)", permissions=["change"])
    def reset_second_factor(self, request, users):
        """Let people who lost their phone log in with the password alone and set up another one."""
        reset = [user for user in users if remove_second_factor(user)]
        for user in reset:
            self.log_change(request, user, "Reset the second factor.")
        names = display.listed(user.get_username() for user in reset)
        messages.success(request, f"Reset the second factor of {names}." if reset else "None of them has one.")
