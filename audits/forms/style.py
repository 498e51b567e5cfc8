"""How every form of ours looks, and how it tells a screen reader what is wrong."""

from typing import Any

from django import forms


class Styled:
    """Gives each control our class and ties its error to it, for a screen reader as for the eye."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                continue
            field.widget.attrs["class"] = f"input {field.widget.attrs.get('class', '')}".strip()


class StyledForm(Styled, forms.Form):
    pass
