import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_limits_of_strangers"),
        ("feedback", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received", models.PositiveIntegerField(default=0)),
                ("open", models.PositiveIntegerField(default=0)),
                ("late", models.PositiveIntegerField(default=0)),
                ("answered", models.PositiveIntegerField(default=0)),
                ("on_time", models.PositiveIntegerField(default=0)),
                ("fixed", models.PositiveIntegerField(default=0)),
                ("otherwise", models.PositiveIntegerField(default=0)),
                ("closed", models.PositiveIntegerField(default=0)),
                ("answer_minutes", models.PositiveIntegerField(null=True)),
                ("timed", models.PositiveIntegerField(default=0)),
                ("usual_minutes", models.PositiveIntegerField(null=True)),
                ("counted_at", models.DateTimeField()),
                (
                    "category",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "ward",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agencies.unit",
                        verbose_name="ward",
                    ),
                ),
            ],
            options={
                "verbose_name": "figures of reports",
                "verbose_name_plural": "figures of reports",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ward", "category"), name="feedback_figures_of_one_thing", nulls_distinct=False
                    )
                ],
            },
        ),
    ]
