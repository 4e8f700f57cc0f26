"""An act of consequence asks why before it is done."""

from django import forms
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from agencies.audit import acting


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)


class AnswerForm(forms.Form):
    reason = forms.CharField(label=_("Answer"), max_length=1500, widget=UnfoldAdminTextareaWidget)


class AsksWhy:
    """An act of consequence: a page that says what will happen, and the reason that is kept with it."""

    def ask_why(self, request, *, title, words, act, back, carry=(), form_class=ReasonForm):
        """`act(reason)` runs once a reason is given, then `back` opens. `carry` is what the form posts along."""
        form = form_class(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            with acting(why=reason[:200]):
                act(reason)
            return redirect(back)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": title, "words": words, "form": form,
            "carry": carry, "back": back,
        }  # fmt: skip
        return TemplateResponse(request, "post_office/give_reason.html", context)

    def page_of(self, row):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
