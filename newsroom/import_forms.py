"""The form that takes a file to import."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from newsroom.import_files import LARGEST_UPLOAD, TABLE, TABLE_NAMES, UploadedFile, formats


class UploadForm(forms.Form):
    """A file, what it holds, and whether its new results are published."""

    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json,.zip,.yml,.yaml,.toml"}),
        help_text=f"At most {LARGEST_UPLOAD // 1_000_000} MB. Formulas are refused: save their values.",
    )
    format = forms.ChoiceField(label="It holds")
    table = forms.ChoiceField(
        label="Of which table",
        choices=[(name, name.replace("_", " ")) for name in TABLE_NAMES],
        initial="results",
        required=False,
        help_text="Only for a single table whose file name does not say it. Columns go by their header, "
        "as in the files of the data page.",
    )
    publish = forms.ChoiceField(
        label="New results",
        choices=[("no", "save as drafts"), ("yes", "publish at once")],
        initial="no",
        required=False,
    )

    def __init__(self, *args, may_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = formats()
        self.fields["format"].initial = TABLE
        if not may_publish:
            del self.fields["publish"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            limit = LARGEST_UPLOAD // 1_000_000
            raise ValidationError(
                f"{file.name} is larger than {limit} MB. Split it, or let an administrator run import_data."
            )
        return file

    def upload(self) -> UploadedFile:
        """The valid form's file with its bytes."""
        cleaned = self.cleaned_data
        return UploadedFile(
            cleaned["format"], cleaned["file"].name, cleaned["file"].read(), cleaned["table"] or "results"
        )
