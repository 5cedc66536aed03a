"""Rows of variants and quotas on an event's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet

from apps.console.stock import Usage, own_quota, shared_quotas, usage
from apps.inventory.models import Quota
from apps.variants.forms import VariantForm
from apps.variants.models import Variant

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Quota]
else:
    _ModelForm = forms.ModelForm

CAPACITY_MAX = 1_000_000


class VariantRow(VariantForm):
    do_not_call_in_templates = True  # the theme's tables would, without an event

    places = forms.IntegerField(
        label=_("Tickets of its own"),
        required=False,
        min_value=0,
        max_value=CAPACITY_MAX,
        help_text=_("How many of this variant there are. Empty: as many as its quotas allow."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = own_quota(self.instance) if self.instance.pk else None
        self.used = Usage()
        if own is not None:
            self.initial["places"] = own.capacity
            self.used = usage([own.pk]).get(own.pk, Usage())
            self.fields["places"].required = True  # taking the limit away is done by its quota

    def clean_places(self) -> int | None:
        return _enough(self.cleaned_data["places"], self.used)


class VariantRows(PaginationInlineFormSet):
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "event": self.instance}


class QuotaRow(_ModelForm):
    do_not_call_in_templates = True

    places = forms.IntegerField(label=_("Capacity"), min_value=0, max_value=CAPACITY_MAX)
    drawn_by = forms.ModelMultipleChoiceField(
        label=_("Variants"),
        queryset=Variant.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Quota
        fields = ("name",)

    def __init__(self, *args: Any, variants: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn_by = cast("forms.ModelMultipleChoiceField[Variant]", self.fields["drawn_by"])
        drawn_by.queryset = variants
        self.used = Usage()
        if self.instance.pk:
            self.initial["places"] = self.instance.capacity
            self.initial["drawn_by"] = [d.variant_id for d in self.instance.draws.all()]
            self.used = usage([self.instance.pk]).get(self.instance.pk, Usage())

    def clean_places(self) -> int | None:
        return _enough(self.cleaned_data["places"], self.used)


class QuotaRows(PaginationInlineFormSet):
    """Quotas of one variant alone are told at the variant, and the event's cap at the event."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        event = kwargs.get("instance")
        if event is not None and event.pk:
            kwargs["queryset"] = shared_quotas(event).prefetch_related("draws")
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        event = self.instance
        variants = event.variants.all() if event.pk else Variant.objects.none()
        return {**super().get_form_kwargs(index), "variants": variants}

    def clean(self) -> None:
        # First: Django would name the rows in the way, ours are the numbers.
        gone = [form for form in self.forms if self._should_delete_form(form)]  # type: ignore[attr-defined]  # Django's own, not in its types
        for form in gone:
            if form.used.taken:
                raise ValidationError(
                    _("“%(name)s” has %(sold)s sold and %(held)s held tickets: it must stay."),
                    params={"name": form.instance.name, **_numbers(form.used)},
                )
        super().clean()


def _enough(places: int | None, used: Usage) -> int | None:
    if places is not None and places < used.taken:
        raise ValidationError(
            _("%(sold)s are sold and %(held)s held just now: not fewer than %(taken)s."),
            params=_numbers(used),
        )
    return places


def _numbers(used: Usage) -> dict[str, int]:
    return {"sold": used.sold, "held": used.held, "taken": used.taken}
